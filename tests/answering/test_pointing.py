"""The words that answer: pointed at where a sentence has one time or number that was not asked."""

from __future__ import annotations

import pytest

from rag.answering.picking import words_that_answer
from rag.questions import understand
from tests.conftest import CASES

LINES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (CASES / "pointing.txt").read_text(encoding="utf-8").splitlines()
    if "|" in line and not line.startswith("#")
]


@pytest.mark.parametrize(("question", "marked"), LINES, ids=[line[0] for line in LINES])
def test_the_words_that_answer(question: str, marked: str) -> None:
    """A date that the question has not, or a number with what it counts; of two, neither."""
    sentence = marked.replace("[", "").replace("]", "")
    found = words_that_answer(understand(question, (), ()), sentence)
    start, end = (found.start, found.end) if found else (0, 0)
    said = f"{sentence[:start]}[{sentence[start:end]}]{sentence[end:]}"
    assert said == (marked if found else f"[]{marked}")
