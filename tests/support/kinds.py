"""The cases of kinds/questions.txt: questions of kinds of their own, and what each is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.language.text import fold
from rag.questions import Want
from rag.types import Language

if TYPE_CHECKING:
    from rag.types import Answer

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "kinds"
FILE = FOLDER / "questions.txt"
KINDS = ("events", "list", "compare", "who", "what", "yes_no")
_SIGNS = "1+-<=!~"


@dataclass(frozen=True, slots=True)
class Case:
    """A question on a book of the cases, and by their signs the words that judge its answer.

    ``held`` says that nothing was tuned on it.
    """

    book: str
    kind: str
    held: bool
    language: Language
    question: str
    lines: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the question, by which a test is named."""
        return self.question

    @property
    def want(self) -> Want:
        """What it wants: lists and comparisons are manners of what is looked for in the text."""
        return Want(self.kind) if self.kind in set(Want) else Want.PASSAGE

    def wrong(self, answer: Answer) -> list[str]:
        """Return the lines that an answer does not keep to."""
        quoted = [fold(sentence.text) for sentence in answer.sentences]
        wrong: list[str] = []
        last = 0
        for sign, words in self.lines:
            word = fold(words)
            places = [place for place, text in enumerate(quoted) if word in text]
            match sign:
                case "1":
                    kept = places[:1] == [0]
                case "+":
                    kept = bool(places)
                case "-":
                    kept = not places
                case "<":
                    kept = bool(places) and places[-1] >= last
                case "=":
                    kept = answer.status == words
                case "!":
                    kept = word in fold(answer.text)
                case _:
                    kept = decides(answer, words)
            if sign == "<" and kept:
                last = next(place for place in places if place >= last)
            if not kept:
                wrong.append(f"{sign} {words}")
        if not any(sign == "=" for sign, _ in self.lines) and answer.status == "not_found":
            wrong.append("= answered")
        return wrong


def decides(answer: Answer, way: str) -> bool:
    """Return whether an answer's lead says yes, says no, or names a side."""
    from rag.language.catalog import say  # noqa: PLC0415 -- a test of one thing

    lead = answer.text.partition("\n")[0]
    if way in ("yes", "no"):
        return lead == say({"yes": "answers.affirms", "no": "answers.denies"}[way], answer.language)
    return lead == say("answers.one_side", answer.language, side=way)


def read() -> list[Case]:
    """Return the cases in order."""
    cases: list[Case] = []
    book, head, lines = "", "", list[tuple[str, str]]()

    def close() -> None:
        if head:
            names, _, question = head.partition("| ")
            kind, _, language = names.partition(" ")
            held, kind = kind.startswith("*"), kind.removeprefix("*")
            cases.append(Case(book, kind, held, Language(language), question, tuple(lines)))

    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        sign, _, words = line.partition(" ")
        if sign == "@":
            close()
            book, head, lines = words, "", []
        elif sign in _SIGNS:
            lines.append((sign, words))
        else:
            close()
            head, lines = line, []
    close()
    return cases


CASES = read()
