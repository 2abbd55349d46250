"""The commands of whoever keeps the library, over a library of two books."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rag.cli.arguments import parse_arguments
from rag.cli.library import run_compare, run_record, run_shelves
from rag.types import CorrectionError, NotInLibraryError
from tests.support.copies import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng

RUNS: dict[str, Callable[..., str]] = {
    "record": run_record,
    "shelves": run_shelves,
    "compare": run_compare,
}


@pytest.fixture(scope="module")
def whole(
    two: Path, small: Shuzheng, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product with two books, for the commands of one story."""
    folder = tmp_path_factory.mktemp("kept")
    with copied(two, folder / "copy", small) as opened:
        yield opened


def rag(whole: Shuzheng, *words: str) -> str:
    """Return what a command prints."""
    arguments = parse_arguments(words)
    return RUNS[arguments.command](arguments, whole)


def test_a_record_is_shown_and_edited(whole: Shuzheng, tmp_path: Path) -> None:
    """A field is set, set to nothing, taken from a file, and all of it taken back."""
    shown = rag(whole, "record", "额木河交涉录")
    assert "authors      卞一舟 [Bian Yizhou]" in shown
    sets = ["--set", "year=2001", "--set", "place=", "--set", "authors=王平; 李嘉谷 [Li Jiagu]"]
    shown = rag(whole, "record", "emu-he", *sets)
    assert "year         2001 (set by hand)" in shown
    assert "place        - (set by hand)" in shown
    file = tmp_path / "refs.ris"
    file.write_text("TY  - BOOK\nTI  - 额木河交涉录\nPB  - 新社\nER  - \n", "utf-8")
    read = json.loads(rag(whole, "record", "emu-he", "--from", str(file), "--json"))
    assert (read["publisher"], read["year"], read["place"]) == ("新社", "2001", None)
    assert read["authors"][1] == {"name": "李嘉谷", "latin": "Li Jiagu"}
    assert read["edited"] == ["authors", "place", "publisher", "year"]
    again = json.loads(rag(whole, "record", "emu-he", "--clear", "--json"))
    assert (again["year"], again["edited"]) == ("1999", [])
    with pytest.raises(CorrectionError):
        rag(whole, "record", "emu-he", "--set", "pages=3")
    with pytest.raises(SystemExit):
        parse_arguments(["record", "emu-he", "--set", "year"])


def test_sets_are_made_listed_and_forgotten(whole: Shuzheng) -> None:
    """A set is named, asked by its name, and forgotten with its books still there."""
    assert "rag shelves NAME" in rag(whole, "shelves")
    assert rag(whole, "shelves", "河", "额木河交涉录") == "河: emu-he"
    assert json.loads(rag(whole, "shelves", "--json")) == [{"name": "河", "books": ["emu-he"]}]
    assert whole.chosen("河") == ["emu-he"]
    assert json.loads(rag(whole, "shelves", "--remove", "河", "--json")) == []
    with pytest.raises(NotInLibraryError):
        rag(whole, "shelves", "--remove", "河")
    with pytest.raises(SystemExit):
        parse_arguments(["shelves", "河"])


def test_books_are_compared(whole: Shuzheng) -> None:
    """Each book answers under its own name; a lone one is no comparison."""
    mill = next(one.record.id for one in whole.books() if one.record.id != "emu-he")
    asks = ["compare", "额木河上的沙洲是怎么回事？", "--book", "emu-he", "--book", mill]
    said = json.loads(rag(whole, *asks, "--json"))
    assert [one["book"] for one in said["answers"]] == ["emu-he", mill]
    assert said["answers"][0]["answer"]["status"] == "answered"
    assert said["answers"][1]["answer"]["status"] != "answered"
    text = rag(whole, *asks)
    assert text.index("== emu-he") < text.index(f"== {mill}")
    with pytest.raises(SystemExit):
        parse_arguments(asks[:4])
