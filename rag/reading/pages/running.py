"""Elements in reading order -> the running text, and the runs of pages that it stands on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language.text import cells, ends_clause, ends_sentence, joint, narrow_count
from rag.reading.notes import Mark, without
from rag.reading.outline import is_caption, is_chapter
from rag.reading.pages.model import Cause, Folio, PageMark, Run, Side, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.outline import Heading, Numbered
    from rag.reading.pages.marks import MarkBlock

_SHORT_CELLS = 20.0
_TITLE_RUN, _TABLE_RUN, _FRONT_RUN, _SPLIT_RUN = -1, -2, -3, -1_000_000
_CONTINUES = "，、。；：！？）”’》」』】…,.;:!?)"
_RESTART = 8
_LEAST_FOLIOS = 3


class Kind(Enum):
    """What a block of a text is."""

    TEXT = auto()
    HEADING = auto()
    CONTENTS = auto()
    NOTE = auto()
    REST = auto()
    """What of a note stands on the page behind."""
    MARK = auto()
    """A form feed, a running head, or a number that may be a page's."""


@dataclass(frozen=True, slots=True)
class Element:
    """A block of a text as what it is.

    ``heading`` is None for a sub-heading, known by its shape alone. ``block`` numbers the
    block that marks refer to; ``removed`` are the marks of footnotes to take out of it;
    ``sign`` and ``anchor`` are a note's sign and its mark, ``listed`` says that the note is
    one of a list. ``mark`` is None for a form feed.
    """

    kind: Kind
    text: str
    heading: Heading | None = None
    block: int = -1
    removed: tuple[Mark, ...] = ()
    sign: str = ""
    anchor: Mark | None = None
    listed: bool = False
    mark: MarkBlock | None = None
    in_body: bool = False


@dataclass(slots=True)
class Item:
    """An element of running text: its text without marks, and the run of pages it is in.

    ``cluster`` are the page marks behind it; ``joined`` says that it goes on with the
    paragraph before. A listed note has no text here, only its width.
    """

    element: Element
    text: str
    run: int
    joined: bool = False
    cluster: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Note:
    """A note: its mark, and the items behind which it and what runs on of it stand."""

    sign: str
    text: str
    mark: Mark | None
    after: int
    beneath: list[tuple[int, float]]


@dataclass(slots=True)
class Running:
    """The running text as items, and the notes.

    ``anchors`` give each mark's item and offset in it, by block and offset in the block;
    ``opening`` are the page marks before the first item.
    """

    items: list[Item] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    opening: list[Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of pages: its first item, what is known of it, and the style of its numbers."""

    first: int
    run: Run
    style: str


def find_running(elements: Sequence[Element], numbered: Sequence[Numbered]) -> Running:
    """Return the running text and the notes; ``numbered`` is what the contents say of pages."""
    found = Running()
    counts = [n.run for n in numbered if n.number is not None]
    main = max(set(counts), key=counts.count) if counts else 0
    headed = any(e.heading is not None and e.heading.level == 1 for e in elements)
    run, in_contents, body = _TITLE_RUN if headed else main, False, False
    for element in elements:
        if element.kind is Kind.MARK:
            (found.items[-1].cluster if found.items else found.opening).append(element)
            continue
        if element.kind in (Kind.NOTE, Kind.REST) and not element.listed:
            _add_note(found, element)
            continue
        if element.kind is Kind.CONTENTS:
            run, in_contents = _TABLE_RUN, True
        elif element.heading is not None and element.heading.level == 1:
            entry = element.heading.entry
            chapter = is_chapter(element.heading.text)
            body = body or chapter
            if entry is not None:
                run = numbered[entry].run
            elif chapter:
                run = run if run >= 0 else main
            elif not body:
                run = _FRONT_RUN - len(found.items)
            in_contents = False
        elif in_contents:
            run, in_contents = main, False
        if element.kind in (Kind.NOTE, Kind.REST):
            found.items.append(Item(element, "", run))
            _add_note(found, element)
            continue
        text, offsets = without(element.text, element.removed)
        for mark, offset in zip(element.removed, offsets, strict=True):
            found.anchors[mark.block, mark.start] = len(found.items), offset
        found.items.append(Item(element, text, run))
    for before, item in pairwise(found.items):
        item.joined = _is_cut(before, item)
        if item.joined and _hyphened(before.text, item.text):
            before.text = before.text[:-1]
    _split_by_folios(found.items, {n.run for n in numbered if n.number is not None})
    return found


def _add_note(found: Running, element: Element) -> None:
    at = len(found.items) - 1
    width = (at, cells(element.text))
    if element.kind is Kind.NOTE:
        beneath = [] if element.listed else [width]
        found.notes.append(Note(element.sign, element.text, element.anchor, at, beneath))
    elif found.notes:
        note = found.notes[-1]
        hyphened = _hyphened(note.text, element.text)
        left = note.text[:-1] if hyphened else note.text
        note.text = left + ("" if hyphened else joint(left, element.text)) + element.text
        if not element.listed:
            note.beneath.append(width)


def _hyphened(left: str, right: str) -> bool:
    """Whether a page cut a word, and set a hyphen."""
    return left[-1:] in "-\u2010\u00ad" and left[-2:-1].isalpha() and right[:1].islower()


def _is_cut(before: Item, item: Item) -> bool:
    """Whether the second is the rest of a paragraph that a page has cut."""
    if before.element.kind is not Kind.TEXT or item.element.kind is not Kind.TEXT:
        return False
    if before.run != item.run or not before.text or not item.text:
        return False
    if item.text[0] in _CONTINUES:
        return True
    if is_caption(item.text) or is_caption(before.text):
        return False
    # The lines of a title page end without a mark, and go on nowhere.
    return _end(before.text) is Cause.MID and item.run != _TITLE_RUN


def _end(text: str) -> Cause:
    if ends_sentence(text):
        return Cause.CLOSED
    if ends_clause(text):
        return Cause.WEAK
    return Cause.SHORT if cells(text) < _SHORT_CELLS else Cause.MID


def _split_by_folios(items: Sequence[Item], known: set[int]) -> None:
    """Begin a new run where numbers standing alone change their style or begin again.

    Only where the contents say nothing of pages.
    """
    seen = [
        (k, mark.number, mark.style)
        for k, item in enumerate(items)
        if item.run not in known
        for mark in (element.mark for element in item.cluster)
        if mark is not None and mark.number is not None
    ]
    for n in range(1, len(seen) - 2):
        (_, one, old), (last, before, style), (at, number, new), (_, following, same) = seen[
            n - 1 : n + 3
        ]
        if items[last].run != items[at].run or old != style or new != same:
            continue
        again = new == style and number < before and number <= _RESTART
        if one <= before and number < following and (new != style or again):
            heads = (k for k in range(last + 1, at + 1) if _opens(items[k]))
            start = next(heads, last + 1)
            whole = items[last].run
            for item in items[:start]:
                if item.run == whole:
                    item.run = _SPLIT_RUN - n


def _opens(item: Item) -> bool:
    heading = item.element.heading
    return heading is not None and heading.level == 1


def units_of(running: Running, numbered: Sequence[Numbered]) -> list[Stretch]:
    """Return the runs of pages, each item a unit in one of them."""
    items = running.items
    beneath: dict[int, list[float]] = {}
    for note in running.notes:
        for at, width in note.beneath:
            beneath.setdefault(at, []).append(width)
    stretches: list[Stretch] = []
    found = {i.element.heading.entry for i in items if i.element.heading is not None}
    start = 0
    for end in range(1, len(items) + 1):
        if end < len(items) and items[end].run == items[start].run:
            continue
        run = items[start].run
        before = items[start - 1].cluster if start else running.opening
        style, shown = _style(run, items[start:end], before, numbered)
        units = tuple(
            _unit(items, k, tuple(beneath.get(k, ())), numbered, style) for k in range(start, end)
        )
        missing = tuple(
            value.number
            for entry, value in enumerate(numbered)
            if value.run == run and value.number is not None and entry not in found
        )
        opening = tuple(f for f in _folios(before, style) if f.side is not Side.FOOT)
        whole = Run(units, numbered=run >= 0 or shown, missing=missing, folios=opening)
        stretches.append(Stretch(start, whole, style))
        start = end
    return stretches


def _style(
    run: int, items: Sequence[Item], before: Sequence[Element], numbered: Sequence[Numbered]
) -> tuple[str, bool]:
    """Return the style of a run's numbers, and whether enough of them stand alone in it."""
    styles = Counter(
        mark.style
        for cluster in (before, *(item.cluster for item in items))
        for mark in (element.mark for element in cluster)
        if mark is not None and mark.number is not None
    )
    usual, times = styles.most_common(1)[0] if styles else ("1", 0)
    given = [value.style for value in numbered if value.run == run and value.number is not None]
    return (given[0] if given else usual), times >= _LEAST_FOLIOS


def _unit(
    items: Sequence[Item],
    k: int,
    notes: tuple[float, ...],
    numbered: Sequence[Numbered],
    style: str,
) -> Unit:
    item = items[k]
    following = items[k + 1] if k + 1 < len(items) else None
    heading = item.element.heading
    value = numbered[heading.entry] if heading and heading.entry is not None else None
    listed = item.element.listed
    text = item.element.text if listed else item.text
    end = Cause.MID if following is not None and following.joined else _end(text)
    folios = _folios(item.cluster, style)
    if following is None or following.run != item.run:
        folios = tuple(folio for folio in folios if folio.side is not Side.HEAD)
    return Unit(
        wide=len(text) - narrow_count(text),
        narrow=narrow_count(text),
        level=_level(item.element),
        indented=not item.joined,
        end=Cause.CLOSED if listed and end is Cause.SHORT else end,
        notes=notes,
        mark=_mark(item.cluster),
        folios=folios,
        page=value.number if value and value.run == item.run else None,
        small=listed,
        plate=item.element.kind is Kind.TEXT and is_caption(item.text),
    )


def _level(element: Element) -> int:
    if element.kind is not Kind.HEADING:
        return 0
    return element.heading.level if element.heading else 3


def _mark(cluster: Sequence[Element]) -> PageMark:
    if any(element.mark is None for element in cluster):
        return PageMark.FEED
    if any(element.mark is not None and element.mark.head for element in cluster):
        return PageMark.HEAD
    return PageMark.FOLIO if cluster else PageMark.NONE


def _folios(cluster: Sequence[Element], style: str) -> tuple[Folio, ...]:
    """Return the numbers between two items that may be pages', with the side they stand on."""
    feeds = [k for k, element in enumerate(cluster) if element.mark is None]
    folios: list[Folio] = []
    for k, element in enumerate(cluster):
        mark = element.mark
        if mark is None or mark.number is None or mark.style != style:
            continue
        if not feeds:
            folios.append(Folio(mark.number))
        elif k < feeds[0]:
            folios.append(Folio(mark.number, Side.FOOT))
        elif k > feeds[-1]:
            folios.append(Folio(mark.number, Side.HEAD))
    return tuple(folios)
