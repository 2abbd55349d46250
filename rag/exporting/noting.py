"""A reader's notes to the bytes of each format: the book's words with their citations, then his."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.citing import format_citation
from rag.exporting.cards import Card, to_anki
from rag.exporting.making import make
from rag.exporting.sound import one_line, sounded
from rag.exporting.tables import notes_to_csv
from rag.exporting.writing import where
from rag.language.catalog import say
from rag.types import NOTED, Answer, Citation, Seconds, Sentence, Verdict
from rag.types.forms import OwnNoteForm
from rag.types.forms import one_line as json_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rag.library.keeping import PlacedNote
    from rag.types import Language


def make_notes(
    notes: Sequence[PlacedNote],
    name: str,
    day: date,
    *,
    style: str | None,
    language: Language,
) -> bytes:
    """Return notes in a format by its name; as ``rag.exporting.formats.export_notes``."""
    if name == "json":
        records = {one.record.id: one.record for one in notes if one.record}
        lines = ",\n".join(json_line(OwnNoteForm.of(one, records)) for one in notes)
        return f"[{lines}]\n".encode()
    notes = [sounded(one) for one in notes]
    if name == "csv":
        return notes_to_csv(_row(one, style, language) for one in notes)
    if name == "apkg":
        return to_anki([_card(one, style, language) for one in notes], language)
    records = {one.record.id: one.record for one in notes if one.record}
    answers = list(_chapters(notes, language))
    return make(answers, name, day, style=style, language=language, records=records)


def _chapters(notes: Sequence[PlacedNote], language: Language) -> Iterator[Answer]:
    """Yield an answer a chapter that has notes, and one of those whose words are lost, last."""
    groups: dict[tuple[bool, str], list[PlacedNote]] = {}
    for one in notes:
        key = one.place is None, _heading(one, language)
        groups.setdefault(key, []).append(one)
    for (_, heading), group in sorted(groups.items(), key=lambda item: item[0][0]):
        yield _answer(heading, group, language)


def _heading(one: PlacedNote, language: Language) -> str:
    title = one.record.title if one.record else one.note.anchor.book_id
    book = say("documents.book", language, title=one_line(title).strip("《》"))
    if one.place is None:
        return f"{book} · {say(f'documents.note_{one.standing}', language)}"
    above = one.place.part or one.place.chapter
    return f"{book} {one_line(above)}" if above else book


def _answer(heading: str, notes: Sequence[PlacedNote], language: Language) -> Answer:
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for one in notes:
        citation = _citation(one, len(citations) + 1)
        if citation is not None:
            citations.append(citation)
            sentences.append(Sentence(citation.quote, (citation.n,), Verdict.SUPPORTED))
        else:
            words = one_line(one.note.anchor.words)
            lost = say("documents.quotation", language, text=words)
            sentences.append(Sentence(lost, (), Verdict.SUPPORTED))
        if one.note.body:
            label = say("documents.own_words", language)
            words = one_line(one.note.body)
            said = say("documents.labelled", language, label=label, text=words)
            sentences.append(Sentence(said, (), Verdict.SUPPORTED))
    return Answer(
        question=heading,
        language=language,
        status="answered",
        mode=NOTED,
        text="",
        sentences=tuple(sentences),
        citations=tuple(citations),
        seconds=Seconds(0.0, 0.0, 0.0),
    )


def _citation(one: PlacedNote, n: int) -> Citation | None:
    """Return the citation of a note's words; None where nobody knows where they stand."""
    if one.record is None or one.place is None or one.span is None:
        return None
    return Citation(
        n=n,
        record=one.record,
        place=one.place,
        quote=one.note.anchor.words,
        passage_id="",
        start=one.span.start,
        end=one.span.end,
        footnotes=one.footnotes,
    )


def _formatted(one: PlacedNote, style: str | None, language: Language) -> str:
    """Return a note's citation in full, or that its words are no longer to be found."""
    if one.record is None or one.place is None:
        return say(f"documents.note_{one.standing}", language)
    return one_line(format_citation(one.record, one.place, style, language))


def _row(one: PlacedNote, style: str | None, language: Language) -> tuple[str, ...]:
    place, note = one.place, one.note
    pages = place.pages if place else ()
    return (
        one.record.title if one.record else note.anchor.book_id,
        (place and place.part) or "",
        (place and place.chapter) or "",
        (place and place.section) or "",
        "–".join(dict.fromkeys((pages[0], pages[-1]))) if pages else "",
        str(place.status) if place else "",
        note.anchor.words,
        note.body,
        str(one.standing),
        note.created,
        note.changed,
        _formatted(one, style, language) if place else "",
    )


def _card(one: PlacedNote, style: str | None, language: Language) -> Card:
    """Return a card: what the reader wrote, or else the place, before the words of the book."""
    front = one.note.body or (where(one.place, language) if one.place else _heading(one, language))
    return Card(
        question=one_line(front),
        answer=(one_line(one.note.anchor.words),),
        citations=(_formatted(one, style, language),),
        books=(one.note.anchor.book_id,),
    )
