"""Questions with known answers to figures.

A question is a table with ``question`` (by language), ``answers`` (any one of which must
stand in what is found), and, where known, ``pages`` or ``page`` (printed labels on which
an answer stands), ``part`` or ``chapter`` (that its heading begins with), and
``answerable`` (true unless said). Text is compared folded and without white space. Where
a measure does not apply it has no value rather than zero.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.baseline import plain_pipeline
from rag.errors import RagError
from rag.evaluation.measures import (
    RANKS,
    difference,
    latency,
    means,
    recall_at,
    reciprocal_rank,
    refusals,
)
from rag.evaluation.outcomes import Outcome, Question, answers_of, ask, first_that_holds
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.assemble import Shuzheng
    from rag.baseline import Baseline

__all__ = ["Outcome", "Question", "Report", "evaluate", "summarise"]

Figures = dict[str, float | int | None]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by language.

    Those of a plain pipeline beside them are named ``zh plain``, those of other settings
    ``zh other``; what the other settings change is ``zh change``, with ``zh from`` and
    ``zh to`` the 95 % interval of the change.
    """

    figures: dict[str, Figures]

    def as_dict(self) -> dict[str, Figures]:
        """Return the figures as JSON takes them."""
        return self.figures

    def as_text(self) -> str:
        """Return the figures as a table, a column a language."""
        names = list(next(iter(self.figures.values()), {}))
        width = max(map(len, names), default=0)
        lines = [" " * width + "".join(f"{language:>11}" for language in self.figures)]
        for name in names:
            cells = (_cell(column.get(name)) for column in self.figures.values())
            lines.append(f"{name:<{width}}" + "".join(f"{cell:>11}" for cell in cells))
        return "\n".join(lines)


def evaluate(
    shuzheng: Shuzheng,
    questions: Sequence[Question],
    book: str,
    languages: Iterable[str],
    *,
    plain: bool = False,
    other: Shuzheng | None = None,
) -> Report:
    """Return the figures of a book's questions, for each language that they are put in.

    With ``plain`` a plain LangChain pipeline (``rag.baseline``) answers the same questions
    in the same run; it quotes and refuses nothing, so that only passages are measured.
    With ``other``, the same library under other settings answers each question too, right
    after, and what that changes is told with an interval.

    Raises RagError where the questions are not of the form that the module describes.
    """
    figures: dict[str, Figures] = {}
    baseline = plain_pipeline(shuzheng.book(book), shuzheng.embeddings()) if plain else None
    for item in questions:
        if not isinstance(item, dict) or not isinstance(item.get("question"), dict):
            raise RagError("A question of the file is not of the known form (no question).")
    for language in languages:
        asked = [item for item in questions if language in item["question"]]
        if language not in set(Language) or not asked:
            raise RagError(f"None of the questions is put in the language {language}.")
        outcomes, others = [], []
        for item in asked:
            outcomes.append(ask(shuzheng, item, book, Language(language)))
            if other:
                others.append(ask(other, item, book, Language(language)))
        figures[str(language)] = summarise(outcomes)
        if others:
            figures[f"{language} other"] = summarise(others)
            figures |= _changes(str(language), outcomes, others)
        if baseline:
            figures[f"{language} plain"] = _plain_figures(baseline, asked, Language(language))
    return Report(figures)


def summarise(outcomes: Sequence[Outcome]) -> Figures:
    """Return the figures of outcomes: means of the measures, refusals, milliseconds."""
    return {
        "questions": len(outcomes),
        **means([item.measures() for item in outcomes]),
        **refusals([item.refused for item in outcomes], [item.answerable for item in outcomes]),
        **latency([1000 * item.seconds for item in outcomes]),
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


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
