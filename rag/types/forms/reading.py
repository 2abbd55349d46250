"""Answers and lookups read back from the JSON that the command line writes.

They are read strictly: what is not of the form is refused with the answer it stands in, and
nothing is guessed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from rag.types.answers import DATED, FOUND, Answer, Citation, Seconds, Sentence, Verdict
from rag.types.book import Language
from rag.types.errors import ExportError
from rag.types.forms.answers import AnswerForm, ChronologyForm, FoundForm, NamesForm
from rag.types.forms.form import Form, Text
from rag.types.names import NameKind  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types.answers import Hit
    from rag.types.book import BookRecord
    from rag.types.forms.answers import NameForm

F = TypeVar("F", bound=Form)

_KINDS = {
    "is_instance_of": "text",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "model_type": "an object",
    "bool_type": "true or false",
    "float_type": "a number",
}
"""What a value is not, by pydantic's word for the error."""


class _FailedForm(Form):
    """A question that was not answered."""

    error: Text


class _KindForm(NamesForm):
    """The names of an index that are of one kind."""

    kind: NameKind


class _DateForm(ChronologyForm):
    """The events of a chronology that are of one date."""

    date: Text


def read_answers(text: str, pick: Sequence[int] = ()) -> list[Answer]:
    """Return the answers of ``rag ask --json`` or lookups of ``rag find --json``.

    One JSON value (an answer, a lookup, or a list of them) or one a line. A chronology of
    ``rag chronology --json`` gives an answer a date, its events the sentences; an index of
    ``rag index --json`` one a kind of name; a guide of ``rag guide --json`` all of its own.
    ``pick`` are the numbers, from 1, of those wanted, in the order wanted; others are not looked
    at. A book's record has no more than the JSON says of it. Raises ExportError.
    """
    values = [
        part
        for value in _values(text)
        for whole in _of_guide(value)
        for named in _by_kind(whole)
        for part in _by_date(named)
    ]
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


def _by_kind(value: object) -> list[object]:
    """Return a value itself, or, of an index of names, its names put together by their kind."""
    if not isinstance(value, dict) or not isinstance(value.get("names"), list):
        return [value]
    kinds: dict[str, list[object]] = {}
    for name in value["names"]:
        kinds.setdefault(f"{name.get('kind') if isinstance(name, dict) else ''}", []).append(name)
    if not kinds:
        raise ExportError("The index holds no names to export.")
    return [{"kind": kind, "names": names} for kind, names in kinds.items()]


def _of_guide(value: object) -> list[object]:
    """Return a value itself, or, of a study guide, its answers in order."""
    if not isinstance(value, dict) or not isinstance(value.get("chapters"), list):
        return [value]
    answers = [
        answer
        for chapter in value["chapters"]
        for answer in (chapter.get("answers") if isinstance(chapter, dict) else None) or ()
    ]
    if not answers:
        raise ExportError("The study guide holds nothing to export.")
    return answers


def _answer(value: object, number: int) -> Answer:
    """Return what one value holds, by the key that tells which form it is."""
    keys = value.keys() if isinstance(value, dict) else set()
    if "error" in keys:
        failed = _read(_FailedForm, value, number)
        raise ExportError(
            f"Answer {number} is a question that failed ({failed.error}); take it out, "
            "or choose others with --pick."
        )
    if "query" in keys:
        found = _read(FoundForm, value, number)
        hits = ((one.hit(), one.book.record()) for one in found.hits)
        cited = (_cited(n, hit, record) for n, (hit, record) in enumerate(hits, 1))
        return _quoted(found.query, FOUND, tuple(cited))
    if "names" in keys:
        return _index(_read(_KindForm, value, number))
    if "events" in keys:
        dated = _read(_DateForm, value, number)
        events = (one.cite(n, one.book, one.text) for n, one in enumerate(dated.events, 1))
        return _quoted(dated.date, DATED, tuple(events))
    return _read(AnswerForm, value, number).answer()


def _index(found: _KindForm) -> Answer:
    """Return the names of a kind as an answer, each with its pages and its main citation."""
    main = tuple(replace(one.main.citation(), n=n) for n, one in enumerate(found.names, 1))
    answer = _quoted(found.kind, "quoted", main)
    sentences = (
        Sentence(_line(one), (n,), Verdict.SUPPORTED) for n, one in enumerate(found.names, 1)
    )
    return replace(answer, sentences=tuple(sentences))


def _line(one: NameForm) -> str:
    """Return a name with its pages, as an index without words has it: Harwick 3, 1, 4."""
    also = f" ({', '.join(one.also)})" if one.also else ""
    labels = [
        " ".join(filter(None, (page.part, page.pages[0]))) for page in one.index if page.pages
    ]
    return f"{one.name}{also} {', '.join(dict.fromkeys(labels))}".strip()


def _cited(n: int, hit: Hit, record: BookRecord) -> Citation:
    """Return a hit as a citation of the whole passage."""
    passage = hit.passage
    start, end = passage.start, passage.end
    return Citation(n, record, hit.place, passage.text, passage.id, start, end)


def _quoted(question: str, mode: str, citations: tuple[Citation, ...]) -> Answer:
    """Return an answer that is its quotations, each a sentence."""
    return Answer(
        question=question,
        language=Language.ZH,
        status="answered" if citations else "not_found",
        mode=mode,
        text="",
        sentences=tuple(Sentence(one.quote, (one.n,), Verdict.SUPPORTED) for one in citations),
        citations=citations,
        seconds=Seconds(0.0, 0.0, 0.0),
    )


def _read(kind: type[F], value: object, number: int) -> F:
    """Return a value of a form; ExportError with the first thing in it that is not of the form."""
    try:
        return kind.read(value)
    except ValidationError as error:
        raise ExportError(_sentence(error, number)) from None


def _sentence(refused: ValidationError, number: int) -> str:
    """Return where something is not of the form and what it is not, in one sentence."""
    error = refused.errors()[0]
    steps = [f"Answer {number}"]
    for step in error["loc"]:
        if isinstance(step, int):
            steps[-1] += f" {step + 1}"
        else:
            steps.append(f"'{step}'")
    if error["type"] == "model_type" and not steps[-1].endswith("'"):
        return f"{', '.join(steps)} is not what 'rag ask --json' writes: an object is needed."
    *where, what = steps
    place = ", ".join(where)
    if error["type"] == "missing":
        return f"{place}: {what} is missing; export it anew."
    if "expected" in error.get("ctx", {}):
        return f"{place}: {what} is not {error['ctx']['expected']}; export it anew."
    kind = _KINDS.get(error["type"], "of its kind")
    return f"{place}: {what} is not {kind}; export it anew."
