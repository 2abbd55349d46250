"""What is picked out of books for a question that wants more than a sentence that says it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.library import Library
    from rag.search import Found, Retrieval
    from rag.search.chronology import Chronicle
    from rag.types import Span


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted: a span of a book's text, and the passage it was found in.

    ``said`` is what is said in its place, of which it is the evidence; empty for itself.
    """

    book_id: str
    passage_id: str
    span: Span
    said: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a book, cited as its contents: on which page what stands below it begins.

    ``section`` is the index of the section of ``book.sections`` that it heads.
    """

    book_id: str
    section: int


@dataclass(frozen=True, slots=True)
class Picked:
    """What answers a question of one kind.

    ``quotes`` are in the order they are shown, with headings before what stands below them;
    none says that the books have nothing of the kind. ``lead`` is the line before them, in the
    reader's language, ``notice`` what is said before all (the nearest years, how it was read),
    empty for nothing. ``found`` are the passages that a language model is shown, none where it
    has nothing to add.
    """

    quotes: tuple[Quote | Heading, ...]
    lead: str = ""
    notice: str = ""
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """What is picked from."""

    library: Library
    retrieval: Retrieval
    chronicle: Chronicle
