"""The books as a LangChain retriever, and what encodes them, for other people's chains."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 -- pydantic reads the types of the fields
from typing import TYPE_CHECKING

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from rag.types import BookRecord, Hit  # noqa: TC001 -- likewise

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from rag.models import Encoder


class BookRetriever(BaseRetriever):
    """Documents for a question: passages, each with its page, chapter and section.

    The metadata are ``passage_id``, ``book_id``, ``title``, ``kind``, ``part``,
    ``chapter``, ``section``, ``pages`` (labels as a list), ``page_status`` and ``match``.
    """

    find: Callable[[str], list[Hit]]
    record: Callable[[str], BookRecord]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing is reported on the way
        documents = []
        for hit in self.find(query):
            record = self.record(hit.passage.book_id)
            documents.append(
                Document(
                    id=hit.passage.id,
                    page_content=hit.passage.text,
                    metadata={
                        "passage_id": hit.passage.id,
                        "book_id": record.id,
                        "title": record.title,
                        "kind": str(record.kind),
                        "part": hit.place.part,
                        "chapter": hit.place.chapter,
                        "section": hit.place.section,
                        "pages": list(hit.place.pages),
                        "page_status": str(hit.place.status),
                        "match": str(hit.match),
                    }
                    | ({"paragraphs": list(hit.place.paragraphs)} if hit.place.paragraphs else {}),
                )
            )
        return documents


class BookEmbeddings(Embeddings):
    """What the books are encoded by; ``name`` is that of ``Encoder``."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return unit vectors of passages."""
        vectors: list[list[float]] = self._encoder.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        vector: list[float] = self._encoder.encode_queries([text])[0].tolist()
        return vector
