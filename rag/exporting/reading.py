"""Answers and lookups read back from the JSON that the command line writes; pure.

The form is that of ``rag.types.forms``. It is read strictly: what is not of it is refused with
the line it stands on, and nothing is guessed.
"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from rag.types import (
    Answer,
    BookRecord,
    Citation,
    CitedNote,
    ExportError,
    Hit,
    Language,
    Match,
    PageStatus,
    Passage,
    PassageKind,
    Person,
    Place,
    Seconds,
    Sentence,
    TextKind,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUND = "found"
"""The mode of an answer that was looked up rather than asked."""
DATED = "dated"
"""The mode of an answer that is what books date to one time."""

_KINDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    list: "a list",
    dict: "an object",
}


def read_answers(text: str, pick: Sequence[int] = ()) -> list[Answer]:
    """Return the answers of ``rag ask --json`` or lookups of ``rag find --json``.

    One JSON value (an answer, a lookup, or a list of them) or one a line. A chronology of
    ``rag chronology --json`` gives an answer a date, its events the sentences. ``pick`` are
    the numbers, from 1, of those wanted, in the order wanted; others are not looked at. A
    book's record has no more than the JSON says of it. Raises ExportError.
    """
    values = [part for value in _values(text) for part in _by_date(value)]
    return [
        _answer(value, number)
        for value, number in zip(picked(values, pick), pick or count(1), strict=False)
    ]


def picked(values: Sequence[Any], pick: Sequence[int]) -> list[Any]:
    """Return the values of some numbers, from 1; all where none is given; ExportError."""
    beyond = [number for number in pick if not 1 <= number <= len(values)]
    if beyond:
        raise ExportError(f"There is no answer {beyond[0]} to pick: there are {len(values)}.")
    return [values[number - 1] for number in pick] or list(values)


def lookup(query: str, hits: Sequence[tuple[Hit, BookRecord]], language: Language) -> Answer:
    """Return what words were found in as an answer: each passage quoted, with its place."""
    citations = tuple(
        Citation(
            n=number,
            record=record,
            place=hit.place,
            quote=hit.passage.text,
            passage_id=hit.passage.id,
            start=hit.passage.start,
            end=hit.passage.end,
        )
        for number, (hit, record) in enumerate(hits, start=1)
    )
    return _of_citations(query, language, FOUND, citations)


def _of_citations(
    question: str, language: Language, mode: str, citations: tuple[Citation, ...]
) -> Answer:
    """Return an answer that is its quotations, each a sentence."""
    return Answer(
        question=question,
        language=language,
        status="answered" if citations else "not_found",
        mode=mode,
        text="",
        sentences=tuple(
            Sentence(citation.quote, (citation.n,), Verdict.SUPPORTED) for citation in citations
        ),
        citations=citations,
        seconds=Seconds(0.0, 0.0, 0.0),
    )


def _values(text: str) -> list[Any]:
    """Return the values of one JSON text, or of one a line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.split("\n") if line.strip()]
        try:
            values = [json.loads(line) for line in lines]
        except (ValueError, RecursionError) as error:
            raise ExportError(
                "The answers are not JSON; give what 'rag ask', 'rag find' or 'rag chronology' "
                "wrote with --json."
            ) from error
    else:
        values = whole if isinstance(whole, list) else [whole]
    if not values:
        raise ExportError("There are no answers to export; ask something first.")
    return values


def _by_date(value: object) -> list[object]:
    """Return a value itself, or, of a chronology, its events put together by their date."""
    if not isinstance(value, dict) or not isinstance(value.get("events"), list):
        return [value]
    times: dict[str, list[object]] = {}
    for event in value["events"]:
        date, to = (event.get("date"), event.get("to")) if isinstance(event, dict) else ("", None)
        times.setdefault(f"{date}–{to}" if to else f"{date}", []).append(event)
    if not times:
        raise ExportError("The chronology holds no events to export; widen its years.")
    return [{"date": time, "events": events} for time, events in times.items()]


class _Value:
    """A JSON object with where it stands, read key by key; what does not fit is refused."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise ExportError(f"{where} is not what 'rag ask --json' writes: an object is needed.")
        self._value: dict[str, Any] = value
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def get(self, key: str, kind: type, default: Any = ...) -> Any:  # noqa: ANN401 - of the kind
        """Return the value of a key; ExportError where it is absent or of another kind."""
        value = self._value.get(key, default)
        if value is default and default is not ...:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise ExportError(f"{self.where}: '{key}' is not {_KINDS[kind]}; export it anew.")
        return value

    def text(self, key: str) -> str | None:
        """Return a text that may be null or absent."""
        value: str | None = self._value.get(key)
        return None if value is None else self.get(key, str)

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:  # noqa: ANN401 - as above
        """Return a list of texts."""
        values = self.get(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise ExportError(f"{self.where}: '{key}' holds more than text; export it anew.")
        return tuple(values)

    def each(self, key: str, default: Any = ...) -> list[_Value]:  # noqa: ANN401 - as above
        """Return a list of objects."""
        values = self.get(key, list, default)
        return [_Value(value, f"{self.where}, '{key}' {n}") for n, value in enumerate(values, 1)]

    def one_of(self, key: str, kind: Any) -> Any:  # noqa: ANN401 - an enumeration and a member
        """Return a member of an enumeration; ExportError for a word that is not of it."""
        word = self.get(key, str)
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(kind)
            raise ExportError(f"{self.where}: '{key}' is not one of {known}.") from None


def _answer(value: object, number: int) -> Answer:
    read = _Value(value, f"Answer {number}")
    if "error" in read:
        raise ExportError(
            f"Answer {number} is a question that failed ({read.get('error', str)}); take it out, "
            "or choose others with --pick."
        )
    if "query" in read:
        hits = [_hit(item) for item in read.each("hits")]
        return lookup(read.get("query", str), hits, Language.ZH)
    if "events" in read:
        return _dated(read)
    status, mode = read.get("status", str), read.get("mode", str)
    if status not in ("answered", "not_found") or mode not in ("quoted", "composed", FOUND, DATED):
        raise ExportError(f"{read.where}: status or mode is not of an answer; export it anew.")
    return Answer(
        question=read.get("question", str),
        language=read.one_of("language", Language),
        status=status,
        mode=mode,
        text=read.get("text", str),
        sentences=tuple(_sentence(item) for item in read.each("sentences")),
        citations=tuple(_citation(item) for item in read.each("citations")),
        seconds=Seconds(0.0, 0.0, 0.0),
        nearest=tuple(_hit(item)[0] for item in read.each("nearest", [])),
        notice=read.text("notice") or "",
        model=read.text("model") or "",
    )


def _dated(read: _Value) -> Answer:
    citations = tuple(
        _citation(event, number, "text") for number, event in enumerate(read.each("events"), 1)
    )
    return _of_citations(read.get("date", str), Language.ZH, DATED, citations)


def _sentence(read: _Value) -> Sentence:
    numbers = read.get("citations", list)
    if not all(isinstance(number, int) for number in numbers):
        raise ExportError(f"{read.where}: 'citations' holds more than numbers; export it anew.")
    return Sentence(read.get("text", str), tuple(numbers), read.one_of("verdict", Verdict))


def _citation(read: _Value, number: int | None = None, quote: str = "quote") -> Citation:
    """Return a citation; an event has no number of its own, and its quotation as ``text``."""
    return Citation(
        n=read.get("n", int) if number is None else number,
        record=_record(read),
        place=_place(read),
        quote=read.get(quote, str),
        passage_id=read.text("passage_id"),
        start=None,
        end=None,
        footnotes=tuple(
            CitedNote(note.get("mark", str), note.get("text", str), note.text("page"))
            for note in read.each("footnotes", [])
        ),
        formatted=read.text("formatted") or "",
        translation=read.text("translation") or None,
    )


def _hit(read: _Value) -> tuple[Hit, BookRecord]:
    record, text = _record(read), read.get("text", str)
    passage_id = read.get("passage_id", str)
    passage = Passage(passage_id, record.id, PassageKind.TEXT, 0, 0, len(text), text)
    return Hit(passage, _place(read), read.one_of("match", Match), 0.0), record


def _place(read: _Value) -> Place:
    return Place(
        part=read.text("part"),
        chapter=read.text("chapter"),
        section=read.text("section"),
        pages=read.texts("pages"),
        status=read.one_of("page_status", PageStatus),
        notes=read.texts("notes", ()),
    )


def _record(read: _Value) -> BookRecord:
    """Return what is said of a book here as its record."""
    book = _Value(read.get("book", dict), f"{read.where}, 'book'")
    identifier = book.get("id", str)
    kind = book.one_of("kind", TextKind) if "kind" in book else TextKind.BOOK
    return BookRecord(
        id=identifier,
        title=book.text("title") or identifier,
        authors=tuple(Person(name) for name in book.texts("authors", ())),
        kind=kind,
    )
