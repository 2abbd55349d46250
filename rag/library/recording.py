"""Records as a person edits them: what he says of their fields, over what was read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.types import CorrectionError, Edit, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.types import BookRecord

PEOPLE = ("authors", "translators", "editors")
"""The fields that hold persons."""
FIELDS = ("title", "subtitle", "title_short", *PEOPLE, "publisher", "place", "year", "edition",
          "isbn", "series", "language")  # fmt: skip
"""The fields of a record that a person may edit, in the order in which they are shown."""

LONGEST = 400
"""Characters that a value may have."""
MOST_PEOPLE = 40

# The country of a foreigner stands before his name in brackets of its own: [美] 费正清.
_PERSON = re.compile(r"(?P<name>(?:\[[^\[\]]{1,8}\])?[^\[\]]+?)\s*(?:\[(?P<latin>[^\[\]]+)\])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")


def edited(record: BookRecord, edits: Iterable[Edit]) -> BookRecord:
    """Return a record with its fields as edited; a field that no record has is passed over."""
    values: dict[str, Any] = {edit.field: edit.value for edit in edits if edit.field in FIELDS}
    return replace(record, **values) if values else record


def edit_of(field: str, text: str) -> Edit:
    """Return what a text says of a field; CorrectionError where it cannot be said of it.

    Nothing is: nothing is known. Persons have semicolons between them, and each may have its
    Latin spelling in brackets: ``李嘉谷 [Li Jiagu]; 王平``.
    """
    if field not in FIELDS:
        raise CorrectionError(
            f"A record has no field {field[:LONGEST]!r} to be edited; it has {', '.join(FIELDS)}."
        )
    written = " ".join(text.split())
    if len(written) > LONGEST or not written.isprintable():
        raise CorrectionError(
            f"The {_named(field)} must be one line of at most {LONGEST} characters."
        )
    if field in PEOPLE:
        return Edit(field, _people(field, written))
    if field == "title" and not written:
        raise CorrectionError("A book needs a title.")
    if field == "language" and written and not _LANGUAGE.fullmatch(written):
        raise CorrectionError("A language is a tag such as zh, zh-Hant, en or ru.")
    return Edit(field, written or None)


def text_of(value: str | Sequence[Person] | None) -> str:
    """Return the value of a field as ``edit_of`` reads it."""
    if value is None or isinstance(value, str):
        return value or ""
    return "; ".join(f"{one.name} [{one.latin}]" if one.latin else one.name for one in value)


def revised_record(
    read: BookRecord, earlier: Iterable[Edit], new: Iterable[Edit]
) -> tuple[Edit, ...]:
    """Return the earlier edits of a record, as it was read, with new ones in place of theirs.

    What says no other than was read is no edit.
    """
    values = {edit.field: edit for edit in (*earlier, *new)}
    return tuple(edit for edit in values.values() if getattr(read, edit.field) != edit.value)


def _people(field: str, written: str) -> tuple[Person, ...]:
    people = []
    for part in re.split("[;；]", written):
        if not part.strip():
            continue
        person = _PERSON.fullmatch(part.strip())
        if person is None:
            raise CorrectionError(
                f"The {_named(field)} are names with semicolons between them, each with a Latin "
                "spelling in brackets where there is one: 李嘉谷 [Li Jiagu]; 王平."
            )
        latin = (person["latin"] or "").strip()
        people.append(Person(person["name"].strip(), latin or None))
    if len(people) > MOST_PEOPLE:
        raise CorrectionError(f"A record names at most {MOST_PEOPLE} {_named(field)}.")
    return tuple(people)


def _named(field: str) -> str:
    return field.replace("_", " ")
