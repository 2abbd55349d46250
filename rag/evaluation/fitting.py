"""Fits what an answer is decided by: weights of signs, a calibrated confidence, thresholds.

Questions with known answers are asked of their books, as they are when the product is used, and
what was found is weighed so that the sentences which hold an answer come first. The signs that a
sentence has are those of ``rag.answering.evidence``. Questions that have an answer are asked once
more with the passages hidden that hold it, and some are asked of another book, a stranger to them.

First comes whether a book speaks of what is asked (the margin): fitted to questions with an answer,
against hidden ones and those of strangers, so that few with an answer are refused. Then, of
those that pass, two chances: that the first sentence answers, and that the book answers at all,
with the least of the latter from which on what is quoted is called an answer. What comes out is a
text in the form of ``evidence.toml``.

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
    Fit,
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
REFUSED = 0.04
"""Share of the questions with an answer of which a book may be said not to speak."""
MOST = {(False, False): 2.7, (True, False): 2.8, (False, True): 1.7, (True, True): 1.9}
"""Sentences of an answer, on average, by whether a question is foreign and whether a reader has
read for it: where the first is right less often, with fewer the one that answers was lost."""
RESTS_ON = {False: ("level", "margin", "lead"), True: ("level", "lead", "answers")}
"""The grounds of the two chances without a reader and with one: where it has a word, neither the
margin nor any sign of it told more on books that were not fitted to."""
_OF_READER = ("answers", "points")
"""The signs that a reader gives."""
_STRANGE = 2
"""Every how-many-th question is put to another book too."""
_RIDGE, _RIDGE_OF_CHANCES = 0.01, 0.02
"""How much large weights cost, of signs of spread 1: of a sentence's, and of chances."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A question with what was found: the signs of each sentence, and which hold an answer.

    ``signs`` (n, 12) and ``right`` (n,) are of its sentences, ``whole`` (m,) are the signs of all
    together that a margin is made of, ``margin`` is how far they are above what an answer needs.
    ``hidden`` says that what answers was hidden, ``strange`` that another book is asked.
    """

    language: str
    foreign: bool
    book: str
    answerable: bool
    margin: float
    signs: Numbers
    right: NDArray[np.bool_]
    whole: Numbers
    hidden: bool = False
    strange: bool = False


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
    asked = [(book, item, False) for book, _, items in files for item in items]
    books = list(dict.fromkeys(book for book, _, _ in files))
    after = dict(zip(books, [*books[1:], *books[:1]], strict=True))
    strange = [(after[book], item, True) for book, _, items in files for item in items[::_STRANGE]]
    count = sum(len(item["question"]) for _, item, _ in asked + strange)
    bar = tqdm(total=count, desc="Asking", unit="question", file=sys.stderr, disable=None)
    with bar:
        seen = [
            one
            for book, item, is_strange in asked + strange
            for one in look(shuzheng, item, book, bar.update, strange=is_strange)
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
    shuzheng: Shuzheng,
    item: Question,
    book: str,
    told: Callable[[], object],
    *,
    strange: bool = False,
) -> Iterable[Seen]:
    """Yield what a question of a book finds in each language, with its answer and without.

    Left out is what is not weighed by sentences (comparisons, kinds of their own). One that is
    ``strange`` is of another book.
    """
    answers = [] if strange else answers_of(item)
    [book_id] = shuzheng.chosen(book)
    hidden = holding(
        shuzheng.book(book_id), shuzheng.passages(book_id), answers, item.get("answers", [])
    )
    known = bool(item.get("answerable", True)) and not strange
    for language, text in item["question"].items():
        for without in [(), hidden] if known and hidden else [()]:
            inquiry = shuzheng.inquire(text, book=book, without=without)
            if inquiry.sides or not inquiry.has_read or not inquiry.signs:
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
                np.array(inquiry.signs.by(list(fitted().margin[inquiry.question.foreign]))),
                bool(without),
                strange,
            )
        told()


def fit(seen: Sequence[Seen]) -> tuple[Fitted, dict[str, Figures]]:
    """Return what is fitted to questions, and figures by book and language.

    Raises RagError where there is nothing to fit to in one of the families of questions.
    """
    fits, margins = {}, {}
    tested: list[_Tested] = []
    for foreign, family in FAMILIES.items():
        own = [one for one in seen if one.foreign == foreign]
        if len({one.book for one in own if one.right.any()}) < _FOLDS:
            raise RagError(f"There are too few books to fit to for the questions called {family}.")
        speaks = np.array(_rounded(_speaks(own)))
        margins[foreign] = dict(zip(fitted().margin[foreign], speaks.tolist(), strict=True))
        passed = _passed(own, speaks)
        for read in WAYS:
            held = _held_out(own, read=read)
            sentence, confidence, state = map(_rounded, _weights(passed, read=read))
            most = MOST[foreign, read]
            worth = _worth([one for one in passed if one.answerable], np.array(sentence), most)
            fits[foreign, read] = Fit(sentence, confidence, worth)
            if read:
                least = _least(held)
                fits[foreign, read] = Fit(sentence, confidence, worth, state, least)
                tested += [replace(one, least=least, worth=worth) for one in held]
    groups = dict.fromkeys((one.seen.book, one.seen.language) for one in tested)
    return Fitted(fits, margins), {
        f"{book} {language}": figures(
            [one for one in tested if (one.seen.book, one.seen.language) == (book, language)]
        )
        for book, language in groups
    }


_FOLDS = 2
"""The fewest books, of which one is measured with what was fitted to the other."""


_KINDS = ("near miss", "hidden", "stranger")
"""Kinds of questions that are not answered."""


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
    def is_answered(self) -> bool:
        """Whether it would be called answered."""
        return self.seen.margin > 0 and self.state >= self.least

    @property
    def as_asked(self) -> bool:
        """Whether a reader might have asked it so, and seen what was found."""
        return self.seen.margin > 0 and not (self.seen.hidden or self.seen.strange)

    @property
    def kind(self) -> str:
        """What kind of question it is."""
        if self.seen.answerable:
            return "answerable"
        return "hidden" if self.seen.hidden else "stranger" if self.seen.strange else "near miss"

    @property
    def quoted(self) -> NDArray[np.int64]:
        """The sentences that are quoted."""
        first = self.order[:MOST_SENTENCES]
        return first[[True, *(self.shares[1:MOST_SENTENCES] >= self.worth)]]


def _speaks(seen: Sequence[Seen]) -> Numbers:
    """Return the weights of a margin (m,), with a level below which a share of the answers lies.

    A near miss says nothing here: its book speaks of it.
    """
    told = [one for one in seen if one.answerable or one.hidden or one.strange]
    heavy = _heavy(told)
    whole, known = np.array([one.whole for one in told]), np.array([o.answerable for o in told])
    weights = logistic(whole, known, heavy)
    margins = whole[known] @ weights
    order = np.argsort(margins)
    counts = np.cumsum(heavy[known][order])
    weights[0] -= margins[order][int(np.searchsorted(counts, REFUSED * counts[-1]))]
    return weights


def _passed(seen: Sequence[Seen], speaks: Numbers) -> list[Seen]:
    """Return the questions of which their book speaks, by the weights of a margin."""
    placed = (replace(one, margin=float(one.whole @ speaks)) for one in seen)
    return [one for one in placed if one.margin > 0]


def _held_out(seen: Sequence[Seen], *, read: bool) -> list[_Tested]:
    """Return questions, each with what was fitted to the other books."""
    found = []
    for book in dict.fromkeys(one.book for one in seen):
        others = [one for one in seen if one.book != book]
        speaks = _speaks(others)
        sentence, *chances = _weights(_passed(others, speaks), read=read)
        for one in (one for one in seen if one.book == book):
            one = replace(one, margin=float(one.whole @ speaks))  # noqa: PLW2901
            scores = one.signs @ sentence
            order = np.argsort(-scores, kind="stable")
            grounds = _grounds(one, sentence)
            confidence, state = (float(_chances(grounds, weights)) for weights in chances)
            shares = np.array(shares_of(scores[order].tolist()))
            found.append(_Tested(one, order, shares, confidence, state))
    return found


def _weights(seen: Sequence[Seen], *, read: bool) -> tuple[Numbers, Numbers, Numbers]:
    """Return the weights of a sentence's signs, and of the grounds for the two chances.

    Without a reader what it says weighs nothing.
    """
    heavy = _heavy(seen)
    heard = np.array([read or name not in _OF_READER for name in SIGNS])
    lots = [
        (one.signs * heard, one.right, weight)
        for one, weight in zip(seen, heavy, strict=True)
        if one.right.any() and not one.right.all()
    ]
    sentence = conditional(lots)
    used = [GROUNDS.index(name) for name in RESTS_ON[read]]
    grounds = np.array([_grounds(one, sentence) for one in seen])[:, used]
    first = np.array([bool(one.right[int((one.signs @ sentence).argmax())]) for one in seen])
    answerable = np.array([one.answerable for one in seen])
    confidence, state = np.zeros((2, len(GROUNDS)))
    without = {one.book for one in seen if not (one.answerable or one.hidden or one.strange)}
    asked = np.array(
        [float(one.book in without and not (one.hidden or one.strange)) for one in seen]
    )
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


def _worth(answerable: Sequence[Seen], sentence: Numbers, most: float) -> float:
    """Return the least chance of a further sentence with which answers are short enough.

    They have ``most`` sentences on average.
    """
    further = [
        sorted(shares_of((one.signs @ sentence).tolist()))[-MOST_SENTENCES:-1] for one in answerable
    ]
    for worth in np.arange(0.0025, 0.5, 0.0025):
        more = np.mean([sum(share >= worth for share in shares) for shares in further])
        if 1 + more <= most:
            return round(float(worth), 4)
    return 0.5


def figures(held: Sequence[_Tested]) -> Figures:
    """Return what came of questions of one book in one language, with a reader."""
    known = [one for one in held if one.seen.answerable]
    first = [bool(one.seen.right[one.order[0]]) for one in held]
    return {
        "questions": len(held),
        "first sentence answers": _mean([one.seen.right[one.order[0]] for one in known]),
        "quoted sentences answer": _mean(
            [float(one.seen.right[one.quoted].any()) for one in known]
        ),
        "sentences an answer": _mean([len(one.quoted) for one in known]),
        "answered, answerable": _mean([one.is_answered for one in known]),
        "refused, answerable": _mean([one.seen.margin <= 0 for one in known]),
        **{
            f"answered, {kind}": _mean([one.is_answered for one in held if one.kind == kind])
            for kind in _KINDS
        },
        "calibration error": calibration_error(
            [one.confidence for one in held if one.as_asked],
            [hit for one, hit in zip(held, first, strict=True) if one.as_asked],
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
        "# (plain) and with one (read).",
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
