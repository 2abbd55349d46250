"""The health check of what is damaged: everything is looked at, and what is wrong is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.application import Shuzheng
from rag.settings import Settings
from tests.support.files import SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096


def test_a_damaged_page_of_the_library_ends_no_check(tmp_path: Path) -> None:
    """Where a table cannot be read, that is one finding; index, models and disk are looked at."""
    path = tmp_path / "library.sqlite"
    with SqliteLibrary(path) as library:
        volume("one", 200).put(library)
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // PAGE):
        content[page * PAGE : page * PAGE + 200] = b"\xa5" * 200
    path.write_bytes(content)
    settings = Settings(
        data=tmp_path, corpus=tmp_path / "none", encoder=str(tmp_path / "no"), reader="off"
    )
    with Shuzheng(settings) as whole:
        found = whole.doctor(repair=True)
    names = [one.name for one in found]
    assert {"library", "models", "encoder", "disk"} <= set(names)
    assert any("damaged" in one.text for one in found if one.name == "library")
    texts = [one.text for one in found]
    assert len(set(texts)) == len(texts)


def test_a_library_that_another_program_made_is_a_finding(tmp_path: Path) -> None:
    """What cannot be opened is said once, and the rest is looked at."""
    (tmp_path / "library.sqlite").write_bytes(b"not a library" * 1000)
    settings = Settings(
        data=tmp_path, corpus=tmp_path / "none", encoder=str(tmp_path / "no"), reader="off"
    )
    with Shuzheng(settings) as whole:
        found = whole.doctor()
    assert [one.name for one in found if "rag restore" in one.text] == ["library"]
    assert found[-1].name == "disk"
