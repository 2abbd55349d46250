"""Questions of a study guide as cards to check oneself with; pure: values in, safe text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import Span
from rag.web.html import Target, chip, language_tag, marked, render_calm, safe, where

if TYPE_CHECKING:
    from rag.types import Answer, Citation, Guide, Language


def render_quiz(quiz: Guide, language: Language) -> str:
    """Return the questions by chapter, each over its answer: the book's words, folded away.

    What a reader marks is counted by his browser alone, and goes with the page.
    """
    if not quiz.chapters:
        return render_calm("web.quiz_none", language)
    head = (
        f'<p class="label">{_say("hint", language)}</p>'
        f'<p class="sheets"><button type="button" data-print="sheet">{_say("sheet", language)}'
        f'</button><button type="button" data-print="answers">{_say("answers", language)}</button>'
        f'<span class="score" role="status" data-words="{_say("score", language)}"></span></p>'
    )
    out = [head]
    tag = safe(language_tag(quiz.book))
    for chapter in quiz.chapters:
        cards = "".join(_card(answer, language) for answer in chapter.answers)
        out.append(
            f'<section class="quiz"><h3 lang="{tag}">{safe(chapter.chapter)}</h3>'
            f"<ol>{cards}</ol></section>"
        )
    return "".join(out)


def _card(answer: Answer, language: Language) -> str:
    said = " / ".join(sentence.text for sentence in answer.sentences)
    own = _say("own", language)
    quoted = "".join(_quotation(one, said, language) for one in answer.citations)
    marks = "".join(
        f'<button type="button" data-mark="{mark}" aria-pressed="false">{_say(mark, language)}'
        "</button>"
        for mark in ("right", "wrong")
    )
    return (
        f"<li><p>{safe(answer.question)}</p>"
        f'<input class="own" data-wanted="{safe(said)}" placeholder="{own}" aria-label="{own}" '
        f'autocomplete="off" maxlength="200">'
        f"<details><summary>{_say('reveal', language)}</summary>"
        f'<p class="wanted">{safe(said)}</p>{quoted}'
        f'<p class="marks">{marks}</p></details></li>'
    )


def _quotation(citation: Citation, said: str, language: Language) -> str:
    """Return the sentence that answers, its words marked, with its place and citation."""
    record, start = citation.record, citation.start or 0
    at = citation.quote.find(said)
    marks = [Span(at, at + len(said))] if said and at >= 0 else []
    target = safe(str(Target(record.id, (Span(start, start + len(citation.quote)),))))
    return (
        f'<blockquote lang="{safe(language_tag(record, citation.quote))}">'
        f"{marked(citation.quote, marks)}</blockquote>"
        f'<button type="button" class="source" data-open="{target}">'
        f"{where(record, citation.place, language)}{chip(citation.place, language)}</button>"
        f'<p class="cited">{safe(citation.formatted)}</p>'
    )


def _say(key: str, language: Language) -> str:
    return safe(say(f"web.quiz_{key}", language))
