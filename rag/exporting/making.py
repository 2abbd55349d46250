"""Answers to the bytes of each format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.citing import Cited, format_citation
from rag.exporting.cards import Card, to_anki
from rag.exporting.documents import to_docx, to_html, to_latex, to_markdown, to_pdf, to_text
from rag.exporting.managers import (
    Reference,
    to_bibtex,
    to_csl_json,
    to_endnote,
    to_noteexpress,
    to_ris,
)
from rag.exporting.sound import one_line, sounded
from rag.exporting.tables import to_csv
from rag.exporting.writing import how_made, translation_mark, verdict_mark, where, write
from rag.language.catalog import say
from rag.types import ExportError, ReportKind, Verdict, quotations, translation_of
from rag.types.forms import AnswerForm
from rag.types.forms import one_line as json_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from rag.exporting.paper import Paper
    from rag.types import Answer, BookRecord, Citation, Language, Remark, Sentence

_PAPERS: Mapping[str, Callable[[Paper], bytes]] = {
    "docx": to_docx,
    "pdf": to_pdf,
    "html": to_html,
    "md": to_markdown,
    "tex": to_latex,
    "txt": to_text,
}
_REFERENCES: Mapping[str, Callable[[Sequence[Reference]], bytes]] = {
    "ris": to_ris,
    "bib": to_bibtex,
    "csl-json": to_csl_json,
    "enw": to_endnote,
    "noteexpress": to_noteexpress,
}


def make(
    answers: Sequence[Answer],
    name: str,
    day: date,
    *,
    style: str | None,
    language: Language,
    records: Mapping[str, BookRecord],
) -> bytes:
    """Return answers in a format by its name; as ``rag.exporting.formats.export``.

    What asked nothing of a book is left out.
    """
    answers = [current(answer, records) for answer in answers if answer.status != "aside"]
    answers = [replace(answer, remarks=complaints(answer)) for answer in answers]
    if not answers:
        raise ExportError("Nothing was asked of a book here, so there is nothing to export.")
    if name == "json":
        lines = ",\n".join(json_line(AnswerForm.of(answer, records)) for answer in answers)
        return f"[{lines}]\n".encode()
    answers = [sounded(answer) for answer in answers]
    if name in _PAPERS:
        return _PAPERS[name](write(answers, day, style=style, language=language, records=records))
    if name in _REFERENCES:
        return _REFERENCES[name](references(answers, language))
    if name == "csv":
        return to_csv(formatted(answers, style, language))
    if name == "apkg":
        return to_anki(cards(answers, style, language), language)
    raise ExportError(f"There is no format {name}.")


def complaints(answer: Answer) -> tuple[Remark, ...]:
    """Return what was reported of an answer; that it helped is no matter of a document's."""
    return tuple(one for one in answer.remarks if one.kind is not ReportKind.HELPFUL)


def current(answer: Answer, records: Mapping[str, BookRecord]) -> Answer:
    """Return an answer whose citations have the records of books as they are now.

    A record may have been completed since the answer was given; one that is gone stays. Of
    a record's contents nothing is needed in a citation.
    """

    def record(citation: Citation) -> BookRecord:
        known = records.get(citation.record.id)
        chosen = known if known and known.kind is citation.record.kind else citation.record
        return replace(chosen, contents=(), aliases=(), corrections=())

    citations = tuple(replace(citation, record=record(citation)) for citation in answer.citations)
    return replace(answer, citations=citations)


def references(answers: Sequence[Answer], language: Language) -> list[Reference]:
    """Return the cited books in the order of their first citation, with what was cited."""
    notes: dict[BookRecord, dict[str, None]] = {}
    for answer in answers:
        for citation in answer.citations:
            place = where(citation.place, language)
            text = say("documents.quotation", language, text=one_line(citation.quote))
            note = say("documents.labelled", language, label=place, text=text)
            notes.setdefault(citation.record, {}).setdefault(note)
    if not notes:
        raise ExportError("These answers cite no book, so there is no reference to export.")
    return [Reference(record, tuple(lines)) for record, lines in notes.items()]


def formatted(answers: Sequence[Answer], style: str | None, language: Language) -> list[Answer]:
    """Return answers whose citations are each written in full, in a style."""
    written: dict[Cited, str] = {}

    def in_style(citation: Citation) -> Citation:
        one = Cited(citation.record, citation.place)
        if one not in written:
            written[one] = one_line(format_citation(one.record, one.place, style, language))
        return replace(citation, formatted=written[one])

    return [replace(answer, citations=tuple(map(in_style, answer.citations))) for answer in answers]


def cards(answers: Sequence[Answer], style: str | None, language: Language) -> list[Card]:
    """Return a card an answer; each stands alone, so each citation is given in full."""
    return [_card(answer, language) for answer in formatted(answers, style, language)]


def _card(answer: Answer, language: Language) -> Card:
    said = [say("answers.near", language)] if answer.status == "near" else []
    for sentence, whole in zip(answer.sentences, quotations(answer), strict=True):
        said.append(sentence_text(sentence, language))
        found = translation_of(whole, answer) if whole else None
        if found:
            said.append(f"{translation_mark(found, language)}{one_line(found.text)}")
    if answer.status == "not_found":
        said = [say("documents.not_found", language)]
    cited = dict.fromkeys(citation.formatted for citation in answer.citations)
    return Card(
        question=one_line(answer.question),
        answer=tuple(said or [one_line(answer.text)]),
        citations=(*cited, how_made(answer, language)),
        books=tuple(dict.fromkeys(citation.record.id for citation in answer.citations)),
    )


def sentence_text(sentence: Sentence, language: Language) -> str:
    """Return a sentence with what its check has shown, where that is not support."""
    text = one_line(sentence.text)
    if sentence.verdict is Verdict.SUPPORTED:
        return text
    return f"{text} {verdict_mark(sentence, language)}"
