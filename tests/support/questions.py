"""Questions as tests ask them, and the cases of questions.txt: what is understood of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.questions.understanding import understand
from rag.types import Answer, Language, Seconds, Sentence, Turn, Verdict

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.questions.question import Question

FILE = Path(__file__).resolve().parents[1] / "cases" / "questions.txt"


def asked(shuzheng: Shuzheng, question: str, *book_ids: str) -> Question:
    """Return a question as it is asked of some books of the library."""
    return understand(question, (), [shuzheng.book(book_id) for book_id in book_ids])


def turn(question: str, *said: str) -> Turn:
    """Return a turn whose answer quotes these sentences; without any, it was refused."""
    sentences = tuple(Sentence(text, (), Verdict.SUPPORTED) for text in said)
    status = "answered" if said else "not_found"
    nothing = Seconds(0.0, 0.0, 0.0)
    answer = Answer(question, Language.ZH, status, "quoted", "", sentences, (), nothing)
    return Turn(question, answer)


@dataclass(frozen=True, slots=True)
class Case:
    """A question on some books after some turns, and what is to be understood of it, by name."""

    books: tuple[str, ...]
    turns: tuple[Turn, ...]
    question: str
    known: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the question, by which a test is named."""
        return self.question


def read() -> list[Case]:
    """Return the cases in order."""
    cases: list[Case] = []
    books: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    for line in FILE.read_text(encoding="utf-8").splitlines():
        sign, _, words = line.partition(" ")
        if sign == "@":
            books = tuple(words.split())
        elif sign == "<":
            turns = (*turns, turn(*words.split(" | ")))
        elif sign == "?":
            cases.append(Case(books, turns, words))
            turns = ()
        elif sign.endswith(":"):
            cases[-1].known[sign.removesuffix(":")] = words
    return cases


CASES = read()
