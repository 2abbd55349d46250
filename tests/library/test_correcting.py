"""Corrections of pages: they win over what was read, and stay with their pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library.correcting import anchored, correct, merged, revised, settled
from rag.types import (
    Book,
    BookRecord,
    ContentsEntry,
    Correction,
    CorrectionError,
    Footnote,
    NotInLibraryError,
    Page,
    PageStatus,
    Problem,
    Section,
)
from rag.types.places import locate
from tests.support.shelves import volume

LABELS = ("i", "ii", "1", "2", "3", None, "5")
TEXTS = (
    "序言说这条河从山里来。",
    "序言说这座桥修了三年。",
    "第一章讲渡口的来历与船夫。",
    "渡口之后有了集市和茶馆。",
    "集市里的账簿记着米价。",
    "",
    "最后的船停在石阶下面。",
)


def book(texts: tuple[str, ...] = TEXTS, labels: tuple[str | None, ...] = LABELS) -> Book:
    """Return a book of one page a text; the chapter begins on page 1, the note is on page 2."""
    starts = [sum(map(len, texts[:k])) for k in range(len(texts) + 1)]
    body = "".join(texts)
    pages = tuple(
        Page(
            k,
            label,
            PageStatus.UNKNOWN if label is None else PageStatus.EXACT,
            starts[k],
            starts[k + 1],
            reasons=("folio",),
        )
        for k, label in enumerate(labels)
    )
    return Book(
        record=BookRecord("river", "河"),
        text=body + "见旧志。",
        body_end=len(body),
        pages=pages,
        sections=(
            Section(0, 0, 0, starts[2], part="序"),
            Section(1, starts[2], starts[2], len(body), chapter="第一章 渡口"),
        ),
        footnotes=(Footnote("①", len(body), len(body) + 4, 3, anchor=starts[3] + 2),),
        contents=(
            ContentsEntry(None, "序", 1, "i"),
            ContentsEntry("第一章", "渡口", 1, "1"),
            ContentsEntry("附录一", "年表", 1, "90"),
        ),
        problems=(Problem("folio", "unclear", "3"), Problem("other", "of the whole book")),
    )


def labels_of(corrected: Book) -> list[str | None]:
    """Return the labels of a book's pages."""
    return [page.label for page in corrected.pages]


def test_a_label_that_was_set_is_exact_and_says_by_whom() -> None:
    """Setting a label touches its page alone."""
    corrected = correct(book(), [Correction(first=5, label="4")])
    assert labels_of(corrected) == ["i", "ii", "1", "2", "3", "4", "5"]
    assert corrected.pages[5].status is PageStatus.EXACT
    assert corrected.pages[5].reasons == ("set by hand",)
    assert corrected.pages[:5] == book().pages[:5]
    assert corrected.text == book().text


def test_a_page_can_be_said_to_bear_no_number() -> None:
    """A place that touches such a page keeps the pages that have a number."""
    corrected = correct(book(), [Correction(first=4)])
    assert labels_of(corrected)[4] is None
    inside = corrected.pages[4].start
    assert locate(corrected, inside, inside + 2).status is PageStatus.UNKNOWN
    place = locate(corrected, inside - 2, inside + 2)
    assert (place.pages, place.status) == (("2",), PageStatus.EXACT)


def test_an_offset_shifts_numbers_each_in_its_own_style() -> None:
    """Arabic and roman numbers are shifted, how sure they are stays, no number stays none."""
    pages = book().pages
    guessed = replace(book(), pages=(replace(pages[0], status=PageStatus.APPROXIMATE), *pages[1:]))
    corrected = correct(guessed, [Correction(shift=8)])
    assert labels_of(corrected) == ["ix", "x", "9", "10", "11", None, "13"]
    assert corrected.pages[0].status is PageStatus.APPROXIMATE
    assert corrected.pages[2].reasons == ("folio", "offset of +8 set by hand")


def test_an_offset_can_be_for_some_pages_only() -> None:
    """Both ends are included."""
    corrected = correct(book(), [Correction(first=2, last=3, shift=1)])
    assert labels_of(corrected) == ["i", "ii", "2", "3", "3", None, "5"]


def test_a_number_behind_words_is_shifted() -> None:
    """A label may name its part before the number."""
    labels = ("前言 1", "前言 2", *LABELS[2:])
    corrected = correct(book(labels=labels), [Correction(last=1, shift=2)])
    assert labels_of(corrected)[:2] == ["前言 3", "前言 4"]


def test_a_set_label_stands_whatever_the_offsets() -> None:
    """What a person said of one page outweighs what he says of many."""
    corrections = [Correction(first=2, label="7"), Correction(first=2, shift=10)]
    assert labels_of(correct(book(), corrections))[2:5] == ["7", "12", "13"]


def test_what_cites_a_corrected_page_cites_the_new_label() -> None:
    """Places, footnotes, contents and problems follow; what stood elsewhere does not."""
    corrected = correct(book(), [Correction(first=2, shift=2)])
    start = corrected.pages[2].start
    assert locate(corrected, start, start + 3).pages == ("3",)
    note = corrected.footnotes[0]
    place = locate(corrected, note.start, note.end)
    assert (place.pages, place.notes) == (("4",), ("①",))
    assert [entry.page for entry in corrected.contents] == ["i", "3", "90"]
    assert corrected.problems[:2] == (
        Problem("folio", "unclear", "5"),
        Problem("other", "of the whole book"),
    )


def test_a_problem_on_a_page_that_has_become_doubtful_names_none() -> None:
    """Of two pages with one label, of which one was renamed, neither is named."""
    doubled = book(labels=("i", "3", "1", "2", "3", None, "5"))
    corrected = correct(doubled, [Correction(first=1, label="ii")])
    assert corrected.problems[0].page is None


def test_a_correction_follows_its_page_in_a_changed_file() -> None:
    """With two pages put before it the page is found by how it begins."""
    [correction] = anchored(book(), [Correction(first=3, label="8")], [])
    longer = book(("添了一页。", "又添了一页。", *TEXTS), ("a", "b", *LABELS))
    assert labels_of(correct(longer, [correction]))[5] == "8"
    assert [one.first for one in settled(longer, [correction]) if one] == [5]


def test_a_page_read_a_little_differently_is_the_same_page() -> None:
    """A misread character does not lose a correction."""
    [correction] = anchored(book(), [Correction(first=3, label="8")], [])
    texts = (*TEXTS[:3], "渡囗之后有了集市和茶馆。", *TEXTS[4:])
    assert labels_of(correct(book(texts), [correction]))[3] == "8"


def test_a_correction_whose_page_is_gone_is_a_problem() -> None:
    """Nothing is guessed: the pages stay as read, and the problem names the correction."""
    [correction] = anchored(book(), [Correction(first=3, label="8")], [])
    torn = book((*TEXTS[:3], "毫不相干的一页文字。", *TEXTS[4:]))
    corrected = correct(torn, [correction])
    assert labels_of(corrected) == list(LABELS)
    assert [problem.kind for problem in corrected.problems[2:]] == ["correction_lost"]
    assert "'8'" in corrected.problems[2].text


def test_a_blank_page_is_known_by_what_comes_after_it() -> None:
    """A plate without text keeps its correction when pages are put before it."""
    [correction] = anchored(book(), [Correction(first=5, label="4")], [])
    longer = book(("添了一页。", *TEXTS), ("a", *LABELS))
    assert labels_of(correct(longer, [correction]))[6:] == ["4", "5"]


def test_what_the_record_says_stays_with_the_page_it_was_said_of() -> None:
    """The same line of a record, with a changed file, means the page that it meant at first."""
    said = Correction(first=3, label="8")
    first = anchored(book(), [said], [])
    longer = book(("添了一页。", *TEXTS), ("a", *LABELS))
    assert anchored(longer, [said], first) == first
    assert labels_of(correct(longer, first))[4] == "8"


@pytest.mark.parametrize(
    ("corrections", "kinds"),
    [
        ([Correction(first=3, label="1")], ["corrections_disagree"]),
        ([Correction(first=3, label="9")], ["corrections_disagree"]),
        ([Correction(first=4, shift=-1)], ["corrections_disagree"]),
        ([Correction(first=2, shift=-1)], ["correction_impossible"]),
        ([Correction(first=2, label="1")], []),
        ([Correction(first=2, shift=4)], []),
        ([Correction(first=4, label="1")], []),
    ],
    ids=["twice", "backwards", "offset", "below one", "as read", "ahead", "begins anew"],
)
def test_corrections_that_cannot_all_be_are_problems(
    corrections: list[Correction], kinds: list[str]
) -> None:
    """A label twice in one numbering, or one that goes back, is said; a new numbering is none."""
    assert [problem.kind for problem in correct(book(), corrections).problems[2:]] == kinds


def test_what_disagreed_before_is_no_fault_of_the_corrections() -> None:
    """A fall that stood in the book as read is not told as a contradiction."""
    odd = book(labels=("i", "ii", "5", "2", "3", None, "5"))
    assert correct(odd, [Correction(shift=1)]).problems[2:] == ()


def test_new_corrections_replace_and_add_up() -> None:
    """Of two labels for a page the later one counts; like offsets are one, and may vanish."""
    first = Correction(first=3, label="8")
    offset = Correction(first=2, shift=2)
    assert merged([first, offset], [Correction(first=3, label="9")]) == [
        offset,
        Correction(first=3, label="9"),
    ]
    assert merged([offset], [Correction(first=2, shift=3)]) == [Correction(first=2, shift=5)]
    assert merged([offset], [Correction(first=2, shift=-2)]) == []
    assert merged([offset], [Correction(shift=2)]) == [offset, Correction(shift=2)]


def test_what_cannot_be_corrected_is_refused() -> None:
    """A page that is not there, a number below one and a range turned round are named."""
    with pytest.raises(NotInLibraryError, match="no page with the index 7; they go from 0 to 6"):
        revised(book(), [], [Correction(first=7, label="1")])
    with pytest.raises(CorrectionError, match="page i, with the index 0, below 1"):
        revised(book(), [], [Correction(shift=-1)])
    with pytest.raises(CorrectionError, match="end before"):
        revised(book(), [], [Correction(first=3, last=2, shift=1)])


@given(
    st.lists(
        st.builds(Correction, first=st.integers(0, 6), label=st.none() | st.sampled_from("1234"))
        | st.builds(Correction, last=st.integers(0, 6), shift=st.integers(1, 9))
    )
)
def test_corrections_are_the_same_however_often_they_are_tied(
    corrections: list[Correction],
) -> None:
    """Tying corrections to pages changes nothing in what they do, once or again."""
    tied = revised(book(), [], corrections)
    assert correct(book(), tied) == correct(book(), merged([], corrections))
    assert revised(book(), tied, []) == tied


def test_a_book_without_pages_has_nothing_to_correct() -> None:
    """What was said of a page that is gone with all others is told, and nothing fails."""
    book = volume("bare", 1).book
    assert book.pages == ()
    corrected = correct(book, [Correction(first=0, label="7")])
    assert corrected.contents == book.contents
    assert len(corrected.problems) == len(book.problems) + 1
