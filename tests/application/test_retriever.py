"""The books as a LangChain retriever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

if TYPE_CHECKING:
    from langchain_core.documents import Document

    from rag.application.shuzheng import Shuzheng


def test_documents_carry_page_chapter_and_section(small: Shuzheng) -> None:
    """A document is a passage word for word, and its metadata say where it is printed."""
    retriever = small.retriever(limit=3)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("双层木斗")
    assert len(documents) == 3
    first = documents[0]
    passage = small.passage(first.metadata["passage_id"])
    assert first.page_content == passage.text
    assert first.id == passage.id
    assert first.metadata == {
        "passage_id": passage.id,
        "book_id": "qu-yu-yan",
        "title": "渠与盐",
        "kind": "book",
        "part": None,
        "chapter": "第二章 盐引制度的兴起",
        "section": "1. 白石埠盐仓",
        "pages": ["5"],
        "page_status": "exact",
        "match": "both",
    }


def test_it_stands_in_other_peoples_chains(small: Shuzheng) -> None:
    """A runnable behind the retriever gets its documents."""

    def pages(documents: list[Document]) -> list[list[str]]:
        return [item.metadata["pages"] for item in documents]

    chain = small.retriever(book="qu-yu-yan", limit=1) | RunnableLambda(pages)
    assert chain.invoke("裴守拙") == [["5"]]
