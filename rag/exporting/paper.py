"""What is written, before it is a file: blocks of text with footnotes; pure.

Every format that is read like a page is made of this one value, so that all say the same.
All text in it is sound (``rag.exporting.sound``) and on one line; none of it is markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rag.citing import Run

if TYPE_CHECKING:
    from rag.types import Language


class Role(StrEnum):
    """What a block is."""

    QUESTION = "question"
    """What was asked: a heading."""
    HEADING = "heading"
    """A heading of the product's own, over the bibliography."""
    QUOTATION = "quotation"
    """The book's own words."""
    TRANSLATION = "translation"
    """A machine's translation of the quotation above: what says so, and then its words."""
    TEXT = "text"
    """Words that are not the book's: a model's, or the product's."""
    ASIDE = "aside"
    """A remark about the text, set smaller."""
    ENTRY = "entry"
    """A line of the bibliography."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a footnote hangs; ``note`` is its index in ``Paper.notes``."""

    note: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading; ``lang`` is the tag of its language, empty where not known.

    Of a translation, the first piece is what says that it is one, in the paper's language.
    """

    role: Role
    pieces: tuple[Run | Mark, ...]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the citation, and below it what else is known of the place cited."""

    citation: tuple[Run, ...]
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document: a title, lines below it, blocks, notes, and lines at its end.

    ``coins`` are COinS titles, one a book: what a reference manager reads from a web page.
    ``continuous`` numbers the notes through the document (a style says "see note 1"), where
    else they begin anew on each page, as circled numbers.
    """

    title: str
    lead: tuple[str, ...]
    language: Language
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    coins: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    continuous: bool = False


def plain(runs: tuple[Run | Mark, ...]) -> str:
    """Return the text of runs, without marks of notes."""
    return "".join(run.text for run in runs if isinstance(run, Run))
