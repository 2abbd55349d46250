"""The notes of marked-up text, found by their links before the text is read.

A note is declared (``epub:type="footnote"``, ``role="doc-footnote"``), or it is a block to
which a number or another sign is linked, and which links back to that sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.language.text import letters_of
from rag.reading.files import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

TYPE = "{http://www.idpf.org/2007/ops}type"
_SIGN = re.compile(
    r"[\s\[〔［(（【]*(?:注|note\s*|fn\s*)?[\s\[]*"
    r"(?:\d{1,4}|[①-⑳㉑-㉟㊱-㊿❶-❿]|\*{1,3}|※|†|‡|[a-z]|[ivxlc]{1,6}|注|[一二三四五六七八九十]{1,3})"
    r"[\s\]〕］)）】.:：]*",
    re.IGNORECASE,
)
_BACK = re.compile(r"[\s\[(（]*(?:[↩↑←^⇧⏎▲◎︎]+|返回|back|return)[\s\])）]*", re.IGNORECASE)
_LONGEST_SIGN = 16
_MOST_LINKS = 50
"""Links in an element that is still a note; an index has more."""
_NO_SIGNS = {"", "注", "note", "fn"}
_NAMED = re.compile(r"footnote|noteref|endnote", re.IGNORECASE)
_NOTES = {"footnote", "endnote", "rearnote", "note", "doc-footnote", "doc-endnote"}
_AT_END = {"endnote", "rearnote", "doc-endnote", "endnotes", "rearnotes", "doc-endnotes"}
_BLOCKS = {"p", "li", "div", "aside", "dd", "td", "section", "blockquote", "dt", "footer"}
_WRAPPERS = {"div", "section", "blockquote", "td", "footer"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_HOLDERS = {"body", "ol", "ul", "dl", "table", "tr", "tbody", "html"}


@dataclass(frozen=True, slots=True)
class NoteOf:
    """What a note's element holds: its key, its sign, and whether it stands among endnotes."""

    key: str
    sign: str
    stands: bool


@dataclass(slots=True)
class Notes:
    """The elements of notes, of their marks (key and sign), and of the links back."""

    notes: dict[_Element, NoteOf] = field(default_factory=dict)
    marks: dict[_Element, tuple[str, str]] = field(default_factory=dict)
    backs: set[_Element] = field(default_factory=set)


def local(element: _Element) -> str:
    """Return the name of an element without its namespace, in lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def words(element: _Element) -> set[str]:
    """Return what ``epub:type`` and ``role`` say that an element is."""
    said = f"{element.get(TYPE, '')} {element.get('epub:type', '')} {element.get('role', '')}"
    return set(said.lower().split())


def text_of(element: _Element) -> str:
    """Return all text in an element, or the alternative of the picture that stands for it."""
    text = "".join(map(str, element.itertext())).strip()
    if text:
        return text
    return next((i.get("alt") or "" for i in element.iter() if local(i) == "img"), "").strip()


@dataclass(slots=True)
class _Links:
    """The links of all documents, what has a name in them, and what is declared a note."""

    targets: dict[_Element, _Element] = field(default_factory=dict)
    keys: dict[_Element, str] = field(default_factory=dict)
    declared: dict[_Element, str] = field(default_factory=dict)
    within: dict[_Element, list[_Element]] = field(default_factory=dict)
    names: dict[_Element, set[str]] = field(default_factory=dict)

    def inside(self, element: _Element) -> list[_Element]:
        """Return the links in an element."""
        if element not in self.within:
            self.within[element] = [a for a in element.iter() if a in self.targets]
        return self.within[element]

    def block(self, target: _Element) -> _Element | None:
        """Return the block that a target is or stands in; None where that is no single note."""
        for element in _lineage(target):
            if local(element) in _HOLDERS | _HEADINGS:
                return None
            if local(element) not in _BLOCKS:
                continue
            parent = element.getparent()
            item = parent is not None and local(parent) == "li" and parent[0] is element
            block = parent if item and parent is not None else element
            if block not in self.names:
                self.names[block] = {local(e) for e in block.iterdescendants()}
            several = block is not target and local(block) in _WRAPPERS
            held = self.names[block]
            return None if held & _HEADINGS or (several and held & _BLOCKS) else block
        return None


def find_notes(documents: Mapping[str, _Element]) -> Notes:
    """Return the notes of documents, by their paths, and the marks that they are tied to."""
    links = _find_links(documents)
    found = Notes()
    for link in links.targets:
        if link not in found.backs:
            _read_link(link, links, found)
    for element, key in links.declared.items():
        if not any(e in found.notes for e in _lineage(element)):
            found.notes[element] = NoteOf(key, "", _at_end(element))
    return found


def _find_links(documents: Mapping[str, _Element]) -> _Links:
    links = _Links()
    ids = {
        (path, name): element
        for path, root in documents.items()
        for element in root.iter()
        if (name := element.get("id") or (element.get("name") if local(element) == "a" else None))
    }
    for path, root in documents.items():
        for element in root.iter():
            href = element.get("href") if local(element) == "a" else None
            target = resolve(path, href) if href else None
            if target is not None and target[1] and target in ids:
                links.targets[element] = ids[target]
                links.keys[element] = "#".join(target)
            if words(element) & _NOTES:
                name = element.get("id") or str(len(links.declared))
                links.declared[element] = f"{path}#{name}"
    return links


def _read_link(link: _Element, links: _Links, found: Notes) -> None:
    """Take a link for the mark of a note, if it is one."""
    said = words(link)
    sign = text_of(link)
    sign = sign if len(sign) <= _LONGEST_SIGN else ""
    known = bool(said & {"noteref", "doc-noteref"} or _NAMED.search(link.get("class", "")))
    if said & {"backlink", "doc-backlink"} or not (known or _SIGN.fullmatch(sign)):
        return
    target = links.targets[link]
    declared = next((e for e in _lineage(target) if e in links.declared), None)
    element = links.block(target) if declared is None else declared
    if element is None or element in _lineage(link):
        return
    inside = links.inside(element)
    if len(inside) > _MOST_LINKS:
        return
    back = [a for a in inside if _leads_to(links.targets[a], link)]
    raised = local(link) == "sup" or any(local(e) == "sup" for e in (*link.iterancestors(), *link))
    numbered = raised and text_of(element).lstrip("[(（〔［").startswith(_bare(sign))
    if not (known or declared is not None or (back and not _opens(link)) or numbered):
        return
    if element not in found.notes:
        shown = _bare(sign) if _SIGN.fullmatch(sign) else ""
        given = "" if letters_of(shown) in _NO_SIGNS else shown
        number = given or str(len(found.notes) + 1)
        found.notes[element] = NoteOf(links.keys[link], number, _at_end(element))
    found.marks[link] = found.notes[element].key, found.notes[element].sign
    found.backs.update(back, (a for a in inside if _BACK.fullmatch(text_of(a)[:_LONGEST_SIGN])))


def _bare(sign: str) -> str:
    """Return a sign as it is cited: without the brackets and points of its link."""
    plain = re.sub(r"\s", "", sign)
    return re.sub(r"^[\[〔［(（【]+(?=.)|(?<=.)[\]〕］)）】.:：]+$", "", plain)


def _lineage(element: _Element) -> list[_Element]:
    return [element, *element.iterancestors()]


def _leads_to(target: _Element, link: _Element) -> bool:
    """Whether a link back leads to a mark: to it, to what holds it, or to what it holds."""
    if target is link or link in target.iterancestors():
        return True
    near = [e for e in link.iterancestors() if local(e) not in _HOLDERS][:3]
    return target in near or target.getnext() is link or target.getparent() is link.getparent()


def _opens(link: _Element) -> bool:
    """Whether a link stands at the beginning of its block, as the sign of a note does."""
    above = list(link.iterancestors())
    block = next((e for e in above if local(e) in _BLOCKS), None)
    if block is None:
        return False
    for element in block.iter():
        if element is link:
            return True
        written = element.text if local(element) else None
        behind = None if element in above else element.tail
        if (written or "").strip() or (behind or "").strip():
            return False
    return False


def _at_end(element: _Element) -> bool:
    return any(words(e) & _AT_END for e in _lineage(element))
