"""Records and answers as the library keeps them, whole, and hands them from process to process."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter

from rag.types.answers import Answer
from rag.types.book import BookRecord, Person


def json_of_record(record: BookRecord) -> str:
    """Return a record as JSON."""
    return json.dumps(_records().dump_python(record), ensure_ascii=False)


@lru_cache(maxsize=64)
def record_of(written: str) -> BookRecord:
    """Return the record that ``json_of_record`` wrote, also one of an earlier version."""
    return _records().validate_python(json.loads(written))


def json_of_value(value: str | tuple[Person, ...] | None) -> str:
    """Return the value of a field of a record as JSON."""
    return json.dumps(_values().dump_python(value), ensure_ascii=False)


def value_of(written: str) -> str | tuple[Person, ...] | None:
    """Return the value that ``json_of_value`` wrote."""
    return _values().validate_python(json.loads(written))


def json_of_answer(answer: Answer) -> str:
    """Return an answer as JSON, whole, with the records of its books but for their contents.

    A record is a text of JSON within it.
    """
    value: dict[str, Any] = _answers().dump_python(answer)
    for citation, written in zip(answer.citations, value["citations"], strict=True):
        bare = replace(citation.record, contents=(), aliases=(), corrections=())
        written["record"] = json_of_record(bare)
    return json.dumps(value, ensure_ascii=False)


def answer_of(written: str) -> Answer:
    """Return the answer that ``json_of_answer`` wrote, also one of an earlier version."""
    value: dict[str, Any] = json.loads(written)
    for citation in value["citations"]:
        citation["record"] = json.loads(citation["record"])
    return _answers().validate_python(value)


@cache
def _records() -> TypeAdapter[BookRecord]:
    return TypeAdapter(BookRecord)


@cache
def _values() -> TypeAdapter[str | tuple[Person, ...] | None]:
    return TypeAdapter(str | tuple[Person, ...] | None)


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
