"""Fits what an answer is decided by: weights of signs, a calibrated confidence, thresholds.

Questions with known answers are asked of their book, as they are when the product is used, and
what was found is weighed so that the sentences which hold an answer come first. The signs that a
sentence has are those of ``rag.answering.evidence``. Then two chances are fitted to what came of
it: that the first sentence answers, and that the book answers at all, with the least of the latter
from which on what is quoted is called an answer. What comes out is a text in the form of
``evidence.toml``.

Of the passages that the questions are about, those with even numbers are fitted to and the odd ones
are only measured: a question's passage is what its ``id`` has before the first full stop, and
passages are numbered as the files first name them.

Sources: the conditional logit, McFadden, "Conditional Logit Analysis of Qualitative Choice
Behavior", 1974.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from rag.answering import (
    FAMILIES,
    GROUNDS,
    MOST_SENTENCES,
    SIGNS,
    WAYS,
    Fit,
    Fitted,
    fitted,
    lead_of,
    shares_of,
)
from rag.evaluation.measures import calibration_error
from rag.evaluation.outcomes import answers_of, holds
from rag.evaluation.reports import Figures, Report
from rag.types import RagError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.application import Shuzheng
    from rag.evaluation.outcomes import Question

    Numbers = NDArray[np.float64]
    Slope = Callable[[Numbers], tuple[Numbers, Numbers]]

LOST = 0.04
"""Share of the questions with an answer that may be taken for what the book does not speak of."""
UNSURE = 0.05
"""Share of those that are left whose answer may be called near to one only."""
MOST = 1.7
"""Sentences of an answer, on average."""
_READ = len(SIGNS) - 2
"""Signs that there are without a reader."""
_FOLDS = 5
_RIDGE, _RIDGE_OF_CHANCES = 0.01, 0.002
"""How much large weights cost, of signs of spread 1: of a sentence's, and of chances."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A question with what was found: the signs of each sentence (n, 12), and which hold an answer.

    ``passage`` is the number of the one it is about, ``margin`` how far the whole is above what an
    answer needs.
    """

    language: str
    foreign: bool
    passage: int
    answerable: bool
    margin: float
    signs: Numbers
    right: NDArray[np.bool_]

    @property
    def odd(self) -> bool:
        """Whether it is only measured, not fitted to."""
        return bool(self.passage % 2)


def fit_questions(
    shuzheng: Shuzheng,
    files: Mapping[str, Sequence[Question]],
    digests: Mapping[str, str],
    book: str,
) -> tuple[str, Report]:
    """Return what is fitted to the questions of some files, as text, and figures by language.

    ``digests`` are the SHA-256 of the files, by name. There must be a reader. A bar on standard
    error shows how far it is. Raises RagError where there is too little to fit to.
    """
    if shuzheng.reader is None:
        raise RagError("Without a reader nothing is fitted: leave RAG_READER out.")
    count = sum(len(item["question"]) for items in files.values() for item in items)
    found = look(shuzheng, list(files.values()), book)
    seen = [
        one
        for one in tqdm(found, "Asking", count, unit="question", file=sys.stderr, disable=None)
        if one is not None
    ]
    made, results = fit(seen)
    told = {
        "data": dict(digests),
        "reader": shuzheng.reader.name,
        "encoder": shuzheng.embeddings().name,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "command": f"rag fit {' '.join(files)} --book {book} --out evidence.toml",
        "half": "fitted to the passages of even number, figures of the odd ones",
        "figures": results,
    }
    return as_toml(made, told), Report(results)


def look(
    shuzheng: Shuzheng, files: Sequence[Sequence[Question]], book: str
) -> Iterable[Seen | None]:
    """Yield what is found for each question of some files, in each language it is put in.

    None for questions that the contents answer, comparisons, and those that find nothing.
    """
    passages: dict[str, int] = {}
    for item in (item for file in files for item in file):
        number = passages.setdefault(str(item.get("id", "")).partition(".")[0], len(passages))
        answers = answers_of(item)
        for language, text in item["question"].items():
            inquiry = shuzheng.inquire(text, book=book)
            if inquiry.question.told or inquiry.sides or not inquiry.evidence:
                yield None
                continue
            yield Seen(
                language,
                inquiry.question.foreign,
                number,
                bool(item.get("answerable", True)),
                inquiry.margin,
                np.array([one.signs for one in inquiry.evidence]),
                np.array([bool(answers) and holds(one.text, answers) for one in inquiry.evidence]),
            )


def fit(seen: Sequence[Seen]) -> tuple[Fitted, dict[str, Figures]]:
    """Return what is fitted to the even passages, and figures on the odd ones by language.

    Raises RagError where there is nothing to fit to in one of the families of questions.
    """
    now = fitted()
    fits, margins = {}, {}
    for foreign, family in FAMILIES.items():
        own = [one for one in seen if one.foreign == foreign]
        learn = [one for one in own if not one.odd]
        if not any(one.right.any() for one in learn if one.answerable):
            raise RagError(f"None of the questions can be fitted to for those called {family}.")
        lost = _quantile([one.margin for one in learn if one.answerable], LOST)
        margins[foreign] = dict(now.margin[foreign])
        margins[foreign]["level"] = round(now.margin[foreign]["level"] - lost, 3)
        # What is not spoken of is not read.
        spoken = [
            replace(one, margin=one.margin - lost) for one in learn if one.margin > max(lost, 0.0)
        ]
        for read in WAYS:
            fits[foreign, read] = _fit(spoken, read=read)
    half = [one for one in seen if not one.odd and one.answerable]
    made = Fitted(fits, _worth(half, fits), margins)
    return made, {
        language: figures(made, now, [one for one in seen if one.odd and one.language == language])
        for language in dict.fromkeys(one.language for one in seen)
    }


def _fit(learn: Sequence[Seen], *, read: bool) -> Fit:
    """Return the weights for one family of questions, with a reader or without.

    How sure a first sentence is, is told from weights that were fitted to other passages.
    """
    tested = [
        (one, sentence)
        for fold in range(_FOLDS)
        for sentence in [_sentence([one for one in learn if _fold(one) != fold], read=read)]
        for one in learn
        if _fold(one) == fold
    ]
    grounds = np.array([_grounds(one, sentence) for one, sentence in tested])
    right = np.array([bool(one.right[_best(one, sentence)]) for one, sentence in tested])
    answerable = np.array([one.answerable for one, _ in tested])
    used = len(GROUNDS) if read else len(GROUNDS) - 3
    confidence, state = np.zeros((2, len(GROUNDS)))
    confidence[:used] = logistic(grounds[:, :used], right)
    state[:used] = logistic(grounds[:, :used], answerable)
    least = round(_quantile(_chances(grounds, state)[answerable], UNSURE), 3)
    return Fit(_rounded(_sentence(learn, read=read)), _rounded(confidence), _rounded(state), least)


def _chances(grounds: Numbers, weights: Sequence[float] | Numbers) -> Numbers:
    chances: Numbers = 1 / (1 + np.exp(-(grounds @ np.asarray(weights))))
    return chances


def _sentence(learn: Sequence[Seen], *, read: bool) -> Numbers:
    """Return the weights of a sentence's signs."""
    signs = len(SIGNS) if read else _READ
    chosen = [
        (one.signs[:, :signs], one.right)
        for one in learn
        if one.right.any() and not one.right.all()
    ]
    weights = np.zeros(len(SIGNS))
    weights[:signs] = conditional(chosen)
    return weights


def _fold(one: Seen) -> int:
    return one.passage // 2 % _FOLDS


def _best(one: Seen, sentence: Numbers) -> int:
    return int((one.signs @ sentence).argmax())


def _grounds(one: Seen, sentence: Numbers) -> list[float]:
    """Return what the confidence in a question's first sentence rests on."""
    scores = one.signs @ sentence
    best = one.signs[_best(one, sentence), _READ:]
    most = float(one.signs[:, SIGNS.index("answers")].max())
    lead = lead_of(sorted(scores.tolist(), reverse=True))
    return [1.0, one.margin, lead, *best.tolist(), most]


def _worth(answerable: Sequence[Seen], fits: dict[tuple[bool, bool], Fit]) -> float:
    """Return the least chance of a further sentence with which answers are short enough."""
    further = [
        sorted(shares_of((one.signs @ np.array(fits[one.foreign, True].sentence)).tolist()))
        for one in answerable
    ]
    for worth in np.arange(0.02, 0.5, 0.005):
        more = [sum(share >= worth for share in shares[-MOST_SENTENCES:-1]) for shares in further]
        if 1 + np.mean(more) <= MOST:
            return round(float(worth), 3)
    return 0.5


def figures(made: Fitted, now: Fitted, seen: Sequence[Seen]) -> Figures:
    """Return what fitted weights come to on questions of one language, with a reader.

    ``now`` are the weights that their margins were taken with.
    """
    rows = []
    for one in seen:
        by = made.fits[one.foreign, True]
        sentence = np.array(by.sentence)
        lost = now.margin[one.foreign]["level"] - made.margin[one.foreign]["level"]
        moved = replace(one, margin=one.margin - lost)
        scores = one.signs @ sentence
        order = np.argsort(-scores, kind="stable")[:MOST_SENTENCES]
        shares = np.array(shares_of(scores.tolist()))[order]
        quoted = order[[True, *(shares[1:] >= made.worth)]]
        grounds = np.array([_grounds(moved, sentence)])
        chance, surely = (float(_chances(grounds, one)[0]) for one in (by.confidence, by.state))
        rows.append(
            (
                one.answerable,
                moved.margin > 0,
                chance,
                surely >= by.answered,
                bool(one.right[order[0]]),
                bool(one.right[quoted].any()),
                len(quoted),
            )
        )
    table = np.array(rows, dtype=np.float64)
    yes, spoken = table[:, 0] == 1, table[:, 1] == 1
    answered = spoken & (table[:, 3] == 1)
    sure = table[spoken]
    return {
        "questions": len(table),
        "first sentence answers": _mean(table[yes, 4]),
        "quoted sentences answer": _mean(table[yes, 5]),
        "sentences an answer": _mean(table[yes, 6]),
        "answered, answerable": _mean(answered[yes]),
        "not found, answerable": _mean(~spoken[yes]),
        "answered, near miss": _mean(answered[~yes]),
        "calibration error": calibration_error(sure[:, 2].tolist(), sure[:, 4].tolist()),
    }


def conditional(chosen: Sequence[tuple[Numbers, NDArray[np.bool_]]]) -> Numbers:
    """Return the weights by which those that are right are likeliest to be picked from each lot."""
    signs = np.concatenate([signs for signs, _ in chosen])
    right = np.concatenate([right for _, right in chosen]).astype(np.float64)
    starts = np.cumsum([0, *(len(lot) for _, lot in chosen)])[:-1]
    lot = np.repeat(np.arange(len(chosen)), [len(one) for _, one in chosen])
    spread = np.maximum(signs.std(axis=0), 1e-6)
    scaled = signs / spread

    def slope(weights: Numbers) -> tuple[Numbers, Numbers]:
        scores = scaled @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[lot])
        all_of, good_of = (np.add.reduceat(part, starts)[lot] for part in (odds, odds * right))
        share, good = odds / all_of, odds * right / good_of
        mean = np.add.reduceat(scaled * share[:, None], starts)
        better = np.add.reduceat(scaled * good[:, None], starts)
        bend = (scaled * share[:, None]).T @ scaled - mean.T @ mean
        return (mean - better).sum(axis=0) / len(chosen), bend / len(chosen)

    weights: Numbers = _newton(slope, scaled.shape[1], _RIDGE) / spread
    return weights


def logistic(grounds: Numbers, came: NDArray[np.bool_]) -> Numbers:
    """Return the weights by which what came is likeliest; the first ground is 1 throughout."""
    spread = np.maximum(grounds.std(axis=0), 1e-6)
    spread[0] = 1.0
    scaled = grounds / spread

    def slope(weights: Numbers) -> tuple[Numbers, Numbers]:
        chance = 1 / (1 + np.exp(-(scaled @ weights)))
        bend = (scaled * (chance * (1 - chance))[:, None]).T @ scaled
        return scaled.T @ (chance - came) / len(came), bend / len(came)

    weights: Numbers = _newton(slope, scaled.shape[1], _RIDGE_OF_CHANCES) / spread
    return weights


def _newton(slope: Slope, size: int, ridge: float) -> Numbers:
    """Return where a cost is least whose slope and bend are given, with a ridge besides."""
    weights: Numbers = np.zeros(size)
    for _ in range(100):
        first, second = slope(weights)
        step = np.linalg.solve(second + ridge * np.eye(size), first + ridge * weights)
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
        if float(np.abs(step).max()) < 1e-7:
            break
    return weights


def _quantile(values: Sequence[float] | Numbers, share: float) -> float:
    return float(np.quantile(np.asarray(values, dtype=np.float64), share))


def _rounded(values: Numbers) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def _mean(values: Numbers | NDArray[np.bool_]) -> float:
    return round(float(np.mean(values)), 3) if len(values) else float("nan")


def as_toml(made: Fitted, told: dict[str, Any]) -> str:
    """Return a text as ``parse_fitted`` reads it; ``told`` says what it was fitted on."""
    lines = [
        "# What an answer is decided by: see rag/answering/evidence.py. Made by 'rag fit', for",
        "# questions in the books' language (own) and in others (foreign), without a reader",
        "# (plain) and with one (read). Of 'margin', 'level' alone: its weights are older.",
        f"worth = {made.worth}",
    ]
    for foreign, family in FAMILIES.items():
        lines += ["", f"[{family}.margin]"]
        lines += [f"{name} = {value}" for name, value in made.margin[foreign].items()]
        for read, way in WAYS.items():
            by = made.fits[foreign, read]
            lines += ["", f"[{family}.{way}]", f"answered = {by.answered}"]
            lines += ["", f"[{family}.{way}.sentence]"]
            lines += [f"{n} = {v}" for n, v in zip(SIGNS, by.sentence, strict=True)]
            for what, weights in (("confidence", by.confidence), ("state", by.state)):
                lines += ["", f"[{family}.{way}.{what}]"]
                lines += [f"{n} = {v}" for n, v in zip(GROUNDS, weights, strict=True)]
    lines += ["", "[made]"]
    for name, value in told.items():
        lines.append(f"{_key(name)} = {_value(value)}")
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def _value(value: object) -> str:
    """Return a text, a number or a table of them in one line of TOML."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {inside} }}"
    return str(value) if isinstance(value, int | float) else f'"{value}"'
