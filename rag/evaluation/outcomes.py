"""A question with a known answer, asked: what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from rag.evaluation.measures import RANKS, gain_at, overlap, recall_at, reciprocal_rank
from rag.language.text import fold
from rag.types import RagError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.application import Shuzheng
    from rag.types import Answer, Citation, Language

Question = dict[str, Any]


class Asked(StrEnum):
    """What a question was asked for; the value names what is wrong where it is answered."""

    BOOK = "not answerable"
    MENTIONED = "mentioned only"
    NEAR = "near miss"
    OTHER = "of another book"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question in one language.

    ``rank`` is that of the first passage that holds an answer (None: not among those
    looked at); ``sentence`` likewise that of the quoted sentence. ``page`` and ``part``
    say whether a citation that holds an answer names a right one (None: not known, or no
    such citation). ``cited`` and ``found`` are the share of the citations that stand where
    an answer stands, and whether any does (None where the place is not known, or nothing
    is cited). ``near`` says that it was neither answered nor refused: what was quoted was
    shown as the nearest to an answer. ``sentences`` is how many were quoted, ``confidence`` how
    sure the first of them is said to be (None where there is none), ``words`` how well the words
    of it that are marked agree with an answer (None where none are). ``seconds`` are those of the
    whole answer, None where it was only looked whether it is refused. ``asked`` says what it was
    asked for, ``question`` and ``said`` what was asked and what the answer begins with.
    """

    answerable: bool
    refused: bool
    rank: int | None
    sentence: int | None
    page: bool | None
    part: bool | None
    seconds: float | None
    cited: float | None = None
    found: bool | None = None
    near: bool = False
    asked: Asked = Asked.BOOK
    question: str = ""
    said: str = ""
    sentences: int | None = None
    confidence: float | None = None
    words: float | None = None

    @classmethod
    def must_refuse(
        cls,
        asked: Asked,
        *,
        refused: bool,
        near: bool = False,
        question: str = "",
        said: str = "",
    ) -> Self:
        """Return what came of a question that has no answer where it was looked for."""
        return cls(
            answerable=False,
            refused=refused,
            rank=None,
            sentence=None,
            page=None,
            part=None,
            seconds=None,
            near=near,
            asked=asked,
            question=question,
            said=said,
        )

    @property
    def wrong(self) -> str | None:
        """What is wrong with it, in few words; None where it was rightly answered or refused.

        Whether what is said holds the answer is not asked here. What is only near is wrong
        where the book answers.
        """
        if self.near:
            return "near, answerable" if self.answerable else None
        if self.refused == (not self.answerable):
            return None
        return "refused, answerable" if self.answerable else f"answered, {self.asked}"

    @property
    def answered(self) -> bool:
        """Whether what is said is called an answer."""
        return not self.refused and not self.near

    def told(self, language: str) -> dict[str, object]:
        """Return what a list of what went wrong says of it."""
        return {
            "language": language,
            "question": self.question,
            "wrong": self.wrong,
            "said": self.said,
        }

    def measures(self) -> dict[str, float | None]:
        """Return each measure of the question, None where it does not apply."""
        known = self.answerable
        answered = known and self.sentence is not None

        def share(value: float | None, *, applies: bool) -> float | None:
            return float(value) if applies and value is not None else None

        return {
            **{
                f"answer in passages, first {k}": share(recall_at(self.rank, k), applies=known)
                for k in RANKS
            },
            **{f"nDCG, first {k}": share(gain_at(self.rank, k), applies=known) for k in RANKS},
            "mean reciprocal rank": share(reciprocal_rank(self.rank), applies=known),
            "answer in first sentence": share(self.sentence == 1, applies=known),
            "answer in quoted sentences": share(self.sentence is not None, applies=known),
            "sentences an answer": share(self.sentences, applies=known and not self.refused),
            "words marked": share(self.words is not None, applies=known and self.answered),
            "words marked, right": share((self.words or 0) > 0, applies=self.words is not None),
            "words marked, F1": self.words,
            "page right of those": share(self.page, applies=answered),
            "part right of those": share(self.part, applies=answered),
            "citations, precision": share(self.cited, applies=known),
            "citations, recall": share(self.found, applies=known),
            "refused, answerable": share(self.refused, applies=known),
            **{
                f"refused, {asked}": share(self.refused, applies=not known and self.asked is asked)
                for asked in Asked
            },
            "near, answerable": share(self.near, applies=known),
            **{
                f"near, {asked}": share(self.near, applies=not known and self.asked is asked)
                for asked in Asked
            },
        }


def ask(shuzheng: Shuzheng, item: Question, book: str, language: Language) -> Outcome:
    """Return what comes of a question; RagError where it is not of the known form."""
    try:
        question = item["question"][language]
        answers = answers_of(item)
    except (KeyError, TypeError, AttributeError) as error:
        raise RagError(f"A question of the file is not of the known form ({error}).") from None
    answerable = bool(item.get("answerable", True))
    hits = shuzheng.find(question, book=book, limit=max(RANKS)) if answerable else []
    started = time.perf_counter()
    answer = shuzheng.ask(question, book=book, language=language)
    seconds = time.perf_counter() - started
    right = [citation for citation in answer.citations if holds(citation.quote, answers)]
    placed = [_stands(item, citation) for citation in answer.citations]
    known = [value for value in placed if value is not None]
    return Outcome(
        answerable=answerable,
        refused=answer.status in {"not_found", "aside"},
        rank=first_that_holds((hit.passage.text for hit in hits), answers),
        sentence=min((_place_of(answer, citation) for citation in right), default=None),
        page=_any(_page_right(item, citation) for citation in right),
        part=_any(_part_right(item, citation) for citation in right),
        seconds=seconds,
        cited=sum(known) / len(known) if known else None,
        found=any(known) if known else None,
        near=answer.status == "near",
        asked=Asked.MENTIONED if not answerable and item.get("mentioned") else Asked.BOOK,
        question=question,
        said=answer.sentences[0].text if answer.sentences else "",
        sentences=len(answer.sentences) or None,
        confidence=answer.confidence if answer.sentences else None,
        words=_words(answer, answers),
    )


def _words(answer: Answer, answers: Sequence[str]) -> float | None:
    """Return how well the words that are marked agree with an answer; None where none are."""
    for said in answer.sentences:
        if said.answer:
            return overlap(said.text, said.answer.start, said.answer.end, answers)
    return None


def answers_of(item: Question) -> list[str]:
    """Return the answers of a question, folded and without white space."""
    return [_plain(answer) for answer in item.get("answers", [])]


def holds(text: str, answers: Sequence[str]) -> bool:
    """Return whether a text holds one of the answers, folded and without white space."""
    plain = _plain(text)
    return any(answer in plain for answer in answers)


def first_that_holds(texts: Iterable[str], answers: Sequence[str]) -> int | None:
    """Return the rank of the first text that holds an answer."""
    return next((n for n, text in enumerate(texts, start=1) if holds(text, answers)), None)


def _place_of(answer: Answer, citation: Citation) -> int:
    """Return the place (from 1) of the sentence that cites."""
    numbers = [n for n, s in enumerate(answer.sentences, 1) if citation.n in s.citations]
    return numbers[0]


def _page_right(item: Question, citation: Citation) -> bool | None:
    known = item.get("pages") or ([item["page"]] if item.get("page") else [])
    if not known:
        return None
    return bool({str(label) for label in known} & set(citation.place.pages))


def _part_right(item: Question, citation: Citation) -> bool | None:
    known = item.get("part") or item.get("chapter")
    if not known:
        return None
    headings = (citation.place.part, citation.place.chapter)
    return any((heading or "").startswith(str(known)) for heading in headings)


def _stands(item: Question, citation: Citation) -> bool | None:
    """Return whether a citation stands where an answer does; None where that is not known."""
    signs = [_page_right(item, citation), _part_right(item, citation)]
    known = [sign for sign in signs if sign is not None]
    return all(known) if known else None


def _any(values: Iterable[bool | None]) -> bool | None:
    known = [value for value in values if value is not None]
    return any(known) if known else None


def _plain(text: str) -> str:
    return "".join(fold(text).split())
