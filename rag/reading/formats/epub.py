"""EPUB 2 and 3 -> a Book.

Pages are those of the printed book as far as the file lists them (EPUB 3 page-list, NCX
pageList, page breaks in the text); without a list no page is known, and each document of
the spine is one page without a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import mended
from rag.reading.binding import bind
from rag.reading.files import Package, decode_xml, open_package, parse_markup, resolve
from rag.reading.flow import (
    Declared,
    Entry,
    Guide,
    Piece,
    Read,
    Styles,
    Turn,
    add_unlinked,
    bare_label,
    below_title,
    checked,
    find_contents,
    find_notes,
    lay_over,
    levelled,
    local,
    read_markup,
    record_of,
    settled,
    text_of,
    title_lines,
    to_leaves,
    without_title,
    words,
)
from rag.types import Book, ContentsEntry, PageStatus, Problem, ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml.etree import _Element

    from rag.reading.source import Source

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_TEXTS = {"application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document"}
_FONT = re.compile(r"\.(?:otf|ttf|ttc|woff2?|eot|pfb)$", re.IGNORECASE)
_FONT_ONLY = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_OPF = "{http://www.idpf.org/2007/opf}"
_POINTS = {"li", "navpoint", "pagetarget"}
_NAMES = {"a", "span", "text"}
_NEARLY_ALL = 0.8
_FEW_MARKS = 5
_NO_LIST = "the file lists no printed pages"
_BEHIND = "no page mark stands in this document, behind the last one"


@dataclass(frozen=True, slots=True)
class _Item:
    """A file of the manifest."""

    path: str
    kind: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the package document says: what the book is, and its documents in reading order.

    ``counted`` says that its pages are of no printed book, but counted by a program.
    """

    declared: Declared
    spine: tuple[str, ...]
    sheets: tuple[str, ...]
    navigation: str | None
    ncx: str | None
    counted: bool


def read_epub(source: Source) -> Book:
    """Return the book that an EPUB holds.

    Raises ReadingError, with one sentence, where the file is no sound EPUB, is locked by
    digital rights management, or holds no text.
    """
    with open_package(source.path, "an EPUB") as package:
        layout = _read_layout(package)
        _refuse_locked(package)
        entries, labels = _navigation(package, layout)
        roots = {path: parse_markup(decode_xml(package.read(path), package.name), package.name)
                 for path in layout.spine if path in package}  # fmt: skip
        styles = Styles()
        styles.add(decode_xml(package.read(path), package.name)
                   for path in layout.sheets if path in package)  # fmt: skip
    read = Read()
    notes = find_notes(roots)
    add_unlinked(roots, notes)
    guide = Guide(notes, styles, labels, find_contents(roots))
    starts = []
    for path, root in roots.items():
        starts.append(len(read.pieces))
        read_markup(path, root, guide, read)
    if not any(piece.text for piece in read.pieces):
        raise ReadingError(
            f"{source.path.name} holds no text, only pictures; add the scanned pages as a PDF."
        )
    record = record_of(layout.declared, source, title_lines(read.pieces))
    unpaged = [replace(piece, turns=()) for piece in read.pieces]
    pieces = _turned(unpaged if layout.counted else read.pieces, starts)
    outline: list[ContentsEntry] = []
    title = layout.declared.title or record.title
    if entries:
        pieces, _ = without_title(pieces, title)
        pieces, outline = lay_over(below_title(entries, title), pieces, read.ids)
    if not outline:
        pieces, _ = levelled(pieces, title)
    leaves, problems = checked(to_leaves(settled(pieces), _NO_LIST))
    lacking = [path for path in layout.spine if path not in roots]
    problems += [
        Problem("part_missing", f"The file lacks {len(lacking)} of its own parts: {lacking[0]}.")
    ] if lacking else []  # fmt: skip
    return bind(leaves, record, outline or record.contents, [*read.problems(), *problems])


def _read_layout(package: Package) -> _Layout:
    if _CONTAINER not in package:
        raise ReadingError(f"{package.name} is not an EPUB: it lacks {_CONTAINER}.")
    container = package.xml(_CONTAINER)
    named = [e.get("full-path") for e in container.iter() if local(e) == "rootfile"]
    target = resolve("", named[0] or "") if named else None
    if target is None:
        raise ReadingError(f"{package.name} is not an EPUB: it names no package document.")
    opf = target[0]
    root = package.xml(opf)
    items: dict[str, _Item] = {}
    for element in root.iter():
        found = resolve(opf, element.get("href") or "") if local(element) == "item" else None
        if found is not None:
            items[element.get("id") or ""] = _Item(
                found[0],
                (element.get("media-type") or "").lower(),
                frozenset((element.get("properties") or "").split()),
            )
    ncx = (i.path for i in items.values() if i.kind == "application/x-dtbncx+xml")
    return _Layout(
        declared=_declared(root),
        spine=_spine(root, items),
        sheets=tuple(i.path for i in items.values() if i.kind == "text/css"),
        navigation=next((i.path for i in items.values() if "nav" in i.properties), None),
        ncx=next(ncx, None),
        counted=any(_is_counted(element) for element in root.iter()),
    )


def _is_counted(element: _Element) -> bool:
    """Whether an element of the metadata says that the pages have no printed source."""
    named = local(element) == "meta" and (element.get("property") or "").endswith("pageBreakSource")
    return named and (element.text or "").strip().lower() == "none"


def _spine(root: _Element, items: Mapping[str, _Item]) -> tuple[str, ...]:
    """Return the documents in reading order; those outside of it (notes, mostly) at the end."""
    linear: list[str] = []
    outside: list[str] = []
    for element in root.iter():
        item = items.get(element.get("idref") or "") if local(element) == "itemref" else None
        if item is not None and (item.kind in _TEXTS or re.search(r"\.x?html?$", item.path)):
            (outside if element.get("linear") == "no" else linear).append(item.path)
    return tuple(dict.fromkeys(linear + outside))


def _declared(root: _Element) -> Declared:
    """Return what the metadata say of the book."""
    found: dict[str, list[_Element]] = {}
    refined: dict[tuple[str, str], str] = {}
    for element in root.iter():
        if local(element) == "meta" and element.get("refines"):
            key = (element.get("refines") or "").lstrip("#"), element.get("property") or ""
            refined[key] = (element.text or "").strip()
        elif "purl.org/dc/" in str(element.tag):
            found.setdefault(local(element), []).append(element)

    def role(element: _Element) -> str:
        given = element.get(f"{_OPF}role") or refined.get((element.get("id") or "", "role"), "")
        return given or ("aut" if local(element) == "creator" else "")

    def people(*roles: str) -> tuple[str, ...]:
        named = [*found.get("creator", []), *found.get("contributor", [])]
        return tuple((e.text or "").strip() for e in named if role(e) in roles)

    def first(name: str) -> str:
        return next((e.text.strip() for e in found.get(name, []) if e.text and e.text.strip()), "")

    mains = [e for e in found.get("title", [])
             if refined.get((e.get("id") or "", "title-type"), "main") == "main"]  # fmt: skip
    dates = [e for e in found.get("date", [])
             if e.get(f"{_OPF}event") in (None, "publication", "original-publication")]  # fmt: skip
    numbers = [e.text or "" for e in found.get("identifier", [])
               if "isbn" in f"{e.text} {e.get(f'{_OPF}scheme')} {e.get('id')}".lower()]  # fmt: skip
    return Declared(
        title=next(((e.text or "").strip() for e in mains if e.text), "") or first("title"),
        authors=people("aut"),
        editors=people("edt"),
        translators=people("trl"),
        publisher=first("publisher"),
        date=(dates[0].text or "") if dates else "",
        isbn=numbers[0] if numbers else "",
        language=first("language"),
    )


def _refuse_locked(package: Package) -> None:
    """Raise where the text itself is encrypted; fonts alone may be."""
    if _ENCRYPTION not in package:
        return
    for data in package.xml(_ENCRYPTION).iter():
        if local(data) != "encrypteddata":
            continue
        method = {e.get("Algorithm") for e in data.iter() if local(e) == "encryptionmethod"}
        parts = [e.get("URI") or "" for e in data.iter() if local(e) == "cipherreference"]
        if not method <= _FONT_ONLY and not all(_FONT.search(part) for part in parts):
            raise ReadingError(
                f"{package.name} is locked by digital rights management; "
                "add a copy that is not locked."
            )


def _navigation(
    package: Package, layout: _Layout
) -> tuple[list[Entry], dict[tuple[str, str], str]]:
    """Return the table of contents and the page labels that the file declares."""
    entries: list[Entry] = []
    labels: dict[tuple[str, str], str] = {}
    if layout.navigation and layout.navigation in package:
        root = parse_markup(decode_xml(package.read(layout.navigation), package.name), package.name)
        for nav in (e for e in root.iter() if local(e) == "nav"):
            listed = list(_entries(nav, layout.navigation))
            if "toc" in words(nav) and not entries:
                entries = listed
            elif words(nav) & {"page-list", "doc-pagelist"}:
                labels |= _labels(listed)
    if layout.ncx and layout.ncx in package:
        for element in package.xml(layout.ncx).iter():
            if local(element) == "navmap" and not entries:
                entries = list(_entries(element, layout.ncx))
            elif local(element) == "pagelist" and not labels:
                labels = _labels(_entries(element, layout.ncx))
    return entries, labels


def _labels(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    return {entry.target: bare_label(entry.text) for entry in entries}


def _entries(listing: _Element, base: str) -> Iterator[Entry]:
    """Give the entries of a navigation list (EPUB 3) or of a part of an NCX (EPUB 2), in order."""
    for element in listing.iter():
        if local(element) not in _POINTS:
            continue
        level = 1 + sum(local(e) in _POINTS for e in element.iterancestors())
        links = (e.get("href") or e.get("src") for e in element.iter())
        target = next((resolve(base, link) for link in links if link), None)
        named = next((e for e in element.iterdescendants() if local(e) in _NAMES), None)
        text = "" if named is None else " ".join(mended(text_of(named)).split())
        if target is not None and text:
            yield Entry(text, level, target)


def _turned(pieces: Sequence[Piece], starts: Sequence[int]) -> list[Piece]:
    """Return the pieces with a page without a label where a document can stand on no other.

    That is each document where no page is marked; and where nearly all documents begin with
    a mark, each that has none and comes behind the last one (what the printed book had not).
    """
    marked = [k for k, piece in enumerate(pieces) if piece.turns]
    if not marked:
        return _with_turns(pieces, starts, _NO_LIST)
    last = marked[-1]
    before = [start for start in starts if start <= last]
    opened = [s for s in before if pieces[s].turns and pieces[s].turns[0].at == 0]
    if len(opened) < _NEARLY_ALL * len(before) or len(marked) < _FEW_MARKS:
        return list(pieces)
    return _with_turns(pieces, [start for start in starts if start > last], _BEHIND)


def _with_turns(pieces: Sequence[Piece], starts: Sequence[int], reason: str) -> list[Piece]:
    turn = Turn(0, None, PageStatus.UNKNOWN, reason)
    wanted = set(starts)
    return [
        replace(piece, turns=(turn, *piece.turns)) if k in wanted else piece
        for k, piece in enumerate(pieces)
    ]
