"""Broken and hostile files: each gets one sentence within its limits, and harms nothing else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.application.shuzheng import Shuzheng
from rag.reading.sandbox.apart import Limits, read_apart
from rag.reading.source.source import Source
from rag.settings import Settings
from rag.types import ReadingError
from tests.support import malformed
from tests.support.files import SqliteLibrary

if TYPE_CHECKING:
    from rag.types import Book

CASES = Path(__file__).resolve().parents[1] / "cases" / "cli"
LIMITS = Limits(seconds=30, memory=1536)
SLOW = {"bomb.epub", "members.epub", "inflating.pdf"}
"""What takes more than a few seconds to make and to read."""


def files() -> list[object]:
    """Return the names of all such files, the large ones marked as slow."""
    return [
        pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name
        for name in malformed.FILES
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", files())
def test_a_file_that_cannot_become_a_book_is_refused_in_one_sentence(
    name: str, tmp_path: Path
) -> None:
    """The sentence names the file; time and memory are limited; nothing is left behind."""
    path = tmp_path / "in" / name
    path.parent.mkdir()
    malformed.FILES[name](path)
    before = sorted(tmp_path.rglob("*"))
    started = time.perf_counter()
    with pytest.raises(ReadingError) as refused:
        read_apart(Source(path, pictures=tmp_path / "scans"), limits=LIMITS)
    assert time.perf_counter() - started < 2 * LIMITS.seconds
    sentence = str(refused.value)
    assert sentence.startswith(name)
    assert sentence.endswith((".", "(RAG_READ_MEMORY).", "(RAG_READ_SECONDS)."))
    assert "\n" not in sentence
    assert len(sentence) < 300
    assert "its reader failed" not in sentence
    left = [one for one in sorted(tmp_path.rglob("*")) if "scans" not in one.parts]
    assert left == before


@pytest.fixture(scope="module")
def ferry() -> Book:
    """Return the book that a text in UTF-8 holds."""
    return read_apart(Source(CASES / "ferry.txt"), limits=LIMITS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_text_in_any_usual_encoding_is_read(encoding: str, ferry: Book, tmp_path: Path) -> None:
    """A byte order mark, wide characters and the old Chinese encodings all give the same text."""
    text = (CASES / "ferry.txt").read_text(encoding="utf-8")
    path = tmp_path / "ferry.txt"
    path.write_bytes(text.encode(encoding))
    assert read_apart(Source(path), limits=LIMITS).text == ferry.text


@pytest.mark.slow
def test_bad_files_leave_the_library_and_the_good_files_alone(
    models: Path, loaded: dict[str, Any], tmp_path: Path
) -> None:
    """Between two books all the bad files are tried: both books are there, and nothing else."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=data / "none", read_memory=1536)) as shuzheng:
        shuzheng._parts.made |= loaded
        shuzheng.add(CASES / "lanterns.md", CASES / "lanterns.toml")
        before = shuzheng.book("lanterns")
        for name in malformed.FILES.keys() - SLOW:
            malformed.FILES[name](tmp_path / name)
            with pytest.raises(ReadingError):
                shuzheng.add(tmp_path / name)
        shuzheng.add(CASES / "ferry.txt")
        assert len(shuzheng.books()) == 2
        assert shuzheng.book("lanterns") == before
        assert shuzheng.find("“改在南码头”")[0].place.pages == ("2",)
    with SqliteLibrary(data / "library.sqlite") as library:
        assert library.check() == []
