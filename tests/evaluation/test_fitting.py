"""What an answer is decided by, fitted to questions with known answers."""

from __future__ import annotations

import tomllib
from dataclasses import astuple, replace

import numpy as np
import pytest

from rag.answering.evidence import GROUNDS, SIGNS, SPEAKS, fitted, parse_fitted
from rag.evaluation.fitting import REFUSED, Seen, as_toml, conditional, fit, logistic
from rag.settings import ROOT
from rag.types import RagError

QUESTIONS, SENTENCES = 480, 6


BOOKS = ("one", "two", "three")


def made_up(*, foreign: bool, seed: int) -> list[Seen]:
    """Return questions whose answer is the nearest sentence, as a reader says, or is not there.

    One in eight is a near miss, one in eight of a stranger, whose margin is low.
    """
    chance = np.random.default_rng(seed)
    seen = []
    for number in range(QUESTIONS):
        signs = chance.normal(size=(SENTENCES, len(SIGNS)))
        worth = 4.0 * signs[:, SIGNS.index("nearness")] + chance.gumbel(size=SENTENCES)
        answerable, strange = number % 4 > 0, number % 8 == 0
        signs[:, SIGNS.index("answers")] = 2.0 if answerable else -2.0
        right = (np.arange(SENTENCES) == worth.argmax()) & answerable
        margin = float(chance.normal() + (-3 if strange else 3))
        language, book = "en" if foreign else "zh", BOOKS[number % 3]
        one = Seen(language, foreign, book, answerable, margin, signs, right)
        seen.append(replace(one, strange=strange))
    return seen


BOTH = [*made_up(foreign=False, seed=1), *made_up(foreign=True, seed=2)]


def test_what_makes_a_sentence_the_right_one_gets_the_weight() -> None:
    """The sign that decides has nearly all of it; what is right is found as often as can be."""
    made, figures = fit(BOTH)
    for foreign in (True, False):
        own = dict(zip(SIGNS, made.fits[foreign, True].sentence, strict=True))
        others = [
            abs(weight) for name, weight in own.items() if name not in {"nearness", "answers"}
        ]
        assert own["nearness"] == pytest.approx(4.0, abs=1.3)
        assert max(others) < own["nearness"] / 3
    for one in figures.values():
        assert (one["first sentence answers"] or 0) > 0.55
        assert 1 <= (one["sentences an answer"] or 0) <= 3


def test_without_a_reader_sentences_are_weighed_as_before() -> None:
    """Only how sure they are is fitted."""
    made, _ = fit(BOTH)
    for foreign in (True, False):
        now, before = made.fits[foreign, False], fitted().fits[foreign, False]
        assert (now.sentence, now.worth) == (before.sentence, before.worth)
        assert not any(now.confidence[3:])
        assert (now.state, now.speaks) == ((), ())
        assert now.confidence != before.confidence


def test_few_with_an_answer_are_refused_and_most_of_strangers() -> None:
    """In the books' language by the margin alone, in others by all that is known."""
    made, figures = fit(BOTH)
    assert not made.fits[False, True].speaks
    assert len(made.fits[True, True].speaks) == len(SPEAKS)
    for name, one in figures.items():
        assert (one["refused, answerable"] or 0) < 2 * REFUSED, name
        assert (one["answered, stranger"] or 0) < 0.1, name


def test_what_a_reader_says_decides_what_is_called_an_answer() -> None:
    """Near misses are told apart by it, and the confidence says as much as comes true."""
    _, figures = fit(BOTH)
    for one in figures.values():
        assert (one["answered, near miss"] or 0) < 0.1
        assert (one["answered, answerable"] or 0) > 0.6
        assert (one["calibration error"] or 0) < 0.2


def test_what_is_fitted_is_read_again() -> None:
    """The text that is written has every number, and where they come from."""
    made, figures = fit(BOTH)
    text = as_toml(made, {"date": "2026-01-01", "figures": figures})
    assert astuple(parse_fitted(text)) == astuple(made)
    assert tomllib.loads(text)["made"]["figures"]["one zh"]["questions"] == QUESTIONS / 3


def test_a_book_is_measured_with_what_was_fitted_to_the_others() -> None:
    """Where one book has it the other way round, it alone is found wrong, and the more often."""
    usual = fit(BOTH)[1]
    turned = [replace(one, right=one.right[::-1]) if one.book == "three" else one for one in BOTH]
    odd = fit(turned)[1]
    assert (odd["three zh"]["first sentence answers"] or 0) < 0.3
    assert odd["one zh"]["questions"] == usual["one zh"]["questions"]
    assert (odd["one zh"]["first sentence answers"] or 0) > 0.5


@pytest.mark.parametrize(
    "seen",
    [made_up(foreign=False, seed=1), [one for one in BOTH if one.book == "one"]],
    ids=["one family", "one book"],
)
def test_where_nothing_can_be_fitted_it_is_said(seen: list[Seen]) -> None:
    """Questions of one family, or of one book, are too few."""
    with pytest.raises(RagError, match="too few books"):
        fit(seen)


def test_odds_are_found_again() -> None:
    """Weights by which chance was drawn come out of what it drew."""
    chance = np.random.default_rng(3)
    signs = chance.normal(size=(800, 5, 2))
    picked = (signs @ [1.5, -0.5] + chance.gumbel(size=(800, 5))).argmax(axis=1)
    lots = [(lot, np.arange(5) == best, 1.0) for lot, best in zip(signs, picked, strict=True)]
    assert conditional(lots) == pytest.approx([1.5, -0.5], abs=0.2)
    grounds = np.column_stack([np.ones(3000), chance.normal(size=3000)])
    came = chance.random(3000) < 1 / (1 + np.exp(-(grounds @ [-1.0, 2.0])))
    assert logistic(grounds, came, np.ones(3000), 0.001) == pytest.approx([-1.0, 2.0], abs=0.25)


def test_the_weights_that_are_used_name_what_they_were_fitted_on() -> None:
    """The file says the data with their digests, the models, the day, the command, the figures."""
    path = ROOT / "rag" / "answering" / "evidence.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))["made"]
    assert {"data", "reader", "encoder", "date", "command", "measured", "figures"} <= set(told)
    assert all(len(digest) == 64 for digest in told["data"].values())
    assert all(len(fit.confidence) == len(GROUNDS) for fit in fitted().fits.values())
