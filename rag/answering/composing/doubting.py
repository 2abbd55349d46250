"""A second call that asks a language model whether sentences stand in what they cite.

Code has judged them before, and its verdicts can only be lowered by this. Where the model is
down, slow, over its budget, or says anything but what it was asked for, they stand as they are.
"""

from __future__ import annotations

import re
import secrets
from contextlib import closing
from typing import TYPE_CHECKING

from rag.answering.composing.fencing import fenced, without_thoughts
from rag.answering.composing.model import CutShortError, ModelError
from rag.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.composing.budget import DailyBudget
    from rag.answering.composing.model import LanguageModel
    from rag.answering.composing.prompts import Prompt

SECONDS_TO_DOUBT = 15.0
"""The most that an answer waits for its check, after it has been shown as it grew."""
TOKENS_TO_DOUBT = 400
"""The longest check: a line a sentence, and what a model thinks aloud."""
_LINE = re.compile(r"\s*(\d{1,3})\s+(yes|partly|no)\s*", re.IGNORECASE)
_VERDICTS = {"yes": Verdict.SUPPORTED, "partly": Verdict.PARTLY, "no": Verdict.UNSUPPORTED}


class Checking:
    """Asks a language model about sentences; holds no state of its own."""

    def __init__(self, model: LanguageModel, prompt: Prompt, budget: DailyBudget) -> None:
        self.model = model
        self.prompt = prompt
        self.budget = budget

    def verdicts(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """Return the model's verdicts on pairs of a sentence and the text that it cites.

        There is one for each pair, or none at all where the model does not give them.
        """
        if not pairs or not self.budget.take():
            return []
        fence = secrets.token_hex(8)
        claims = "\n\n".join(
            fenced("claim", number, sentence, fence) + "\n" + fenced("text", number, text, fence)
            for number, (sentence, text) in enumerate(pairs, start=1)
        )
        try:
            with closing(self.model.stream(self.prompt.render(claims=claims, fence=fence))) as said:
                return parse_verdicts(without_thoughts("".join(said)), len(pairs))
        except (ModelError, CutShortError):
            return []


def parse_verdicts(said: str, count: int) -> list[Verdict]:
    """Return the verdicts of lines such as ``1 yes``, for the numbers from 1 to ``count``.

    Nothing is returned where any line is another one, or a number is missing or comes twice.
    """
    found: dict[int, Verdict] = {}
    for line in filter(str.strip, said.splitlines()):
        match = _LINE.fullmatch(line)
        if not match or int(match[1]) in found:
            return []
        found[int(match[1])] = _VERDICTS[match[2].lower()]
    numbers = range(1, count + 1)
    return [found[number] for number in numbers] if found.keys() == set(numbers) else []
