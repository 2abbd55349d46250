"""The styles and the numbered lists of a Word document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.reading.flow import local
from rag.reading.formats.docx.numbers import number_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING_NAME = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_CONTENTS_NAME = re.compile(
    r"(?:toc|目录|目錄|目次)\s*\d?|table of (?:figures|contents)", re.IGNORECASE
)
_TITLE_NAMES = {"title", "标题", "標題", "书名", "書名"}
_BODY_LEVEL = 9
_DEEPEST = 20
_OFF = {"0", "false", "off", "none"}


def value(element: _Element | None, name: str = "val") -> str:
    """Return an attribute of an element whatever its namespace, or an empty text."""
    if element is None:
        return ""
    return next((str(v) for k, v in element.attrib.items()
                 if str(k).rpartition("}")[2] == name), "")  # fmt: skip


def child(element: _Element | None, *names: str) -> _Element | None:
    """Return what lies below an element by a path of names, or None."""
    for name in names:
        if element is None:
            return None
        element = next((e for e in element if local(e) == name.lower()), None)
    return element


def switched_on(element: _Element | None) -> bool:
    """Whether a property that is switched on or off is on."""
    return element is not None and value(element).lower() not in _OFF


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, its own words only; ``based`` names the one that it rests on."""

    name: str
    based: str
    level: int | None
    hidden: bool | None
    raised: bool | None
    list_id: str
    list_level: int


@dataclass(slots=True)
class Styles:
    """The styles of a document, by id."""

    styles: dict[str, Style] = field(default_factory=dict)

    def chain(self, identity: str) -> list[Style]:
        """Return a style and those that it rests on, nearest first."""
        found: list[Style] = []
        while identity in self.styles and len(found) < _DEEPEST:
            found.append(self.styles[identity])
            identity = found[-1].based
        return found

    def level(self, identity: str) -> int:
        """Return the level of heading that a style gives, 1 the highest; 0 for running text."""
        for style in self.chain(identity):
            named = _HEADING_NAME.fullmatch(style.name)
            if style.level is not None:
                return style.level
            if named:
                return int(named[1])
        return 0

    def hides(self, identity: str) -> bool:
        """Whether text in a style is hidden."""
        return next((s.hidden for s in self.chain(identity) if s.hidden is not None), False)

    def raises(self, identity: str) -> bool:
        """Whether text in a style is set higher."""
        return next((s.raised for s in self.chain(identity) if s.raised is not None), False)

    def is_contents(self, identity: str) -> bool:
        """Whether a style is that of a line of contents."""
        return any(_CONTENTS_NAME.fullmatch(style.name) for style in self.chain(identity))

    def is_title(self, identity: str) -> bool:
        """Whether a style is that of the book's title."""
        return any(style.name.lower() in _TITLE_NAMES for style in self.chain(identity))

    def numbering(self, identity: str) -> tuple[str, int]:
        """Return the list and the level in it that a style gives its paragraphs."""
        found = next((s for s in self.chain(identity) if s.list_id), None)
        return (found.list_id, found.list_level) if found else ("", 0)


def read_styles(root: _Element | None) -> Styles:
    """Return the styles that ``styles.xml`` defines."""
    styles = Styles()
    for element in root if root is not None else ():
        if local(element) != "style":
            continue
        outline = value(child(element, "pPr", "outlineLvl"))
        vanish = child(element, "rPr", "vanish")
        numbered = child(element, "pPr", "numPr")
        level = value(child(numbered, "ilvl"))
        styles.styles[value(element, "styleId")] = Style(
            name=value(child(element, "name")).strip(),
            based=value(child(element, "basedOn")),
            level=heading_level(outline),
            hidden=None if vanish is None else switched_on(vanish),
            raised=is_raised(child(element, "rPr")),
            list_id=value(child(numbered, "numId")),
            list_level=int(level) if level.isdigit() else 0,
        )
    return styles


def is_raised(properties: _Element | None) -> bool | None:
    """Return whether the properties of a run set it higher; None where they say nothing of it."""
    aligned = child(properties, "vertAlign")
    return None if aligned is None else value(aligned) == "superscript"


def heading_level(outline: str) -> int | None:
    """Return the level of heading that an outline level stands for; 0 is running text."""
    if not outline.isdigit():
        return None
    return 0 if int(outline) >= _BODY_LEVEL else int(outline) + 1


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str
    text: str


@dataclass(slots=True)
class Lists:
    """The numbered lists of a document, and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, identity: str, level: int) -> str:
        """Count one paragraph of a list, and return the number printed before it."""
        levels = self.levels.get(identity, {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(self.abstract.get(identity, identity), {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]

        def shown(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            if other not in levels:
                return ""
            return number_text(counts.get(other, levels[other].start), levels[other].kind)

        if levels[level].kind in {"none", "bullet"}:
            return ""
        return re.sub(r"%([1-9])", shown, levels[level].text).strip()


def read_lists(root: _Element | None) -> Lists:
    """Return the lists that ``numbering.xml`` defines."""
    lists = Lists()
    if root is None:
        return lists
    abstract = {value(e, "abstractNumId"): _levels(e) for e in root if local(e) == "abstractnum"}
    for element in root:
        if local(element) == "num":
            identity = value(element, "numId")
            base = value(child(element, "abstractNumId"))
            overridden = [e for e in element if local(e) == "lvloverride"]
            levels = dict(abstract.get(base, {}))
            for override in overridden:
                levels |= _levels(override)
            lists.levels[identity] = levels
            lists.abstract[identity] = identity if overridden else f"abstract {base}"
    return lists


def _levels(element: _Element) -> dict[int, _Level]:
    levels = {}
    for one in element:
        number = value(one, "ilvl")
        if local(one) == "lvl" and number.isdigit():
            start = value(child(one, "start"))
            levels[int(number)] = _Level(
                int(start) if start.isdigit() else 1,
                value(child(one, "numFmt")) or "decimal",
                value(child(one, "lvlText")),
            )
    return levels
