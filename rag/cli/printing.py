"""What the command line shows a person: values in, plain text out.

Everything that comes from a book, a file name or a model goes through ``plain``
first: a terminal obeys control characters, and a book must not give it orders.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from rag.language.catalog import reason_words
from rag.types import Language, PageStatus, TextKind, Verdict, quotations, translation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.types import (
        Added,
        Answer,
        Book,
        BookRecord,
        BookSummary,
        Citation,
        Correction,
        Event,
        Finding,
        Guide,
        Hit,
        IndexedName,
        Place,
        Problem,
        Sentence,
    )

# By Unicode category: controls and lone surrogates are shown as the replacement
# character, invisible format characters (marks of direction, zero widths, tags) are
# dropped, line and paragraph separators become spaces.
_SHOWN_AS = {"Cc": "\ufffd", "Cs": "\ufffd", "Cf": "", "Zl": " ", "Zp": " "}
_WIDE = frozenset("WF")
# A quotation in an answer's Markdown, with its number behind; brackets of the book's own are
# escaped there.
_QUOTED = re.compile(r"> .* \[([0-9]+)\]")
LINES_OF_PROBLEMS = 8
PAGES_SHOWN = 8


def plain(text: str) -> str:
    """Return a text that is safe on a terminal; line breaks stay, a tab is a space."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        character
        if character == "\n"
        else _SHOWN_AS.get(unicodedata.category(character), character)
        for character in text
    )


def plain_line(text: str) -> str:
    """Return a text that is safe on a terminal, on one line."""
    return " ".join(plain(text).split())


def columns(text: str) -> int:
    """Return how many columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in text)


def padded(text: str, width: int) -> str:
    """Return a text filled up with spaces to a width in columns."""
    return text + " " * (width - columns(text))


def pages_text(place: Place) -> str:
    """Return the pages in words, with how sure they are: ``pages 3–4 (exact)``.

    Where footnotes are meant, their marks follow: ``page 2, note ① (exact)``.
    """
    marks = ", ".join(map(plain_line, place.notes))
    notes = f", note{'s' if len(place.notes) > 1 else ''} {marks}" if marks else ""
    if place.status is PageStatus.UNKNOWN or not place.pages:
        numbers = "–".join(dict.fromkeys(map(str, place.paragraphs[:1] + place.paragraphs[-1:])))
        several = "s" if len(place.paragraphs) > 1 else ""
        return (f"paragraph{several} {numbers}, " if numbers else "") + f"page unknown{notes}"
    first, last = plain_line(place.pages[0]), plain_line(place.pages[-1])
    pages = f"page {first}" if len(place.pages) == 1 else f"pages {first}–{last}"
    pages += notes
    if place.status is PageStatus.APPROXIMATE:
        return f"about {pages} (approximate)"
    return f"{pages} (exact)"


def place_text(place: Place) -> str:
    """Return a place from the largest unit to the page, parted by commas and arrows."""
    parts = (place.part, place.chapter, place.section)
    headings = " › ".join(plain_line(part) for part in parts if part)
    return f"{headings}, {pages_text(place)}" if headings else pages_text(place)


def answer_text(answer: Answer) -> str:
    """Return an answer with its numbered citations below.

    Where nothing answers, the text itself names the nearest places. A machine translation
    stands below its quotation, or below its citation where the quotation is not shown.
    """
    translations = _translations(answer)
    below = {whole.n for whole in quotations(answer) if whole}
    lines: list[str] = []
    for line in plain(answer.text).strip().split("\n"):
        lines.append(line)
        quoted = _QUOTED.fullmatch(line)
        if quoted and int(quoted[1]) in below & translations.keys():
            lines.append(translations.pop(int(quoted[1])))
    lines += [
        _doubt(sentence)
        for sentence in answer.sentences
        if sentence.verdict is not Verdict.SUPPORTED
    ]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        lines += _citation_lines(citation)
        if citation.n in translations:
            lines.append(translations[citation.n])
    percent = round(100 * answer.confidence)
    if answer.weighed and 0 < percent < 100:
        lines += ["", f"That the first sentence answers is {percent} % sure."]
    return "\n".join(lines)


def _doubt(sentence: Sentence) -> str:
    """Return what the check of a sentence has shown, with its reasons, in a line."""
    how = "Borne out in part only" if sentence.verdict is Verdict.PARTLY else "Not borne out"
    reasons = "; ".join(map(plain_line, reason_words(sentence, Language.EN)))
    return f"{how}: {plain_line(sentence.text)}" + (f" ({reasons})" if reasons else "")


def _translations(answer: Answer) -> dict[int, str]:
    """Return the line of each translation, by the number of the citation."""
    return {
        citation.n: f"    Machine translation: {plain_line(found.text)}"
        for citation in answer.citations
        if (found := translation_of(citation, answer))
    }


def hits_text(hits: Iterable[Hit], records: Mapping[str, BookRecord]) -> str:
    """Return found passages, best first, each below its place."""
    lines = [line for hit in hits for line in _hit_lines(hit, records)]
    return "\n".join(lines) or "Nothing found."


def chronology_text(events: Sequence[Event]) -> str:
    """Return dated events, the earliest first, each sentence above its place.

    A date that leans on what stands before has a question mark; where there are several
    books, each event names its own.
    """
    dates = [_date_text(event) for event in events]
    width = max(map(columns, dates), default=0)
    several = len({event.citation.record.id for event in events}) > 1
    lines = []
    for event, when in zip(events, dates, strict=True):
        citation = event.citation
        title = f"{plain_line(citation.record.title)}: " if several else ""
        notes = citation.record.kind is TextKind.NOTES
        tail = "; reading notes, not the book's words" if notes else ""
        lines += [
            f"{padded(when, width)}  {plain_line(citation.quote)}",
            f"{' ' * width}  {title}{place_text(citation.place)}{tail}",
        ]
    return "\n".join(lines) or "No dated events."


def index_text(names: Sequence[IndexedName]) -> str:
    """Return names a line each, with their other spellings and their pages, the main one first.

    Below stands the sentence that tells most of the name; of several books, each names its own.
    """
    several = len({one.main.record.id for one in names}) > 1
    lines = []
    for one in names:
        also = f" ({', '.join(map(plain_line, one.also))})" if one.also else ""
        title = f"{plain_line(one.main.record.title)}: " if several else ""
        pages = ", ".join(dict.fromkeys(_index_page(page.place) for page in one.pages_main_first))
        lines += [
            f"{plain_line(one.name)}{also} [{one.kind}]  {title}{pages}",
            f"    {plain_line(one.main.quote)}",
        ]
    return "\n".join(lines) or "No names."


def _index_page(place: Place) -> str:
    """Return one page of an index: ``3``, ``about 3``, ``Preface ix``, ``?`` where not known."""
    if place.status is PageStatus.UNKNOWN or not place.pages:
        return "?"
    about = "about " if place.status is PageStatus.APPROXIMATE else ""
    part = f"{plain_line(place.part)} " if place.part else ""
    return f"{about}{part}{plain_line(place.pages[0])}"


def guide_text(guide: Guide) -> str:
    """Return a study guide: below each chapter its answers, each sentence with its page."""
    lines: list[str] = []
    for chapter in guide.chapters:
        lines += [plain_line(chapter.chapter), "=" * columns(plain_line(chapter.chapter)), ""]
        for answer in chapter.answers:
            lines.append(plain_line(answer.question))
            places = {citation.n: citation.place for citation in answer.citations}
            for sentence in answer.sentences:
                pages = "; ".join(pages_text(places[n]) for n in sentence.citations)
                lines.append(f"  - {plain_line(sentence.text)}  [{pages}]")
            lines.append("")
    return "\n".join(lines).rstrip()


def quiz_text(quiz: Guide, *, answers: bool = True) -> str:
    """Return questions numbered by chapter; below all of them, with ``answers``, what answers each.

    That is the word of the gap, the sentence of the book that it stands in, and its citation.
    """
    asked: list[str] = []
    answered = ["Answers", "=" * len("Answers")]
    for chapter in quiz.chapters:
        head = plain_line(chapter.chapter)
        asked += [head, "=" * columns(head), ""]
        answered += ["", head]
        for number, one in enumerate(chapter.answers, start=1):
            asked += [f"{number}. {plain_line(one.question)}", ""]
            said = " / ".join(plain_line(sentence.text) for sentence in one.sentences)
            answered.append(f"{number}. {said}")
            for citation in one.citations:
                answered.append(f"   {plain_line(citation.quote)}  [{pages_text(citation.place)}]")
                if citation.formatted:
                    answered.append(f"   {plain_line(citation.formatted)}")
    if not quiz.chapters:
        return "No sentence here makes a question: it takes one with a date or a name of its own"
    return "\n".join([*asked, *(answered if answers else [])]).rstrip()


def added_text(added: Added) -> str:
    """Return what came of adding one file."""
    went = "" if added.replaced_title is None else f" {plain_line(added.replaced_title)}"
    head = f"{plain_line(added.id)}: {plain_line(added.title)} ({added.status}{went})"
    counts = (
        f"  {added.pages} pages, {added.sections} sections, {added.passages} passages, "
        f"{added.footnotes} footnotes; {added.seconds:.1f} s"
    )
    if added.pages_per_second:
        counts += f", {added.pages_per_second:.1f} pages a second"
    return "\n".join([head, counts, *_problem_lines(added.problems)])


def books_text(summaries: Iterable[BookSummary]) -> str:
    """Return what the library holds, a paragraph a book."""
    lines: list[str] = []
    for summary in summaries:
        record = summary.record
        title = "——".join(part for part in (record.title, record.subtitle) if part)
        authors = "、".join(author.name for author in record.authors)
        notes = " (reading notes)" if record.kind is TextKind.NOTES else ""
        counts = (
            f"  {summary.pages} pages, {summary.sections} sections, "
            f"{summary.passages} passages, {summary.footnotes} footnotes"
        )
        lines += [
            f"{plain_line(record.id)}{notes}",
            f"  {plain_line(title)}{f' / {plain_line(authors)}' if authors else ''}",
            counts,
            *map(_correction_line, summary.corrections),
            *_problem_lines(summary.problems),
        ]
    return "\n".join(lines) or "The library is empty; add a book with: rag add FILE"


def page_map_text(book: Book, corrections: Sequence[Correction] = ()) -> str:
    """Return the page map, a line a page, and below it corrections and problems.

    A line has the page's index (by which it is corrected), label, how sure that is,
    headings, number of footnotes, and what the label rests on.
    """
    labels = [plain_line(page.label or "—") for page in book.pages]
    width = max(map(columns, labels), default=0)
    notes = Counter(note.page for note in book.footnotes)
    lines = []
    for page, label in zip(book.pages, labels, strict=True):
        parts = (page.part, page.chapter, page.section)
        headings = " › ".join(plain_line(part) for part in parts if part)
        count = f"  [footnotes: {notes[page.index]}]" if notes[page.index] else ""
        reasons = "; ".join(map(plain_line, page.reasons))
        tail = f"{count}  ({reasons})" if reasons else count
        line = f"{page.index:>4}  {padded(label, width)}  {page.status:<11}  {headings}{tail}"
        lines.append(line.rstrip())
    lines += map(_correction_line, corrections)
    lines += map(_problem_line, book.problems)
    return "\n".join(lines)


def findings_text(findings: Iterable[Finding]) -> str:
    """Return a health check, a line a finding."""
    lines = []
    for finding in findings:
        mark = "ok  " if finding.ok else "FAIL"
        lines.append(f"{mark}  {plain_line(finding.name)}: {plain_line(finding.text)}")
    return "\n".join(lines)


def _date_text(event: Event) -> str:
    until = f"–{event.until}" if event.until else ""
    return f"{event.date}{until}{'?' if event.inferred else ''}"


def _citation_lines(citation: Citation) -> list[str]:
    head = f"[{citation.n}] {place_text(citation.place)}"
    if citation.record.kind is TextKind.NOTES:
        head += "; reading notes, not the book's words"
    lines = [head]
    if citation.formatted:
        lines.append(f"    {plain_line(citation.formatted)}")
    for note in citation.footnotes:
        page = f" (page {plain_line(note.page)})" if note.page else ""
        lines.append(f"    Footnote {plain_line(note.mark)}{page}: {plain_line(note.text)}")
    return lines


def _hit_lines(hit: Hit, records: Mapping[str, BookRecord]) -> list[str]:
    record = records.get(hit.passage.book_id)
    title = plain_line(record.title if record else hit.passage.book_id)
    return [
        f"• {title}: {place_text(hit.place)} [{hit.match}]",
        f"    {plain_line(hit.passage.text)}",
    ]


def _correction_line(correction: Correction) -> str:
    if correction.shift is None:
        label = "no label" if correction.label is None else f"page {plain_line(correction.label)}"
        return f"  = set by hand: index {correction.first} is {label}"
    first = "the first page" if correction.first is None else f"index {correction.first}"
    last = "the last" if correction.last is None else f"index {correction.last}"
    return f"  = set by hand: an offset of {correction.shift:+} from {first} to {last}"


def _problem_line(problem: Problem) -> str:
    page = f", page {plain_line(problem.page)}" if problem.page else ""
    return f"  ! {plain_line(problem.kind)}{page}: {plain_line(problem.text)}"


def _problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Return problems a line a kind: the first of each, how many there are, and where."""
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(problem.kind, []).append(problem)
    lines = []
    for same in kinds.values():
        pages = list(dict.fromkeys(plain_line(one.page) for one in same[1:] if one.page))
        more = "…" if len(pages) > PAGES_SHOWN else ""
        where = f" (pages {', '.join(pages[:PAGES_SHOWN])}{more})" if pages else ""
        tail = f" — and {len(same) - 1} more{where}" if len(same) > 1 else ""
        lines.append(_problem_line(same[0]) + tail)
    if len(lines) > LINES_OF_PROBLEMS:
        left = len(lines) - LINES_OF_PROBLEMS + 1
        lines[LINES_OF_PROBLEMS - 1 :] = [f"  ! … and {left} more kinds: see rag books --json"]
    return lines
