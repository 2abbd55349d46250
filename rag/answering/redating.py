"""Answers that were kept, with the pages that their books have now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.citing import format_citation
from rag.types import Answer, Book, Citation, cited_notes, locate

if TYPE_CHECKING:
    from collections.abc import Mapping


def redated(answer: Answer, books: Mapping[str, Book]) -> Answer:
    """Return an answer whose citations stand where the books (by id) have their words now.

    Where a book is gone, or no longer has these words in this place, a citation stays as it
    was. What is cited anew is formatted in the default style.
    """
    return replace(
        answer, citations=tuple(_cited_anew(citation, books) for citation in answer.citations)
    )


def _cited_anew(citation: Citation, books: Mapping[str, Book]) -> Citation:
    book = books.get(citation.record.id)
    start, end = citation.start, citation.end
    if book is None or start is None or end is None or book.text[start:end] != citation.quote:
        return citation
    place = locate(book, start, end)
    if place == citation.place:
        return citation
    return replace(
        citation,
        place=place,
        footnotes=cited_notes(book, start, end),
        formatted=format_citation(book.record, place),
    )
