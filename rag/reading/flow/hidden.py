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

MOST_CHARACTERS = 4 * 2**20
"""Style sheets of a book are read so far: a mebibyte takes seconds. What follows hides nothing."""
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?", re.IGNORECASE)
_NOUGHT = re.compile(r"0*\.?0+(?:%|[a-z]+)?")


@dataclass(slots=True)
class Styles:
    """The declarations of style sheets, by simple selector: ``p``, ``.x``, ``#x``, ``p.x``.

    ``own`` are those of elements' own styles, by what is written; ``left`` is how much of
    style sheets may still be read. An important declaration has ``!`` before its property.
    """

    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)
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
                        self.rules.setdefault(name, {}).update(declared)

    def of(self, element: _Element) -> dict[str, str]:
        """Return what is declared of an element, by property; its own style counts most."""
        declared: dict[str, str] = {}
        if self.rules:
            name = local(element)
            classes = (element.get("class") or "").split()
            keys = [name, *(f".{c}" for c in classes), *(f"{name}.{c}" for c in classes)]
            identity = element.get("id")
            keys += [f"#{identity}", f"{name}#{identity}"] if identity else []
            for key in keys:
                declared.update(self.rules.get(key, {}))
        style = element.get("style")
        if style:
            if style not in self.own:
                self.own[style] = _declared(style)
            declared.update(self.own[style])
        important = {name[1:]: value for name, value in declared.items() if name[0] == "!"}
        return declared | important

    def hides(self, element: _Element) -> bool:
        """Whether nobody sees what an element holds."""
        if element.get("hidden") is not None:
            return True
        declared = self.of(element)
        if declared.get("display") == "none":
            return True
        if declared.get("visibility") in {"hidden", "collapse"}:
            return True
        if any(_NOUGHT.fullmatch(declared.get(name, "")) for name in ("opacity", "font-size")):
            return True
        colour = (element.get("color") or "") if local(element) == "font" else ""
        if not _is_white(declared.get("color", colour)):
            return False
        return not any(
            self._has_ground(e) or not _is_white(e.get("bgcolor") or "white")
            for e in (element, *element.iterancestors())
        )

    def _has_ground(self, element: _Element) -> bool:
        """Whether an element stands before a picture, or a colour that is not white."""
        return any(
            name in {"background", "background-color", "background-image"}
            and not (value == "none" or _is_white(value))
            for name, value in self.of(element).items()
        )


def _declared(source: object) -> dict[str, str]:
    """Return what a block, as text or tokens, declares, in lower case."""
    read = tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True)
    return {
        "!" * one.important + one.lower_name: tinycss2.serialize(one.value).strip().lower()
        for one in read
        if one.type == "declaration"
    }


def _is_white(value: str) -> bool:
    """Whether a value is a colour that cannot be seen on white paper."""
    colour = parse_color(value)
    return isinstance(colour, RGBA) and (colour.alpha == 0 or colour[:3] == (1, 1, 1))
