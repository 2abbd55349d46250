"""Fits what an answer is decided by: weights of signs, a calibrated confidence, thresholds.

Questions with known answers are asked of their books, as they are when the product is used, and
what was found is weighed so that the sentences which hold an answer come first. The signs that a
sentence has are those of ``rag.answering.evidence``. Questions that have an answer are asked once
more with the passages hidden that hold it, and some are asked of another book, a stranger to them.

First comes whether a book speaks of what is asked: by the margin, and of questions in another
language by all signs together with a reader's word, fitted to questions with an answer, against
hidden ones and those of strangers. Then, of those that pass, two chances: that the first sentence
answers, and that the book answers at all, with the least of the latter from which on what is
quoted is called an answer. What comes out is a text in the form of ``evidence.toml``.

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
    SPEAKS,
    WAYS,
    Fitted,
    fitted,
    grounds_of,
    shares_of,
    speaking,
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

UNSURE = {False: 0.1, True: 0.14}
"""Share of the answers, of those not refused anyhow, that may be called near to one only, by
whether a question is foreign: of these fewer are refused."""
REFUSED = 0.1
"""Share of the questions in another language, with an answer, of which a book may be said not to
speak. Books of which is asked in other words than theirs have more than their share of these."""
MOST = {False: 1.7, True: 1.9}
"""Sentences of an answer, on average, by whether a question is foreign: then the first is right
less often, and with fewer the one that answers was lost."""
RESTS_ON = {False: ("level", "margin", "lead"), True: ("level", "lead", "answers")}
"""The grounds of the two chances without a reader and with one: where it has a word, neither the
margin nor any sign of it told more on books that were not fitted to."""
_STRANGE = 2
"""Every how-many-th question is put to another book too."""
_RIDGE, _RIDGE_OF_CHANCES = 0.01, 0.02
"""How much large weights cost, of signs of spread 1: of a sentence's, and of chances."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A question with what was found: the signs of each sentence, and which hold an answer.

    ``signs`` (n, 12) and ``right`` (n,) are of its sentences; ``margin`` is how far the whole is
    above what an answer needs. ``hidden`` says that what answers was hidden, ``strange`` that
    another book is asked.
    """

    language: str
    foreign: bool
    book: str
    answerable: bool
    margin: float
    signs: Numbers
    right: NDArray[np.bool_]
    hidden: bool = False
    strange: bool = False

    @property
    def kind(self) -> str:
        """What kind of question it is: one of ``_KINDS``, or answerable."""
        if self.answerable:
            return "answerable"
        return "hidden" if self.hidden else "stranger" if self.strange else "near miss"

    @property
    def is_as_asked(self) -> bool:
        """Whether a reader might have asked it so."""
        return not (self.hidden or self.strange)


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
                strange,
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
            found = _weights(own, read=read)
            fit_of = replace(
                fitted().fits[foreign, read],
                sentence=_rounded(found.sentence),
                confidence=_rounded(found.confidence),
            )
            if read:
                held = _passed(held)
                found.speaks[:1] -= held[0].level  # the first is the weight of the level
                least = _least(
                    [(one.seen, one.state) for one in held if one.passes], UNSURE[foreign]
                )
                answerable = [one.seen for one in held if one.seen.answerable and one.passes]
                worth = _worth(answerable, found.sentence)
                fit_of = replace(
                    fit_of,
                    worth=worth,
                    state=_rounded(found.state),
                    answered=least,
                    speaks=_rounded(found.speaks),
                )
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


_KINDS = ("near miss", "hidden", "stranger")
"""Kinds of questions that are not answered."""


@dataclass(frozen=True, slots=True)
class _Tested:
    """A question with the weights that were fitted to other books.

    ``order`` are its sentences, best first, ``shares`` their chances of being the one that answers;
    ``confidence`` and ``state`` are the two chances; from ``level`` on what is ``spoken`` says that
    its book speaks of the matter.
    """

    seen: Seen
    order: NDArray[np.int64]
    shares: Numbers
    confidence: float
    state: float
    spoken: float
    level: float = 0.0
    least: float = 0.0
    worth: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether its book is found to speak of it."""
        return self.spoken > self.level

    @property
    def is_answered(self) -> bool:
        """Whether it would be called answered."""
        return self.passes and self.state >= self.least

    @property
    def quoted(self) -> NDArray[np.int64]:
        """The sentences that are quoted."""
        first = self.order[:MOST_SENTENCES]
        return first[[True, *(self.shares[1:MOST_SENTENCES] >= self.worth)]]


def _passed(held: Sequence[_Tested]) -> list[_Tested]:
    """Return questions with the level from which on their book is said to speak of them.

    It is that of the margin; where that is not what decides, so many of the answers lie below it.
    """
    level = 0.0
    if held[0].seen.foreign:
        level = _least([(one.seen, one.spoken) for one in held], REFUSED)
    return [replace(one, level=level) for one in held]


def _held_out(seen: Sequence[Seen], *, read: bool) -> list[_Tested]:
    """Return questions, each with what was fitted to the other books."""
    found = []
    for book in dict.fromkeys(one.book for one in seen):
        by = _weights([one for one in seen if one.book != book], read=read)
        for one in (one for one in seen if one.book == book):
            scores = one.signs @ by.sentence
            order = np.argsort(-scores, kind="stable")
            grounds = _grounds(one, by.sentence)
            shares = np.array(shares_of(scores[order].tolist()))
            spoken = float(_spoken(one, by.sentence) @ by.speaks) if len(by.speaks) else one.margin
            confidence, state = (float(_chances(grounds, w)) for w in (by.confidence, by.state))
            found.append(_Tested(one, order, shares, confidence, state, spoken))
    return found


@dataclass(frozen=True, slots=True)
class _Weights:
    """Weights of a sentence's signs, of the grounds for the two chances, and of what speaks.

    The last are none where the margin decides whether a book speaks of a matter.
    """

    sentence: Numbers
    confidence: Numbers
    state: Numbers
    speaks: Numbers


def _weights(seen: Sequence[Seen], *, read: bool) -> _Weights:
    """Return what is fitted to questions.

    Without a reader sentences are weighed as before: their order was fitted by itself, and how
    many of them are quoted is older too.
    """
    heard = read and seen[0].foreign
    passed = list(seen) if heard else [one for one in seen if one.margin > 0]
    heavy = _heavy(passed)
    sentence = np.array(fitted().fits[seen[0].foreign, False].sentence)
    if read:
        lots = [
            (one.signs, one.right, weight)
            for one, weight in zip(passed, heavy, strict=True)
            if one.right.any() and not one.right.all()
        ]
        sentence = conditional(lots)
    used = [GROUNDS.index(name) for name in RESTS_ON[read]]
    grounds = np.array([_grounds(one, sentence) for one in passed])[:, used]
    first = np.array([bool(one.right[int((one.signs @ sentence).argmax())]) for one in passed])
    answerable = np.array([one.answerable for one in passed])
    confidence, state = np.zeros((2, len(GROUNDS)))
    without = {one.book for one in passed if one.kind == "near miss"}
    asked = np.array([float(one.book in without and one.is_as_asked) for one in passed])
    confidence[used] = logistic(grounds, first, asked, _RIDGE)
    state[used] = logistic(grounds, answerable, heavy)
    speaks = np.zeros(0)
    if heard:
        # A near miss says nothing here: its book speaks of it.
        told = [one for one in passed if one.kind != "near miss"]
        rows = np.array([_spoken(one, sentence) for one in told])
        known = np.array([one.answerable for one in told])
        speaks = logistic(rows, known, _heavy(told))
    return _Weights(sentence, confidence, state, speaks)


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


def _spoken(one: Seen, sentence: Numbers) -> Numbers:
    """Return what it rests on that a book speaks of a question's matter."""
    scores = one.signs @ sentence
    order = np.argsort(-scores, kind="stable")
    return np.array(speaking(one.margin, scores[order].tolist(), one.signs[order].tolist()))


def _least(scored: Sequence[tuple[Seen, float]], share: float) -> float:
    """Return the number below which a share of what has an answer lies, each book counted.

    One book of few questions does not set it for all.
    """
    known = sorted(((one, each) for one, each in scored if one.answerable), key=lambda two: two[1])
    counts = np.cumsum(_heavy([one for one, _ in known]))
    return round(known[int(np.searchsorted(counts, share * counts[-1]))][1], 3)


def _worth(answerable: Sequence[Seen], sentence: Numbers) -> float:
    """Return the least chance of a further sentence with which answers are short enough."""
    further = [
        sorted(shares_of((one.signs @ sentence).tolist()))[-MOST_SENTENCES:-1] for one in answerable
    ]
    for worth in np.arange(0.0025, 0.5, 0.0025):
        more = np.mean([sum(share >= worth for share in shares) for shares in further])
        if 1 + more <= MOST[answerable[0].foreign]:
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
        "refused, answerable": _mean([not one.passes for one in known]),
        **{
            f"answered, {kind}": _mean([one.is_answered for one in held if one.seen.kind == kind])
            for kind in _KINDS
        },
        "calibration error": calibration_error(
            [one.confidence for one in held if one.passes and one.seen.is_as_asked],
            [
                hit
                for one, hit in zip(held, first, strict=True)
                if one.passes and one.seen.is_as_asked
            ],
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
            rest: dict[str, tuple[Sequence[str], Sequence[float]]] = {
                "confidence": (GROUNDS, by.confidence)
            }
            rest |= {"state": (GROUNDS, by.state)} if read else {}
            rest |= {"speaks": (SPEAKS, by.speaks)} if by.speaks else {}
            for what, (names, weights) in rest.items():
                lines += ["", f"[{family}.{way}.{what}]"]
                lines += [f"{n} = {v}" for n, v in zip(names, weights, strict=True)]
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
