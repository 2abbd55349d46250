"""Answers to a paper: what was asked and answered, each sentence with its footnote.

The first note of a book names it in full and the later ones briefly, through the whole
document, as the style has it; below each citation stands what is known of the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.citing import (
    STYLES,
    Cited,
    Run,
    StyleKind,
    missing_fields,
    render_bibliography,
    render_notes,
    style_kind,
)
from rag.exporting.managers import coins
from rag.exporting.paper import Block, Mark, Note, Paper, Role
from rag.exporting.sound import one_line
from rag.language.catalog import page_words, reason_words, say, say_date
from rag.language.text import html_tag
from rag.types import (
    DATED,
    FOUND,
    NOTED,
    Language,
    PageStatus,
    TextKind,
    Verdict,
    is_translated,
    quotations,
    translation_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rag.types import Answer, BookRecord, Citation, Hit, Place, Remark, Sentence, Translation


def write(
    answers: Sequence[Answer],
    day: date,
    *,
    style: str | None = None,
    language: Language,
    records: Mapping[str, BookRecord],
) -> Paper:
    """Return answers as a paper in a style and language; RagError for an unknown style.

    ``records`` by book id name the books of the places that are offered where nothing answers.
    """
    cited = [_cited(answer) for answer in answers]
    groups = [group for of_answer in cited for group in of_answer if group]
    in_notes = style_kind(style) is StyleKind.NOTE
    rendered = render_notes(
        [[Cited(citation.record, citation.place) for citation in group] for group in groups],
        style,
        language,
    )
    books = list(dict.fromkeys(c.record for group in groups for c in group))
    runs = [tuple(_run(run) for run in note.runs) for note in rendered]
    writer = _Writer(runs, records, language, in_notes=in_notes)
    noted = all(answer.mode == NOTED for answer in answers)
    ways = list(dict.fromkeys(how_made(answer, language) for answer in answers))
    for answer, of_answer in zip(answers, cited, strict=True):
        writer.add(answer, of_answer, how=len(ways) > 1)
    if books:
        writer.blocks.append(Block(Role.HEADING, (Run(say("documents.bibliography", language)),)))
    for entry in render_bibliography(books, style, language):
        label = (Run(f"{one_line(entry.label)} "),) if entry.label else ()
        pieces = (*label, *(_run(run) for run in entry.runs))
        writer.blocks.append(Block(Role.ENTRY, pieces))
    missing = dict.fromkeys(
        one_line(field.text) for book in books for field in missing_fields(book, style, language)
    )
    names = [one_line(book.title_short or book.title).strip("《》") for book in books]
    titles = say("documents.joint", language).join(
        say("documents.book", language, title=name) for name in names
    )
    return Paper(
        title=say("documents.notes_title" if noted else "documents.title", language),
        lead=(say("documents.of_books", language, books=titles),) if titles else (),
        language=language,
        blocks=tuple(writer.blocks),
        notes=tuple(writer.notes),
        coins=tuple(coins(book) for book in books),
        end=(
            *missing,
            *(ways if len(ways) == 1 else ()),
            say("documents.made_by", language, date=say_date(day, language)),
        ),
        continuous=in_notes and style not in (None, STYLES[0]),
    )


class _Writer:
    """The blocks and notes of a paper in the making."""

    def __init__(
        self,
        runs: Iterable[tuple[Run, ...]],
        records: Mapping[str, BookRecord],
        language: Language,
        *,
        in_notes: bool,
    ) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self._language = language
        self._in_notes = in_notes
        self._runs = iter(runs)
        self._records = records

    def add(self, answer: Answer, cited: Sequence[Sequence[Citation]], *, how: bool) -> None:
        """Add an answer with what each sentence cites; ``how`` says below how it was made."""
        self._block(Role.QUESTION, answer.question)
        if answer.notice:
            self._block(Role.ASIDE, answer.notice)
        if answer.status == "not_found":
            self._not_found(answer)
        if answer.status == "near":
            self._block(Role.TEXT, say("answers.near", self._language))
        said: list[Run | Mark] = []
        for sentence, group, whole in zip(answer.sentences, cited, quotations(answer), strict=True):
            quoted = is_quotation(sentence, group) and answer.mode != "composed"
            if quoted:
                self._say(said)
                self._quote(sentence, group)
                self._translate(whole, answer)
            else:
                gap = (Run(" "),) if said and not _chinese(sentence.text) else ()
                said += [*gap, *self._sentence(sentence, group, answer, quoted=False)]
                if answer.mode != "composed":
                    self._say(said)
        self._say(said)
        if not answer.sentences and answer.status != "not_found" and answer.text:
            self._block(Role.TEXT, answer.text)
        if how:
            self._block(Role.ASIDE, how_made(answer, self._language))
        for remark in answer.remarks:
            self._block(Role.ASIDE, remark_line(remark, self._language))

    def _not_found(self, answer: Answer) -> None:
        self._block(Role.TEXT, say("documents.not_found", self._language))
        if answer.nearest:
            self._block(Role.ASIDE, say("documents.nearest", self._language))
        for hit in answer.nearest:
            self._block(Role.ASIDE, self._near(hit))

    def _near(self, hit: Hit) -> str:
        record = self._records.get(hit.passage.book_id)
        title = record.title if record else hit.passage.book_id
        book = say("documents.book", self._language, title=title.strip("《》"))
        return f"· {book} {where(hit.place, self._language)}"

    def _quote(self, sentence: Sentence, group: Sequence[Citation]) -> None:
        """Add a quotation; one of several paragraphs stays of several."""
        *before, last = [line for line in sentence.text.splitlines() if line.strip()] or [""]
        lang = language_tag(group[0].record) if group else ""
        for line in before:
            self._block(Role.QUOTATION, line, lang)
        pieces = self._sentence(sentence, group, None, quoted=True, text=last)
        self.blocks.append(Block(Role.QUOTATION, tuple(pieces), lang))

    def _translate(self, whole: Citation | None, answer: Answer) -> None:
        """Add the translation of what is quoted whole, if there is one."""
        found = translation_of(whole, answer) if whole else None
        if found:
            pieces = (Run(translation_mark(found, self._language)), Run(one_line(found.text)))
            self.blocks.append(Block(Role.TRANSLATION, pieces, say("language.tag", found.language)))

    def _sentence(
        self,
        sentence: Sentence,
        group: Sequence[Citation],
        answer: Answer | None,
        *,
        quoted: bool,
        text: str | None = None,
    ) -> list[Run | Mark]:
        """Return a sentence with its doubt, its citation in the line, and its note's mark."""
        language = self._language
        words = one_line(sentence.text if text is None else text)
        pieces: list[Run | Mark] = []
        inline: list[Run | Mark] = []
        if group:
            citation = next(self._runs)
            details = tuple(detail(c, language, quoted=quoted) for c in group)
            if answer is not None and answer.mode == "composed":
                details = (*details, verdict_words(sentence, language))
            if self._in_notes:
                self.notes.append(Note(citation, details))
            else:
                inline = list(citation)
                self.notes.append(Note((Run(details[0]),), details[1:]))
        stop = ""
        if inline and not quoted and words[-1:] in "。．.!?！？":
            words, stop = words[:-1], words[-1]
        pieces.append(Run(words))
        if inline:
            raised = isinstance(inline[0], Run) and inline[0].superscript
            pieces += [*([] if raised or _chinese(words) else [Run(" ")]), *inline]
        if stop:
            pieces.append(Run(stop))
        if group:
            pieces.append(Mark(len(self.notes) - 1))
        if sentence.verdict is not Verdict.SUPPORTED:
            doubt = verdict_mark(sentence, language)
            pieces.append(Run(doubt if _chinese(doubt) else f" {doubt}"))
        return pieces

    def _say(self, said: list[Run | Mark]) -> None:
        """Add what has gathered as a paragraph, and begin anew."""
        if said:
            self.blocks.append(Block(Role.TEXT, tuple(said)))
            said.clear()

    def _block(self, role: Role, text: str, lang: str = "") -> None:
        self.blocks.append(Block(role, (Run(one_line(text)),), lang))


def is_quotation(sentence: Sentence, group: Sequence[Citation]) -> bool:
    """Return whether a sentence is word for word of a text that it cites."""
    squeezed = "".join(sentence.text.split())
    return any(
        citation.passage_id is not None and squeezed in "".join(citation.quote.split())
        for citation in group
    )


def where(place: Place, language: Language) -> str:
    """Return headings, page and how sure it is: ``第一章 河灯 › 1. 放灯，第3页（页码确切）``."""
    headings = " › ".join(
        dict.fromkeys(one_line(h) for h in (place.part, place.chapter, place.section) if h)
    )
    status = place.status if place.pages else PageStatus.UNKNOWN
    page = one_line(page_words(place, language))
    if status is not PageStatus.UNKNOWN:
        surety = say(f"documents.page_{status}", language)
        page = one_line(page_words(place, language))
        page = f"{page}（{surety}）" if _chinese(surety) else f"{page} ({surety})"
    return f"{headings} · {page}" if headings else page


def how_made(answer: Answer, language: Language) -> str:
    """Return the plain line on how an answer was made."""
    if answer.mode == "composed":
        if answer.model:
            return say("documents.composed_by", language, model=one_line(answer.model))
        return say("documents.composed", language)
    if answer.mode == FOUND:
        return say("documents.found", language)
    if answer.mode == DATED:
        return say("documents.dated", language)
    if answer.mode == NOTED:
        return say("documents.noted", language)
    if not answer.citations:
        return say("documents.no_answer", language)
    kinds = {c.record.kind for c in answer.citations if c.passage_id is not None}
    if not kinds:
        return say("documents.from_contents", language)
    what = "notes" if kinds == {TextKind.NOTES} else "book"
    translated = "_translated" if is_translated(answer) else ""
    return say(f"documents.quoted_{what}{translated}", language)


def verdict_mark(sentence: Sentence, language: Language) -> str:
    """Return what the check of a sentence has shown, behind it: ``〔所引文字不支持这句话〕``."""
    return say("documents.aside", language, text=verdict_words(sentence, language))


def verdict_words(sentence: Sentence, language: Language) -> str:
    """Return what the check of a sentence has shown, and why it is not support."""
    verdict = say(f"documents.verdict_{sentence.verdict}", language)
    reasons = say("reasons.joint", language).join(map(one_line, reason_words(sentence, language)))
    return say("documents.labelled", language, label=verdict, text=reasons) if reasons else verdict


def remark_line(remark: Remark, language: Language) -> str:
    """Return what a reader has reported of an answer, as a line below it."""
    label = say("documents.reported", language, day=remark.made[:10])
    what = say(f"reports.{remark.kind}", language)
    if remark.body:
        quoted = say("documents.quotation", language, text=one_line(remark.body))
        what = say("documents.labelled", language, label=what, text=quoted)
    return say("documents.labelled", language, label=label, text=what)


def translation_mark(translation: Translation, language: Language) -> str:
    """Return what says before a text that a machine translated it, and which: ``〔机器译文〕``."""
    model = one_line(translation.model)
    label = say("documents.translation", language)
    if model:
        label = say("documents.translation_by", language, model=model)
    mark = say("documents.aside", language, text=label)
    return mark if _chinese(mark) else f"{mark} "


def language_tag(record: BookRecord) -> str:
    """Return the language of a book's text as a tag of HTML, empty where it is not known."""
    return one_line(html_tag(record.language or ""))


def _cited(answer: Answer) -> list[list[Citation]]:
    """Return for each sentence of an answer what it cites."""
    known = {citation.n: citation for citation in answer.citations}
    return [[known[n] for n in sentence.citations if n in known] for sentence in answer.sentences]


def _run(run: Run) -> Run:
    return Run(one_line_kept(run.text), italic=run.italic, superscript=run.superscript)


def one_line_kept(text: str) -> str:
    """Return sound text on one line with the spaces at its ends, which part it from the next."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{one_line(text)}{after}"


def detail(citation: Citation, language: Language, *, quoted: bool) -> str:
    """Return what is known of a place cited, beside its citation: one line."""
    parts = [where(citation.place, language)]
    if citation.record.kind is TextKind.NOTES:
        parts.append(say("documents.notes_kind", language))
    if citation.passage_id is None:
        parts.append(say("documents.contents_kind", language))
    elif not quoted:
        notes = citation.record.kind is TextKind.NOTES
        label = say("documents.wording_notes" if notes else "documents.wording", language)
        text = say("documents.quotation", language, text=one_line(citation.quote))
        parts.append(say("documents.labelled", language, label=label, text=text))
    for note in citation.footnotes:
        label = say("documents.own_note", language, mark=one_line(note.mark))
        parts.append(say("documents.labelled", language, label=label, text=one_line(note.text)))
    return " · ".join(parts)


def _chinese(text: str) -> bool:
    return any("\u3000" <= character <= "\u9fff" for character in text[:1] + text[-1:])
