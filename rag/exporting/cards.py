"""Answers as a deck of Anki cards: the question before, answer and citation behind."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from rag.language.catalog import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Language

_MODEL = 1_702_531_911
"""The id of our kind of note: Anki knows by it that cards of two exports are alike."""
_CSS = """.card { font: 20px/1.8 "Noto Serif SC", "Songti SC", SimSun, Georgia, serif; }
.citation { font-size: 15px; opacity: 0.75; margin-top: 1em; }"""


@dataclass(frozen=True, slots=True)
class Card:
    """A question, its answer and citations a paragraph each, and the books' ids."""

    question: str
    answer: tuple[str, ...]
    citations: tuple[str, ...]
    books: tuple[str, ...]


def to_anki(cards: Sequence[Card], language: Language) -> bytes:
    """Return cards as an Anki package.

    Deck and notes keep their ids from one export to the next, so that importing again
    brings an answer up to date in place of doubling it.
    """
    import genanki  # noqa: PLC0415 - only where cards are made

    names = [
        say(key, language) for key in ("documents.question", "documents.answer", "documents.notes")
    ]
    model = genanki.Model(
        _MODEL,
        "Shuzheng",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Citation"}],
        templates=[
            {
                "name": names[0],
                "qfmt": "{{Question}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}'
                '<div class="citation">{{Citation}}</div>',
            }
        ],
        css=_CSS,
    )
    books = sorted({book for card in cards for book in card.books})
    deck = genanki.Deck(_number("deck", *books), say("documents.title", language))
    for card in cards:
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[_field((card.question,)), _field(card.answer), _field(card.citations)],
                guid=_digest("note", card.question, *card.books),
            )
        )
    with tempfile.TemporaryDirectory(prefix="shuzheng-") as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(path))
        return path.read_bytes()


def _field(lines: Sequence[str]) -> str:
    r"""Return text as a field, with what Anki reads in one ([sound:…], {{…}}, \(…\)) broken up."""
    text = "<br>".join(escape(line, quote=True) for line in lines)
    return text.replace("[", "&#91;").replace("{", "&#123;").replace("\\", "<span>\\</span>")


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:20]


def _number(*parts: str) -> int:
    return int(_digest(*parts), 16) % 2**30 + 2**30
