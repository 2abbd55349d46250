"""What is cited, and what a citation looks like when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import BookRecord, Place


class StyleKind(StrEnum):
    """How the text of a paper points at what it cites."""

    NOTE = "note"
    """By a footnote that names the book."""
    NUMERIC = "numeric"
    """By the number of an entry in the bibliography, in raised brackets."""
    AUTHOR_DATE = "author-date"
    """By author and year (MLA: author) in parentheses, in the line."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited once: a place in a book."""

    record: BookRecord
    place: Place


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is set in one way."""

    text: str
    italic: bool = False
    superscript: bool = False


@dataclass(frozen=True, slots=True)
class RenderedNote:
    """A citation as a style writes it.

    For a style of kind note this is the text of a footnote, closing stop included; for the
    other kinds it stands in the line of the paper, before the stop of its sentence.
    """

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The note without its settings."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class RenderedEntry:
    """An entry of a bibliography; ``label`` is its number (``[1]``) or empty."""

    record: BookRecord
    label: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The entry without its label and settings."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class MissingField:
    """Something that a style asks for and a record lacks.

    ``key`` is the key of ``book.toml`` (``year``); ``text`` says in the reader's language
    what is missing and where to fill it in.
    """

    key: str
    text: str
