"""What the command line shows a person: values in, plain text out.

Everything that comes from a book, a file name or a model goes through ``plain``
first: a terminal obeys control characters, and a book must not give it orders.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rag.types import PageStatus, TextKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rag.types import (
        Added,
        Answer,
        Book,
        BookRecord,
        BookSummary,
        Citation,
        Finding,
        Hit,
        Place,
        Problem,
    )

# By Unicode category: controls and lone surrogates are shown as the replacement
# character, invisible format characters (marks of direction, zero widths, tags) are
# dropped, line and paragraph separators become spaces.
_SHOWN_AS = {"Cc": "\ufffd", "Cs": "\ufffd", "Cf": "", "Zl": " ", "Zp": " "}
_WIDE = frozenset("WF")


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
    """Return the pages in words, with how sure they are: ``pages 3–4 (exact)``."""
    if place.status is PageStatus.UNKNOWN or not place.pages:
        return "page unknown"
    first, last = plain_line(place.pages[0]), plain_line(place.pages[-1])
    pages = f"page {first}" if len(place.pages) == 1 else f"pages {first}–{last}"
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

    Where nothing answers, the text itself names the nearest places.
    """
    lines = [plain(answer.text).strip()]
    lines += [
        f"Not borne out by what it cites ({sentence.verdict}): {plain_line(sentence.text)}"
        for sentence in answer.sentences
        if sentence.verdict is not Verdict.SUPPORTED
    ]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        lines += _citation_lines(citation)
    return "\n".join(lines)


def hits_text(hits: Iterable[Hit], records: Mapping[str, BookRecord]) -> str:
    """Return found passages, best first, each below its place."""
    lines = [line for hit in hits for line in _hit_lines(hit, records)]
    return "\n".join(lines) or "Nothing found."


def added_text(added: Added) -> str:
    """Return what came of adding one file."""
    head = f"{plain_line(added.id)}: {plain_line(added.title)} ({added.status})"
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
            *_problem_lines(summary.problems),
        ]
    return "\n".join(lines) or "The library is empty; add a book with: rag add FILE"


def page_map_text(book: Book) -> str:
    """Return the page map, a line a page: label, how sure, heading, number of footnotes."""
    labels = [plain_line(page.label or "—") for page in book.pages]
    width = max(map(columns, labels), default=0)
    notes = [0] * len(book.pages)
    order = {page.index: position for position, page in enumerate(book.pages)}
    for note in book.footnotes:
        if note.page in order:
            notes[order[note.page]] += 1
    lines = []
    for page, label, count in zip(book.pages, labels, notes, strict=True):
        headings = " › ".join(
            plain_line(part) for part in (page.part, page.chapter, page.section) if part
        )
        tail = f"  [footnotes: {count}]" if count else ""
        lines.append(f"{padded(label, width)}  {page.status:<11}  {headings}{tail}".rstrip())
    return "\n".join(lines)


def findings_text(findings: Iterable[Finding]) -> str:
    """Return a health check, a line a finding."""
    lines = []
    for finding in findings:
        mark = "ok  " if finding.ok else "FAIL"
        lines.append(f"{mark}  {plain_line(finding.name)}: {plain_line(finding.text)}")
    return "\n".join(lines)


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


def _problem_lines(problems: Iterable[Problem]) -> list[str]:
    return [
        f"  ! {plain_line(problem.kind)}"
        f"{f', page {plain_line(problem.page)}' if problem.page else ''}: "
        f"{plain_line(problem.text)}"
        for problem in problems
    ]
