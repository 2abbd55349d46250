"""Questions with known answers to figures.

A question is a table with ``question`` (by language), ``answers`` (any one of which must
stand in what is found), and, where known, ``pages`` or ``page`` (printed labels on which
an answer stands), ``part`` or ``chapter`` (that its heading begins with),
``answerable`` (true unless said) and ``mentioned`` (of one that is not answerable: the book
speaks of the thing and does not say what is asked). Text is compared folded and without
white space. Where a measure does not apply it has no value rather than zero.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rag.evaluation.baseline import plain_pipeline
from rag.evaluation.claims import judge_claims
from rag.evaluation.hiding import Blind
from rag.evaluation.measures import (
    RANKS,
    calibration_error,
    difference,
    latency,
    mean,
    means,
    recall_at,
    reciprocal_rank,
    refusals,
)
from rag.evaluation.outcomes import Asked, Outcome, Question, answers_of, ask, first_that_holds
from rag.evaluation.reports import Figures, Report
from rag.types import Language, RagError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.application import Shuzheng
    from rag.evaluation.baseline import Baseline

__all__ = ["Outcome", "Question", "Report", "evaluate", "judge_claims", "summarise"]


def evaluate(
    shuzheng: Shuzheng,
    questions: Sequence[Question],
    book: str,
    languages: Iterable[str],
    *,
    plain: bool = False,
    other: Shuzheng | None = None,
    near_misses: bool = False,
    beside: Sequence[Question] = (),
) -> Report:
    """Return the figures of a book's questions, for each language that they are put in.

    With ``plain`` a plain LangChain pipeline (``rag.evaluation.baseline``) answers the same
    questions in the same run; it quotes and refuses nothing, so that only passages are measured.
    With ``other``, the same library under other settings answers each question too, right
    after, and what that changes is told with an interval. With ``near_misses`` each question
    is asked once more with its answers hidden (``rag.evaluation.hiding``); ``beside`` are
    questions of another book, asked of this one. Both must be refused, and count among the
    refusals; every question that is then wrongly answered or refused is listed.

    Raises RagError where the questions are not of the form that the module describes.
    """
    figures: dict[str, Figures] = {}
    wrong: list[dict[str, object]] = []
    baseline = plain_pipeline(shuzheng.book(book), shuzheng.embeddings()) if plain else None
    for item in (*questions, *beside):
        put = item.get("question") if isinstance(item, dict) else None
        if not isinstance(put, dict) or not all(isinstance(text, str) for text in put.values()):
            raise RagError("A question of the file is not of the known form (no question).")
    wholes = [shuzheng, other] if other else [shuzheng]
    blinds = [Blind(whole, book) for whole in wholes] if near_misses or beside else []
    for language in languages:
        asked = [item for item in questions if language in item["question"]]
        if language not in set(Language) or not asked:
            raise RagError(f"None of the questions is put in the language {language}.")
        rows: list[list[Outcome]] = [[] for _ in wholes]
        for item in asked:
            for row, whole in zip(rows, wholes, strict=True):
                row.append(ask(whole, item, book, Language(language)))
        strange = [item for item in beside if language in item["question"]]
        for row, blind in zip(rows, blinds, strict=False):  # there may be none
            row.extend(blind.outcomes(asked if near_misses else [], strange, Language(language)))
        figures[str(language)] = summarise(rows[0])
        for others in rows[1:]:
            figures[f"{language} other"] = summarise(others)
            figures |= _changes(str(language), rows[0], others)
        if baseline:
            figures[f"{language} plain"] = _plain_figures(baseline, asked, Language(language))
        wrong += [one.told(str(language)) for one in rows[0] if one.wrong]
    return Report(figures, wrong if blinds else None)


def summarise(outcomes: Sequence[Outcome]) -> Figures:
    """Return the figures of outcomes: means of the measures, refusals, milliseconds.

    Questions are those of the book's own file; the milliseconds are theirs.
    """
    milliseconds = [1000 * item.seconds for item in outcomes if item.seconds is not None]
    return {
        "questions": len(milliseconds),
        "near misses": sum(item.asked is Asked.NEAR for item in outcomes),
        "questions of another book": sum(item.asked is Asked.OTHER for item in outcomes),
        **means([item.measures() for item in outcomes]),
        **_states(outcomes),
        **refusals([item.refused for item in outcomes], [item.answerable for item in outcomes]),
        **latency(milliseconds),
    }


def _states(outcomes: Sequence[Outcome]) -> Figures:
    """Return what "answered" and the confidence are worth, over questions that were answered whole.

    Precision is the share of what is called an answer that holds one, recall the share of the
    questions with an answer that have one so called; of what is called near, the share that has no
    answer, and of the questions without one that the book speaks of, the share so called. The
    calibration is of the first sentences.
    """
    whole = [item for item in outcomes if item.seconds is not None]
    right = [item.sentence is not None for item in whole if item.answered]
    known = [item for item in whole if item.answerable]
    sure = [(item.confidence, item) for item in whole if item.confidence is not None]
    return {
        "answered, precision": mean(right),
        "answered, recall": mean(item.answered and item.sentence is not None for item in known),
        "near, precision": mean(not item.answerable for item in whole if item.near),
        "near, recall": mean(item.near for item in whole if item.asked is Asked.MENTIONED),
        "calibration error": calibration_error(
            [chance for chance, _ in sure], [float(item.sentence == 1) for _, item in sure]
        ),
    }


def _changes(
    language: str, outcomes: Sequence[Outcome], others: Sequence[Outcome]
) -> dict[str, Figures]:
    """Return by how much the other settings change each measure, with its interval."""
    one = [item.measures() for item in outcomes]
    two = [item.measures() for item in others]
    columns: dict[str, Figures] = {f"{language} {name}": {} for name in ("change", "from", "to")}
    for name in one[0]:
        found = difference([row[name] for row in one], [row[name] for row in two])
        for column, value in zip(columns.values(), found or (None, None, None), strict=True):
            column[name] = value
    return columns


def _plain_figures(baseline: Baseline, asked: Sequence[Question], language: Language) -> Figures:
    rows: list[dict[str, float]] = []
    milliseconds = []
    for item in asked:
        if not item.get("answerable", True):
            continue
        started = time.perf_counter()
        chunks = baseline.nearest(item["question"][language], max(RANKS))
        milliseconds.append(1000 * (time.perf_counter() - started))
        rank = first_that_holds(chunks, answers_of(item))
        rows.append(
            {f"answer in passages, first {k}": recall_at(rank, k) for k in RANKS}
            | {"mean reciprocal rank": reciprocal_rank(rank)}
        )
    return {
        "questions": len(asked),
        **means(rows),
        **latency(milliseconds),
        "seconds to split and encode": round(baseline.seconds, 1),
    }
