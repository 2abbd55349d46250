"""Thumbs and a report below an answer, as quiet HTML; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import ReportKind
from rag.web.html.answers import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Answer, Language, Remark

THUMBS = (ReportKind.HELPFUL, ReportKind.UNHELPFUL)
_THUMB = (
    '<svg viewBox="0 0 24 24" width="15" height="15" aria-hidden="true" fill="none" '
    'stroke="currentColor" stroke-width="1.7" stroke-linejoin="round"><path d="M7 11v9H3.5v-9zm0 0 '
    "4-8c1.6 0 2.6 1 2.6 2.6V9h5.3c1 0 1.8.9 1.6 1.9l-1.4 7.4c-.2 1-1 1.7-2 1.7H7"
    '"/></svg>'
)
_FOUND = (ReportKind.WRONG_PAGE, ReportKind.NOT_SAID, ReportKind.MISREAD)
LONGEST = 4000
"""Characters that a reader may write."""


def render_thumbs(number: int, said: Sequence[Remark], language: Language) -> str:
    """Return the two thumbs of an answer, that one pressed which was pressed last."""
    last = next((one.kind for one in reversed(said) if one.kind in THUMBS), None)
    thumbs = "".join(
        f'<button type="button" class="thumb" data-thumb="{kind}" data-number="{number}" '
        f'aria-pressed="{str(kind is last).lower()}" aria-label="{_name(kind, language)}" '
        f'title="{_name(kind, language)}">{_THUMB}</button>'
        for kind in THUMBS
    )
    return f'<span class="thumbs">{thumbs}</span>'


def render_report(
    number: int, answer: Answer | None, said: Sequence[Remark], language: Language
) -> str:
    """Return what is folded away below an answer: what is wrong with it, where, in what words.

    ``said`` is what the reader has reported already, which is shown before it.
    """
    thanks = safe(say("web.report_thanks", language))
    done = "".join(
        f'<p class="reported" role="status">{_name(one.kind, language)} · {thanks}</p>'
        for one in said
        if one.kind not in THUMBS
    )
    cited = [] if answer is None else [citation.n for citation in answer.citations]
    kinds = [*(_FOUND if cited else ()), ReportKind.UNANSWERED, ReportKind.OTHER]
    choices = "".join(
        f'<label><input type="radio" name="kind" value="{kind}" required> '
        f"{_name(kind, language)}</label>"
        for kind in kinds
    )
    words = {key: safe(say(f"web.report_{key}", language)) for key in ("words", "send", "which")}
    head = safe(say("web.report", language))
    return (
        f'{done}<details class="report"><summary>{head}</summary>'
        f'<form data-report="{number}"><fieldset><legend>{head}</legend>{choices}</fieldset>'
        f"{_which(cited, words['which'], language)}"
        f'<textarea name="words" rows="2" maxlength="{LONGEST}" aria-label="{words["words"]}" '
        f'placeholder="{words["words"]}"></textarea>'
        f'<button type="submit">{words["send"]}</button></form></details>'
    )


def _which(cited: Sequence[int], label: str, language: Language) -> str:
    """Return the choice of the citation meant; nothing where there is no choice."""
    if len(cited) < len(("one", "another")):
        return ""
    whole = safe(say("web.report_whole", language))
    numbers = "".join(f'<option value="{n}">{n}</option>' for n in cited)
    return (
        f'<label class="which">{label} <select name="n"><option value="">{whole}</option>'
        f"{numbers}</select></label>"
    )


def _name(kind: ReportKind, language: Language) -> str:
    return safe(say(f"reports.{kind}", language))
