"""Which elements a reader would not see, by their own style and by simple style sheets.

Only what hides for certain counts: not displayed, invisible, of no size, or white where
nothing says that the ground is another colour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.reading.flow.notes import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

_EDGE = re.compile(r"[{};]")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?", re.IGNORECASE)
_GONE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|opacity\s*:\s*0*(?:\.0+)?\s*(?=;|!|$)"
    r"|font-size\s*:\s*0*(?:\.0+)?(?:px|pt|em|rem|%|ex)?\s*(?=;|!|$))"
)
_WHITE = re.compile(
    r"(?:^|;)\s*color\s*:\s*(?:white|#fff|#ffffff|rgba?\(\s*255\s*,\s*255\s*,\s*255[^)]*\)"
    r"|transparent)\s*(?=;|!|$)"
)
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color|-image)?\s*:\s*(?!\s*(?:white|#fff|#ffffff|"
                     r"none|transparent)\s*(?:;|!|$))\S")  # fmt: skip
_WHITE_NAMES = {"white", "#fff", "#ffffff"}


@dataclass(slots=True)
class Styles:
    """The declarations of style sheets, by simple selector: ``p``, ``.x``, ``#x``, ``p.x``."""

    rules: dict[str, str] = field(default_factory=dict)

    def add(self, sheets: Iterable[str]) -> None:
        """Take what simple rules of style sheets declare; those for some media are left out."""
        for sheet in sheets:
            bare = "".join(part.partition("/*")[0] for part in sheet.split("*/"))
            for selectors, declared in _rules(bare):
                for selector in selectors.split(","):
                    name = selector.strip()
                    if name and _SIMPLE.fullmatch(name):
                        self.rules[name] = f"{self.rules.get(name, '')};{declared.lower()}"

    def of(self, element: _Element) -> str:
        """Return what is declared of an element, its own style last."""
        declared = ""
        if self.rules:
            name = local(element)
            classes = (element.get("class") or "").split()
            keys = [name, *(f".{c}" for c in classes), *(f"{name}.{c}" for c in classes)]
            identity = element.get("id")
            keys += [f"#{identity}", f"{name}#{identity}"] if identity else []
            declared = ";".join(self.rules[key] for key in keys if key in self.rules)
        style = element.get("style")
        return f"{declared};{style.lower()}" if style else declared

    def hides(self, element: _Element) -> bool:
        """Whether nobody sees what an element holds."""
        if element.get("hidden") is not None:
            return True
        declared = self.of(element)
        if declared and _GONE.search(declared):
            return True
        colour = (element.get("color") or "").lower() if local(element) == "font" else ""
        if not (colour in _WHITE_NAMES or (declared and _WHITE.search(declared))):
            return False
        return not any(
            _GROUND.search(self.of(e)) or (e.get("bgcolor") or "white").lower() not in _WHITE_NAMES
            for e in (element, *element.iterancestors())
        )


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Give the selectors and declarations of a style sheet, but not what stands in @-blocks."""
    depth = last = 0
    selectors = ""
    for match in _EDGE.finditer(sheet):
        if match[0] == "{":
            selectors = selectors if depth else sheet[last : match.start()].strip()
            depth += 1
        elif match[0] == "}" and depth:
            depth -= 1
            if not depth and not selectors.startswith("@"):
                yield selectors, sheet[last : match.start()]
        elif depth:
            continue
        last = match.end()
