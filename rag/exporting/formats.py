"""Answers as documents: for a paper, a reference manager, a table, a deck of cards.

``export`` makes any of ``FORMATS`` of answers; what was looked up, or found in any other way,
becomes answers first (``rag.types.forms``), so that every source has every format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import ExportError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import PurePath

    from rag.library.keeping import PlacedNote
    from rag.types import Answer, BookRecord, Language

__all__ = ["FORMATS", "Format", "export", "export_notes", "format_of"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name, its ending, its title to readers, and whether it is text."""

    name: str
    ending: str
    title: str
    is_text: bool = True


FORMATS: Mapping[str, Format] = {
    item.name: item
    for item in (
        Format("docx", ".docx", "Word", is_text=False),
        Format("pdf", ".pdf", "PDF", is_text=False),
        Format("html", ".html", "HTML"),
        Format("md", ".md", "Markdown"),
        Format("tex", ".tex", "LaTeX"),
        Format("txt", ".txt", "TXT"),
        Format("ris", ".ris", "RIS (Zotero)"),
        Format("bib", ".bib", "BibTeX"),
        Format("csl-json", ".json", "CSL-JSON"),
        Format("enw", ".enw", "EndNote"),
        Format("noteexpress", ".net", "NoteExpress"),
        Format("csv", ".csv", "CSV"),
        Format("apkg", ".apkg", "Anki", is_text=False),
        Format("json", ".json", "JSON"),
    )
}
"""The formats by name, those for reading first."""

_ENDINGS = {item.ending: item.name for item in FORMATS.values()} | {
    ".htm": "html",
    ".markdown": "md",
    ".text": "txt",
    ".bibtex": "bib",
}


def format_of(path: PurePath, wanted: str | None = None) -> Format:
    """Return the format that is asked for by name, or by a file's ending; ExportError."""
    name = wanted or _ENDINGS.get(path.suffix.lower())
    if name is None or name not in FORMATS:
        asked = f"There is no format {wanted}" if wanted else f"{path.name} has no known ending"
        raise ExportError(f"{asked}; choose one with --format: {', '.join(FORMATS)}.")
    return FORMATS[name]


def export(
    answers: Sequence[Answer],
    name: str,
    *,
    day: date,
    style: str | None = None,
    language: Language | None = None,
    records: Mapping[str, BookRecord] | None = None,
) -> bytes:
    """Return answers as a file in the format of a name.

    ``day`` is the date on it. ``language`` is the document's (the first answer's by default),
    ``style`` that of its citations. ``records`` by book id are the library's: of a book that
    is among them, what is known of it now is cited. Raises ExportError, and CitingError for
    an unknown style.
    """
    if not answers:
        raise ExportError("There are no answers to export; ask something first.")
    # What each format needs is imported when it is asked for.
    from rag.exporting import making  # noqa: PLC0415

    return making.make(
        answers,
        name,
        day,
        style=style,
        language=language or answers[0].language,
        records=records or {},
    )


def export_notes(
    notes: Sequence[PlacedNote],
    name: str,
    *,
    day: date,
    language: Language,
    style: str | None = None,
) -> bytes:
    """Return a reader's notes as a file in the format of a name, each with its citation.

    What can no longer be found in its book is there without a page, and says so. Errors as
    of ``export``.
    """
    if not notes:
        raise ExportError("There are no notes to export; keep one in an opened page first.")
    from rag.exporting import noting  # noqa: PLC0415 - as above

    return noting.make_notes(notes, name, day, style=style, language=language)
