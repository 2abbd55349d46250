"""Characters that stand for others become those others; what says something of its own stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.tables import letters
from rag.language.text import fold, mended

TEXTS = st.text(alphabet=st.characters() | st.sampled_from("⻄⽅⼀ﬁ︵﹁金é̈иоo̊cсx"))


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [
        ("⻄⽅商⼈⺠政司⻓", "西方商人民政司长"),
        ("第⼀章　⽬录", "第一章　目录"),
        ("金樂樂", "金樂樂"),
        ("︽港口︾︵上︶﹁可﹂︒", "《港口》（上）「可」。"),
        ("the ﬁrst oﬃcial", "the first official"),
        ("Иоффе и йод", "Иоффе и йод"),
        ("café", "café"),
        ("Cоветcкий Cоюз", "Советский Союз"),
        ("the hаrbоur", "the harbour"),
    ],
)
def test_what_stands_for_a_character_becomes_it(given_text: str, meant: str) -> None:
    """Radicals, compatibility forms, vertical signs, ligatures, loose accents and twins."""
    assert mended(given_text) == meant


@pytest.mark.parametrize(
    "text",
    ["①②", "１９３７", "m² 与 ¹", "㈠ № Ⅳ ℃", "Ｘ", "T-34 и Т-34", "ABC и АВС", "港口，：（）"],
)
def test_what_says_something_of_its_own_stays(text: str) -> None:
    """Circled and raised numbers, full-width forms and words of one alphabet are left alone."""
    assert mended(text) == text


@given(TEXTS)
def test_mending_twice_is_mending_once(text: str) -> None:
    """A mended text is its own mending."""
    assert mended(mended(text)) == mended(text)


def test_a_radical_is_searched_as_its_character() -> None:
    """Every radical and the character that it stands for fold to the same."""
    for radical, character in letters("radicals").items():
        assert fold(radical) == fold(character)
    assert fold("⻄⽅商⼈") == fold("西方商人")
