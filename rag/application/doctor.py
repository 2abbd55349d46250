"""The health check: what is looked at, and what is wrong with it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from rag.types import Finding, RagError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.answering.composing import LanguageModel
    from rag.library.sqlite import Library
    from rag.models import Reranker
    from rag.search.vectors import VectorStore

LOW_DISK = 500 * 2**20
"""Bytes that should be free: adding a book writes it, its vectors and a copy of the index."""


def check_library(library: Library) -> list[Finding]:
    """Return what is wrong with the library, or that it is sound."""
    wrong = library.check()
    if wrong:
        return [Finding("library", ok=False, text=text) for text in wrong]
    books = library.summaries()
    passages = sum(book.passages for book in books)
    return [Finding("library", ok=True, text=f"{len(books)} books, {passages} passages, sound.")]


def check_vectors(vectors: VectorStore, *, repair: bool) -> list[Finding]:
    """Return what is wrong with the vector index, after a rebuild if it may be repaired."""
    wrong = vectors.check()
    text = "The vector index agrees with the library."
    if wrong and repair:
        vectors.rebuild()
        wrong = vectors.check()
        text = "The vector index was rebuilt."
    if wrong:
        return [Finding("vectors", ok=False, text=sentence) for sentence in wrong]
    return [Finding("vectors", ok=True, text=text)]


def check_reranker(opening: Callable[[], Reranker | None]) -> list[Finding]:
    """Return whether the reranker can be opened; nothing where none is set."""
    try:
        reranker = opening()
    except RagError as error:
        return [Finding("reranker", ok=False, text=str(error))]
    return [Finding("reranker", ok=True, text=f"{reranker.name}.")] if reranker else []


def check_model(model: LanguageModel) -> Finding:
    """Return whether the language model answers."""
    try:
        model.check()
    except RagError as error:
        return Finding("language model", ok=False, text=str(error))
    return Finding("language model", ok=True, text=f"{model.name} answers.")


def check_disk(folder: Path) -> Finding:
    """Return whether there is room left where the library lives."""
    free = shutil.disk_usage(folder).free
    return Finding("disk", ok=free > LOW_DISK, text=f"{free / 2**30:.1f} GiB free in {folder}.")
