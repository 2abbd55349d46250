"""A plain LangChain pipeline, as a measure for ours: it cuts by length and knows no page.

Recursive character splitter, the same encoder, nearest chunks by cosine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_core.embeddings import Embeddings

    from rag.types import Book

CHUNK = 500
OVERLAP = 50


@dataclass(frozen=True, slots=True)
class Baseline:
    """A book in a plain pipeline. ``seconds`` is what splitting and encoding it took."""

    nearest: Callable[[str, int], Sequence[str]]
    chunks: int
    seconds: float


def plain_pipeline(book: Book, embeddings: Embeddings) -> Baseline:
    """Return the pipeline over a book's text; ``nearest(question, k)`` gives k chunks."""
    started = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    chunks = splitter.split_text(book.text)
    store = InMemoryVectorStore.from_texts(chunks, embeddings)

    def nearest(question: str, count: int) -> list[str]:
        return [document.page_content for document in store.similarity_search(question, k=count)]

    return Baseline(nearest, len(chunks), time.perf_counter() - started)
