"""The interface's words and the choice of a language."""

from __future__ import annotations

from string import Formatter

import pytest

from rag.types import Language, LibraryBusyError, PageStatus, QuestionError, RagError, Verdict
from rag.web.words import NAMES, WORDS, choose, error_key, language_of, word


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_key_has_every_language(key: str) -> None:
    """A key has words in every language, with the same places to fill in each."""
    row = WORDS[key]
    assert set(row) == set(Language)
    assert all(text.strip() for text in row.values())
    assert len({frozenset(_places(text)) for text in row.values()}) == 1


def test_every_language_names_itself() -> None:
    """The choice of a language offers each of them by its own name."""
    assert set(NAMES) == set(Language)


def test_states_have_words() -> None:
    """How sure a page is can be said, and what is doubtful in a sentence."""
    assert {f"sure_{status.value}" for status in PageStatus} <= set(WORDS)
    assert {verdict.value for verdict in Verdict if verdict is not Verdict.SUPPORTED} <= set(WORDS)


def test_places_are_filled() -> None:
    """A key with places is filled with what is given."""
    assert word("page", Language.ZH, page="iv") == "第iv页"
    assert word("pages", Language.EN, first="3", last="4") == "pp. 3–4"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.ZH),
        ("", Language.ZH),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.ZH),
        ("zh-TW,zh;q=0.9", Language.ZH_HANT),
        ("zh-Hant-HK", Language.ZH_HANT),
        ("zh-Hans-HK", Language.ZH),
        ("ru-RU,ru;q=0.9,en;q=0.5", Language.RU),
        ("en-US,en;q=0.9,zh;q=0.8", Language.EN),
        ("de-DE,de;q=0.9,ru;q=0.8,en;q=0.7", Language.RU),
        ("fr-FR,fr;q=0.9", Language.EN),
        ("en;q=0.3,zh-CN;q=0.9", Language.ZH),
        ("zh;q=much, ru", Language.RU),
        ("*", Language.EN),
    ],
)
def test_language_of_the_browser(header: str | None, language: Language) -> None:
    """The language most wanted that we have is chosen; Chinese where none is named."""
    assert choose(header) is language


def test_names_of_languages_are_read() -> None:
    """Underscores and capitals in a language's name change nothing."""
    assert language_of("ZH_tw") is Language.ZH_HANT
    assert language_of(None) is Language.EN


def test_errors_have_sentences_and_tell_no_more() -> None:
    """An error is told by its class, the narrower first; an unknown one by a general sentence."""
    assert error_key(QuestionError("x")) == "error_question"
    assert error_key(LibraryBusyError("x")) == "error_busy"
    assert error_key(RagError("x")) == "error_other"
    assert error_key(ValueError("/a/secret/path")) == "error_other"
