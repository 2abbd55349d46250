"""The JSON forms of what the command line gives out: the contract with other programs.

Every function returns values that ``json.dumps`` takes as they are, with their keys
in the order of the contract. Seconds are rounded to a tenth of a millisecond.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rag.types.answers import Answer, Citation, CitedNote, Hit
    from rag.types.book import Book, BookRecord, ContentsEntry, Correction, Footnote, Place, Problem
    from rag.types.events import Event
    from rag.types.reports import Added, BookSummary

# What JSON may carry raw and a terminal, or a program that reads line by line, would
# stumble over: C1 controls, line and paragraph separators, marks of writing direction.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def one_line(value: object) -> str:
    r"""Return a value as JSON on one line; Chinese stays legible, controls are escaped.

    A lone surrogate, which no UTF-8 can carry, is escaped too (``\udc80``).
    """
    text = json.dumps(value, ensure_ascii=False)
    text = _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def answer_json(
    answer: Answer, records: Mapping[str, BookRecord] | None = None
) -> dict[str, object]:
    """Return an answer; ``records`` (by book id) name the books of its nearest places."""
    known = dict(records or {})
    return {
        "question": answer.question,
        "language": str(answer.language),
        "status": answer.status,
        "mode": answer.mode,
        "text": answer.text,
        "sentences": [
            {
                "text": sentence.text,
                "citations": list(sentence.citations),
                "verdict": str(sentence.verdict),
            }
            for sentence in answer.sentences
        ],
        "citations": [_citation(citation) for citation in answer.citations],
        "seconds": {
            "retrieve": round(answer.seconds.retrieve, 4),
            "answer": round(answer.seconds.answer, 4),
            "total": round(answer.seconds.total, 4),
        },
        "nearest": [hit_json(hit, known.get(hit.passage.book_id)) for hit in answer.nearest],
        "notice": answer.notice or None,
        "model": answer.model or None,
    }


def hit_json(hit: Hit, record: BookRecord | None) -> dict[str, object]:
    """Return a found passage; without its book's record, the book is its id alone."""
    book = {"id": hit.passage.book_id} if record is None else _book(record)
    return {
        "passage_id": hit.passage.id,
        "text": hit.passage.text,
        "book": book,
        **_place(hit.place),
        "match": str(hit.match),
        "notes": list(hit.place.notes),
    }


def found_json(
    query: str, hits: Iterable[Hit], records: Mapping[str, BookRecord]
) -> dict[str, object]:
    """Return what a lookup found, best first."""
    return {
        "query": query,
        "hits": [hit_json(hit, records.get(hit.passage.book_id)) for hit in hits],
    }


def chronology_json(events: Iterable[Event]) -> dict[str, object]:
    """Return dated events in their order.

    A ``date``, and ``to``, the end of a range, is ``1937-07-07``, ``1937-07``, ``1937``, or
    ``1930s`` for a decade; ``written`` is how the sentence has it, ``inferred`` whether a
    part of it is taken over from what stands before.
    """
    return {"events": [_event(event) for event in events]}


def added_json(added: Added) -> dict[str, object]:
    """Return what came of adding one file."""
    return {
        "id": added.id,
        "title": added.title,
        "status": added.status,
        "replaced_title": added.replaced_title,
        "pages": added.pages,
        "sections": added.sections,
        "passages": added.passages,
        "footnotes": added.footnotes,
        "problems": _problems(added.problems),
        "seconds": round(added.seconds, 4),
        "pages_per_second": round(added.pages_per_second, 4),
    }


def pages_json(book: Book) -> list[dict[str, object]]:
    """Return the page map: every page in reading order, with its text and footnotes."""
    notes: dict[int, list[Footnote]] = {}
    for note in book.footnotes:
        notes.setdefault(note.page, []).append(note)
    return [
        {
            "index": page.index,
            "label": page.label,
            "status": str(page.status),
            "part": page.part,
            "chapter": page.chapter,
            "section": page.section,
            "text": book.text[page.start : page.end],
            "notes": [
                _note(note.mark, book.text[note.start : note.end], page.label)
                for note in notes.get(page.index, ())
            ],
        }
        for page in book.pages
    ]


def summary_json(summary: BookSummary) -> dict[str, object]:
    """Return what the library says of one of its books."""
    record = summary.record
    return {
        "id": record.id,
        "title": record.title,
        "subtitle": record.subtitle,
        "authors": [author.name for author in record.authors],
        "kind": str(record.kind),
        "pages": summary.pages,
        "sections": summary.sections,
        "passages": summary.passages,
        "footnotes": summary.footnotes,
        "contents": [_entry(entry) for entry in summary.contents],
        "problems": _problems(summary.problems),
        "corrections": [_correction(correction) for correction in summary.corrections],
    }


def _correction(correction: Correction) -> dict[str, object]:
    """Return a correction as ``book.toml`` has it."""
    if correction.shift is None:
        return {"index": correction.first, "label": correction.label}
    return {"offset": correction.shift, "from": correction.first, "to": correction.last}


def _book(record: BookRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "title": record.title,
        "authors": [author.name for author in record.authors],
        "kind": str(record.kind),
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "part": place.part,
        "chapter": place.chapter,
        "section": place.section,
        "pages": list(place.pages),
        "page_status": str(place.status),
    }


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "n": citation.n,
        "book": _book(citation.record),
        **_place(citation.place),
        "quote": citation.quote,
        "translation": citation.translation,
        "passage_id": citation.passage_id,
        "footnotes": [_cited_note(note) for note in citation.footnotes],
        "formatted": citation.formatted,
        "notes": list(citation.place.notes),
    }


def _event(event: Event) -> dict[str, object]:
    cited = _citation(event.citation)
    return {
        "date": event.date,
        "to": str(event.until) if event.until else None,
        "inferred": event.inferred,
        "written": event.written,
        "text": cited["quote"],
        **{key: value for key, value in cited.items() if key not in ("n", "quote", "translation")},
    }


def _cited_note(note: CitedNote) -> dict[str, object]:
    return _note(note.mark, note.text, note.page)


def _note(mark: str, text: str, page: str | None) -> dict[str, object]:
    return {"mark": mark, "text": text, "page": page}


def _entry(entry: ContentsEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "title": entry.title,
        "level": entry.level,
        "page": entry.page,
    }


def _problems(problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [
        {"kind": problem.kind, "page": problem.page, "text": problem.text} for problem in problems
    ]
