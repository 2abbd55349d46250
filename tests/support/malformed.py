"""Files that are broken, hostile or nothing to read, made one by one for tests."""

from __future__ import annotations

import struct
import zipfile
import zlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_CONTAINER = (
    '<?xml version="1.0"?>{doctype}<container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="{package}" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
_PACKAGE = (
    '<?xml version="1.0"?>{doctype}<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata>'
    '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="a"/></spine></package>'
)
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(
        f'<!ENTITY {one} "{f"&{other};" * 10}">'
        for other, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
_DOCUMENT = (
    '<?xml version="1.0"?>{doctype}<w:document '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    "<w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
)


def _epub(
    path: Path,
    members: Mapping[str, str | bytes] = MappingProxyType({}),
    *,
    doctype: str = "",
    title: str = "书",
) -> None:
    """Write an EPUB with one empty chapter and these members more."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        container = _CONTAINER.format(doctype="", package="book.opf")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("book.opf", _PACKAGE.format(doctype=doctype, title=title))
        for name, content in {"a.xhtml": "<html><body/></html>", **members}.items():
            archive.writestr(name, content)


def zip_bomb(path: Path) -> None:
    """Write an EPUB whose chapter unpacks to a thousand times its size."""
    _epub(path, {"a.xhtml": b"\0" * (300 << 20)})


def many_members(path: Path) -> None:
    """Write an EPUB with more members than any book has."""
    _epub(path, {f"m{number}": "" for number in range(70_000)})


def nested_archives(path: Path) -> None:
    """Write an archive in an archive, eight deep, under the name of an EPUB."""
    inner = b"\0" * (1 << 20)
    for _ in range(8):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip", inner)
        inner = path.read_bytes()


def member_outside(path: Path) -> None:
    """Write an EPUB with a member that would lie outside wherever it is unpacked."""
    _epub(path, {"../../outside.xhtml": "<html><body>out</body></html>"})


def entity_laughs(path: Path) -> None:
    """Write an EPUB whose title is an entity of a hundred million times ten characters."""
    _epub(path, doctype=_LAUGHS, title="&i;")


def entity_outside(path: Path) -> None:
    """Write a Word file whose text is an entity that names a file of this machine."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", _DOCUMENT.format(doctype=_OUTSIDE, text="&i;"))


def truncated_archive(path: Path) -> None:
    """Write the first half of an EPUB."""
    _epub(path, {"a.xhtml": "<html><body>" + "灯" * 9000 + "</body></html>"})
    path.write_bytes(path.read_bytes()[:300])


def _pdf(path: Path, change: Callable[[pikepdf.Pdf], None], **options: Any) -> None:
    """Write a PDF of one page, changed."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(path, **options)


def encrypted_pdf(path: Path) -> None:
    """Write a PDF that asks for a password."""
    _pdf(path, lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u"))


def truncated_pdf(path: Path) -> None:
    """Write the first part of a PDF, without its table of objects."""
    _pdf(path, lambda _: None)
    path.write_bytes(path.read_bytes()[:120])


def looping_pdf(path: Path) -> None:
    """Write a PDF whose tree of pages holds itself, and whose bookmarks go round."""

    def loop(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        pdf.Root.Pages.Count = 1_000_000
        mark = pdf.make_indirect(pikepdf.Dictionary(Title="round", Parent=pdf.Root))
        mark.Next = mark
        pdf.Root.Outlines = pdf.make_indirect(pikepdf.Dictionary(First=mark, Last=mark))

    _pdf(path, loop)


def inflating_pdf(path: Path) -> None:
    """Write a PDF of which one page unpacks to a quarter of a gigabyte of text operators."""

    def inflate(pdf: pikepdf.Pdf) -> None:
        packer = zlib.compressobj(9)
        part = b"BT 1 0 0 1 9 9 Tm (a) Tj ET\n" * (1 << 19)
        packed = b"".join(packer.compress(part) for _ in range(20)) + packer.flush()
        stream = pikepdf.Stream(pdf, packed)
        stream.Filter = pikepdf.Name.FlateDecode
        pdf.pages[0].Contents = pdf.make_indirect(stream)

    _pdf(path, inflate, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def huge_picture(path: Path) -> None:
    """Write a PNG of 60,000 by 60,000 points in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
        + chunk(b"IEND", b"")
    )


def truncated_picture(path: Path) -> None:
    """Write the beginning of a JPEG."""
    path.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\1" * 30)


def deep_html(path: Path) -> None:
    """Write an HTML page of a million tags, each in the other, without a word."""
    path.write_text("<html><body>" + "<div>" * 1_000_000, encoding="utf-8")


def large_text(path: Path) -> None:
    """Write a text of 200 MB."""
    with path.open("wb") as file:
        for _ in range(200):
            file.write("河灯自东门放起。".encode() * 43_690)


def empty(path: Path) -> None:
    """Write nothing."""
    path.touch()


def folder(path: Path) -> None:
    """Make a folder without pictures."""
    path.mkdir()
    (path / "notes.txt").write_text("河灯", encoding="utf-8")


def old_word(path: Path) -> None:
    """Write the beginning of a file of old Word."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


def mute_text(path: Path) -> None:
    """Write bytes that are no text, under a text's name."""
    path.write_bytes(bytes(range(256)) * 40)


FILES: dict[str, Callable[[Path], None]] = {
    "bomb.epub": zip_bomb,
    "members.epub": many_members,
    "nested.epub": nested_archives,
    "outside.epub": member_outside,
    "laughs.epub": entity_laughs,
    "entity.docx": entity_outside,
    "half.epub": truncated_archive,
    "locked.pdf": encrypted_pdf,
    "half.pdf": truncated_pdf,
    "loop.pdf": looping_pdf,
    "inflating.pdf": inflating_pdf,
    "huge.png": huge_picture,
    "half.jpg": truncated_picture,
    "deep.html": deep_html,
    "large.txt": large_text,
    "empty.pdf": empty,
    "folder": folder,
    "old.doc": old_word,
    "mute.txt": mute_text,
}
"""What cannot become a book, by the name of its file."""
