"""Terms: names in every spelling and case, and the words that are left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.questions.terms import Term, all_tokens, find_terms, inverse_frequency, weigh

ALIASES = (
    ("运河", "運河", "canal", "канал"),
    ("澄溪运河", "澄溪運河", "Chengxi Canal", "канал Чэнси"),
    ("日本", "Japan", "Япония"),
    ("苏联", "Soviet Union", "Советский Союз", "СССР"),
    ("蒙古人民共和国", "Mongolian People's Republic", "Монгольская Народная Республика", "МНР"),
    ("顾云山", "Gu Yunshan", "Гу Юньшань"),
    ("格兰", "Gran", "Гран"),
    ("条约", "treaty", "договор"),
    ("哈萨克", "Kazakh", "казахи"),
    ("石门岭", "Stone-Gate Ridge", "хребет"),
    ("盐", "salt", "соль"),
)
NAMES = {group[0]: group for group in ALIASES}


def named(question: str) -> list[str]:
    """Return the first spellings of the names that a question holds, in the order found."""
    found = [term for term in find_terms(question, ALIASES) if term.name]
    firsts = {}
    for group in ALIASES:
        for term in find_terms(group[-1], [group]):
            firsts[term.spellings] = group[0]
    return [firsts[term.spellings] for term in found]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("澄溪運河有多長？", ["澄溪运河"]),
        ("how long was the CHENGXI CANAL", ["澄溪运河"]),
        ("canals of Japan", ["运河", "日本"]),
        ("Japan's treaties", ["条约", "日本"]),
        ("the Kazakhs' canal", ["哈萨克", "运河"]),
        ("Grand designs of granite", []),
        ("Gran, and Gran's men", ["格兰"]),
        ("Japanese canalisation", []),
        ("stone gate ridges", ["石门岭"]),
        ("蒙古人民共和国的独立", ["蒙古人民共和国"]),
        ("顾云山和格兰", ["顾云山", "格兰"]),
    ],
)
def test_names_are_found_as_they_are_written(question: str, names: list[str]) -> None:
    """Scripts, cases and plurals do not hide a name, and a part of a word is none."""
    assert sorted(named(question)) == sorted(names)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("отношения Японии", ["日本"]),
        ("с Японией", ["日本"]),
        ("в Советском Союзе", ["苏联"]),
        ("Советского Союза", ["苏联"]),
        ("Монгольской Народной Республикой", ["蒙古人民共和国"]),
        ("о Гу Юньшане", ["顾云山"]),
        ("Граном", ["格兰"]),
        ("казахов", ["哈萨克"]),
        ("договоры о каналах", ["条约", "运河"]),
        ("в СССР и МНР", ["苏联", "蒙古人民共和国"]),
        ("японский союзник", []),
        ("граница", []),
    ],
)
def test_russian_names_are_found_in_every_case(question: str, names: list[str]) -> None:
    """Each word of a Russian name may stand in another case; another word is another word."""
    assert sorted(named(question)) == sorted(names)


def test_the_longest_name_goes_first() -> None:
    """A name that stands inside a longer one is not found a second time."""
    assert named("澄溪运河") == ["澄溪运河"]
    assert sorted(named("澄溪运河是运河")) == ["澄溪运河", "运河"]


def test_what_a_name_covers_gives_no_tokens() -> None:
    """The rest of the question gives pairs of characters, none of which reaches over a name."""
    terms = find_terms("从顾云山到任", ALIASES)
    assert [term.spellings for term in terms if not term.name] == [
        (frozenset({"从"}),),
        (frozenset({"到任"}),),
    ]


def test_a_lone_character_is_no_name() -> None:
    """One Chinese character is never found among pairs: it names nothing in any language."""
    assert find_terms("盐仓", ALIASES) == [Term((frozenset({"盐仓"}),))]
    assert find_terms("salt", ALIASES) == find_terms("соли", ALIASES) == []


def test_words_that_only_ask_are_no_terms() -> None:
    """Question words and particles give nothing, and no pair reaches over one."""
    assert all_tokens(find_terms("制度的兴起是什么？", ())) == ["制度", "兴起"]
    assert find_terms("When was it?", ()) == find_terms("Когда это было?", ()) == []


@given(st.text(), st.lists(st.lists(st.text(min_size=1), min_size=1, max_size=3), max_size=4))
def test_any_text_and_any_names_are_borne(question: str, aliases: list[list[str]]) -> None:
    """Terms are distinct and hold no empty spelling, whatever question and record hold."""
    terms = find_terms(question, aliases)
    assert len(set(terms)) == len(terms)
    assert all(spelling for term in terms for spelling in term.spellings)
    weighed = weigh(terms, {}, 10)
    assert 0.0 <= weighed.coverage(frozenset(all_tokens(terms))) <= 1.0 + 1e-9


def test_rarer_words_weigh_more() -> None:
    """The weight falls with the number of passages that hold a word, and stays above zero."""
    weights = [inverse_frequency(count, 100) for count in (0, 1, 10, 100)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_any_spelling_covers_a_name() -> None:
    """A text that holds one whole spelling of a name covers it; a part of one does not."""
    weighed = weigh(find_terms("Гу Юньшань", ALIASES), {"顾云": 3, "云山": 3}, 50)
    assert weighed.coverage(frozenset({"顾云", "云山"})) == 1.0
    assert weighed.coverage(frozenset({"gu", "yunshan"})) == 1.0
    assert weighed.coverage(frozenset({"顾云"})) == 0.0


def test_what_stands_nowhere_is_unseen() -> None:
    """The unseen share is the weight of the terms without a spelling in the books."""
    weighed = weigh(find_terms("顾云山 火星", ALIASES), {"顾云": 3, "云山": 3}, 50)
    assert weighed.unseen == pytest.approx(weighed.weights[1] / weighed.total)
    assert weigh([], {}, 50).unseen == weigh([], {}, 50).coverage(frozenset()) == 0.0
