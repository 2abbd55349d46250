"""Tables of contents in marked-up text that do not say that they are: lists of links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.reading.files import resolve
from rag.reading.flow.notes import local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_LISTS = {"ul", "ol", "dl", "table", "div", "p", "section", "nav"}
_LINKS_AT_LEAST = 3
_NEARLY_ALL = 0.8


def find_contents(documents: Mapping[str, _Element]) -> frozenset[_Element]:
    """Return the lists, by documents' paths, that hold hardly more than links to headings.

    A link leads to a heading where it leads to the beginning of another document, or to a
    place that is a heading, or stands in, holds or directly precedes one.
    """
    headed = {(path, "") for path in documents}
    for path, root in documents.items():
        for element in root.iter():
            name = element.get("id") or element.get("name")
            if name and _is_headed(element):
                headed.add((path, name))
    found: set[_Element] = set()
    for path, root in documents.items():
        _add_lists(path, root, headed, found)
    return frozenset(found)


def _add_lists(
    path: str, root: _Element, headed: set[tuple[str, str]], found: set[_Element]
) -> None:
    for element in root.iter():
        if local(element) not in _LISTS or any(e in found for e in element.iterancestors()):
            continue
        links = [e for e in element.iter() if local(e) == "a" and e.get("href")]
        if len(links) < _LINKS_AT_LEAST:
            continue
        targets = [resolve(path, link.get("href") or "") for link in links]
        if all(target in headed and target != (path, "") for target in targets):
            whole = sum(len(str(text).strip()) for text in element.itertext())
            linked = sum(len(str(text).strip()) for e in links for text in e.itertext())
            if linked >= _NEARLY_ALL * whole:
                found.add(element)


def _is_headed(element: _Element) -> bool:
    following = element.getnext()
    near = [element, *element.iterancestors(), *element.iterdescendants()]
    near += [] if following is None else [following]
    return any(re.fullmatch(r"h[1-6]", local(e)) for e in near)
