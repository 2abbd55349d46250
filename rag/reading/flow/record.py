"""What a file declares of its book -> the book's record."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import close_up, letters_of, mended
from rag.reading.binding import Role
from rag.reading.source import find_record, make_id
from rag.types import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.flow.pieces import Piece
    from rag.reading.source import Source
    from rag.types import BookRecord

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_ISBN = re.compile(r"(?:97[89][\s-]?)?(?:\d[\s-]?){9}[\dXx]")
_TITLE_LINES = 60
_LONGEST_TITLE_PAGES = 4000
_NOBODY = {"", "unknown", "佚名", "未知", "admin", "administrator", "user", "author"}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says of its book, as it says it; empty where it says nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    publisher: str = ""
    date: str = ""
    isbn: str = ""
    language: str = ""


def record_of(
    declared: Declared, source: Source, printed: Sequence[str], fallback: str = ""
) -> BookRecord:
    """Return the record of a book: the one given, a known one that is named, or a new one.

    ``printed`` are the lines of the title pages. What the file declares goes before what
    they say; what neither says is left out. ``fallback`` is the title where neither says
    one; without it, it is the file's name.
    """
    if source.record is not None:
        return source.record
    authors = _people(declared.authors)
    title = close_up(mended(declared.title))
    named = [title] if title else []
    lines = [*printed, *named, *(f"{author.name} 著" for author in authors)]
    found = find_record(lines, source.known, title or fallback or source.stem)
    if any(found.id == known.id and letters_of(found.title) == letters_of(known.title)
           for known in source.known):  # fmt: skip
        return found
    year = _YEAR.search(declared.date)
    isbn = _ISBN.search(declared.isbn)
    title, authors = title or found.title, authors or found.authors
    return replace(
        found,
        id=make_id(title, authors),
        title=title,
        subtitle=found.subtitle if letters_of(title) == letters_of(found.title) else None,
        authors=authors,
        editors=_people(declared.editors) or found.editors,
        translators=_people(declared.translators) or found.translators,
        publisher=close_up(mended(declared.publisher)) or found.publisher,
        year=year[1] if year else None,
        isbn=re.sub(r"\s", "", isbn[0]) if isbn else None,
        language=declared.language.strip() or None,
    )


def title_lines(pieces: Sequence[Piece]) -> list[str]:
    """Return the lines that stand before the first heading, if they may be title pages."""
    lines: list[str] = []
    for piece in pieces:
        if piece.role is not Role.TEXT or len(lines) >= _TITLE_LINES:
            break
        lines.append(piece.text)
    return lines if sum(map(len, lines)) <= _LONGEST_TITLE_PAGES else []


def with_title(declared: Declared, title: str | None) -> Declared:
    """Return what is declared, with a title that was found where none is declared."""
    return replace(declared, title=title) if title and not declared.title.strip() else declared


def _people(names: tuple[str, ...]) -> tuple[Person, ...]:
    bare = dict.fromkeys(close_up(mended(name)) for name in names)
    return tuple(Person(name) for name in bare if name.casefold() not in _NOBODY)
