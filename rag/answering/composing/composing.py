"""Answers that a language model writes and code checks, sentence by sentence.

The model sees numbered passages and knows no page; what it writes is shown only where
the passages that it cites bear it out, and code turns their numbers into pages.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.composing.drafting import Draft
from rag.answering.composing.model import CutShortError, ModelError
from rag.answering.quoting import timed
from rag.language.catalog import say

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from rag.answering.checking import Claim
    from rag.answering.composing.budget import DailyBudget
    from rag.answering.composing.doubting import Checking
    from rag.answering.composing.model import LanguageModel
    from rag.answering.composing.prompts import Prompt
    from rag.answering.composing.translating import Translating
    from rag.answering.quoting import Inquiry, Quoting
    from rag.library import Library
    from rag.models import Judge
    from rag.questions import Question
    from rag.search import Compare
    from rag.types import Answer, Language

NOTHING = "NONE"
"""What the prompt has a model write where the passages do not answer."""
_PAUSE = 0.125  # seconds between two updates of a growing answer


class Composing:
    """Answers questions by a language model, or by quoting; holds no state of its own.

    ``library``, ``compare`` and ``judge`` are what a sentence is checked with (``Draft``).
    ``mark`` keeps sentences that the book does not bear out, struck, in place of taking
    them out. ``checking`` asks about the sentences in a second call, ``translating`` has what
    they cite translated; either may be None.
    """

    def __init__(
        self,
        quoting: Quoting,
        model: LanguageModel,
        prompt: Prompt,
        budget: DailyBudget,
        *,
        library: Library,
        compare: Compare,
        judge: Judge | None,
        mark: bool,
        checking: Checking | None = None,
        translating: Translating | None = None,
    ) -> None:
        self.quoting = quoting
        self.model = model
        self.prompt = prompt
        self.budget = budget
        self.library = library
        self.compare = compare
        self.judge = judge
        self.mark = mark
        self.checking = checking
        self.translating = translating

    def stream(
        self,
        question: Question,
        language: Language | None = None,
        style: str | None = None,
    ) -> Generator[Answer]:
        """Yield the answer as it grows, whole sentences that were checked; the last is complete.

        The model is not asked where the books do not speak of the matter, or their contents or
        names answer. It is told whether they seem to answer or are only near to it, and where it
        finds itself that they do not, the quoted sentences are near to an answer only. Where it is
        over its budget, down, slow, breaks off or writes nothing that is borne out, the last answer
        is the quoted one, with a notice. A model that answers then translates what is cited, in
        further answers that differ in this alone; it does so too where what is quoted is only
        near. Closing this closes the model's connection. Raises RagError for an unknown style.
        """
        inquiry = self.quoting.inquire(question, language)
        quoted = self.quoting.settle(inquiry, style)
        near = inquiry.near and not inquiry.picked
        if question.told or not inquiry.found or not (inquiry.answered or near):
            yield quoted
            if inquiry.near and self.translating:
                yield from self.translating.stream(quoted, inquiry)
            return
        if not self.budget.take():
            yield _instead(quoted, "answers.model_spent", inquiry)
            return
        draft = Draft(
            inquiry,
            library=self.library,
            compare=self.compare,
            judge=self.judge,
            style=style,
            model=self.model.name,
            mark=self.mark,
        )
        try:
            claims = yield from self._write(draft)
        except ModelError:
            yield _instead(quoted, "answers.model_down", inquiry)
            return
        answer = draft.answer(claims)
        if answer and self.checking:
            yield replace(answer, growing=True)
            answer = _checked(draft, claims, self.checking)
        if not answer and _says_nothing(claims):
            answer = quoted if near else self._not_answered(inquiry, style)
        answer = answer or _instead(quoted, "answers.model_unproven", inquiry)
        yield answer
        if self.translating:
            yield from self.translating.stream(answer, inquiry)

    def _not_answered(self, inquiry: Inquiry, style: str | None) -> Answer:
        """Return what is quoted where a model finds that it does not answer: as near to it."""
        only_near = replace(inquiry, answered=False, near=True)
        quoted = self.quoting.settle(only_near, style)
        return _instead(quoted, "answers.model_unproven", only_near)

    def _write(self, draft: Draft) -> Generator[Answer, None, list[Claim]]:
        """Yield the answer as the model writes it; return its sentences, or raise ModelError."""
        text, whole, shown, sentences = "", True, 0.0, 0
        try:
            with closing(self.model.stream(draft.messages(self.prompt))) as pieces:
                for piece in pieces:
                    text += piece
                    if time.monotonic() - shown < _PAUSE:
                        continue
                    answer = draft.answer(draft.claims(text, whole=False))
                    shown = time.monotonic()  # after the work, so that pieces never pile up
                    if answer and len(answer.sentences) > sentences:
                        sentences = len(answer.sentences)
                        yield replace(answer, growing=True)
        except CutShortError:
            whole = False
        return draft.claims(text, whole=whole)


def _says_nothing(claims: Sequence[Claim]) -> bool:
    """Return whether a model says that the passages do not answer, as it was told to say so."""
    return [claim.text.strip(" .。*").upper() for claim in claims] == [NOTHING]


def _checked(draft: Draft, claims: Sequence[Claim], checking: Checking) -> Answer | None:
    """Return the answer that claims make after a second call, or None where none stands."""
    standing = draft.standing(claims)
    verdicts = checking.verdicts([(claim.text, text) for claim, text in standing])
    for (claim, _), verdict in zip(standing, verdicts, strict=False):  # there may be none
        draft.lower(claim, verdict)
    return draft.answer(claims)


def _instead(quoted: Answer, key: str, inquiry: Inquiry) -> Answer:
    """Return the quoted answer with the notice why it is not a composed one."""
    notice = say(key, inquiry.language)
    both = f"{notice} {quoted.notice}".strip()
    answer = replace(quoted, text=f"{notice}\n\n{quoted.text}", notice=both)
    return timed(answer, inquiry.started, inquiry.retrieved)
