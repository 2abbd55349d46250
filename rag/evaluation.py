"""Questions with known answers to figures.

A question is a table with ``question`` (by language), ``answers`` (any one of which must
stand in what is found), and, where known, ``pages`` or ``page`` (printed labels on which
an answer stands), ``part`` or ``chapter`` (that its heading begins with), and
``answerable`` (true unless said). Text is compared folded and without white space. Where
a measure does not apply it has no value rather than zero.
"""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.baseline import plain_pipeline
from rag.errors import RagError
from rag.folding import fold
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.assemble import Shuzheng
    from rag.baseline import Baseline
    from rag.types import Answer, Citation, Hit

Question = dict[str, Any]
RANKS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question in one language.

    ``rank`` is that of the first passage that holds an answer (None: not among those
    looked at); ``sentence`` likewise that of the quoted sentence; ``page`` and ``part``
    say whether a citation that holds an answer names a right one (None: not known or no
    such citation).
    """

    answerable: bool
    refused: bool
    rank: int | None
    sentence: int | None
    page: bool | None
    part: bool | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by language; those of a plain pipeline beside them are named ``zh plain``."""

    figures: dict[str, dict[str, float | int | None]]

    def as_dict(self) -> dict[str, dict[str, float | int | None]]:
        """Return the figures as JSON takes them."""
        return self.figures

    def as_text(self) -> str:
        """Return the figures as a table, a column a language."""
        names = list(next(iter(self.figures.values()), {}))
        width = max(map(len, names), default=0)
        lines = [" " * width + "".join(f"{language:>10}" for language in self.figures)]
        for name in names:
            cells = (_cell(column.get(name)) for column in self.figures.values())
            lines.append(f"{name:<{width}}" + "".join(f"{cell:>10}" for cell in cells))
        return "\n".join(lines)


def evaluate(
    shuzheng: Shuzheng,
    questions: Sequence[Question],
    book: str,
    languages: Iterable[str],
    *,
    plain: bool = False,
) -> Report:
    """Return the figures of a book's questions, for each language that they are put in.

    With ``plain`` a plain LangChain pipeline (``rag.baseline``) answers the same questions
    in the same run; it quotes and refuses nothing, so that only passages are measured.

    Raises RagError where the questions are not of the form that the module describes.
    """
    figures: dict[str, dict[str, float | int | None]] = {}
    baseline = plain_pipeline(shuzheng.book(book), shuzheng.embeddings()) if plain else None
    for item in questions:
        if not isinstance(item, dict) or not isinstance(item.get("question"), dict):
            raise RagError("A question of the file is not of the known form (no question).")
    for language in languages:
        asked = [item for item in questions if language in item["question"]]
        if language not in set(Language) or not asked:
            raise RagError(f"None of the questions is put in the language {language}.")
        outcomes = [_outcome(shuzheng, item, book, Language(language)) for item in asked]
        figures[str(language)] = summarise(outcomes)
        if baseline:
            figures[f"{language} plain"] = _plain_figures(baseline, asked, Language(language))
    return Report(figures)


def _plain_figures(
    baseline: Baseline, asked: Sequence[Question], language: Language
) -> dict[str, float | int | None]:
    ranks: list[int | None] = []
    milliseconds = []
    for item in asked:
        if not item.get("answerable", True):
            continue
        answers = [_plain(answer) for answer in item.get("answers", [])]
        started = time.perf_counter()
        chunks = baseline.nearest(item["question"][language], max(RANKS))
        milliseconds.append(1000 * (time.perf_counter() - started))
        ranks.append(next((n for n, text in enumerate(chunks, 1) if _holds(text, answers)), None))
    return {
        "questions": len(asked),
        **_ranked(ranks),
        **_latency(milliseconds),
        "seconds to split and encode": round(baseline.seconds, 1),
    }


def summarise(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """Return the figures of outcomes: shares, the mean reciprocal rank, milliseconds."""
    answerable = [item for item in outcomes if item.answerable]
    others = [item for item in outcomes if not item.answerable]
    answered = [item for item in answerable if item.sentence is not None]
    return {
        "questions": len(outcomes),
        **_ranked([item.rank for item in answerable]),
        "answer in first sentence": _share(item.sentence == 1 for item in answerable),
        "answer in quoted sentences": _share(item.sentence is not None for item in answerable),
        "page right of those": _share(item.page for item in answered if item.page is not None),
        "part right of those": _share(item.part for item in answered if item.part is not None),
        "refused, answerable": _share(item.refused for item in answerable),
        "refused, not answerable": _share(item.refused for item in others),
        **_latency([1000 * item.seconds for item in outcomes]),
    }


def _ranked(ranks: Sequence[int | None]) -> dict[str, float | None]:
    within = {k: _share(rank is not None and rank <= k for rank in ranks) for k in RANKS}
    return {
        **{f"answer in passages, first {k}": share for k, share in within.items()},
        "mean reciprocal rank": _mean([1 / rank if rank else 0.0 for rank in ranks]),
    }


def _latency(milliseconds: Sequence[float]) -> dict[str, float | None]:
    ordered = sorted(milliseconds)
    if not ordered:
        return {"milliseconds, median": None, "milliseconds, 95 %": None}
    return {
        "milliseconds, median": round(statistics.median(ordered), 1),
        "milliseconds, 95 %": round(ordered[math.ceil(0.95 * len(ordered)) - 1], 1),
    }


def _outcome(shuzheng: Shuzheng, item: Question, book: str, language: Language) -> Outcome:
    try:
        question = item["question"][language]
        answers = [_plain(answer) for answer in item.get("answers", [])]
    except (KeyError, TypeError, AttributeError) as error:
        raise RagError(f"A question of the file is not of the known form ({error}).") from None
    answerable = bool(item.get("answerable", True))
    hits = shuzheng.find(question, book=book, limit=max(RANKS)) if answerable else []
    started = time.perf_counter()
    answer = shuzheng.ask(question, book=book, language=language)
    seconds = time.perf_counter() - started
    right = [citation for citation in answer.citations if _holds(citation.quote, answers)]
    return Outcome(
        answerable=answerable,
        refused=answer.status == "not_found",
        rank=_first(hits, answers),
        sentence=min((_place_of(answer, citation) for citation in right), default=None),
        page=_page_right(item, right),
        part=_part_right(item, right),
        seconds=seconds,
    )


def _first(hits: Sequence[Hit], answers: Sequence[str]) -> int | None:
    for rank, hit in enumerate(hits, start=1):
        if _holds(hit.passage.text, answers):
            return rank
    return None


def _place_of(answer: Answer, citation: Citation) -> int:
    """Return the place (from 1) of the sentence that cites."""
    numbers = [n for n, s in enumerate(answer.sentences, 1) if citation.n in s.citations]
    return numbers[0]


def _page_right(item: Question, right: Sequence[Citation]) -> bool | None:
    known = item.get("pages") or ([item["page"]] if item.get("page") else [])
    if not known or not right:
        return None
    labels = {str(label) for label in known}
    return any(labels & set(citation.place.pages) for citation in right)


def _part_right(item: Question, right: Sequence[Citation]) -> bool | None:
    known = item.get("part") or item.get("chapter")
    if not known or not right:
        return None
    return any(
        (heading or "").startswith(str(known))
        for citation in right
        for heading in (citation.place.part, citation.place.chapter)
    )


def _holds(text: str, answers: Sequence[str]) -> bool:
    plain = _plain(text)
    return any(answer in plain for answer in answers)


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def _share(values: Iterable[bool | None]) -> float | None:
    kept = [bool(value) for value in values]
    return _mean(kept)


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
