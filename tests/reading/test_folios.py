"""Printed folios and declared labels become page numbers that can be believed."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.language.numbers.labels import page_label, page_number
from rag.reading.sheets.folios.reconciling import reconcile
from rag.reading.sheets.folios.runs import Folio, Seen
from rag.types import PageStatus

BLANK = Seen((), blank=True)
SILENT = Seen(())


def shown(label: str, declared: str | None = None) -> Seen:
    """Return a page that shows its number at its foot."""
    value = page_number(label)
    assert value is not None
    return Seen((Folio(*value, "bottom middle"),), declared)


def numbers(first: int, last: int) -> list[Seen]:
    """Return pages that show the numbers from first to last."""
    return [shown(str(n)) for n in range(first, last + 1)]


def labels(pages: list[Seen]) -> list[str | None]:
    """Return the labels that are called exact, None for any other."""
    return [n.label if n.status is PageStatus.EXACT else None for n in reconcile(pages)[0]]


def counted(first: int, last: int) -> list[str]:
    """Return the labels from first to last."""
    return [str(n) for n in range(first, last + 1)]


def test_no_pages_have_no_labels() -> None:
    """A book without pages has none to number."""
    assert reconcile([]) == ([], [])


def test_a_page_without_a_number_is_counted_between_its_neighbours() -> None:
    """A blank page between two numbered ones that leave room for it is exact."""
    assert labels([*numbers(1, 4), BLANK, SILENT, *numbers(7, 10)]) == counted(1, 10)


def test_a_plate_that_is_not_counted_has_no_number() -> None:
    """A page for which the numbers beside it leave no room has none, and shifts nothing."""
    found = labels([*numbers(1, 6), SILENT, *numbers(7, 12)])
    assert found == [*counted(1, 6), None, *counted(7, 12)]


def test_front_matter_has_its_own_numbers() -> None:
    """Roman numbers before Arabic ones are a numbering of their own."""
    front = [shown(label) for label in ("ii", "iii", "iv")]
    assert labels([SILENT, *front, *numbers(1, 5)]) == [None, "ii", "iii", "iv", *counted(1, 5)]


def test_counting_may_begin_anew() -> None:
    """A numbering that restarts at one is believed as the first was."""
    assert labels([*numbers(1, 5), *numbers(1, 6)]) == counted(1, 5) + counted(1, 6)


def test_missing_and_doubled_pages_keep_their_printed_numbers() -> None:
    """Each page has the number that is printed on it, whatever is missing or there twice."""
    pages = [*numbers(1, 7), *numbers(9, 14), *numbers(14, 20)]
    assert labels(pages) == counted(1, 7) + counted(9, 14) + counted(14, 20)


def test_the_page_before_the_first_number_is_known_where_it_opens_the_text() -> None:
    """Openings often show no number; the one before page 2 is page 1, and before that nothing."""
    pages = [SILENT, Seen((), opens=True), *numbers(2, 9)]
    assert labels(pages) == [None, *counted(1, 9)]


def test_pages_behind_the_last_number_are_not_guessed() -> None:
    """Nothing bounds what follows the last number."""
    assert labels([*numbers(1, 9), SILENT]) == [*counted(1, 9), None]


def test_numbers_in_the_margin_are_no_folios() -> None:
    """Numbers of lines, chapters and years, and another edition's pages, make no numbering."""
    chance = random.Random(3)  # noqa: S311 - made up, not a secret
    pages = [
        Seen(
            (
                Folio(5, "1", "top right"),
                Folio(1 + k // 9, "1", "top left"),
                Folio(1937, "1", "top middle"),
                Folio(130 + k * 3 // 2 + chance.randint(0, 1), "1", "bottom right"),
            )
        )
        for k in range(40)
    ]
    assert labels(pages) == [None] * 40


def test_a_few_numbers_in_a_row_prove_nothing_where_most_pages_disagree() -> None:
    """Trust needs most pages to agree: every third page is not enough."""
    pages = [shown(str(k + 1)) if k % 3 == 0 else shown(str(900 - 7 * k)) for k in range(30)]
    assert labels(pages) == [None] * 30


def test_a_page_that_shows_another_number_is_not_exact() -> None:
    """Where a page contradicts its neighbours, its number is only approximate, and a problem."""
    found, problems = reconcile([*numbers(1, 9), shown("70"), *numbers(11, 20)])
    assert (found[9].label, found[9].status) == ("10", PageStatus.APPROXIMATE)
    assert [problem.kind for problem in problems] == ["folio_unlikely"]


def test_a_number_elsewhere_does_not_unsettle_a_counted_page() -> None:
    """What stands where no folios stand is no contradiction."""
    pages = [*numbers(1, 9), Seen((Folio(1937, "1", "top left"),)), *numbers(11, 20)]
    assert labels(pages) == counted(1, 20)


def test_what_is_printed_wins_over_what_is_declared() -> None:
    """Declared labels that most printed numbers contradict are not taken anywhere."""
    pages = [Seen((), "4"), *(shown(str(n), str(n + 5)) for n in range(1, 11)), Seen((), "16")]
    found, problems = reconcile(pages)
    assert [n.label for n in found] == [None, *counted(1, 10), None]
    assert [problem.kind for problem in problems] == ["labels_disagree"]
    assert "10 of 10" in problems[0].text


def test_declared_labels_serve_where_nothing_is_printed() -> None:
    """Labels that the printed numbers confirm are taken for pages without one."""
    pages = [Seen((), "iii"), *(shown(str(n), str(n)) for n in range(1, 9)), Seen((), "9")]
    assert labels(pages) == ["iii", *counted(1, 9)]


def test_a_declared_and_a_counted_number_that_differ_give_none() -> None:
    """Where two accounts of a page differ and it shows no number, nothing is claimed."""
    pages = [shown(str(n), str(n)) for n in range(1, 21)]
    pages[9] = Seen((), "9a")
    assert labels(pages)[9] is None


def test_labels_declared_alike_for_neighbours_tell_nothing() -> None:
    """A file that declares one label for several pages does not know them."""
    assert labels([Seen((), "i"), Seen((), "i"), Seen((), "1"), Seen((), "2")])[:2] == [None, None]


def test_labels_that_only_count_the_sheets_are_not_believed() -> None:
    """A sheet's ordinal is no page, though the file declares it, unless what is printed agrees."""
    found, problems = reconcile([Seen((), str(n)) for n in range(1, 9)])
    assert {n.label for n in found} == {None}
    assert [problem.kind for problem in problems] == ["labels_unconfirmed"]
    assert labels([Seen((), "1"), *(shown(str(n), str(n)) for n in range(2, 9))]) == counted(1, 8)


@pytest.mark.parametrize(("declared", "expected"), [(None, "11"), ("1", "1")])
def test_between_two_numberings_on_the_same_pages(declared: str | None, expected: str) -> None:
    """Numbers that only count the sheets give way, unless the file declares them."""
    pages = [
        Seen(
            (Folio(k + 1, "1", "top right"), Folio(k + 11, "1", "bottom middle")),
            declared and str(k + 1),
        )
        for k in range(12)
    ]
    assert labels(pages)[0] == expected


def test_two_numberings_that_nothing_tells_apart_give_none() -> None:
    """With two good accounts of all pages, none is taken and a problem says so."""
    pages = [
        Seen((Folio(k + 300, "1", "top right"), Folio(k + 11, "1", "bottom middle")))
        for k in range(12)
    ]
    found, problems = reconcile(pages)
    assert {n.label for n in found} == {None}
    assert [problem.kind for problem in problems] == ["folios_ambiguous"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
@example(216)
def test_what_is_called_exact_is_right(seed: int) -> None:
    """Whatever is left out, added or misprinted, a number called exact is the printed one."""
    chance = random.Random(seed)  # noqa: S311 - made up, not a secret
    truth: list[str | None] = [page_label(n, "i") for n in range(1, chance.randint(1, 12))]
    truth += [str(n) for n in range(1, chance.randint(20, 120))]
    for _ in range(chance.randint(0, 5)):
        truth.insert(chance.randrange(len(truth)), None)
    pages = []
    for label in truth:
        value = page_number(label) if label else None
        folios = [Folio(*value, "bottom middle")] if value and chance.random() > 0.1 else []
        if folios and chance.random() < 0.02:
            folios = [Folio(chance.randint(1, 400), "1", "bottom middle")]
        if chance.random() < 0.3:
            folios.append(Folio(chance.choice((5, 10, 1937)), "1", "top left"))
        pages.append(Seen(tuple(folios), blank=not folios and chance.random() < 0.5))
    found, _ = reconcile(pages)
    for page, label in zip(found, truth, strict=True):
        assert page.status is not PageStatus.EXACT or page.label == label
