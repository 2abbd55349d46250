"""Whether what was found answers a question of fact, or only speaks of the matter: a reader's say.

A reader sees question and passage together, where all other signs are taken of each apart.
From which logit on it is believed is data: ``reader.toml`` says what that was fitted on, when
and how.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.evidence import Evidence
    from rag.models import Reader
    from rag.questions import Question

PASSAGES_READ = 1
"""Passages that the reader looks at: those of the best sentences. More of them give what only
speaks of the matter more chances to pass: with three, fewer such were told apart."""


def is_near(reader: Reader, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Return whether none of the best sentences' passages answers a question, as read.

    ``evidence`` is weighed, best first, and there is some.
    """
    texts = {item.found.passage.id: item.found.passage.text for item in evidence}
    best = list(texts.values())[:PASSAGES_READ]
    least = thresholds()["foreign" if question.foreign else "own"]
    return float(reader.answerable(question.text, best).max()) < least


@cache
def thresholds() -> dict[str, float]:
    """Return the least logit that answers: of questions in the books' language, and of others."""
    fitted = tomllib.loads(Path(__file__).with_name("reader.toml").read_text(encoding="utf-8"))
    return {family: float(fitted[family]) for family in ("own", "foreign")}
