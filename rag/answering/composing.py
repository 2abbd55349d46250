"""Answers that a language model writes and code checks, sentence by sentence.

The model sees numbered passages and knows no page; what it writes is shown only where
the passages that it cites bear it out, and code turns their numbers into pages.
"""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from contextlib import closing
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from rag.answering.composing_model import CutShortError, ModelError
from rag.answering.frames import frame
from rag.answering.orders import speaks_to_a_model
from rag.answering.quoting import cite, escape, scoped, timed
from rag.answering.verifying import Claim, parse_composed, verify
from rag.folding import token_set
from rag.types import Answer, Language, Seconds, Sentence, Span, Verdict

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.answering.budget import DailyBudget
    from rag.answering.composing_model import LanguageModel, Messages
    from rag.answering.quoting import Inquiry, Quoting
    from rag.following import Followed
    from rag.prompts import Prompt
    from rag.retrieval import Found
    from rag.types import Citation

MOST_CLAIMS = 24
"""Sentences of an answer that are looked at: the prompt asks for five at most."""
_LONGEST = 1000
"""Characters of a sentence that is looked at; nobody reads a longer one."""
_LEAST_TOKENS = 2
"""A single word states nothing that could be borne out."""
_PAUSE = 0.125  # seconds between two updates of a growing answer
_ADDS = 0.2
"""Share of a sentence's words that a second cited sentence must bring to be cited too."""
_ADDS_TOKENS = 4
"""The least number of them: a name and a year alone stand in many sentences."""
_NAMES = {
    Language.ZH: "Simplified Chinese",
    Language.ZH_HANT: "Traditional Chinese",
    Language.EN: "English",
    Language.RU: "Russian",
}
_THOUGHTS = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
"""What some models think aloud before they answer."""
_BRACKETS = str.maketrans("[]", "［］")


class Composing:
    """Answers questions by a language model, or by quoting; holds no state of its own.

    ``mark`` keeps sentences that the book does not bear out, struck, in place of taking
    them out.
    """

    def __init__(
        self,
        quoting: Quoting,
        model: LanguageModel,
        prompt: Prompt,
        budget: DailyBudget,
        *,
        mark: bool,
    ) -> None:
        self.quoting = quoting
        self.model = model
        self.prompt = prompt
        self.budget = budget
        self.mark = mark

    def stream(
        self,
        question: str | Followed,
        book_ids: Sequence[str],
        language: Language | None = None,
        style: str | None = None,
    ) -> Generator[Answer]:
        """Yield the answer as it grows, whole sentences that were checked; the last is complete.

        The model is not called where the books do not answer, or their contents do. Where
        it is over its budget, down, slow, breaks off or writes nothing that is borne out,
        the last answer is the quoted one, with a notice. Closing this closes the model's
        connection. Raises RagError for an unknown style.
        """
        inquiry = self.quoting.inquire(question, book_ids, language)
        quoted = self.quoting.settle(inquiry, style)
        if inquiry.told or not inquiry.answered:
            yield quoted
            return
        if not self.budget.take():
            yield _instead(quoted, "model_spent", inquiry)
            return
        draft = _Draft(self.quoting, inquiry, style, model=self.model.name, mark=self.mark)
        text, whole, shown, sentences = "", True, 0.0, 0
        try:
            with closing(self.model.stream(draft.messages(self.prompt))) as pieces:
                for piece in pieces:
                    text += piece
                    if time.monotonic() - shown < _PAUSE:
                        continue
                    answer = draft.answer(text, whole=False)
                    shown = time.monotonic()  # after the work, so that pieces never pile up
                    if answer and len(answer.sentences) > sentences:
                        sentences = len(answer.sentences)
                        yield answer
        except CutShortError:
            whole = False
        except ModelError:
            yield _instead(quoted, "model_down", inquiry)
            return
        yield draft.answer(text, whole=whole) or _instead(quoted, "model_unproven", inquiry)


class _Draft:
    """One answer in the making: the passages that the model was given, and what was checked."""

    def __init__(
        self, quoting: Quoting, inquiry: Inquiry, style: str | None, *, model: str, mark: bool
    ) -> None:
        self._quoting = quoting
        self._inquiry = inquiry
        self._style = style
        self._model = model
        self._mark = mark
        self._found = inquiry.found
        self._sentences = [_sentences(found) for found in inquiry.found]
        self._texts = [
            found.passage.text[: spans[-1].end if spans else 0]
            for found, spans in zip(inquiry.found, self._sentences, strict=True)
        ]
        self._checked: dict[Claim, tuple[Verdict, tuple[tuple[Found, Span], ...]]] = {}
        self._aliases = tuple(
            group
            for book_id in dict.fromkeys(found.passage.book_id for found in inquiry.found)
            for group in quoting.library.book(book_id).record.aliases
        )

    def messages(self, prompt: Prompt) -> Messages:
        """Return what the model is told: no page, no place, and a fence nobody can forge."""
        fence = secrets.token_hex(8)
        passages = "\n\n".join(
            f"<passage {number} {fence}>\n{_shown(text)}\n</passage {number} {fence}>"
            for number, text in enumerate(self._texts, start=1)
        )
        return prompt.render(
            fence=fence,
            language=_NAMES[self._inquiry.language],
            passages=passages,
            question=_shown(self._inquiry.question),
        )

    def answer(self, text: str, *, whole: bool) -> Answer | None:
        """Return the answer in what the model wrote, or None where no sentence stands.

        Of a text that is not ``whole`` the last sentence may still change, and is left out.
        """
        claims = parse_composed(_THOUGHTS.sub("", text, count=1))
        claims = (claims if whole else claims[:-1])[:MOST_CLAIMS]
        sentences: list[Sentence] = []
        citations: dict[tuple[str, int], Citation] = {}
        for claim in claims:
            verdict, places = self._check(claim)
            if verdict is Verdict.UNSUPPORTED and not self._mark:
                continue
            numbers = dict.fromkeys(self._cite(citations, *place).n for place in places)
            sentences.append(Sentence(claim.text, tuple(numbers), verdict))
        if all(sentence.verdict is Verdict.UNSUPPORTED for sentence in sentences):
            return None
        answer = Answer(
            question=self._inquiry.question,
            language=self._inquiry.language,
            status="answered",
            mode="composed",
            text=" ".join(_markdown(sentence) for sentence in sentences),
            sentences=tuple(sentences),
            citations=tuple(citations.values()),
            seconds=Seconds(0.0, 0.0, 0.0),
            model=self._model,
        )
        return timed(scoped(answer, self._inquiry), self._inquiry.started, self._inquiry.retrieved)

    def _check(self, claim: Claim) -> tuple[Verdict, tuple[tuple[Found, Span], ...]]:
        """Return the verdict on a sentence and the sentences of the book that it rests on."""
        if len(claim.text) > _LONGEST or len(token_set(claim.text)) < _LEAST_TOKENS:
            return Verdict.UNSUPPORTED, ()
        if claim not in self._checked:
            cited = [n - 1 for n in claim.citations if 0 < n <= len(self._found)]
            rows = self._quoting.retrieval.compare(
                claim.text, [self._found[index] for index in cited], self._inquiry.book_ids
            )
            near = [
                row[: len(self._sentences[index])] for index, row in zip(cited, rows, strict=True)
            ]
            nearness, likeliest = max(
                (
                    (float(value), self._texts[index][span.start : span.end])
                    for index, row in zip(cited, near, strict=True)
                    for value, span in zip(row, self._sentences[index], strict=True)
                ),
                default=(None, None),
            )
            verdict = verify(
                claim,
                self._texts,
                aliases=self._aliases,
                nearness=nearness,
                likeliest=likeliest,
                foreign=self._quoting.is_foreign(
                    claim.text, [self._found[index].passage.book_id for index in cited]
                ),
            )
            places = tuple(
                (self._found[index], span)
                for index, row in zip(cited, near, strict=True)
                for span in _supporting(claim.text, self._texts[index], self._sentences[index], row)
            )
            self._checked[claim] = verdict, places
        return self._checked[claim]

    def _cite(
        self, citations: dict[tuple[str, int], Citation], found: Found, span: Span
    ) -> Citation:
        """Return the citation of a sentence of a passage, numbered as it first appears."""
        passage = found.passage
        start = passage.start + span.start
        key = (passage.book_id, start)
        if key not in citations:
            book = self._quoting.library.book(passage.book_id)
            whole = Span(start, start + len(span))
            citations[key] = cite(
                book,
                len(citations) + 1,
                whole,
                passage.id,
                style=self._style,
                language=self._inquiry.language,
            )
        return citations[key]


def _sentences(found: Found) -> list[Span]:
    """Return the sentences of a passage up to the first that gives orders to a model.

    What follows is not shown to a model, and cannot bear out what it says.
    """
    text = found.passage.text
    heard = takewhile(
        lambda span: not speaks_to_a_model(text[span.start : span.end]), found.stored.sentences
    )
    return list(heard)


def _supporting(
    text: str, passage: str, spans: Sequence[Span], near: NDArray[np.float32]
) -> list[Span]:
    """Return the one or two sentences of a passage that share most words with a text.

    Of sentences that share as many, the one nearest in meaning.
    """
    missing = token_set(text)
    least = max(_ADDS * len(missing), _ADDS_TOKENS)
    chosen: list[Span] = []
    shares = {
        span: (token_set(passage[span.start : span.end]), float(nearness))
        for span, nearness in zip(spans, near.tolist(), strict=True)
    }
    for _ in range(2):
        span = max(
            shares.keys() - set(chosen),
            key=lambda span: (len(missing & shares[span][0]), shares[span][1]),
            default=None,
        )
        if span is None or (chosen and len(missing & shares[span][0]) < least):
            break
        chosen.append(span)
        missing -= shares[span][0]
    return sorted(chosen, key=lambda span: span.start)


def _shown(text: str) -> str:
    """Return text as the model sees it: nothing hidden in it, and no mark like ours."""
    visible = (c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    return "".join(visible).translate(_BRACKETS)


def _markdown(sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    words = escape(sentence.text)
    if sentence.verdict is Verdict.UNSUPPORTED:
        words = f"~~{words}~~"
    return f"{words} {marks}".rstrip()


def _instead(quoted: Answer, key: str, inquiry: Inquiry) -> Answer:
    """Return the quoted answer with the notice why it is not a composed one."""
    notice = frame(key, inquiry.language)
    both = f"{notice} {quoted.notice}".strip()
    answer = replace(quoted, text=f"{notice}\n\n{quoted.text}", notice=both)
    return timed(answer, inquiry.started, inquiry.retrieved)
