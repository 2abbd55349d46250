"""``book.toml`` -> BookRecord. Unknown keys are refused, so that a misspelt one is seen."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from rag.types import BookRecord, ContentsEntry, Correction, Person, RecordError, TextKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_STRINGS = ("title", "subtitle", "title_short", "publisher", "place", "year", "edition", "isbn",
            "series", "language")  # fmt: skip
_PEOPLE = ("authors", "translators", "editors")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def read_record(path: Path) -> BookRecord:
    """Return the record that a ``book.toml`` holds; ``kind`` is that of the text it speaks of.

    Raises RecordError, naming the key, where a key is unknown, missing or of the wrong type.
    """
    return _read(path)[0]


def record_for(path: Path, text: Path) -> BookRecord:
    """Return the record of a folder's ``book.toml`` as it holds for one text file.

    A ``kind`` and corrections of pages speak of the file that the key ``text`` names; any
    other text under the same record is the book itself, with pages of its own.
    """
    record, named = _read(path)
    if named is not None and named != text.name:
        return replace(record, kind=TextKind.BOOK, corrections=())
    return record


def _read(path: Path) -> tuple[BookRecord, str | None]:
    # What tells encodings apart takes longer to import than all else that opens a library.
    from rag.reading.files import read_bytes  # noqa: PLC0415 -- as said

    name = path.name
    try:
        data = tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RecordError(f"{name} is not in UTF-8; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise RecordError(f"{name} is not valid TOML: {error}.") from None
    _refuse_unknown(data, ("book", "contents", "aliases", "pages"), name, "")
    book = data.get("book")
    if not _is_table(book):
        raise RecordError(f"{name} lacks the table [book].")
    _refuse_unknown(book, ("id", "kind", "text", *_STRINGS, *_PEOPLE), name, "book.")
    identity = _string(book, "id", name, "book.")
    if identity is None or not _ID.fullmatch(identity):
        raise RecordError(
            f"{name}: book.id must be lower-case Latin letters, digits, dots and dashes."
        )
    strings = {key: _string(book, key, name, "book.") for key in _STRINGS}
    title = strings.pop("title")
    if title is None:
        raise RecordError(f"{name} lacks the key book.title.")
    kind = _string(book, "kind", name, "book.") or TextKind.BOOK.value
    if kind not in set(TextKind):
        raise RecordError(f'{name}: book.kind must be "book" or "notes".')
    authors, translators, editors = (_people(book, key, name) for key in _PEOPLE)
    record = BookRecord(
        id=identity,
        title=title,
        authors=authors,
        translators=translators,
        editors=editors,
        kind=TextKind(kind),
        contents=_contents(data, name),
        aliases=_aliases(data, name),
        corrections=_corrections(data, name),
        subtitle=strings["subtitle"],
        title_short=strings["title_short"],
        publisher=strings["publisher"],
        place=strings["place"],
        year=strings["year"],
        edition=strings["edition"],
        isbn=strings["isbn"],
        series=strings["series"],
        language=strings["language"],
    )
    return record, _string(book, "text", name, "book.")


def _is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def _refuse_unknown(
    table: Mapping[str, object], known: tuple[str, ...], name: str, where: str
) -> None:
    for key in table:
        if key not in known:
            raise RecordError(f"{name} has an unknown key {where}{key}.")


def _string(table: Mapping[str, object], key: str, name: str, where: str) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and key in {"year", "page", "number"}:
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise RecordError(f"{name}: {where}{key} must be text in quotation marks, and not empty.")
    return value.strip()


def _tables(data: Mapping[str, object], key: str, name: str) -> list[Mapping[str, object]]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise RecordError(f"{name}: {key} must be written as [[{key}]].")
    tables = [item for item in value if _is_table(item)]
    if len(tables) != len(value):
        raise RecordError(f"{name}: {key} must be written as [[{key}]].")
    return tables


def _people(book: Mapping[str, object], key: str, name: str) -> tuple[Person, ...]:
    value = book.get(key, [])
    wrong = RecordError(f"{name}: book.{key} must be a list of names or of {{name, latin}}.")
    if not isinstance(value, list):
        raise wrong
    people = []
    for item in value:
        if isinstance(item, str) and item.strip():
            people.append(Person(item.strip()))
        elif _is_table(item):
            _refuse_unknown(item, ("name", "latin"), name, f"book.{key}.")
            given = _string(item, "name", name, f"book.{key}.")
            if given is None:
                raise wrong
            people.append(Person(given, _string(item, "latin", name, f"book.{key}.")))
        else:
            raise wrong
    return tuple(people)


def _contents(data: Mapping[str, object], name: str) -> tuple[ContentsEntry, ...]:
    entries = []
    for table in _tables(data, "contents", name):
        _refuse_unknown(table, ("number", "title", "level", "page"), name, "contents.")
        title = _string(table, "title", name, "contents.")
        if title is None:
            raise RecordError(f"{name}: an entry of contents lacks its title.")
        level = table.get("level", 1)
        if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= 6:
            raise RecordError(f"{name}: contents.level must be a number from 1 to 6.")
        number = _string(table, "number", name, "contents.")
        entries.append(
            ContentsEntry(number, title, level, _string(table, "page", name, "contents."))
        )
    return tuple(entries)


def _aliases(data: Mapping[str, object], name: str) -> tuple[tuple[str, ...], ...]:
    groups = []
    for table in _tables(data, "aliases", name):
        _refuse_unknown(table, ("names",), name, "aliases.")
        names = table.get("names")
        if not isinstance(names, list) or not names:
            raise RecordError(f"{name}: aliases.names must be a list of names.")
        group = tuple(item.strip() for item in names if isinstance(item, str) and item.strip())
        if len(group) != len(names):
            raise RecordError(f"{name}: aliases.names must be a list of names.")
        groups.append(group)
    return tuple(groups)


def _corrections(data: Mapping[str, object], name: str) -> tuple[Correction, ...]:
    corrections = []
    for table in _tables(data, "pages", name):
        _refuse_unknown(table, ("index", "label", "offset", "from", "to"), name, "pages.")
        numbers = {key: _whole(table, key, name) for key in ("index", "offset", "from", "to")}
        label = table.get("label")
        if isinstance(label, int) and not isinstance(label, bool):
            label = str(label)
        sets = numbers["index"] is not None and isinstance(label, str)
        shifts = numbers["offset"] is not None
        wanted = {"index", "label"} if sets else {"offset", "from", "to"}
        if sets == shifts or not wanted >= table.keys():
            raise RecordError(
                f"{name}: an entry of pages has index and label, or offset with from and to."
            )
        if isinstance(label, str):
            label = None if label.strip() in ("", "-") else label.strip()
            corrections.append(Correction(first=numbers["index"], label=label))
        else:
            first, last = numbers["from"], numbers["to"]
            corrections.append(Correction(first=first, last=last, shift=numbers["offset"]))
    return tuple(corrections)


def _whole(table: Mapping[str, object], key: str, name: str) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or (key != "offset" and value < 0):
        raise RecordError(f"{name}: pages.{key} must be a whole number.")
    return value
