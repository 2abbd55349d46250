"""Cited books as records that reference managers read: RIS, BibTeX, EndNote, NoteExpress.

Each record is of a book as a whole; the pages that were cited, with their quotations, stand
in its notes. A value is one line, so that no text can begin a field of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from rag.exporting.sound import one_line
from rag.language.text import has_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.types import BookRecord, Person


@dataclass(frozen=True, slots=True)
class Reference:
    """A book that is cited, and what was cited of it, a line a place."""

    record: BookRecord
    notes: tuple[str, ...]


def to_ris(references: Sequence[Reference]) -> bytes:
    """Return records in RIS; the cited pages are in N1, for SP is a book's extent."""
    from rispy import RisWriter  # noqa: PLC0415 - only where RIS is written
    from rispy.config import LIST_TYPE_TAGS, TAG_KEY_MAPPING  # noqa: PLC0415 - likewise

    class Writer(RisWriter):  # type: ignore[misc]  # rispy ships no types
        """Records without the number that rispy puts before each, which is not of RIS."""

        DEFAULT_MAPPING: ClassVar[dict[str, str]] = {**TAG_KEY_MAPPING, "ED": "editors"}
        DEFAULT_LIST_TAGS: ClassVar[list[str]] = [*LIST_TYPE_TAGS, "ED"]

        def set_header(self, count: int) -> str:  # noqa: ARG002 - rispy's own signature
            return ""

    from rispy import dumps  # noqa: PLC0415 - only where RIS is written

    values = [_ris(reference) for reference in references]
    return str(dumps(values, implementation=Writer)).encode() + b"\n"


def _ris(reference: Reference) -> dict[str, Any]:
    record = reference.record
    values = {
        "type_of_reference": "BOOK",
        "authors": _names(record.authors),
        "editors": _names(record.editors),
        "subsidiary_authors": _names(record.translators),
        "title": full_title(record),
        "short_title": _line(record.title_short),
        "secondary_title": _line(record.series),
        "place_published": _line(record.place),
        "publisher": _line(record.publisher),
        "year": _line(record.year),
        "edition": _line(record.edition),
        "issn": _line(record.isbn),
        "language": _line(record.language),
        "notes": list(reference.notes),
    }
    return {key: value for key, value in values.items() if value}


def to_bibtex(references: Sequence[Reference]) -> bytes:
    """Return records in BibTeX, to be read as UTF-8; braces and other signs of TeX are escaped."""
    entries: list[str] = []
    for reference in references:
        record = reference.record
        fields = {
            "author": _bibtex_names(record.authors),
            "editor": _bibtex_names(record.editors),
            "translator": _bibtex_names(record.translators),
            "title": f"{{{_tex(full_title(record))}}}",
            "shorttitle": _tex(_line(record.title_short)),
            "series": _tex(_line(record.series)),
            "address": _tex(_line(record.place)),
            "publisher": _tex(_line(record.publisher)),
            "year": _tex(_line(record.year)),
            "edition": _tex(_line(record.edition)),
            "isbn": _tex(_line(record.isbn)),
            "langid": _tex(_line(record.language)),
            "annote": " ; ".join(_tex(note) for note in reference.notes),
        }
        lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items() if value)
        entries.append(f"@book{{{identifier(record)},\n{lines}}}\n")
    return "\n".join(entries).encode()


def to_endnote(references: Sequence[Reference]) -> bytes:
    """Return records in EndNote's tagged form (``%0 Book``)."""
    records: list[str] = []
    for reference in references:
        record = reference.record
        values = [
            ("0", ["Book"]),
            ("A", _names(record.authors)),
            ("E", _names(record.editors)),
            ("?", _names(record.translators)),
            ("T", [full_title(record)]),
            ("!", [_line(record.title_short)]),
            ("B", [_line(record.series)]),
            ("C", [_line(record.place)]),
            ("I", [_line(record.publisher)]),
            ("D", [_line(record.year)]),
            ("7", [_line(record.edition)]),
            ("@", [_line(record.isbn)]),
            ("G", [_line(record.language)]),
            ("Z", reference.notes),
        ]
        records.append(
            "".join(f"%{tag} {text}\n" for tag, texts in values for text in texts if text)
        )
    return "\n".join(records).encode()


def to_noteexpress(references: Sequence[Reference]) -> bytes:
    """Return records as NoteExpress and CNKI exchange them (``{Author}: 李嘉谷;``)."""
    records: list[str] = []
    for reference in references:
        record = reference.record
        values = [
            ("Reference Type", "Book"),
            ("Author", _listed(record.authors)),
            ("Title", full_title(record)),
            ("Short Title", _line(record.title_short)),
            ("Secondary Author", _listed(record.editors)),
            ("Secondary Title", _line(record.series)),
            ("Subsidiary Author", _listed(record.translators)),
            ("Place Published", _line(record.place)),
            ("Publisher", _line(record.publisher)),
            ("Year", _line(record.year)),
            ("Edition", _line(record.edition)),
            ("ISBN/ISSN", _line(record.isbn)),
            ("Language", _line(record.language)),
            ("Notes", " ".join(reference.notes)),
        ]
        records.append("".join(f"{{{name}}}: {text}\n" for name, text in values if text))
    return "\n".join(records).encode()


def to_csl_json(references: Sequence[Reference]) -> bytes:
    """Return records as CSL-JSON, the list of items that citation processors read."""
    items: list[dict[str, object]] = []
    for reference in references:
        record = reference.record
        year = _line(record.year)
        date = {"date-parts": [[int(year)]]} if year.isascii() and year.isdigit() else None
        values: dict[str, object] = {
            "id": identifier(record),
            "type": "book",
            "title": full_title(record),
            "title-short": _line(record.title_short),
            "author": [{"literal": name} for name in _names(record.authors)],
            "editor": [{"literal": name} for name in _names(record.editors)],
            "translator": [{"literal": name} for name in _names(record.translators)],
            "collection-title": _line(record.series),
            "publisher-place": _line(record.place),
            "publisher": _line(record.publisher),
            "issued": date or ({"literal": year} if year else None),
            "edition": _line(record.edition),
            "ISBN": _line(record.isbn),
            "language": _line(record.language),
            "note": "\n".join(reference.notes),
        }
        items.append({key: value for key, value in values.items() if value})
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


def coins(record: BookRecord) -> str:
    """Return a book as a COinS title: what reference managers look for in a web page."""
    values = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:book"),
        ("rft.genre", "book"),
        ("rft.btitle", full_title(record)),
        *(("rft.au", name) for name in _names(record.authors)),
        ("rft.place", _line(record.place)),
        ("rft.pub", _line(record.publisher)),
        ("rft.date", _line(record.year)),
        ("rft.series", _line(record.series)),
        ("rft.edition", _line(record.edition)),
        ("rft.isbn", _line(record.isbn)),
    ]
    return urlencode([(key, value) for key, value in values if value])


def identifier(record: BookRecord) -> str:
    """Return a key of letters, digits and hyphens for a book, the same at each export."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,63}", record.id):
        return record.id
    digest = hashlib.sha256(record.id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"book-{digest[:12]}"


def full_title(record: BookRecord) -> str:
    """Return title and subtitle, joined as the book's language joins them."""
    title, subtitle = one_line(record.title), _line(record.subtitle)
    if not subtitle:
        return title
    chinese = has_han(title)
    return f"{title}——{subtitle}" if chinese else f"{title}: {subtitle}"


def _line(text: str | None) -> str:
    return one_line(text or "")


def _names(people: Iterable[Person]) -> list[str]:
    return [one_line(person.name) for person in people]


def _listed(people: Iterable[Person]) -> str:
    return "".join(f"{name};" for name in _names(people))


def _bibtex_names(people: Iterable[Person]) -> str:
    # In braces of its own, a name is not parted at its spaces or commas.
    return " and ".join(f"{{{_tex(name)}}}" for name in _names(people))


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def _tex(text: str) -> str:
    """Return text as TeX sets it: its signs escaped, no two of them made one (-- a dash)."""
    escaped = "".join(_TEX.get(character, character) for character in text)
    return re.sub(r"([-'])(?=\1)", r"\1{}", escaped)
