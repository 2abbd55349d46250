"""Bytes in any usual encoding become text; what is no text is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.reading.files.decoding import clean, decode, read_text
from rag.types import ReadingError

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


RUSSIAN = (
    "Рыбаки в устье реки построили три канала из камня. Об этом знали и в соседнем уезде.\n" * 5
)
JAPANESE = (
    "河口の漁師たちは、乾季が来る前に三本の石の水路を造った。これは隣の県でも語られている。\n" * 5
)
KOREAN = (
    "강어귀의 어부들은 건기가 오기 전에 돌로 만든 수로를 세 개 놓았다. 이웃 고을에도 알려졌다.\n"
    * 5
)
FRENCH = "Les pêcheurs ont bâti trois canaux à côté de la rivière, où l'été était déjà passé.\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "big5"), (TRADITIONAL, "big5hkscs"), (TRADITIONAL, "gbk"),
        (TRADITIONAL + "啲嘢", "big5hkscs"), (SIMPLIFIED, "gb2312"), (SIMPLIFIED, "hz"),
        (SIMPLIFIED, "utf-32"), (SIMPLIFIED, "utf-32-le"), (SIMPLIFIED, "utf-32-be"),
        (RUSSIAN, "koi8-r"), (RUSSIAN, "cp1251"), (RUSSIAN, "cp866"), (RUSSIAN, "iso8859-5"),
        (RUSSIAN, "utf-16-le"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (JAPANESE, "utf-16-be"),
        (JAPANESE, "iso2022_jp"), (KOREAN, "cp949"), (FRENCH, "cp1252"), (FRENCH, "utf-16-le"),
        ("A plain text, in English.\n", "ascii"),
    ],
)  # fmt: skip
def test_old_encodings_are_told_apart(text: str, encoding: str) -> None:
    """A text of each language comes back from each encoding that was usual for it."""
    assert decode(text.encode(encoding), "a.txt") == text


def test_iso_2022_cn_is_read() -> None:
    """The encoding of Chinese mail, which Python lacks, is read as far as it is GB 2312."""
    line = SIMPLIFIED.split("\n", maxsplit=1)[0]
    shifted = b"\x1b$)A\x0e" + bytes(b & 0x7F for b in line.encode("gb2312")) + b"\x0f\n"
    assert decode(shifted * 3, "a.txt") == (line + "\n") * 3


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8", "euc_jp"])
def test_a_character_cut_off_at_the_end_costs_itself_only(encoding: str) -> None:
    """A text that ends inside a character is read up to it."""
    text = (JAPANESE if encoding == "euc_jp" else TRADITIONAL).rstrip("\n")[:-1]
    assert decode(f"{text}水".encode(encoding)[:-1], "a.txt") == text


def test_a_broken_character_is_shown_and_said() -> None:
    """Here and there a broken byte in UTF-8 stands as such and is a problem."""
    data = SIMPLIFIED.encode()
    text, problems = clean(decode(data[:90] + b"\xff" + data[90:], "a.txt"))
    assert text.replace("\ufffd", "") == SIMPLIFIED
    assert [problem.kind for problem in problems] == ["unreadable_characters"]


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
