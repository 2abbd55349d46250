"""What a record lacks for a style, said to a reader, with where to fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.citing.model import MissingField
from rag.citing.names import EASTERN
from rag.citing.styles import style_named
from rag.language.catalog import say
from rag.language.text import family
from rag.types import Language

if TYPE_CHECKING:
    from rag.types import BookRecord

_ISBN_SINCE = 1970
"""The year in which ISBNs became an international standard."""

_EXAMPLES = {
    "authors": 'authors = ["…"]',
    "latin": 'authors = [{{ name = "{name}", latin = "…" }}]',
}


def missing_fields(
    record: BookRecord, style: str | None = None, language: Language = Language.ZH
) -> list[MissingField]:
    """Return what a style prints and the record lacks, each with where to fill it in.

    The ISBN, which no style prints but library catalogues and reference managers go by, comes
    last; a book from before 1970 has none. ``language`` is the reader's. Raises CitingError
    for a style there is not.
    """
    chosen = style_named(style)
    lacking = [
        key
        for key in chosen.needs
        if not (getattr(record, key) or (key == "authors" and record.editors))
    ]
    found = [_field(record, key, language) for key in lacking]
    if chosen.foreign and family(language) != "zh":
        found += [
            _field(record, "latin", language, person.name)
            for person in record.authors
            if not person.latin and EASTERN.search(person.name)
        ]
    if not record.isbn and _may_have_isbn(record):
        found.append(_field(record, "isbn", language))
    return found


def _may_have_isbn(record: BookRecord) -> bool:
    year = (record.year or "")[:4]
    return not year.isdecimal() or int(year) >= _ISBN_SINCE


def _field(record: BookRecord, key: str, language: Language, name: str = "") -> MissingField:
    field = say(f"citing.field_{key}", language)
    example = _EXAMPLES.get(key, f'{key} = "…"').format(name=name)
    text = say("citing.lacks", language, title=record.title, field=field, example=example)
    return MissingField("authors.latin" if key == "latin" else key, text)
