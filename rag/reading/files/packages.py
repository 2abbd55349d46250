"""Packages (EPUB, DOCX): a ZIP archive that is read member by member, never unpacked.

Nothing in an archive is believed: names are keys and never paths, sizes are limited before
and while a member is read, and XML is parsed without entities, DTDs or the network.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from html.entities import html5
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from rag.reading.files.decoding import decode, decode_as
from rag.types import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_FILE = 512 * 2**20
"""The largest package that is opened, in bytes."""
LARGEST_WHOLE = 2 * 2**30
"""The most that all members of a package may hold, in bytes."""
LARGEST_MEMBER = 32 * 2**20
"""The largest member that is read, in bytes."""
LARGEST_READ = 96 * 2**20
"""The most that is read from one package, in bytes."""
MOST_MEMBERS = 20_000
LARGEST_RATIO = 100
"""How many times its packed size a member may hold, if it holds more than a little."""
_A_LITTLE = 2**20

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*", re.IGNORECASE)
_END_OF_SUBSET = re.compile(r"\]\s{0,100}>")
_PROLOGUE = 10_000
"""Characters in which a DOCTYPE must begin."""
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_LEADS_OUT = re.compile(r"\A(?:[/\\]|[A-Za-z]:)|(?:\A|[/\\])\.\.(?:[/\\]|\Z)")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError)


@dataclass(slots=True)
class Package:
    """An opened archive; ``name`` is what errors call it, ``left`` what may still be read."""

    name: str
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    left: int = LARGEST_READ

    def __contains__(self, member: str) -> bool:
        """Whether there is a member of that name."""
        return member in self.members

    def read(self, member: str) -> bytes:
        """Return what a member holds; ReadingError where it is missing, broken or too large."""
        info = self.members.get(member)
        if info is None:
            raise ReadingError(f"{self.name} lacks its part {member}; get a sound copy.")
        limit = min(LARGEST_MEMBER, self.left)
        if info.file_size > limit:
            raise ReadingError(f"{self.name} holds a part of {info.file_size / 2**20:.0f} MB, "
                               "which is more than is read; split the book.")  # fmt: skip
        try:
            with self.archive.open(info) as opened:
                data = opened.read(limit)
        except (*_BROKEN, OSError, RuntimeError):
            raise _damaged(self.name) from None
        self.left -= len(data)
        return data

    def xml(self, member: str) -> etree._Element:
        """Return the root of a member that is XML; ReadingError where it is not well-formed."""
        try:
            return parse_xml(decode_xml(self.read(member), self.name))
        except etree.XMLSyntaxError:
            raise ReadingError(
                f"{self.name} is damaged: its part {member} is not well-formed XML; "
                "get a sound copy."
            ) from None


@contextmanager
def open_package(path: Path, kind: str) -> Iterator[Package]:
    """Give the package that a file is; ``kind`` names it in errors (an EPUB, a Word document).

    Raises ReadingError with one sentence where the file is missing, a folder, too large, no
    archive, truncated, encrypted, or made to do harm.
    """
    name = path.name
    if path.is_dir():
        raise ReadingError(f"{name} is a folder; give the file in it that is to be read.")
    try:
        size = path.stat().st_size
        if size == 0:
            raise ReadingError(f"{name} is empty; there is nothing to read in it.")
        if size > LARGEST_FILE:
            raise ReadingError(
                f"{name} has {size / 2**20:.0f} MB, and no more than "
                f"{LARGEST_FILE // 2**20} MB are read; split it."
            )
        with path.open("rb") as file:
            packed = file.read(4) == b"PK\x03\x04"
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise ReadingError(f"There is no file {name}; check the path.") from None
    except _BROKEN:
        if not packed:
            raise ReadingError(f"{name} is not {kind}, whatever its ending says.") from None
        raise _damaged(name) from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ReadingError(f"{name} cannot be opened: {reason}.") from None
    with archive:
        yield Package(name, archive, _members(archive, name))


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, or raise what speaks against opening the archive at all."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise ReadingError(f"{name} has {len(infos)} parts, more than a book has; it is not read.")
    if sum(info.file_size for info in infos) > LARGEST_WHOLE:
        raise ReadingError(
            f"{name} unpacks to more than {LARGEST_WHOLE // 2**30} GB; it is not read."
        )
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        member = info.filename
        if info.flag_bits & 1:
            raise ReadingError(f"{name} is encrypted; save a copy without a password.")
        if _LEADS_OUT.search(member):
            raise ReadingError(f"{name} has a part whose name leads out of it; it is not read.")
        if info.file_size > max(LARGEST_RATIO * info.compress_size, _A_LITTLE):
            raise ReadingError(
                f"{name} has a part that unpacks to more than {LARGEST_RATIO} times its size, "
                "as no book does; it is not read."
            )
        if member in members:
            raise ReadingError(f"{name} has two parts of the same name; get a sound copy.")
        members[member] = info
    return members


def _damaged(name: str) -> ReadingError:
    return ReadingError(f"{name} is damaged or cut off; get a sound copy.")


def resolve(base: str, href: str) -> tuple[str, str] | None:
    """Return the member and the fragment that a link in member ``base`` means.

    None where it leads out of the package.
    """
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    member = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base
    if member.startswith(("/", "..")):
        return None
    return member, unquote(parts.fragment)


def decode_xml(data: bytes, name: str) -> str:
    """Return the text of XML, in the encoding that it declares or shows."""
    declared = _ENCODING.match(data)
    text = decode_as(data, declared[1].decode("ascii")) if declared else None
    return decode(data, name) if text is None else text


def parse_xml(text: str) -> etree._Element:
    """Return the root of an XML text.

    A DOCTYPE is left out unread. The named characters of HTML are replaced, and a reference
    to any other entity by nothing: none is ever expanded. Raises ``etree.XMLSyntaxError``.
    """
    bare = _without_doctype(_DECLARATION.sub("", text.lstrip("\ufeff")))
    bare = _ENTITY.sub(_character, bare)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    return etree.fromstring(bare, parser)


def _without_doctype(text: str) -> str:
    found = _DOCTYPE.search(text, 0, _PROLOGUE)
    if found is None:
        return text
    end = found.end()
    if text[end : end + 1] == "[":
        closed = _END_OF_SUBSET.search(text, end)
        end = closed.end() - 1 if closed else len(text)
    return text[: found.start()] + text[end + 1 :]


def _character(match: re.Match[str]) -> str:
    if match[1] in _OF_XML:
        return match[0]
    return escape(html5.get(f"{match[1]};", ""))
