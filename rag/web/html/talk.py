"""A conversation as HTML: the welcome, and the turns with what has come of each; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import Language, Span, TextKind, translation_of
from rag.web.html.answers import render_answer, render_calm, safe
from rag.web.html.keeping import (
    render_again,
    render_edit,
    render_keep,
    render_report,
    render_thumbs,
)
from rag.web.words import error_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.types import Answer, BookRecord, Citation, Remark, Translation
    from rag.web.html.targets import Target

QUESTION_SHOWN = 600
"""Characters of a question that are shown; a longer one is cut with an ellipsis."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence of the catalog for a reader: its key, and what stands in it."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)

    def render(self, kind: str, language: Language) -> str:
        """Return the sentence as a paragraph of these classes."""
        return f'<p class="{kind}">{safe(say(self.key, language, **self.values))}</p>'


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what has come of it: an answer, an error, or nothing yet.

    ``complete`` says that the answer grows no more; ``copied`` is then what of it is copied.
    ``notice`` says what else there is to say: where in the line a question is, that it was
    turned away (``refused``), or that an answer could not be kept. ``kept`` says that it is in
    the library; ``said`` is what its reader has said of the answer.
    """

    question: str
    answer: Answer | None = None
    error: Exception | None = None
    complete: bool = False
    copied: str = ""
    notice: Notice | None = None
    refused: bool = False
    kept: bool = False
    said: tuple[Remark, ...] = ()


def _use(exchange: Exchange, number: int, language: Language) -> str:
    """Return the buttons that take an answer along; empty while it grows."""
    if not exchange.complete:
        return ""
    keys = ("web.copied", "web.copy", "web.export_answer")
    copied, copying, export = (safe(say(key, language)) for key in keys)
    copy = (
        f'<button type="button" data-copy="{safe(exchange.copied)}" '
        f'data-done="{copied}">{copying}</button>'
    )
    return (
        f'<p class="use">{copy if exchange.copied else ""}'
        f'<button type="button" data-export="{number}">{export}</button>'
        f"{render_keep(number, exchange.answer, language)}"
        f"{render_again(number, language)}{render_thumbs(number, exchange.said, language)}</p>"
        f"{render_report(number, exchange.answer, exchange.said, language)}"
    )


def render_exchange(
    exchange: Exchange, records: Mapping[str, BookRecord], language: Language, number: int = 0
) -> str:
    """Return one turn: the question as it was written, and what has come of it.

    ``number`` is its place in the conversation, from 0.
    """
    question = exchange.question
    if len(question) > QUESTION_SHOWN:
        question = question[:QUESTION_SHOWN] + "……"
    if exchange.error is not None:
        body = f'<p class="calm error">{safe(say(error_key(exchange.error), language))}</p>'
    elif exchange.answer is not None:
        body = render_answer(exchange.answer, records, language)
        body += _use(exchange, number, language)
        if exchange.notice is not None:
            body += exchange.notice.render("calm", language)
    elif exchange.notice is not None:
        kind = "calm error" if exchange.refused else "searching"
        body = exchange.notice.render(kind, language)
    else:
        body = f'<p class="searching">{safe(say("web.searching", language))}</p>'
    waits = exchange.answer is None and exchange.error is None and not exchange.refused
    done = exchange.complete or not (exchange.answer or waits)
    edit = render_edit(number, exchange.question, language) if done else ""
    return (
        f'<article class="turn"><h2>{safe(question)}{edit}</h2>'
        f'<div class="answer">{body}</div></article>'
    )


def render_conversation(
    exchanges: Sequence[Exchange], records: Mapping[str, BookRecord], language: Language
) -> str:
    """Return the turns of a conversation, oldest first."""
    turns = "".join(
        render_exchange(exchange, records, language, number)
        for number, exchange in enumerate(exchanges)
    )
    return f'<div class="talk" aria-live="polite">{turns}</div>'


def render_next(questions: Sequence[str], language: Language) -> str:
    """Return questions to go on with as chips; empty where there are none."""
    if not questions:
        return ""
    chips = "".join(
        f'<li><button type="button" data-ask="{safe(question)}">{safe(question)}</button></li>'
        for question in questions
    )
    return (
        f'<nav class="next" aria-label="{safe(say("web.next", language))}"><ul>{chips}</ul></nav>'
    )


def render_welcome(
    questions: Sequence[str],
    records: Mapping[str, BookRecord],
    language: Language,
    *,
    composed: bool = False,
) -> str:
    """Return what stands where no question has been asked: how it works, and examples.

    ``records`` are the library's books: that there are none, or only notes, is said.
    ``composed`` says that a language model writes the answers.
    """
    if not records:
        return f'<div class="welcome">{render_calm("web.no_books", language)}</div>'
    items = "".join(
        f'<li><button type="button" data-ask="{safe(question)}">{safe(question)}</button></li>'
        for question in questions
    )
    notes = all(record.kind is TextKind.NOTES for record in records.values())
    key = "web.composed_notice" if composed else "web.only_notes" if notes else "web.mode_notice"
    notice = safe(say(key, language))
    examples = f'<p class="label">{safe(say("web.examples", language))}</p><ul>{items}</ul>'
    return (
        f'<div class="welcome"><h2>{safe(say("web.welcome", language))}</h2>'
        f'<p class="notice">{notice}</p>'
        f"{examples if items else ''}</div>"
    )


def translation_at(exchanges: Sequence[Exchange], target: Target) -> Translation | None:
    """Return the translation of the quotation at a place, as the latest answer has it.

    None where no answer quotes just that, or none has a translation of it.
    """
    answers = [exchange.answer for exchange in reversed(exchanges) if exchange.answer]
    found = (
        translation_of(citation, answer)
        for answer in answers
        for citation in answer.citations
        if _is_at(citation, target)
    )
    return next(filter(None, found), None)


def _is_at(citation: Citation, target: Target) -> bool:
    if citation.start is None or citation.end is None:
        return False
    here = (Span(citation.start, citation.end),)
    return citation.record.id == target.book_id and target.spans == here
