"""An answer as text: for the clipboard, and for chats that know no more than Markdown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rag.citing import Run, StyleKind, style_kind
from rag.exporting.paper import Role, plain
from rag.exporting.sound import one_line, sounded
from rag.exporting.writing import detail, is_quotation, translation_mark, verdict_mark, where, write
from rag.language.catalog import say
from rag.types import Answer, Seconds, Sentence, Verdict, cite_text, translation_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.exporting.paper import Block
    from rag.types import Book, BookRecord, Language, Passage, Span

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def copied(
    answer: Answer,
    language: Language,
    *,
    style: str | None = None,
    records: Mapping[str, BookRecord] | None = None,
) -> str:
    """Return the sentences of an answer, and below them their citations in a style.

    Empty where nothing answers, or nothing was asked. Raises CitingError for an unknown style.
    """
    if answer.status in {"not_found", "aside"}:
        return ""
    paper = write(
        [sounded(answer)], date.min, style=style, language=language, records=records or {}
    )
    in_notes = style_kind(style) is StyleKind.NOTE
    said = [
        _text(block, marks=in_notes)
        for block in paper.blocks
        if block.role in (Role.QUOTATION, Role.TEXT)
    ]
    entries = [plain(block.pieces) for block in paper.blocks if block.role is Role.ENTRY]
    notes = [f"{_mark(number)} {plain(note.citation)}" for number, note in enumerate(paper.notes)]
    below = notes if in_notes else entries
    return "\n".join(said) + ("\n\n" + "\n".join(below) if below else "")


def sources(answer: Answer, records: Mapping[str, BookRecord]) -> list[tuple[str, str]]:
    """Return the lines below an answer's own text in its language: a mark such as [1], and text.

    Each citation with its place and how sure the page is; the sentences that what they cite
    does not bear out; where nothing answers, the nearest places. The mark is empty where no
    number is meant. ``records`` by book id name the books of those places.
    """
    answer, language = sounded(answer), answer.language
    lines = [
        ("", f"{verdict_mark(sentence, language)} {sentence.text}")
        for sentence in answer.sentences
        if sentence.verdict is not Verdict.SUPPORTED
    ]
    quoted = {
        citation.n
        for citation in answer.citations
        for sentence in answer.sentences
        if citation.n in sentence.citations and is_quotation(sentence, [citation])
    }
    for citation in answer.citations:
        parts = (citation.formatted, detail(citation, language, quoted=citation.n in quoted))
        lines.append((f"[{citation.n}]", " · ".join(filter(None, parts))))
        found = translation_of(citation, answer)
        if found:
            lines.append(("", f"{translation_mark(found, language)}{found.text}"))
    if answer.nearest:
        lines.append(("", say("documents.nearest", language)))
    for hit in answer.nearest:
        record = records.get(hit.passage.book_id)
        title = record.title if record else hit.passage.book_id
        lines.append(("–", f"{title} · {where(hit.place, language)}"))
    return [(mark, one_line(line)) for mark, line in lines]


def copied_text(
    book: Book,
    spans: Sequence[Span],
    passages: Sequence[Passage],
    language: Language,
    *,
    style: str | None = None,
) -> str:
    """Return stretches of a book's text or footnotes, quoted as an answer is, with citations.

    ``passages`` are those of ``cite_text``. Raises CitingError for an unknown style.
    """
    citations = tuple(
        replace(cite_text(book, span, passages), n=n) for n, span in enumerate(spans, 1)
    )
    sentences = tuple(Sentence(one.quote, (one.n,), Verdict.SUPPORTED) for one in citations)
    answer = Answer(
        question="",
        language=language,
        status="answered",
        mode="quoted",
        text="\n".join(one.quote for one in citations),
        sentences=sentences,
        citations=citations,
        seconds=Seconds(0.0, 0.0, 0.0),
    )
    return copied(answer, language, style=style)


def _text(block: Block, *, marks: bool) -> str:
    return "".join(
        piece.text if isinstance(piece, Run) else (_mark(piece.note) if marks else "")
        for piece in block.pieces
    )


def _mark(number: int) -> str:
    return _CIRCLED[number] if number < len(_CIRCLED) else f"[{number + 1}]"
