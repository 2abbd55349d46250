"""Notes without links: raised signs in the text, and blocks that begin with the same signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.reading.flow.notes import NoteOf, Notes, local, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_SIGN = re.compile(r"[\[(]?\s*(?:[①-⑳㉑-㉟㊱-㊿❶-❿]|\d{1,3}|\*{1,3}|※|†|‡)\s*[\])]?")
_PLAIN = re.compile(r"\s*(?:\[\s*\d{1,3}\s*\]|[①-⑳㉑-㉟㊱-㊿❶-❿])")
_BRACKETS = str.maketrans("〔［（〕］）", "[[(]])")
_BLOCKS = {"p", "li", "dd", "div", "aside", "td"}
_RAISED = {"sup"}


def add_unlinked(documents: Mapping[str, _Element], notes: Notes) -> None:
    """Add to the notes of documents those that are tied by their signs alone.

    A block is a note where it begins with the sign of a raised mark before it, brackets and
    all, that no note has taken yet; notes come in the order of their marks. A bare number
    at its beginning must be raised too: else it may be that of a list or a heading.
    """
    for path, root in documents.items():
        waiting: list[tuple[_Element, str]] = []
        for element in root.iter():
            name = local(element)
            if name in _RAISED and not _is_known(element, notes):
                sign = _sign(_SIGN, text_of(element))
                if sign and not _opens_block(element):
                    waiting.append((element, sign))
            elif waiting and name in _BLOCKS and not any(local(e) in _BLOCKS for e in element):
                sign = _leading(element)
                at = next((k for k, (_, s) in enumerate(waiting) if s == sign), None)
                if at is not None and not _is_known(element, notes):
                    mark = waiting[at][0]
                    del waiting[: at + 1]
                    key = f"{path}#sign{len(notes.notes)}"
                    bare = sign.strip("[]()")
                    notes.notes[element] = NoteOf(key, bare, stands=False)
                    notes.marks[mark] = key, bare


def _is_known(element: _Element, notes: Notes) -> bool:
    """Whether links have already said what an element is."""
    near = [element, *element.iterancestors()]
    inside = element.iterdescendants("{*}a")
    return any(e in notes.notes for e in near) or any(
        e in notes.marks or e in notes.backs for e in (*near, *inside)
    )


def _leading(block: _Element) -> str:
    """Return the sign that a block begins with, or an empty text."""
    first = next((e for e in block if local(e)), None)
    raised = first is not None and local(first) in _RAISED and not (block.text or "").strip()
    if raised and first is not None:
        return _sign(_SIGN, text_of(first))
    found = _PLAIN.match("".join(map(str, block.itertext()))[:20].translate(_BRACKETS))
    return _sign(_PLAIN, found[0]) if found else ""


def _sign(form: re.Pattern[str], text: str) -> str:
    """Return the sign that a text is, its brackets of one kind, or an empty text."""
    plain = text.translate(_BRACKETS)
    return re.sub(r"\s", "", plain) if form.fullmatch(plain) else ""


def _opens_block(element: _Element) -> bool:
    """Whether an element is the first thing in its block."""
    parent = element.getparent()
    if parent is None:
        return False
    first = next((e for e in parent if local(e)), None)
    return local(parent) in _BLOCKS and first is element and not (parent.text or "").strip()
