"""The choice of a language, and the words for an error."""

from __future__ import annotations

import pytest

from rag.types import Language, LibraryBusyError, QuestionError, RagError
from rag.web.words import choose, error_key


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
    assert choose("ZH_tw") is Language.ZH_HANT


def test_errors_have_sentences_and_tell_no_more() -> None:
    """An error is told by its class, the narrower first; an unknown one by a general sentence."""
    assert error_key(QuestionError("x")) == "errors.question"
    assert error_key(LibraryBusyError("x")) == "errors.busy"
    assert error_key(RagError("x")) == "errors.other"
    assert error_key(ValueError("/a/secret/path")) == "errors.other"
