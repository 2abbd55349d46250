"""The product's own words around what a book says."""

from __future__ import annotations

import re

import pytest

from rag.language.catalog.answers import FRAMES, frame, page_range, page_words
from rag.language.text.scripts import language_of
from rag.types import Language, PageStatus, Place


@pytest.mark.parametrize("key", FRAMES)
def test_every_phrase_is_there_in_every_language(key: str) -> None:
    """Each phrase is worded in all four languages, with the same places to fill."""
    phrases = FRAMES[key]
    assert set(phrases) == set(Language)
    assert len({tuple(sorted(re.findall(r"{(\w+)}", text))) for text in phrases.values()}) == 1


@pytest.mark.parametrize("key", FRAMES)
def test_every_phrase_is_in_its_language(key: str) -> None:
    """The letters of a phrase are those of its language."""
    for language, text in FRAMES[key].items():
        bare = re.sub(r"{\w+}", "", text)
        script = language_of(bare)
        assert script == language or {script, language} == {Language.ZH, Language.ZH_HANT}


def test_a_phrase_takes_its_values() -> None:
    """The places of a phrase are filled, braces in a value being left as they are."""
    assert frame("begins", Language.ZH, heading="{甲}", page="第3页") == "{甲}：第3页起"


@pytest.mark.parametrize(
    ("pages", "status", "words"),
    [
        (("3",), PageStatus.EXACT, ["第3页", "第3頁", "p. 3", "с. 3"]),
        (("3", "4"), PageStatus.EXACT, ["第3–4页", "第3–4頁", "p. 3–4", "с. 3–4"]),
        (("12",), PageStatus.APPROXIMATE, ["约第12页", "約第12頁", "about p. 12", "около с. 12"]),
        ((), PageStatus.UNKNOWN, ["页码不明", "頁碼不明", "page unknown", "страница неизвестна"]),
        (
            ("9",),
            PageStatus.UNKNOWN,
            ["页码不明", "頁碼不明", "page unknown", "страница неизвестна"],
        ),
        ((), PageStatus.EXACT, ["页码不明", "頁碼不明", "page unknown", "страница неизвестна"]),
    ],
)
def test_pages_are_said_with_how_sure_they_are(
    pages: tuple[str, ...], status: PageStatus, words: list[str]
) -> None:
    """An approximate page is called so, and an unknown one is never named."""
    place = Place(None, None, None, pages, status)
    assert [page_words(place, language) for language in Language] == words


def test_several_pages_are_a_range() -> None:
    """One page is its label, several the first and the last."""
    assert page_range(("iv",)) == "iv"
    assert page_range(("3", "4", "5")) == "3–5"
