"""What reference managers say of a book: RIS, BibTeX or CSL-JSON -> fields of a record.

Zotero, EndNote, JabRef and their like export one of the three. What a field holds that records
do not have is passed over; nothing is guessed.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

from rag.language.text import has_han, whole_values
from rag.types import Edit, Person, ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LARGEST = 1_000_000
"""Bytes that a file of references may have."""

_PLAIN = {
    "ris": {
        "short_title": "title_short",
        "secondary_title": "series",
        "place_published": "place",
        "publisher": "publisher",
        "edition": "edition",
        "issn": "isbn",
        "language": "language",
    },
    "bibtex": {
        "shorttitle": "title_short",
        "series": "series",
        "address": "place",
        "location": "place",
        "publisher": "publisher",
        "edition": "edition",
        "isbn": "isbn",
        "language": "language",
        "langid": "language",
    },
    "csl": {
        "title-short": "title_short",
        "shortTitle": "title_short",
        "collection-title": "series",
        "publisher-place": "place",
        "publisher": "publisher",
        "edition": "edition",
        "ISBN": "isbn",
        "language": "language",
    },
}
"""By format the fields that hold plain text, with the field of a record that each is."""

_PEOPLE = {
    "ris": {
        "authors": "authors",
        "first_authors": "authors",
        "tertiary_authors": "editors",
        "editors": "editors",
        "subsidiary_authors": "translators",
    },
    "bibtex": {"author": "authors", "editor": "editors", "translator": "translators"},
    "csl": {"author": "authors", "editor": "editors", "translator": "translators"},
}
"""By format the fields that hold persons; RIS as Zotero and our own export write it."""

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_RIS = re.compile(r"^TY {2}- ", re.MULTILINE)
_BIBTEX = re.compile(r"@\s*[A-Za-z]+\s*[{(]")
_SUBTITLE = re.compile(r"——|：|:\s+")


def read_references(text: str, name: str) -> list[tuple[Edit, ...]]:
    """Return the fields of each book that a file of references speaks of, in its order.

    Raises ReadingError where it is of none of the three formats, is damaged or names no book.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise ReadingError(f"{name} is larger than a file of references may be.")
    stripped = text.lstrip("\ufeff \t\r\n")
    read: Callable[[str], list[tuple[Edit, ...]]]
    if stripped.startswith(("[", "{")):
        read = _csl
    elif _RIS.search(stripped):
        read = _ris
    elif _BIBTEX.search(stripped):
        read = _bibtex
    else:
        raise ReadingError(f"{name} is neither RIS nor BibTeX nor CSL-JSON; export it as one.")
    try:
        books = [fields for fields in read(stripped) if any(one.field == "title" for one in fields)]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise ReadingError(f"{name} is damaged; export it once more.") from error
    if not books:
        raise ReadingError(f"{name} names no book by its title.")
    return books


def _ris(text: str) -> list[tuple[Edit, ...]]:
    from rispy import RisParser, loads  # noqa: PLC0415 - only where RIS is read
    from rispy.config import LIST_TYPE_TAGS, TAG_KEY_MAPPING  # noqa: PLC0415 - likewise

    class Parser(RisParser):  # type: ignore[misc]  # rispy ships no types
        """References with their editors, which rispy does not know by their tag."""

        DEFAULT_MAPPING = {**TAG_KEY_MAPPING, "ED": "editors"}  # noqa: RUF012 - rispy's own way
        DEFAULT_LIST_TAGS = [*LIST_TYPE_TAGS, "ED"]  # noqa: RUF012 - likewise

    return [
        _fields(
            "ris",
            entry,
            title=entry.get("title") or entry.get("primary_title"),
            year=entry.get("year") or entry.get("publication_year"),
            people=lambda names: [_person(name) for name in names],
        )
        for entry in loads(text, implementation=Parser)
    ]


def _bibtex(text: str) -> list[tuple[Edit, ...]]:
    from bibtexparser import middlewares  # noqa: PLC0415 - only where BibTeX is read
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 - likewise

    # Of an entry that it cannot read it complains by itself; who gave the file is told of that.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(
        text,
        append_middleware=[
            middlewares.NormalizeFieldKeys(),
            middlewares.SeparateCoAuthors(),
            middlewares.SplitNameParts(),
            middlewares.LatexDecodingMiddleware(),
        ],
    )
    books = []
    for entry in library.entries:
        values = {field.key: field.value for field in entry.fields}
        year = values.get("year") or values.get("date")
        books.append(
            _fields(
                "bibtex",
                values,
                title=values.get("title"),
                year=year,
                people=lambda names: [_named(_together(one)) for one in names],
            )
        )
    return books


def _together(name: Any) -> tuple[str, str]:  # noqa: ANN401 - of bibtexparser
    """Return family and given name of what BibTeX takes apart into four."""
    family, given = [*name.von, *name.last], [*name.first, *name.jr]
    # Braces kept what stands in them together; they are no part of the name.
    together = str.maketrans("", "", "{}")
    return " ".join(family).translate(together), " ".join(given).translate(together)


def _csl(text: str) -> list[tuple[Edit, ...]]:
    value = whole_values(json.loads(text))
    items = value.get("items", [value]) if isinstance(value, dict) else value
    books = []
    for item in items:
        issued = item.get("issued") or {}
        parts = issued.get("date-parts") or [[]]
        year = next(iter(parts[0]), None) or issued.get("literal") or issued.get("raw")
        books.append(
            _fields(
                "csl",
                item,
                title=item.get("title"),
                year=None if year is None else str(year),
                people=lambda names: [
                    _named((name["family"], str(name.get("given") or "")))
                    if name.get("family")
                    else _person(name["literal"])
                    for name in names
                ],
            )
        )
    return books


def _fields(
    kind: str,
    values: Mapping[str, Any],
    *,
    title: object,
    year: object,
    people: Callable[[Iterable[Any]], list[Person]],
) -> tuple[Edit, ...]:
    """Return the fields of a record that an entry of a format fills."""
    found: dict[str, str | tuple[Person, ...]] = {}
    whole = _line(title)
    if whole:
        parts = _SUBTITLE.split(whole, maxsplit=1)
        found["title"] = parts[0].strip() or whole
        if parts[0].strip() and len(parts) == 2 and parts[1].strip():
            found["subtitle"] = parts[1].strip()
    for key, field in _PEOPLE[kind].items():
        named = tuple(one for one in people(values.get(key) or ()) if one.name)
        if named:
            found[field] = (*found.get(field, ()), *named)
    for key, field in _PLAIN[kind].items():
        text = _line(values.get(key))
        if text and field not in found and (field != "language" or _TAG.fullmatch(text)):
            found[field] = text
    dated = _YEAR.search(_line(year))
    if dated:
        found["year"] = dated[0]
    return tuple(Edit(field, value) for field, value in found.items())


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _person(name: str) -> Person:
    """Return a person by a name as it is written, ``Li, Jiagu`` the way round that it is said."""
    family, comma, given = name.partition(",")
    return _named((family, given)) if comma else Person(_line(name))


def _named(parts: tuple[str, str]) -> Person:
    """Return a person by family and given name, in the order of the name's own script."""
    family, given = (_line(part) for part in parts)
    if has_han(family):
        return Person(f"{family}{given}")
    return Person(f"{given} {family}".strip())
