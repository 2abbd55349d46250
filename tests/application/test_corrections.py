"""Corrections of pages through the whole product: everything is dated anew, nothing encoded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from rag.types import Correction, CorrectionError, NotInLibraryError
from tests.support.copies import over
from tests.support.files import SqliteLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.types import Book

CASES = Path(__file__).resolve().parents[1] / "cases"
QUESTION = "宣统元年灯市改在哪里举行？"

pytestmark = pytest.mark.slow


@pytest.fixture
def data(models: Path, tmp_path: Path) -> Path:
    """Return a data folder with models."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    return folder


@pytest.fixture
def lanterns(data: Path, loaded: dict[str, Any]) -> Iterator[Shuzheng]:
    """Return the product with one book: index 2 is page 2, index 3 page 3 of its body."""
    with over(data, loaded) as shuzheng:
        add(shuzheng, CASES / "cli" / "lanterns.md")
        yield shuzheng


def add(shuzheng: Shuzheng, text: Path) -> Book:
    """Return the book that a text of the lanterns holds, once it is in the library."""
    shuzheng.add(text, CASES / "cli" / "lanterns.toml")
    return shuzheng.book("lanterns")


def labels(shuzheng: Shuzheng) -> list[str | None]:
    """Return the labels of the book's pages."""
    return [page.label for page in shuzheng.book("lanterns").pages]


def test_an_answer_cites_the_corrected_page_at_once(lanterns: Shuzheng) -> None:
    """Answers, lookups and LangChain's documents have the new label; the old one is gone."""
    assert "2" in [page for one in lanterns.ask(QUESTION).citations for page in one.place.pages]
    lanterns.correct("lanterns", [Correction(first=2, label="12")])
    answer = lanterns.ask(QUESTION)
    pages = [page for one in answer.citations for page in one.place.pages]
    assert "12" in pages
    assert "2" not in pages
    assert any("12" in one.formatted for one in answer.citations)
    assert lanterns.find("“改在南码头”")[0].place.pages == ("12",)
    documents = lanterns.retriever(book="lanterns").invoke("南码头")
    assert any("12" in document.metadata["pages"] for document in documents)


def test_nothing_is_encoded_again(lanterns: Shuzheng, data: Path, tmp_path: Path) -> None:
    """Where no encoder can be had the correction is made, and the vectors are the same bytes."""
    with SqliteLibrary(data / "library.sqlite") as library:
        before = library.vectors("lanterns")[1]
    nowhere = Settings(data=data, corpus=data / "none", encoder=str(tmp_path / "no-model"))
    with Shuzheng(nowhere) as other:
        other.correct("lanterns", [Correction(first=2, label="12")])
    with SqliteLibrary(data / "library.sqlite") as library:
        assert np.array_equal(library.vectors("lanterns")[1], before)
    # The one that has been open all the time, as a server is, sees it too.
    assert labels(lanterns)[2] == "12"
    assert lanterns.find("“改在南码头”")[0].place.pages == ("12",)
    assert all(finding.ok for finding in lanterns.doctor())


def test_corrections_survive_adding_again(lanterns: Shuzheng, tmp_path: Path) -> None:
    """The same file, and a changed one in which the page has moved, are corrected as before."""
    lanterns.correct("lanterns", [Correction(first=2, label="12")])
    assert (
        lanterns.add(CASES / "cli" / "lanterns.md", CASES / "cli" / "lanterns.toml").status
        == "unchanged"
    )
    assert labels(lanterns) == ["1", "1", "12", "3"]
    book = lanterns.book("lanterns")
    moved = book.text[book.pages[2].start : book.pages[2].end]
    text = (CASES / "cli" / "lanterns.md").read_text(encoding="utf-8")
    changed = tmp_path / "lanterns.md"
    changed.write_text(f"<!-- page 0 -->\n\n新加的一页。\n\n{text}", encoding="utf-8")
    book = add(lanterns, changed)
    assert [page.label for page in book.pages] == ["0", "1", "1", "12", "3"]
    assert book.text[book.pages[3].start : book.pages[3].end] == moved


def test_a_correction_that_cannot_be_leaves_the_library_as_it_was(lanterns: Shuzheng) -> None:
    """Unknown books and pages, and numbers below one, are refused, and nothing else is done."""
    before = lanterns.book("lanterns")
    with pytest.raises(NotInLibraryError):
        lanterns.correct("no-such-book", [Correction(first=0, label="1")])
    with pytest.raises(NotInLibraryError):
        lanterns.correct("lanterns", [Correction(first=0, label="7"), Correction(first=99)])
    with pytest.raises(CorrectionError):
        lanterns.correct("lanterns", [Correction(first=0, label="7"), Correction(shift=-3)])
    assert lanterns.book("lanterns") == before


def test_corrections_are_taken_back(lanterns: Shuzheng) -> None:
    """Clearing gives the page map as it was read, and may set others in the same step."""
    before = labels(lanterns)
    lanterns.correct("lanterns", [Correction(first=2, label="12"), Correction(shift=30)])
    assert labels(lanterns) == ["31", "31", "12", "33"]
    lanterns.correct("lanterns", [Correction(first=3, shift=1)], clear=True)
    assert labels(lanterns) == ["1", "1", "2", "4"]
    lanterns.correct("lanterns", clear=True)
    assert labels(lanterns) == before
