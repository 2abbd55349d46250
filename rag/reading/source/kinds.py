"""Which kind of book a file is: by what it begins with, else by its ending."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from rag.types import ReadingError

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Enum):
    """A kind of file that is read as a book."""

    SCAN_TEXT = auto()
    MARKDOWN = auto()
    HTML = auto()
    PDF = auto()
    EPUB = auto()
    DOCX = auto()
    PICTURES = auto()


_ENDINGS = {
    ".txt": Kind.SCAN_TEXT,
    ".text": Kind.SCAN_TEXT,
    "": Kind.SCAN_TEXT,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".pdf": Kind.PDF,
    ".epub": Kind.EPUB,
    ".docx": Kind.DOCX,
    ".png": Kind.PICTURES,
    ".jpg": Kind.PICTURES,
    ".jpeg": Kind.PICTURES,
    ".tif": Kind.PICTURES,
    ".tiff": Kind.PICTURES,
    ".webp": Kind.PICTURES,
}
PICTURES = frozenset(ending for ending, kind in _ENDINGS.items() if kind is Kind.PICTURES)
"""The endings of pictures of pages, in lower case."""

_PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PAGES = (b"<!doctype html", b"<html")
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNING = 1024
"""Bytes in which what tells a kind must stand, as readers of PDF have it."""


def kind_of(path: Path) -> Kind:
    """Return the kind of a file, or of a folder of pictures.

    Raises ReadingError with one sentence where it is not there, empty, or of no kind that
    is read.
    """
    name = path.name
    try:
        if path.is_dir():
            see_that_pictures_are_files(path)
            if any(one.suffix.lower() in PICTURES for one in path.iterdir()):
                return Kind.PICTURES
            raise ReadingError(
                f"{name} is a folder without pictures of pages; give a file, or a folder of "
                "page images."
            )
        if path.exists() and not path.is_file():
            raise ReadingError(f"{name} is not a file; give a file.")
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except FileNotFoundError:
        raise ReadingError(f"There is no file {name}; check the path.") from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ReadingError(f"{name} cannot be opened: {reason}.") from None
    if not beginning:
        raise ReadingError(f"{name} is empty; there is nothing to read in it.")
    kind = _by_beginning(path, beginning) or _ENDINGS.get(path.suffix.lower())
    if kind is None:
        endings = " ".join(sorted(ending for ending in _ENDINGS if ending))
        raise ReadingError(
            f"{name} is of a kind that is not read; the kinds that are end in {endings}."
        )
    return kind


def see_that_pictures_are_files(folder: Path) -> None:
    """Raise ReadingError where a picture in a folder is no ordinary file of that folder.

    A pipe or a device may never end, and a link may lead to what nobody meant to give.
    """
    inside = folder.resolve()
    for one in sorted(folder.iterdir()):
        if one.suffix.lower() not in PICTURES:
            continue
        if one.is_symlink() and not one.resolve().is_relative_to(inside):
            what = "a link to what is not in it"
        elif not one.exists():
            what = "a link to nothing"
        elif not one.is_file():
            what = "not a file"
        else:
            continue
        raise ReadingError(
            f"{folder.name} was not read, as {one.name} in it is {what}; put the picture itself "
            "there, or take it out."
        )


def _by_beginning(path: Path, beginning: bytes) -> Kind | None:
    if b"%PDF-" in beginning:
        return Kind.PDF
    if beginning.startswith(b"PK\x03\x04"):
        return _in_archive(path)
    if beginning.startswith(_PICTURE_STARTS):
        return Kind.PICTURES
    if beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP":
        return Kind.PICTURES
    if beginning.startswith(_OLD_WORD):
        raise ReadingError(
            f"{path.name} is a file of old Word or Office; save it as .docx or .pdf and add that."
        )
    plain = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if plain.startswith(b"<?xml"):
        plain = plain.partition(b"?>")[2].lstrip()
    return Kind.HTML if plain.startswith(_PAGES) else None


def _in_archive(path: Path) -> Kind:
    """Return what a ZIP archive holds: an EPUB, a Word file, or nothing that is read."""
    import zipfile  # noqa: PLC0415 -- whoever opens a library imports this module

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadingError(
            f"{path.name} is damaged or cut off: its archive cannot be opened ({error}); "
            "get it anew."
        ) from None
    if "word/document.xml" in names:
        return Kind.DOCX
    if "META-INF/container.xml" in names:
        return Kind.EPUB
    if path.suffix.lower() in (".epub", ".docx"):
        return _ENDINGS[path.suffix.lower()]
    raise ReadingError(
        f"{path.name} is an archive that is no EPUB and no Word file; unpack it and add "
        "what is in it."
    )
