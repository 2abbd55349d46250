"""The cases of gathering.txt: questions of several places, and the sentences that belong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.questions.manner import Manner
from rag.types import Language

FILE = Path(__file__).resolve().parents[1] / "cases" / "gathering.txt"


@dataclass(frozen=True, slots=True)
class Case:
    """A question on a book of the cases; ``pieces`` are the sides ("+", "1", "2") and words."""

    book: str
    language: Language
    manner: Manner
    question: str
    pieces: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the question, by which a test is named."""
        return self.question

    def precision(self, quoted: list[str]) -> float:
        """Return the share of the quoted sentences that belong into the answer."""
        right = [any(words in text for _, words in self.pieces) for text in quoted]
        return sum(right) / len(right)

    def recall(self, quoted: list[str]) -> float:
        """Return the share of the sentences of the answer that are quoted."""
        found = [any(words in text for text in quoted) for _, words in self.pieces]
        return sum(found) / len(found)


def read() -> list[Case]:
    """Return the cases in order."""
    cases: list[Case] = []
    book, head, pieces = "", ("", "", ""), list[tuple[str, str]]()

    def close() -> None:
        if head[0]:
            language, manner = Language(head[0]), Manner(head[1])
            cases.append(Case(book, language, manner, head[2], tuple(pieces)))

    for line in FILE.read_text(encoding="utf-8").splitlines():
        sign, _, words = line.partition(" ")
        if sign in {"+", "1", "2"}:
            pieces.append((sign, words))
        elif sign == "@" or ("| " in line and sign != "#"):
            close()
            head, pieces = ("", "", ""), []
            if sign == "@":
                book = words
            else:
                names, _, question = line.partition("| ")
                language, _, manner = names.partition(" ")
                head = (language, manner, question)
    close()
    return cases


CASES = read()
