"""A study guide of a book: for each chapter what it says, its dates, its names, questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types.answers import Answer
    from rag.types.book import BookRecord


@dataclass(frozen=True, slots=True)
class GuideChapter:
    """A chapter of a guide: its heading, and answers to what is asked of it.

    The first sums it up; then come its dates and its names, where it has any; the others are
    questions to check oneself with, each with its answer and page.
    """

    chapter: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """A study guide of a book, or of one chapter of it."""

    book: BookRecord
    chapters: tuple[GuideChapter, ...]
