"""Which elements a reader would not see, by their own style and by simple style sheets.

Only what hides for certain counts: not displayed, invisible, of no size, or white where
nothing says that the ground is another colour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tinycss2
from tinycss2.color3 import RGBA, parse_color

from rag.reading.flow.notes import local

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element
    from tinycss2.ast import Declaration, Node

MOST_CHARACTERS = 4 * 2**20
"""Style sheets of a book are read so far: a mebibyte takes seconds. What follows hides nothing."""
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?", re.IGNORECASE)
_GONE = {"display": {"none"}, "visibility": {"hidden", "collapse"}}
_NOTHING = ("opacity", "font-size")
"""Properties that hide where their value is nought."""
_GROUNDS = ("background", "background-color", "background-image")
_WHITE_NAMES = {"white", "#fff", "#ffffff"}


@dataclass(slots=True)
class Styles:
    """The declarations of style sheets, by simple selector: ``p``, ``.x``, ``#x``, ``p.x``.

    ``own`` are those of elements' own styles, by what is written; ``left`` is how much of
    style sheets may still be read.
    """

    rules: dict[str, dict[str, Declaration]] = field(default_factory=dict)
    own: dict[str, dict[str, Declaration]] = field(default_factory=dict)
    left: int = MOST_CHARACTERS

    def add(self, sheets: Iterable[str]) -> None:
        """Take what simple rules of style sheets declare; those for some media are left out."""
        for sheet in sheets:
            rules = tinycss2.parse_stylesheet(sheet[: self.left], skip_comments=True)
            self.left = max(self.left - len(sheet), 0)
            for rule in rules:
                if rule.type != "qualified-rule":
                    continue
                declared = _declared(rule.content)
                for selector in tinycss2.serialize(rule.prelude).split(","):
                    name = selector.strip()
                    if name and _SIMPLE.fullmatch(name):
                        _lay_over(self.rules.setdefault(name, {}), declared)

    def of(self, element: _Element) -> dict[str, Declaration]:
        """Return what is declared of an element, by property; its own style counts most."""
        declared: dict[str, Declaration] = {}
        if self.rules:
            name = local(element)
            classes = (element.get("class") or "").split()
            keys = [name, *(f".{c}" for c in classes), *(f"{name}.{c}" for c in classes)]
            identity = element.get("id")
            keys += [f"#{identity}", f"{name}#{identity}"] if identity else []
            for key in keys:
                _lay_over(declared, self.rules.get(key, {}))
        style = element.get("style")
        if style:
            if style not in self.own:
                self.own[style] = _declared(style)
            _lay_over(declared, self.own[style])
        return declared

    def hides(self, element: _Element) -> bool:
        """Whether nobody sees what an element holds."""
        if element.get("hidden") is not None:
            return True
        declared = self.of(element)
        if any(_words(declared.get(name)) & words for name, words in _GONE.items()):
            return True
        if any(_is_nought(declared.get(name)) for name in _NOTHING):
            return True
        colour = (element.get("color") or "").lower() if local(element) == "font" else ""
        written = _values(declared.get("color"))
        if not (colour in _WHITE_NAMES or (written and all(map(_is_white, written)))):
            return False
        return not any(
            self._has_ground(e) or (e.get("bgcolor") or "white").lower() not in _WHITE_NAMES
            for e in (element, *element.iterancestors())
        )

    def _has_ground(self, element: _Element) -> bool:
        """Whether an element stands before a picture, or a colour that is not white."""
        declared = self.of(element)
        return any(
            not _is_white(value) and getattr(value, "lower_value", "") != "none"
            for name in _GROUNDS
            for value in _values(declared.get(name))
        )


def _declared(source: str | list[Node]) -> dict[str, Declaration]:
    """Return what a block declares, by property; what cannot be read is left out."""
    read = tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True)
    found: dict[str, Declaration] = {}
    for one in read:
        if one.type == "declaration":
            _lay_over(found, {one.lower_name: one})
    return found


def _lay_over(below: dict[str, Declaration], above: dict[str, Declaration]) -> None:
    """Add declarations to those that they outdo, save where only the others are important."""
    for name, one in above.items():
        if name not in below or one.important or not below[name].important:
            below[name] = one


def _values(declaration: Declaration | None) -> list[Node]:
    value = [] if declaration is None else declaration.value
    return [node for node in value if node.type not in {"whitespace", "comment"}]


def _words(declaration: Declaration | None) -> set[str]:
    return {node.lower_value for node in _values(declaration) if node.type == "ident"}


def _is_nought(declaration: Declaration | None) -> bool:
    values = _values(declaration)
    return len(values) == 1 and getattr(values[0], "value", None) == 0


def _is_white(value: Node) -> bool:
    """Whether a value is a colour that cannot be seen on white paper."""
    colour = parse_color(value)
    return isinstance(colour, RGBA) and (colour.alpha == 0 or colour[:3] == (1, 1, 1))
