"""The evidence as a table: one row for each place that a sentence cites; pure."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

from rag.exporting.sound import sound
from rag.language.catalog import reason_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.types import Answer, Citation

COLUMNS = (
    "question",
    "status",
    "mode",
    "model",
    "sentence",
    "answer",
    "verdict",
    "reasons",
    "citation",
    "book",
    "part",
    "chapter",
    "section",
    "pages",
    "page_status",
    "notes",
    "quote",
    "translation",
    "footnotes",
    "formatted",
)
NOTE_COLUMNS = (
    "book",
    "part",
    "chapter",
    "section",
    "pages",
    "page_status",
    "quote",
    "note",
    "standing",
    "created",
    "changed",
    "formatted",
)
_CUT = re.compile(r"[\r\n\x85\u2028\u2029]+")


def to_csv(answers: Sequence[Answer]) -> bytes:
    """Return the evidence as CSV for spreadsheets: UTF-8 with its mark, rows ended by CR LF.

    A cell that a spreadsheet could take for a formula begins with an apostrophe.
    """
    return to_table(COLUMNS, (row for answer in answers for row in _rows(answer)))


def to_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows below their columns as CSV, in the same form."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def notes_to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of ``NOTE_COLUMNS`` as CSV, safe as that of ``to_csv``."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(NOTE_COLUMNS)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(answer: Answer) -> Iterator[tuple[str, ...]]:
    head = (answer.question, answer.status, answer.mode, answer.model)
    if not answer.sentences:
        yield (*head, *("" for _ in COLUMNS[len(head) :]))
    by_number = {citation.n: citation for citation in answer.citations}
    for sentence in answer.sentences:
        cited = [by_number[n] for n in sentence.citations if n in by_number]
        reasons = "; ".join(reason_words(sentence, answer.language))
        words = (
            sentence.text[slice(sentence.answer.start, sentence.answer.end)]
            if sentence.answer
            else ""
        )
        said = (sentence.text, words, str(sentence.verdict), reasons)
        if not cited:
            yield (*head, *said, *("" for _ in COLUMNS[len(head) + len(said) :]))
        for citation in cited:
            yield (*head, *said, *_evidence(citation))


def _evidence(citation: Citation) -> tuple[str, ...]:
    place = citation.place
    return (
        str(citation.n),
        citation.record.title,
        place.part or "",
        place.chapter or "",
        place.section or "",
        "–".join(dict.fromkeys((place.pages[0], place.pages[-1]))) if place.pages else "",
        str(place.status),
        " ".join(place.notes),
        citation.quote,
        citation.translation or "",
        " ".join(f"{note.mark} {note.text}" for note in citation.footnotes),
        citation.formatted,
    )


def _cell(text: str) -> str:
    """Return a value that shows as it is written and is never reckoned."""
    value = sound(_CUT.sub(" ", text))
    # What folds to one of these signs in compatibility form (＝, ＋, －, ＠) counts as it.
    first = unicodedata.normalize("NFKC", text.lstrip(" \u3000")[:1])
    return f"'{value}" if first in {"=", "+", "-", "@", "\t", "\r", "\n", "−"} else value
