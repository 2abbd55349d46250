"""Fits what an answer is decided by: weights of signs, a calibrated confidence, thresholds.

Questions with known answers are asked of their books, as they are when the product is used, and
what was found is weighed so that the sentences which hold an answer come first. The signs that a
sentence has are those of ``rag.answering.evidence``. Then two chances are fitted to what came of
it: that the first sentence answers, and that the book answers at all, with the least of the latter
from which on what is quoted is called an answer. Questions that have an answer are asked once
more with the passages hidden that hold it: what is then found does not answer. What comes out is
a text in the form of ``evidence.toml``.

What holds in one book need not in another: levels shift. So every figure of a book is measured
with what was fitted to the other books alone, and the least chance is the one below which a share
(``UNSURE``) of the answers so measured lies. Each book weighs as the root of its questions. A
confidence alone is fitted to questions as they come, with an answer and without, none of them
hidden: it must say how often it is right.

Sources: the conditional logit, McFadden, "Conditional Logit Analysis of Qualitative Choice
Behavior", 1974.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
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
    Fitted,
    fitted,
    grounds_of,
    shares_of,
)
from rag.evaluation.hiding import holding
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

UNSURE = 0.1
"""Share of the answers, of those not refused anyhow, that may be called near to one only."""
MOST = {False: 1.7, True: 1.9}
"""Sentences of an answer, on average, by whether a question is foreign: then the first is right
less often, and with fewer the one that answers was lost."""
RESTS_ON = {False: ("level", "margin", "lead"), True: ("level", "lead", "answers")}
"""The grounds of the two chances without a reader and with one: where it has a word, neither the
margin nor any sign of it told more on books that were not fitted to."""
_RIDGE, _RIDGE_OF_CHANCES = 0.01, 0.02
"""How much large weights cost, of signs of spread 1: of a sentence's, and of chances."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A question that seemed to be answered: the signs of each sentence, and which hold an answer.

    ``signs`` (n, 12) and ``right`` (n,) are of its sentences; ``margin`` is how far the whole is
    above what an answer needs; ``hidden`` says that what answers was hidden.
    """

    language: str
    foreign: bool
    book: str
    answerable: bool
    margin: float
    signs: Numbers
    right: NDArray[np.bool_]
    hidden: bool = False


def fit_questions(
    shuzheng: Shuzheng,
    files: Sequence[tuple[str, str, Sequence[Question]]],
    digests: Mapping[str, str],
) -> tuple[str, Report]:
    """Return what is fitted to questions, as text, and figures by book and language.

    ``files`` has for each its book, its name and its questions, ``digests`` the SHA-256 by name.
    There must be a reader. A bar on standard error shows how far it is. Raises RagError where there
    is too little to fit to.
    """
    if shuzheng.reader is None:
        raise RagError("Without a reader nothing is fitted: leave RAG_READER out.")
    count = sum(len(item["question"]) for _, _, items in files for item in items)
    bar = tqdm(total=count, desc="Asking", unit="question", file=sys.stderr, disable=None)
    with bar:
        seen = [
            one
            for book, _, items in files
            for item in items
            for one in look(shuzheng, item, book, bar.update)
        ]
    made, results = fit(seen)
    given = " ".join(f"{book}={name}" for book, name, _ in files)
    told = {
        "data": dict(digests),
        "reader": shuzheng.reader.name,
        "encoder": shuzheng.embeddings().name,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "command": f"rag fit {given} --out evidence.toml",
        "measured": "each book with what was fitted to the others",
        "figures": results,
    }
    return as_toml(made, told), Report(results)


def look(
    shuzheng: Shuzheng, item: Question, book: str, told: Callable[[], object]
) -> Iterable[Seen]:
    """Yield what a question of a book finds in each language, with its answer and without.

    Left out is what is not weighed by sentences (comparisons, kinds of their own) or refused.
    """
    answers = answers_of(item)
    [book_id] = shuzheng.chosen(book)
    hidden = holding(
        shuzheng.book(book_id), shuzheng.passages(book_id), answers, item.get("answers", [])
    )
    known = bool(item.get("answerable", True))
    for language, text in item["question"].items():
        for without in [(), hidden] if known and hidden else [()]:
            inquiry = shuzheng.inquire(text, book=book, without=without)
            if inquiry.sides or not inquiry.has_read:
                continue
            right = [bool(answers) and holds(one.text, answers) for one in inquiry.evidence]
            yield Seen(
                language,
                inquiry.question.foreign,
                book_id,
                known and not without,
                inquiry.margin,
                np.array([one.signs for one in inquiry.evidence]),
                np.array(right),
                bool(without),
            )
        told()


def fit(seen: Sequence[Seen]) -> tuple[Fitted, dict[str, Figures]]:
    """Return what is fitted to questions, and figures by book and language.

    Raises RagError where there is nothing to fit to in one of the families of questions.
    """
    fits = {}
    tested: list[_Tested] = []
    for foreign, family in FAMILIES.items():
        own = [one for one in seen if one.foreign == foreign]
        if len({one.book for one in own if one.right.any()}) < _FOLDS:
            raise RagError(f"There are too few books to fit to for the questions called {family}.")
        for read in WAYS:
            held = _held_out(own, read=read)
            sentence, confidence, state = map(_rounded, _weights(own, read=read))
            fit_of = replace(fitted().fits[foreign, read], sentence=sentence, confidence=confidence)
            if read:
                least = _least(held)
                worth = _worth([one for one in own if one.answerable], np.array(sentence))
                fit_of = replace(fit_of, worth=worth, state=state, answered=least)
                tested += [replace(one, least=least, worth=worth) for one in held]
            fits[foreign, read] = fit_of
    groups = dict.fromkeys((one.seen.book, one.seen.language) for one in tested)
    return Fitted(fits, fitted().margin), {
        f"{book} {language}": figures(
            [one for one in tested if (one.seen.book, one.seen.language) == (book, language)]
        )
        for book, language in groups
    }


_FOLDS = 2
"""The fewest books, of which one is measured with what was fitted to the other."""


@dataclass(frozen=True, slots=True)
class _Tested:
    """A question with the weights that were fitted to other books.

    ``order`` are its sentences, best first, ``shares`` their chances of being the one that answers;
    ``confidence`` and ``state`` are the two chances.
    """

    seen: Seen
    order: NDArray[np.int64]
    shares: Numbers
    confidence: float
    state: float
    least: float = 0.0
    worth: float = 0.0

    @property
    def quoted(self) -> NDArray[np.int64]:
        """The sentences that are quoted."""
        first = self.order[:MOST_SENTENCES]
        return first[[True, *(self.shares[1:MOST_SENTENCES] >= self.worth)]]


def _held_out(seen: Sequence[Seen], *, read: bool) -> list[_Tested]:
    """Return questions, each with what was fitted to the other books."""
    found = []
    for book in dict.fromkeys(one.book for one in seen):
        sentence, *chances = _weights([one for one in seen if one.book != book], read=read)
        for one in (one for one in seen if one.book == book):
            scores = one.signs @ sentence
            order = np.argsort(-scores, kind="stable")
            grounds = _grounds(one, sentence)
            confidence, state = (float(_chances(grounds, weights)) for weights in chances)
            shares = np.array(shares_of(scores[order].tolist()))
            found.append(_Tested(one, order, shares, confidence, state))
    return found


def _weights(seen: Sequence[Seen], *, read: bool) -> tuple[Numbers, Numbers, Numbers]:
    """Return the weights of a sentence's signs, and of the grounds for the two chances.

    Without a reader sentences are weighed as before: their order was fitted by itself, and how
    many of them are quoted is older too.
    """
    heavy = _heavy(seen)
    sentence = np.array(fitted().fits[seen[0].foreign, False].sentence)
    if read:
        lots = [
            (one.signs, one.right, weight)
            for one, weight in zip(seen, heavy, strict=True)
            if one.right.any() and not one.right.all()
        ]
        sentence = conditional(lots)
    used = [GROUNDS.index(name) for name in RESTS_ON[read]]
    grounds = np.array([_grounds(one, sentence) for one in seen])[:, used]
    first = np.array([bool(one.right[int((one.signs @ sentence).argmax())]) for one in seen])
    answerable = np.array([one.answerable for one in seen])
    confidence, state = np.zeros((2, len(GROUNDS)))
    without = {one.book for one in seen if not (one.answerable or one.hidden)}
    asked = np.array([float(one.book in without and not one.hidden) for one in seen])
    confidence[used] = logistic(grounds, first, asked, _RIDGE)
    state[used] = logistic(grounds, answerable, heavy)
    return sentence, confidence, state


def _heavy(seen: Sequence[Seen]) -> Numbers:
    """Return what each question counts, so that a book counts as the root of its questions."""
    size = Counter(one.book for one in seen)
    return np.array([size[one.book] ** -0.5 for one in seen])


def _chances(grounds: Numbers, weights: Sequence[float] | Numbers) -> Numbers:
    chances: Numbers = 1 / (1 + np.exp(-(grounds @ np.asarray(weights))))
    return chances


def _grounds(one: Seen, sentence: Numbers) -> Numbers:
    """Return what the confidence in a question's first sentence rests on."""
    scores = one.signs @ sentence
    order = np.argsort(-scores, kind="stable")
    return np.array(grounds_of(one.margin, scores[order].tolist(), one.signs[order[0]].tolist()))


def _least(held: Sequence[_Tested]) -> float:
    """Return the chance below which a share of what is answered lies, each book counted.

    One book of few questions does not set it for all.
    """
    known = sorted((one for one in held if one.seen.answerable), key=lambda one: one.state)
    counts = np.cumsum(_heavy([one.seen for one in known]))
    return round(known[int(np.searchsorted(counts, UNSURE * counts[-1]))].state, 3)


def _worth(answerable: Sequence[Seen], sentence: Numbers) -> float:
    """Return the least chance of a further sentence with which answers are short enough."""
    further = [
        sorted(shares_of((one.signs @ sentence).tolist()))[-MOST_SENTENCES:-1] for one in answerable
    ]
    for worth in np.arange(0.005, 0.5, 0.005):
        more = np.mean([sum(share >= worth for share in shares) for shares in further])
        if 1 + more <= MOST[answerable[0].foreign]:
            return round(float(worth), 3)
    return 0.5


def figures(held: Sequence[_Tested]) -> Figures:
    """Return what came of questions of one book in one language, with a reader."""
    known = [one for one in held if one.seen.answerable]
    others = [one for one in held if not one.seen.answerable]
    first = [bool(one.seen.right[one.order[0]]) for one in held]
    return {
        "questions": len(held),
        "first sentence answers": _mean([one.seen.right[one.order[0]] for one in known]),
        "quoted sentences answer": _mean(
            [float(one.seen.right[one.quoted].any()) for one in known]
        ),
        "sentences an answer": _mean([len(one.quoted) for one in known]),
        "answered, answerable": _mean([one.state >= one.least for one in known]),
        "answered, near miss": _mean([one.state >= one.least for one in others]),
        "calibration error": calibration_error(
            [one.confidence for one in held if not one.seen.hidden],
            [hit for one, hit in zip(held, first, strict=True) if not one.seen.hidden],
        ),
    }


def conditional(lots: Sequence[tuple[Numbers, NDArray[np.bool_], float]]) -> Numbers:
    """Return the weights by which those that are right are likeliest to be picked from each lot.

    A lot has its signs, which of them are right, and what it counts.
    """
    signs = np.concatenate([signs for signs, _, _ in lots])
    right = np.concatenate([right for _, right, _ in lots]).astype(np.float64)
    heavy = np.array([weight for _, _, weight in lots]) / sum(weight for _, _, weight in lots)
    starts = np.cumsum([0, *(len(lot) for _, lot, _ in lots)])[:-1]
    lot = np.repeat(np.arange(len(lots)), [len(one) for _, one, _ in lots])
    spread = np.maximum(signs.std(axis=0), 1e-6)
    scaled = signs / spread

    def slope(weights: Numbers) -> tuple[Numbers, Numbers]:
        scores = scaled @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[lot])
        all_of, good_of = (np.add.reduceat(part, starts)[lot] for part in (odds, odds * right))
        share, good = odds / all_of, odds * right / good_of
        mean = np.add.reduceat(scaled * share[:, None], starts)
        better = np.add.reduceat(scaled * good[:, None], starts)
        each = heavy[lot] * share
        bend = (scaled * each[:, None]).T @ scaled - (mean * heavy[:, None]).T @ mean
        return ((mean - better) * heavy[:, None]).sum(axis=0), bend

    weights: Numbers = _newton(slope, scaled.shape[1], _RIDGE) / spread
    return weights


def logistic(
    grounds: Numbers,
    came: NDArray[np.bool_],
    heavy: Numbers,
    ridge: float = _RIDGE_OF_CHANCES,
) -> Numbers:
    """Return the weights by which what came is likeliest; the first ground is 1 throughout.

    ``heavy`` is what each counts, ``ridge`` what large weights cost.
    """
    spread = np.maximum(grounds.std(axis=0), 1e-6)
    spread[0] = 1.0
    scaled = grounds / spread
    each = heavy / heavy.sum()

    def slope(weights: Numbers) -> tuple[Numbers, Numbers]:
        chance = 1 / (1 + np.exp(-(scaled @ weights)))
        bend = (scaled * (each * chance * (1 - chance))[:, None]).T @ scaled
        return scaled.T @ (each * (chance - came)), bend

    weights: Numbers = _newton(slope, scaled.shape[1], ridge) / spread
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


def _rounded(values: Numbers) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 3) if len(values) else float("nan")


def as_toml(made: Fitted, told: dict[str, Any]) -> str:
    """Return a text as ``parse_fitted`` reads it; ``told`` says what it was fitted on."""
    lines = [
        "# What an answer is decided by: see rag/answering/evidence.py. Made by 'rag fit', for",
        "# questions in the books' language (own) and in others (foreign), without a reader",
        "# (plain) and with one (read). What is called margin, and plain sentences, are older:",
        "# fitted to reading-comprehension questions on a Chinese text, asked with and without the",
        "# paragraph that answers them, in Chinese, English and Russian.",
    ]
    for foreign, family in FAMILIES.items():
        lines += ["", f"[{family}.margin]"]
        lines += [f"{name} = {value}" for name, value in made.margin[foreign].items()]
        for read, way in WAYS.items():
            by = made.fits[foreign, read]
            lines += ["", f"[{family}.{way}]", f"worth = {by.worth}"]
            lines += [f"answered = {by.answered}"] if read else []
            lines += ["", f"[{family}.{way}.sentence]"]
            lines += [f"{n} = {v}" for n, v in zip(SIGNS, by.sentence, strict=True)]
            chances = {"confidence": by.confidence, **({"state": by.state} if read else {})}
            for what, weights in chances.items():
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
