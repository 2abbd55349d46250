"""A follow-up as a question by itself, written by a language model and checked by code.

Where the model is down, slow, over its budget, or writes something that the conversation
does not bear out, the question that rules have made of it stands.
"""

from __future__ import annotations

import secrets
from contextlib import closing
from typing import TYPE_CHECKING

from rag.answering.composing.fencing import without_thoughts
from rag.answering.composing.model import CutShortError, ModelError
from rag.language.catalog import say
from rag.language.names import known_spellings, names_in
from rag.language.numbers import quantities
from rag.language.text import bigrams, family, fold, language_of
from rag.questions import content_words, understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.composing.budget import DailyBudget
    from rag.answering.composing.model import LanguageModel
    from rag.answering.composing.prompts import Prompt
    from rag.questions import Question
    from rag.types import Book, Turn

SECONDS_TO_REPHRASE = 5.0
"""The most that a follow-up waits for its rewriting, before its answer is begun."""
TOKENS_TO_REPHRASE = 160
"""The longest rewriting."""
_TURNS = 4
"""Turns that the model is told: what is leant on was said lately."""
_SAID = 300
"""Characters of an answer that it is told."""
_LONGEST = 200
_NEW = 0.5
"""Share of words that the conversation does not have, above which a question is another one."""


class Rephrasing:
    """Rewrites follow-ups by a language model; holds no state of its own."""

    def __init__(self, model: LanguageModel, prompt: Prompt, budget: DailyBudget) -> None:
        self.model = model
        self.prompt = prompt
        self.budget = budget

    def rephrase(self, ruled: Question, turns: Sequence[Turn], books: Sequence[Book]) -> Question:
        """Return a follow-up in the model's words, or ``ruled``, what rules have made of it.

        A question that leans on nothing is not shown to the model.
        """
        if not ruled.leans or not turns or not self.budget.take():
            return ruled
        recent = turns[-_TURNS:]
        said = "\n\n".join(f"Reader: {turn.question}\nBook: {_told(turn)}" for turn in recent)
        messages = self.prompt.render(
            fence=secrets.token_hex(8),
            language=say("language.english", ruled.language),
            turns=said,
            question=ruled.asked,
        )
        try:
            with closing(self.model.stream(messages)) as pieces:
                written = without_thoughts("".join(pieces)).strip()
        except (ModelError, CutShortError):
            return ruled
        sources = [ruled.asked, ruled.text, said]
        aliases = [group for book in books for group in book.record.aliases]
        if not is_sound(written, sources, aliases):
            return ruled
        return understand(ruled.typed, turns, books, read_as=written)


def is_sound(written: str, sources: Sequence[str], aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether a rewritten question is one that its sources bear out.

    The first source is the question as it was asked. The rewritten one is one line of its
    language and about its length; its names, numbers and most of its words stand in the
    sources.
    """
    asked, everything = sources[0], "\n".join(sources)
    if not written or "\n" in written or len(written) > _LONGEST + 2 * len(asked):
        return False
    if family(language_of(written)) != family(language_of(asked)):
        return False
    known = {item.value for item in quantities(everything)}
    if any(item.value not in known for item in quantities(written) if not item.weak):
        return False
    there = fold(everything)
    for name in names_in(written, known_spellings(aliases)):
        spellings = name.group or (name.text,)
        if not any(fold(spelling) in there for spelling in spellings):
            return False
    words = bigrams(content_words(written))
    new = set(words) - set(bigrams(everything))
    return len(new) <= _NEW * len(set(words))


def _told(turn: Turn) -> str:
    if turn.answer.status == "not_found":
        return "(no answer)"
    return " ".join(sentence.text for sentence in turn.answer.sentences)[:_SAID]
