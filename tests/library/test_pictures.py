"""Pictures of pages: kept as long as a page refers to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.application.shuzheng import Shuzheng
from rag.library.pictures import discard_pictures
from rag.settings import Settings
from tests.support.files import SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from pathlib import Path


def picture(folder: Path, name: str) -> str:
    """Return the name of a picture that is now there."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    return name


def files(folder: Path) -> set[str]:
    """Return all files in a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_a_folder_that_no_page_refers_to_goes_whole(tmp_path: Path) -> None:
    """What was read on the pictures goes with them; other books' folders, and new ones, stay."""
    old, shared = picture(tmp_path, "old/1.webp"), picture(tmp_path, "shared/1.webp")
    picture(tmp_path, "old/1.json")
    picture(tmp_path, "unfinished/1.webp")
    lone = picture(tmp_path, "lone.webp")
    discard_pictures(tmp_path, {old, shared, lone}, {"shared/2.webp"})
    assert files(tmp_path) == {"shared/1.webp", "unfinished/1.webp"}


def test_what_is_gone_already_is_no_trouble(tmp_path: Path) -> None:
    """Neither a folder that is missing nor a link in its place is followed."""
    outside = tmp_path / "outside"
    picture(outside, "1.webp")
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "link").symlink_to(outside)
    discard_pictures(scans, {"gone/1.webp", "link/1.webp"}, set())
    assert files(outside) == {"1.webp"}
    assert not (scans / "link").is_symlink()


def test_a_book_takes_its_pictures_with_it(tmp_path: Path) -> None:
    """Removing one of two books leaves the other's pictures."""
    with SqliteLibrary(tmp_path / "library.sqlite") as library:
        for book_id in ("jia", "yi"):
            put = volume(book_id)
            pages = tuple(
                replace(page, image=picture(tmp_path / "scans", f"{book_id}/{page.index}.webp"))
                for page in put.book.pages
            )
            replace(put, book=replace(put.book, pages=pages)).put(library)
    with Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as shuzheng:
        shuzheng.remove("jia")
    assert files(tmp_path / "scans") == {"yi/0.webp", "yi/1.webp"}
