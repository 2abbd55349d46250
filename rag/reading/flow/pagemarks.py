"""Page marks that do not declare themselves, found before the text is read.

Programs and people mark printed pages by a class (``<span class="pagenum">[Pg 12]</span>``),
by the name of an anchor (``<a id="Page_12"></a>``), by an element of their own (``<pb n="12"/>``)
or in plain words (``{12}``). Which of these a file means is told by the file: the marks of one
kind must count up through it. Marks of a kind that do not are left in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from lxml import etree

from rag.language.numbers import folio_number
from rag.language.text import cells
from rag.reading.flow.labels import (
    LONGEST_LABEL,
    SHORTEST_PAGE,
    bare_label,
    labels_in,
    rises,
    written_marks,
)
from rag.reading.flow.notes import local, text_of, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element

_CLASS = re.compile(
    r"(?:x-ebookmaker-)?(?:(?:page|pag|pg|folio|seiten?)[-_]?"
    r"(?:num(?:ber)?s?|nos?|nr|n|zahl|break|brk|mark(?:er)?|label|anchor|id|start)?|pb|pn)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?P<word>page|pag|pg|pb|seite|folio|стр|p|s)[-_.:]?0{0,3}"
    r"(?P<label>\d{1,4}|(?<=[-_.:])[ivxlc]{1,8})",
    re.IGNORECASE,
)
_PLAIN_WORDS = {"page", "pag", "pg", "pb", "seite", "folio", "стр"}
"""Names that mean a page; ``p12`` and ``s12`` may be a paragraph or a section."""
_INLINE = {
    "a", "span", "b", "i", "em", "strong", "small", "sup", "sub", "ins", "font", "tt", "code",
    "mark", "pb", "div", "p", "hr", "big", "cite", "abbr", "milestone",
}  # fmt: skip
_BREAKS = {"pagebreak", "doc-pagebreak"}
_LISTS = {"toc", "doc-toc", "page-list", "doc-pagelist", "landmarks", "index", "doc-index"}
_BLOCKS = {"p", "div", "li", "td", "th", "dd", "dt", "blockquote", "section", "pre", "br", "tr"}
_WORD = re.compile(r"[^\W\d_]+")
_FEW = 3
_CUTS = 0.25
"""The least share of pages that begin inside a paragraph."""
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class PageMarks:
    """The elements at which pages begin, with their labels, and how marks are written in text.

    Of ``silent`` elements nothing is text. ``words`` are those of the text, by which a word
    is known that a page cut with a hyphen.
    """

    labels: Mapping[_Element, tuple[str, ...]] = field(default_factory=dict)
    silent: frozenset[_Element] = frozenset()
    written: re.Pattern[str] | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Found:
    """An element that may be a mark: its labels, and how much text stands before it.

    ``inner`` says that some of that stands in its own block.
    """

    element: _Element
    labels: tuple[str, ...]
    at: float
    silent: bool
    inner: bool


class _Trust(IntEnum):
    """How far a kind of mark is believed before its numbers are looked at."""

    NAMED = 0
    """It says that it is a page's number."""
    LIKELY = 1
    """It says page, which a page of a site does too."""
    UNSURE = 2
    """It may be a paragraph's or a section's."""


@dataclass(slots=True)
class _Kinds:
    """The candidates of each kind, in reading order, and how far each kind is trusted."""

    found: dict[tuple[str, _Trust], list[_Found]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    length: float = 0.0
    inner: bool = False

    def read(self, path: str, root: _Element, listed: Mapping[tuple[str, str], str]) -> None:
        """Take what may be marks of a document."""
        within: _Element | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            self.inner = self.inner and local(element) not in _BLOCKS
            if event == "start":
                if within is None and (self._take(path, element, listed) or _is_list(element)):
                    within = element
                elif within is None:
                    self._write(element.text if local(element) else None)
            else:
                if within is element:
                    within = None
                if within is None and element is not root:
                    self._write(element.tail)

    def _write(self, text: str | None) -> None:
        if text:
            self.texts.append(text)
            self.length += cells(" ".join(text.split()))
            self.inner = self.inner or not text.isspace()

    def _take(self, path: str, element: _Element, listed: Mapping[tuple[str, str], str]) -> bool:
        """Take an element that may be a mark; whether its text is that of a mark."""
        if not element.attrib or local(element) not in _INLINE or words(element) & _BREAKS:
            return False
        read = _read(path, element, listed)
        if read is None:
            return False
        kind, labels = read
        text = text_of(element)
        silent = not text or bool(labels_in(text)) or bare_label(text) in labels
        self.found.setdefault(kind, []).append(
            _Found(element, labels, self.length, silent, self.inner)
        )
        return silent and bool(text)

    def believed(self) -> dict[_Element, _Found]:
        """Return the marks of the kinds that count up as pages do."""
        marks: dict[_Element, _Found] = {}
        for (_, trust), row in self.found.items():
            labels = [label for found in row for label in found.labels]
            if trust is _Trust.NAMED:
                sure = rises(labels, _MOST)
            else:
                sure = len(row) >= _FEW and rises(labels)
            if sure and (trust is not _Trust.UNSURE or _are_apart(row)):
                marks.update((found.element, found) for found in _in_rows(row))
        return marks


def _in_rows(row: Sequence[_Found]) -> list[_Found]:
    """Return the marks that count on from the one before or lead to the one behind.

    The others are the pages of a table of contents or an index, set like marks.
    """
    joined = [rises((one.labels[-1], other.labels[0])) for one, other in pairwise(row)]
    return [
        found
        for found, before, after in zip(row, [False, *joined], [*joined, False], strict=True)
        if before or after or len(row) == 1
    ]


def _are_apart(row: Sequence[_Found]) -> bool:
    """Whether marks leave room for pages, and cut paragraphs as pages do.

    Those of paragraphs and sections stand where one begins.
    """
    gaps = [after.at - one.at for one, after in pairwise(row)]
    return median(gaps) >= SHORTEST_PAGE and sum(f.inner for f in row) >= _CUTS * len(row)


def find_page_marks(
    documents: Mapping[str, _Element], listed: Mapping[tuple[str, str], str]
) -> PageMarks:
    """Return the page marks of documents, by their paths.

    ``listed`` are the labels that a list of pages gives, by path and id.
    """
    kinds = _Kinds()
    for path, root in documents.items():
        kinds.read(path, root, listed)
    marks = kinds.believed()
    written = None if marks else written_marks(kinds.texts)
    known = (word for text in kinds.texts for word in _WORD.findall(text.casefold()))
    return PageMarks(
        {element: found.labels for element, found in marks.items()},
        frozenset(element for element, found in marks.items() if found.silent),
        written,
        frozenset(known if marks or written else ()),
    )


def _read(
    path: str, element: _Element, listed: Mapping[tuple[str, str], str]
) -> tuple[tuple[str, _Trust], tuple[str, ...]] | None:
    """Return what kind of mark an element may be and how far it is trusted, and its labels."""
    name = local(element)
    text = text_of(element)
    inside = [element, *element.iterdescendants()] if len(text) <= 2 * LONGEST_LABEL else [element]
    ids = [i for e in inside for i in (e.get("id"), _anchor(e)) if i]
    if any(_leads_away(e, ids) for e in inside):
        return None
    given = next((listed[path, i] for i in ids if (path, i) in listed), None)
    if given is not None:
        return (("listed", _Trust.NAMED), (given,)) if bare_label(text) == given else None
    said = next((c for c in (element.get("class") or "").split() if _CLASS.fullmatch(c)), None)
    if said is None and name in {"pb", "milestone"}:
        said = name
    if said is not None:
        labels = labels_in(text) or _attributes(element) or _named(ids)
        trust = _Trust.LIKELY if said.lower() in _PLAIN_WORDS - {"pb"} else _Trust.NAMED
        return ((f"class {said.lower()}", trust), labels) if labels else None
    match = next((m for m in map(_NAME.fullmatch, ids) if m), None)
    if match is None or (
        text and labels_in(text) != (match["label"],) and name not in {"a", "span"}
    ):
        return None
    word = match["word"].lower()
    trust = _Trust.LIKELY if word in _PLAIN_WORDS else _Trust.UNSURE
    return (f"name {word} {name}", trust), (match["label"],)


def _anchor(element: _Element) -> str | None:
    return element.get("name") if local(element) == "a" else None


def _attributes(element: _Element) -> tuple[str, ...]:
    """Return the labels that the attributes of a mark declare."""
    for name in ("title", "aria-label", "n", "data-page", "data-n", "value"):
        if labels := labels_in(element.get(name) or ""):
            return labels
    return ()


def _named(ids: list[str]) -> tuple[str, ...]:
    """Return the label that an id of a mark names: ``page_12``, ``12``."""
    for identity in ids:
        match = _NAME.fullmatch(identity)
        if match or folio_number(identity):
            return (match["label"] if match else identity,)
    return ()


def _leads_away(element: _Element, ids: list[str]) -> bool:
    """Whether an element is a link to another place: it names a page, and marks none."""
    href = element.get("href") if local(element) == "a" else None
    return bool(href) and (href or "").lstrip("#") not in ids


def _is_list(element: _Element) -> bool:
    return bool(element.attrib) and bool(words(element) & _LISTS)
