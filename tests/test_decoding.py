"""Bytes in any usual encoding become text; what is no text is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.errors import ReadingError
from rag.reading.decoding import clean, decode, read_text

if TYPE_CHECKING:
    from pathlib import Path

SIMPLIFIED = "河口的渔民在旱季到来以前，修了三条石砌的水渠。这件事后来在邻县也有流传。\n" * 5
TRADITIONAL = "河口的漁民在旱季到來以前，修了三條石砌的水渠。這件事後來在鄰縣也有流傳。\n" * 5


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_usual_encodings_are_told(encoding: str) -> None:
    """A Chinese text comes back from each usual encoding."""
    assert decode(SIMPLIFIED.encode(encoding), "a.txt") == SIMPLIFIED


def test_big5_is_told_from_gb() -> None:
    """A text in Big5 is not taken for one in GB18030."""
    assert decode(TRADITIONAL.encode("big5"), "a.txt") == TRADITIONAL


def test_line_ends_are_made_alike() -> None:
    """Line ends of other systems become plain ones; form feeds stay."""
    assert clean("甲\r\n乙\r丙\f丁")[0] == "甲\n乙\n丙\f丁"


def test_invisible_characters_go_and_are_counted() -> None:
    """Characters that nobody sees are dropped, and one problem says so."""
    text, problems = clean("水\u200b渠\ufeff\U000e0041与\u202e桥")
    assert text == "水渠与桥"
    assert [problem.kind for problem in problems] == ["invisible_characters"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"\x00\x01\x02\x03" * 40, "not a text"),
        (b"%PDF-1.7 x", "not a text"),
        (bytes(range(256)) * 20, "not a text"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    """An empty or binary file is refused in one sentence."""
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=says):
        read_text(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """A folder and a path where nothing is each get their own sentence."""
    with pytest.raises(ReadingError, match="folder"):
        read_text(tmp_path)
    with pytest.raises(ReadingError, match="no file"):
        read_text(tmp_path / "nothing.txt")
