"""The words of a question in the words of a book: vocabulary, glosses, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.language.text.folding import token_set
from rag.library.tables import TableLibrary
from rag.library.tables.together import Together
from rag.questions.asking import content_words
from rag.search.wording import Wording, gloss, vocabulary, words

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.models.ready import Companion
    from rag.types import Vocabulary

PASSAGES = (
    "两国在战争爆发以后签订了条约，军队退回边境。",
    "渔民把盐运到港口，医生给病人看病。",
    "皇帝下令疏浚运河，河水流过三座石桥。",
)


@pytest.fixture(scope="module")
def known(companion: Companion) -> Vocabulary:
    """Return the vocabulary of three sentences."""
    return vocabulary(PASSAGES, companion)


def covered(wording: Wording, text: str) -> float:
    """Return how much of a question a text covers."""
    return float(wording.coverage([token_set(text)]).sum())


def test_words_are_cut_and_folded() -> None:
    """Chinese is cut into words; letters are small; numbers and single characters are left out."""
    assert words("他簽訂條約，在1937年。") == ["签订", "条约"]
    assert words("The Treaty of 1937, signed at the Mother-Church") == [
        "the",
        "treaty",
        "signed",
        "the",
        "mother-church",
    ]
    assert words("") == words("、。 1 2") == []


def test_a_vocabulary_counts_passages(known: Vocabulary, companion: Companion) -> None:
    """Each word stands once, with the number of passages that hold it, and a unit vector."""
    assert len(set(known.words)) == len(known.words) == len(known.counts) == len(known.vectors)
    assert "条约" in known.words
    assert set(known.counts.tolist()) == {1}
    twice = vocabulary(["战争，战争。", "战争"], companion)
    assert dict(zip(twice.words, twice.counts.tolist(), strict=True)) == {"战争": 2}
    assert np.allclose(np.linalg.norm(known.vectors, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize(
    ("question", "translation"),
    [
        ("Who signed the treaty?", "条约"),
        ("Когда началась война?", "战争"),
        ("What did the emperor order?", "皇帝"),
        ("Кто лечил больных? Врач?", "医生"),
        ("Was the army beaten?", "军队"),
        ("部隊去了哪裡？", "军队"),
    ],
)
def test_words_of_any_language_find_the_books(
    question: str, translation: str, known: Vocabulary, companion: Companion
) -> None:
    """English, Russian and Traditional Chinese words are glossed by the book's own."""
    wording = gloss(content_words(question), [known], len(PASSAGES), companion)
    assert token_set(translation) <= set(wording.translations)
    assert covered(wording, translation) > 0.2


def test_what_a_book_has_nothing_like_is_unknown(known: Vocabulary, companion: Companion) -> None:
    """Words without a counterpart have no translation; each word with one does."""
    there = gloss(content_words("war and treaty"), [known], len(PASSAGES), companion)
    absent = gloss(content_words("chloroplast thermodynamics"), [known], len(PASSAGES), companion)
    assert there.glosses
    assert all(item.translations for item in there.glosses)
    assert absent.glosses
    assert absent.translations == ()


def test_one_character_finds_the_words_that_have_it(companion: Companion) -> None:
    """A word of one character stands for the book's words of two; a small word for none."""
    book = vocabulary(
        ("总理衙门同意赔款六万两。", "数百人冲入教堂，教士被打死。", "商人愿意就近出海。"),
        companion,
    )
    asked = gloss(content_words("教案赔了多少钱？"), [book], 3, companion)
    assert covered(asked, "总理衙门同意赔款六万两。") > 0.3
    assert covered(asked, "商人愿意就近出海。") < 0.1
    assert [
        one.word for one in gloss(content_words("死了几个人？"), [book], 3, companion).glosses
    ] == ["死"]
    assert not gloss("不|也|就", [book], 3, companion).glosses


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("断交", "1929年，两国断绝外交关系。"),
        ("断绝外交关系", "1929年，两国断交。"),
        ("赔偿", "总理衙门同意赔款六万两。"),
        ("赔", "总理衙门同意赔偿。"),
    ],
)
def test_a_short_form_finds_the_long_one(asked: str, said: str, companion: Companion) -> None:
    """What is said in short is found where the book says it in full, and the other way round."""
    book = vocabulary((said, "数百人冲入教堂，教士被打死。", "商人愿意就近出海。"), companion)
    asking = gloss(asked, [book], 3, companion)
    assert covered(asking, said) > 0.2
    assert covered(asking, "商人愿意就近出海。") < 0.1


def test_coverage_is_a_share(known: Vocabulary, companion: Companion) -> None:
    """A text covers from nothing to all of a question, and two texts as much as both do."""
    wording = gloss(
        content_words("Did the war end with a treaty?"), [known], len(PASSAGES), companion
    )
    rows = wording.coverage([token_set(text) for text in PASSAGES])
    assert rows.shape == (3, len(wording.glosses))
    assert rows.min() >= 0.0
    assert rows.sum(axis=1).max() <= 1.0 + 1e-6
    assert rows[0].sum() > rows[1].sum()
    war, treaty = covered(wording, "战争"), covered(wording, "条约")
    assert covered(wording, "战争 条约") == pytest.approx(
        float(np.maximum(*wording.coverage([token_set("战争"), token_set("条约")])).sum())
    )
    assert covered(wording, "战争 条约") > max(war, treaty)


def test_function_words_are_no_words_of_a_question(known: Vocabulary, companion: Companion) -> None:
    """A question of nothing else has no wording, and covers nothing."""
    wording = gloss(
        content_words("Which of them would also have been there?"), [known], 3, companion
    )
    assert covered(gloss(content_words("因为什么？"), [known], 3, companion), PASSAGES[0]) == 0.0
    assert {item.word for item in wording.glosses} <= {"them", "been", "there"}
    nothing = gloss(content_words(""), [known], 3, companion)
    assert nothing == Wording()
    assert (nothing.weight, nothing.translations) == (0.0, ())
    assert nothing.coverage([token_set("战争")]).shape == (1, 0)


def test_books_are_looked_up_together(companion: Companion) -> None:
    """Of several books the nearest word of any counts; an empty one changes nothing."""
    parts = [vocabulary([text], companion) for text in (*PASSAGES, "")]
    together = gloss(content_words("war canal doctor"), parts, 3, companion)
    assert {"战争", "运河", "医生"} <= set(together.translations)
    assert gloss(content_words("war"), parts[3:], 3, companion) == Wording()


def test_a_rare_word_weighs_more(companion: Companion) -> None:
    """A word weighs by how few passages hold what it means."""
    known = vocabulary(["战争。条约。", "战争。", "战争。", "运河。"], companion)
    weights = {
        item.word: item.weight
        for item in gloss(content_words("war treaty"), [known], 4, companion).glosses
    }
    assert weights["treaty"] > weights["war"]


def test_the_library_keeps_the_words(small: Shuzheng) -> None:
    """A book that was added has its vocabulary on disk, and gives the same object again."""
    library = small._parts.library
    book_id = small.books()[0].record.id
    kept = library.vocabulary(book_id)
    assert kept is not None
    assert library.vocabulary(book_id) is kept
    made = vocabulary((item.text for item in library.passages(book_id)), small._parts.companion)
    assert kept.words == made.words
    assert kept.counts.tolist() == made.counts.tolist()
    assert np.allclose(kept.vectors, made.vectors, atol=1e-3)


def test_a_library_without_words_learns_them(small: Shuzheng) -> None:
    """A book that an earlier version kept without its words gets them when it is asked."""
    library = small._parts.library
    assert isinstance(library, TableLibrary)
    book_id = small.books()[0].record.id
    before = library.vocabulary(book_id)
    with library._file.write() as connection:
        connection.execute("DELETE FROM vocabularies")
    library._together = Together()
    assert library.vocabulary(book_id) is None
    small.ask("运河是什么时候通水的？", book=book_id)
    again = library.vocabulary(book_id)
    assert again is not None
    assert before is not None
    assert again.words == before.words
