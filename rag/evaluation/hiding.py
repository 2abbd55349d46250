"""Questions that must be refused: near misses, and those of another book.

A near miss is a question of the book with every passage hidden that holds one of its
answers: as far as can then be seen, the book does not say. Only passages are hidden. What
is known of the book's words at large (how rare each is, what it stands near to) is known
of all of it, and what the book says of a thing in other words than the answers' is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.evaluation.outcomes import Asked, Outcome, answers_of, holds
from rag.language.text import find_exact

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.answering import Inquiry
    from rag.application import Shuzheng
    from rag.evaluation.outcomes import Question
    from rag.types import Book, Language, Passage


class Blind:
    """One book that can be asked with a part of it hidden; what it is asked is not answered.

    It is asked in the book's own words alone, whether or not a language model is set: that
    is how it is decided whether the book answers. Raises NotInLibraryError for no such book.
    """

    def __init__(self, shuzheng: Shuzheng, book: str) -> None:
        self._shuzheng = shuzheng
        [book_id] = shuzheng.chosen(book)
        self.book = shuzheng.book(book_id)
        self._passages = shuzheng.passages(book_id)

    def outcomes(
        self, own: Sequence[Question], others: Sequence[Question], language: Language
    ) -> list[Outcome]:
        """Return what comes of the book's own questions as near misses, and of another book's.

        Those of its own that make no near miss are left out.
        """
        near = (self.near_miss(item, language) for item in own)
        return [
            *(outcome for outcome in near if outcome),
            *(self.of_another(item, language) for item in others),
        ]

    def near_miss(self, item: Question, language: Language) -> Outcome | None:
        """Return what comes of a question with the passages hidden that hold its answers.

        None where that makes no near miss: where the question has no answer, no passage
        holds one, or the book's contents and record tell it.
        """
        if not item.get("answerable", True):
            return None
        hidden = holding(self.book, self._passages, answers_of(item), item.get("answers", []))
        if not hidden:
            return None
        return self._asked(item["question"][language], Asked.NEAR, hidden)

    def of_another(self, item: Question, language: Language) -> Outcome:
        """Return what comes of a question about another book."""
        question = item["question"][language]
        outcome = self._asked(question, Asked.OTHER)
        return outcome or Outcome.must_refuse(Asked.OTHER, refused=False, question=question)

    def _asked(self, question: str, asked: Asked, hidden: Collection[str] = ()) -> Outcome | None:
        """Return what comes of a question that is to be refused; None for one of the contents."""
        inquiry = self._inquire(question, hidden)
        if inquiry.question.told:
            return None
        return Outcome.must_refuse(
            asked,
            refused=not (inquiry.answered or inquiry.near),
            near=inquiry.near,
            question=question,
            said=inquiry.evidence[0].text if inquiry.answered or inquiry.near else "",
        )

    def _inquire(self, question: str, hidden: Collection[str]) -> Inquiry:
        return self._shuzheng.inquire(question, book=self.book.id, without=hidden)


def holding(
    book: Book, passages: Sequence[Passage], folded: Sequence[str], answers: Sequence[str]
) -> frozenset[str]:
    """Return the ids of the passages that hold an answer, whole or a part of it.

    ``folded`` are the answers as ``answers_of`` gives them.
    """
    spans = [span for answer in answers for span in find_exact(book.text, answer)]
    return frozenset(
        passage.id
        for passage in passages
        if holds(passage.text, folded)
        or any(span.start < passage.end and passage.start < span.end for span in spans)
    )
