"""Hostile and damaged packages are each refused in one sentence."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from rag.reading.files.packages import MOST_MEMBERS, decode_xml, open_package, parse_xml, resolve
from rag.reading.formats.docx.document import read_docx
from rag.reading.formats.epub import read_epub
from rag.reading.source.source import Source
from rag.types import ReadingError
from tests.reading.test_epub import FIRST, SECOND, parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive of these members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return written.getvalue()


def twice() -> bytes:
    """Return an archive with two members of one name."""
    written = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(written, "w") as made:
        warnings.simplefilter("ignore")
        made.writestr("a.xml", "<a/>")
        made.writestr("a.xml", "<b/>")
    return written.getvalue()


def encrypted() -> bytes:
    """Return an archive whose one member says that it is encrypted."""
    data = bytearray(archive({"a.xml": "<a/>"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def lying() -> bytes:
    """Return an archive whose member holds more than it says."""
    data = bytearray(archive({"META-INF/container.xml": "<a>" + "水渠" * 4000 + "</a>"}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(signature) + offset
        data[place : place + 4] = struct.pack("<I", 10)
    return bytes(data)


BOOK = archive(parts(FIRST, SECOND))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"no archive", "is not an EPUB"),
        (BOOK[: len(BOOK) // 2], "is damaged or cut off"),
        (BOOK[:200] + b"\0" * 400 + BOOK[600:], "is damaged"),
        (encrypted(), "is encrypted"),
        (twice(), "two parts of the same name"),
        (lying(), "is damaged"),
        (archive({"../../etc/cron.d/x": "x"}), "leads out of it"),
        (archive({"/etc/passwd": "x"}), "leads out of it"),
        (archive({"OEBPS\\..\\..\\x": "x"}), "leads out of it"),
        (archive({"C:/x": "x"}), "leads out of it"),
        (archive({"bomb.xhtml": b"\0" * 30_000_000}), "100 times its size"),
        (archive({str(n): "" for n in range(MOST_MEMBERS + 1)}), "more than a book has"),
        (archive({"META-INF/container.xml": "<a><b></a>"}), "not well-formed"),
        (archive({"META-INF/container.xml": "<a>" * 400 + "</a>" * 400}), "not well-formed"),
    ],
    ids=["empty", "no archive", "cut off", "overwritten", "encrypted", "twice", "lying", "up",
         "root", "backslashes", "drive", "bomb", "members", "not well-formed", "deep"],
)  # fmt: skip
def test_a_bad_package_is_one_sentence(tmp_path: Path, data: bytes, says: str) -> None:
    """Whatever is wrong with an archive is said in one sentence that names the file."""
    path = tmp_path / "book.epub"
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=says) as caught:
        read_epub(Source(path))
    said = str(caught.value)
    assert said.startswith("book.epub ")
    assert said.endswith(".")
    assert said.count(". ") == 0


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    """A path where nothing is and a folder each get their own sentence."""
    for path, says in ((tmp_path / "x.docx", "no file"), (tmp_path, "folder")):
        with pytest.raises(ReadingError, match=says):
            read_docx(Source(path))


def test_many_large_parts_are_not_read_one_after_another(tmp_path: Path) -> None:
    """What is read of a package is limited over all its parts."""
    path = tmp_path / "book.epub"
    path.write_bytes(archive({"a": "水渠" * 10, "b": "木桥" * 10}))
    with open_package(path, "an EPUB") as package:
        package.left = 100
        assert package.read("a")
        with pytest.raises(ReadingError, match="more than is read"):
            package.read("b")


BILLION = (
    '<!DOCTYPE a [<!ENTITY b "水水水水水水水水">'
    + "".join(f'<!ENTITY {chr(99 + n)} "{f"&{chr(98 + n)};" * 10}">' for n in range(9))
    + "]><a>&l;渠&nbsp;&amp;</a>"
)


@pytest.mark.parametrize(
    "text",
    [
        BILLION,
        '<!DOCTYPE a [<!ENTITY l SYSTEM "file:///etc/passwd">]><a>&l;渠&nbsp;&amp;</a>',
        '<!DOCTYPE a PUBLIC "x" "http://127.0.0.1:9/x.dtd"><a>&l;渠&nbsp;&amp;</a>',
    ],
    ids=["a billion", "a file", "a DTD"],
)
def test_no_entity_is_expanded(text: str) -> None:
    """A DOCTYPE is not read: named characters of HTML stand for themselves, others for nothing."""
    assert parse_xml(text).text == "渠\xa0&"


def test_xml_that_is_cut_off_is_an_error() -> None:
    """What is not well-formed raises what the callers turn into a sentence."""
    with pytest.raises(etree.XMLSyntaxError):
        parse_xml("<a><b>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "big5"])
def test_xml_is_in_the_encoding_that_it_declares(encoding: str) -> None:
    """A declared encoding is believed; a byte order mark needs none."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><a>{"水渠與木橋。" * 9}</a>'
    assert decode_xml(text.encode(encoding), "a") == text


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("2.xhtml#n1", ("OEBPS/Text/2.xhtml", "n1")),
        ("../a%20b.xhtml", ("OEBPS/a b.xhtml", "")),
        ("#n1", ("OEBPS/Text/1.xhtml", "n1")),
        ("http://example.org/x", None),
        ("../../../etc/passwd", None),
        ("/etc/passwd", None),
        ("http://[", None),
    ],
)
def test_links_stay_in_the_package(href: str, target: tuple[str, str] | None) -> None:
    """A link means a part of the package and a place in it, or nothing."""
    assert resolve("OEBPS/Text/1.xhtml", href) == target
