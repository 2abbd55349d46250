"""The check of translations against what they translate."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.checking.translations import is_faithful
from rag.language.text.scripts import language_of
from rag.types import Language

CASES = Path(__file__).resolve().parents[1] / "cases"
PIECES = [
    "甲乙。",
    "A B left. ",
    "в мае 1871 года ",
    "1871年5月",
    "九千九百",
    "99999999999999999999",
    "1/0",
    "不",
    "not ",
    "“",
    "《",
    "<b",
    "[1]",
    "\n",
    "\u202e",
    "\ud800",
    "²",
    "",
]
QUOTE = "盐商联名控告他勒索，他在1793年被革职，回到老家教书，直到去世。"
SAID = (
    "The salt merchants jointly accused him of extortion; in 1793 he was dismissed and went "
    "home to teach until his death."
)


@dataclass
class Block:
    """A sentence, the names that are known, and translations of it."""

    quote: str
    names: list[list[str]]
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that it may be wanted in."""
        chinese = language_of(self.quote) is Language.ZH
        return (Language.EN, Language.RU) if chinese else (Language.ZH,)

    def shows(self, text: str) -> bool:
        """Return whether a translation would be shown, in any language that is wanted."""
        return any(is_faithful(text, self.quote, one, self.names) for one in self.languages)


def blocks() -> list[Block]:
    """Return the blocks of the case files."""
    found: list[Block] = []
    for path in sorted(CASES.glob("translations*.txt")):
        names: list[list[str]] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("names: "):
                names.append(line.removeprefix("names: ").split(" = "))
            elif line.startswith("== "):
                found.append(Block(line[3:], names))
            elif line.startswith(("+ ", "- ", "! ")):
                block = found[-1]
                kinds = {"+": block.right, "-": block.wrong, "!": block.missed}
                kinds[line[0]].append(line[2:])
    return found


def test_no_wrong_translation_is_shown() -> None:
    """Of the wrong translations of the case files not one is shown."""
    told = [(block, text) for block in blocks() for text in block.wrong]
    assert len(told) >= 190
    assert [text for block, text in told if block.shows(text)] == []


def test_what_code_cannot_tell_is_known() -> None:
    """The wrong translations that are shown stand in the case files as such, and are few."""
    missed = [(block, text) for block in blocks() for text in block.missed]
    wrong = sum(len(block.wrong) for block in blocks())
    assert all(block.shows(text) for block, text in missed)
    assert len(missed) * 30 <= wrong


def test_right_translations_are_shown() -> None:
    """Of the right translations at most one in ten is lost, in no direction more than that."""
    told = [(block, text) for block in blocks() for text in block.right]
    assert len(told) >= 120
    for language in (Language.EN, Language.RU, Language.ZH):
        here = [(block, text) for block, text in told if language_of(text) is language]
        lost = [text for block, text in here if not block.shows(text)]
        assert here
        assert len(lost) * 10 <= len(here), lost


@pytest.mark.parametrize(
    "changed",
    [
        "",
        "He was dismissed in 1793.",
        SAID * 4,
        SAID + "[1]",
        SAID.replace("home", "[home](http://evil.example)"),
        SAID.replace("home", "<b>home</b>"),
        SAID.replace("home", "&lt;b&gt;home"),
        SAID.replace("home", "`home`"),
        SAID + " See www.evil.example for more.",
        SAID.replace("his death", "his\u202e death"),
        SAID.replace("went home", "said “it is all untrue” and went home"),
        SAID.replace("1793", "7931"),
        SAID.replace("1793", "99999999999999999999"),
        SAID.replace("home", "回家"),
        QUOTE,
    ],
)
def test_what_is_no_bare_translation_is_not_shown(changed: str) -> None:
    """Mark-up, links, other lengths, other scripts and invented quotations are not shown."""
    assert is_faithful(SAID, QUOTE, Language.EN)
    assert not is_faithful(changed, QUOTE, Language.EN)


def test_a_translation_is_in_the_language_that_was_asked_for() -> None:
    """A right translation into another language than the reader's is not shown."""
    assert not is_faithful(SAID, QUOTE, Language.RU)
    assert not is_faithful(SAID, QUOTE, Language.ZH)


def test_a_title_may_be_put_in_quotation_marks() -> None:
    """What stands in 《》 in Chinese stands in quotation marks elsewhere."""
    said = "Он написал «Устав аренды гавани» и больше ничего."
    assert is_faithful(said, "他写了《港口租借章程》，此外再没有写过什么。", Language.RU)
    assert not is_faithful(said, "他写了港口的租借章程，此外再没有写过什么。", Language.RU)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.sampled_from(PIECES)))
@settings(max_examples=200)
def test_any_text_is_judged(translation: list[str], quote: list[str]) -> None:
    """Whatever a model says of whatever a book says, the check comes to an end with a verdict."""
    for language in Language:
        verdict = is_faithful("".join(translation), "".join(quote), language, [["甲乙", "A B"]])
        assert verdict in {True, False}


def test_chinese_of_either_script_is_one_language() -> None:
    """A translation into Chinese may be written in either script."""
    english = "The treaty was never published."
    for text in ("该条约从未公布。", "該條約從未公布。"):
        assert is_faithful(text, english, Language.ZH)
        assert is_faithful(text, english, Language.ZH_HANT)
