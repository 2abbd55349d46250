"""What a question wants is told from its vector, in every language and in other words."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.models.ready import Companion
from rag.questions.sensing.head import HEAD, Head, fit, load, save
from rag.questions.sensing.samples import SAMPLES, draw
from rag.questions.wanting import About, Sensed, Want
from tests.conftest import CASES

if TYPE_CHECKING:
    from pathlib import Path

FLOOR = 0.78
"""Share of the cases of a kind of question that are told rightly, in all languages together."""
PASSAGES = 0.97
"""The same of the questions that want a sentence of the book."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what it wants."""

    question: str
    language: str
    sensed: Sensed


@cache
def cases() -> list[Case]:
    """Return the cases, written apart from the samples."""
    found = []
    sensed, language = Sensed(Want.PASSAGE), ""
    for line in (CASES / "wants.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            name, language = line.removeprefix("= ").split()
            want, _, about = name.partition(".")
            sensed = Sensed(Want(want), About(about) if about else None)
        elif line and not line.startswith("#"):
            found.append(Case(line, language, sensed))
    return found


@cache
def told() -> list[Sensed]:
    """Return what each case was found to want."""
    head, companion = load(), Companion()
    vectors = companion.encode([case.question for case in cases()])
    return [head.sense(vector) for vector in vectors]


@pytest.mark.parametrize("want", Want)
def test_a_question_is_told_by_its_form(want: Want) -> None:
    """Nearly all questions of a kind are told, worded otherwise and of other matters."""
    right = [
        case.sensed == found
        for case, found in zip(cases(), told(), strict=True)
        if case.sensed.want is want
    ]
    assert len(right) >= 16
    assert sum(right) / len(right) >= (PASSAGES if want is Want.PASSAGE else FLOOR)


@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en", "ru"])
def test_a_question_is_told_in_every_language(language: str) -> None:
    """No language is behind."""
    right = [
        case.sensed == found
        for case, found in zip(cases(), told(), strict=True)
        if case.language == language
    ]
    assert sum(right) / len(right) >= 0.9


def bare(question: str) -> str:
    """Return a question in small letters, without its mark."""
    return question.strip("？?！!。. ").lower()


def test_no_case_is_a_sample() -> None:
    """What is measured was not learned."""
    samples = {sample.text.strip("？?！!。. ").lower() for sample in draw(7)}
    same = [
        case.question for case in cases() if case.question.strip("？?！!。. ").lower() in samples
    ]
    assert len(same) / len(cases()) < 0.06, same  # a greeting is what it is


def test_the_head_belongs_to_its_samples() -> None:
    """Whoever changes the samples fits the head anew."""
    card = json.loads(HEAD.read_text(encoding="utf-8"))
    assert card["samples sha256"] == hashlib.sha256(SAMPLES.read_bytes()).hexdigest()
    assert card["vectors"] == Companion.name
    assert HEAD.stat().st_size < 100_000


def test_a_head_tells_what_it_was_fitted_on(tmp_path: Path) -> None:
    """Two kinds that lie apart are told, what lies between them is taken as any other question."""
    who, what = Sensed(Want.WHO), Sensed(Want.LAST, About.PAGE)
    rows = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    head = fit([who, who, what, what], rows)
    path = tmp_path / "head.json"
    save(head, path, {})
    kept = load(path)
    assert [kept.sense(row) for row in rows] == [who, who, what, what]
    middle = np.array([0.70710678, 0.70710678], np.float32)
    assert kept.sense(middle) == Sensed(Want.PASSAGE)
    assert isinstance(kept, Head)


def test_samples_are_of_every_kind_and_language() -> None:
    """Each kind of question has samples in all three tables of languages."""
    by_kind: dict[Sensed, set[str]] = defaultdict(set)
    for sample in draw(1):
        by_kind[sample.sensed].add(sample.language)
        assert "{" not in sample.text
    assert {one.want for one in by_kind} == set(Want)
    assert {one.about for one in by_kind} == {None, *About}
    assert all(languages == {"zh", "en", "ru"} for languages in by_kind.values())
