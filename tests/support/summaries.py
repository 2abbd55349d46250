"""The cases of summaries.txt: what is asked of a book, and what must hold of the summary."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "cases" / "summaries.txt"
BOOKS = FILE.parent / "names"


@dataclass(frozen=True, slots=True)
class Case:
    """A question on a book, and the checks of its answer: (kind, words)."""

    book: str
    question: str
    checks: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the question, by which a test is named."""
        return self.question


def read() -> list[Case]:
    """Return the cases in order."""
    cases: list[Case] = []
    book = question = ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            book = line[2:]
        elif line and not line.startswith("#"):
            if question:
                checks = tuple(
                    (kind, words)
                    for check in line.split("; ")
                    for kind, _, words in [check.partition(" ")]
                )
                cases.append(Case(book, question, checks))
            question = "" if question else line
    return cases
