"""The headings that a table of contents lacks, by their numbers and the usual names; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number
from rag.language.text import ends_sentence, letters_of
from rag.reading.outline.captions import is_caption, is_item
from rag.reading.outline.contents import Form, assign_levels, is_part, split_heading
from rag.reading.outline.heading import Heading, is_title, may_be_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import ContentsEntry

_LONGEST_TITLE = 40
_LONGEST_PART = 16
_UNIT = re.compile(
    r"[\s\d.．、（）()第]|[上中下一二三四五六七八九十百零〇]|\b[ivxlc]+\b", re.IGNORECASE
)

_Kind = tuple[Form, int, str]
"""What tells numbers that count together: their form, how deep they are, and of what unit."""
_FIRST: _Kind = (Form.CHAPTER, 0, "")


def unlisted(
    blocks: Sequence[str | None],
    entries: Sequence[ContentsEntry],
    found: Sequence[Heading],
    *,
    deciding: bool,
) -> list[Heading]:
    """Return the headings that a table lacks, by their numbers and by the usual names of parts.

    ``found`` are those that it names. ``deciding`` says that it is the text's own, and says what
    the chapters are: others stand below them, and items of lists and captions are no headings.
    """
    return _Search(blocks, entries, found, deciding).run()


@dataclass(slots=True)
class _Search:
    """Looks through the blocks of a text in order.

    ``counted`` is how far each kind of number has counted, ``seen`` are the chapters and parts
    that were met.
    """

    blocks: Sequence[str | None]
    entries: Sequence[ContentsEntry]
    found: Sequence[Heading]
    deciding: bool
    counted: dict[_Kind, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    raw: list[Heading] = field(default_factory=list)

    def run(self) -> list[Heading]:
        """Return the headings, with their levels."""
        starts = {h.first: h for h in self.found}
        taken = {k for h in self.found for k in range(h.first, h.last + 1)}
        chapters = sorted(h.first for h in self.found if h.level == 1 and h.form is Form.CHAPTER)
        listed = _Listed.of(self.entries, self.found) if self.deciding else None
        for k, block in enumerate(self.blocks):
            if k in starts:
                self._count_on(starts[k])
            if k in taken or (self.raw and k <= self.raw[-1].last) or not may_be_heading(block):
                continue
            if listed and (is_item(block) or is_caption(block)):
                continue
            form, number, title = split_heading(block)
            if number is not None:
                self._take_numbered(k, form, number, title, listed)
            # Between the chapters the name of a part is a sub-heading.
            elif is_part(block) and not (chapters and chapters[0] < k < chapters[-1]):
                self._take_part(k, form, title)
        levels = {self._kind(e.heading): e.level for e in self.entries if e.number is not None}
        if not self.raw:
            return []
        if not (levels or self.deciding):
            own = assign_levels([(h.form, h.number, h.title, 0) for h in self.raw])
            return [replace(h, level=level) for h, level in zip(self.raw, own, strict=True)]
        return self._levelled(levels)

    def _kind(self, heading: str) -> _Kind:
        """Return the kind of a heading's number; its form alone where no table decides."""
        form, number, _ = split_heading(heading)
        return _kind_of(form, number) if self.deciding else (form, 0, "")

    def _count_on(self, heading: Heading) -> None:
        kind = self._kind(heading.text)
        self.counted = {k: n for k, n in self.counted.items() if k <= kind}
        if heading.number:
            self.counted[kind] = _count(heading.number) or 0

    def _take_part(self, k: int, form: Form, title: str) -> None:
        name = letters_of(title)
        if len(name) <= _LONGEST_PART and name not in self.seen:
            self.seen.add(name)
            self.raw.append(Heading(k, k, 1, form, None, title))

    def _take_numbered(
        self, k: int, form: Form, number: str, title: str, listed: _Listed | None
    ) -> None:
        """Take a block for a heading if its number counts on."""
        block, last = self.blocks[k] or "", k
        if ends_sentence(block) and (form > Form.APPENDIX or (listed and title)):
            return
        following = self.blocks[k + 1] if k + 1 < len(self.blocks) else None
        if not title:
            if form > Form.NODE or following is None or not is_title(following):
                return
            title, last = split_heading(following)[2], k + 1
        kind, value = self._kind(number), _count(number)
        if len(title) > _LONGEST_TITLE:
            return
        if form <= Form.APPENDIX and not (listed and kind not in listed.numbers):
            if letters_of(number) in self.seen or (listed and not listed.lacks(k, kind, value)):
                return
            self.seen.add(letters_of(number))
            self.counted = {kind: value or 0}
        else:
            lists = following is not None and _next_in_list(form, value, following)
            again = form <= Form.APPENDIX and value == 1
            if lists or not (again or value == self.counted.get(kind, 0) + 1):
                return
            self.counted = {k: n for k, n in self.counted.items() if k <= kind}
            self.counted[kind] = value or 0
        sunk = listed is not None and kind in listed.numbers and not listed.goes_on(k, kind)
        self.raw.append(Heading(k, last, int(sunk), form, number, title))

    def _levelled(self, known: dict[_Kind, int]) -> list[Heading]:
        """Return the headings with levels: the table's for its kinds, deeper for others.

        They come with the number of levels that they stand below those of their kind.
        """
        listed = [entry.level for entry in self.entries] if self.deciding else []
        deepest = max([*known.values(), *listed])
        kinds = [self._kind(h.text) for h in self.raw]
        first = Form.CHAPTER if self.deciding else Form.NODE
        extra = sorted({k for k in kinds if k not in known and first <= k[0] < Form.NONE})
        # A chapter of a kind that the table has not, and that comes once, is none.
        lone = {k for k in extra if k[0] <= Form.APPENDIX and kinds.count(k) == 1}
        return [
            replace(
                heading,
                level=known[kind] + heading.level
                if kind in known
                else deepest + 1 + extra.index(kind)
                if kind in extra
                else 1,
            )
            for heading, kind in zip(self.raw, kinds, strict=True)
            if kind not in lone
        ]


@dataclass(frozen=True, slots=True)
class _Listed:
    """The chapters and appendices that a deciding table lists: by kind, their numbers.

    ``places`` are the blocks where headings of a kind were found, each with its number.
    """

    numbers: dict[_Kind, set[int]]
    places: dict[_Kind, list[tuple[int, int]]]

    @classmethod
    def of(cls, entries: Sequence[ContentsEntry], found: Sequence[Heading]) -> _Listed:
        """Return what a table lists, and where it was found."""
        numbers: dict[_Kind, set[int]] = defaultdict(set)
        places: dict[_Kind, list[tuple[int, int]]] = defaultdict(list)
        for entry in entries:
            if entry.number is not None:
                form, *_ = split_heading(entry.number)
                numbers[_kind_of(form, entry.number)].add(_count(entry.number) or 0)
        for heading in sorted(found, key=lambda h: h.first):
            if heading.number is not None:
                value = _count(heading.number) or 0
                places[_kind_of(heading.form, heading.number)].append((heading.first, value))
        return cls(numbers, places)

    def goes_on(self, block: int, kind: _Kind) -> bool:
        """Whether a block of a kind stands among the table's headings of that kind, or above them.

        It does not where it stands under the last of them, and headings of other kinds follow.
        """
        places = [(at, k) for k, found in self.places.items() for at, _ in found]
        above = max((place for place in places if place[0] < block), default=(0, _FIRST))
        behind = min((place for place in places if place[0] > block), default=None)
        among = behind is None or behind[1] >= kind
        return kind[0] <= Form.APPENDIX or above[1] < kind or among

    def lacks(self, block: int, kind: _Kind, value: int | None) -> bool:
        """Whether a chapter or appendix that a block names may be one that the table left out.

        So it may where the table lists others of its kind, and the number of the block counts
        on from the one before it, and is not that of any other.
        """
        if value is None or value in self.numbers.get(kind, ()):
            return False
        before = [n for at, n in self.places.get(kind, ()) if at < block]
        behind = [n for at, n in self.places.get(kind, ()) if at > block]
        if before and behind:
            return before[-1] < value < behind[0]
        return (bool(before) and value == before[-1] + 1) or (bool(behind) and value < behind[0])


def _kind_of(form: Form, number: str | None) -> _Kind:
    """Return what tells numbers that count together: form, how deep, and of what unit."""
    depth = len(re.findall(r"\d+", number or "")) if form is Form.DOT else 0
    unit = _UNIT.sub("", number or "").casefold() if form <= Form.NODE else ""
    return form, depth, unit


def _next_in_list(form: Form, value: int | None, following: str) -> bool:
    other, number, _ = split_heading(following)
    return other is form and number is not None and _count(number) == (value or 0) + 1


def _count(number: str) -> int | None:
    bare = number.strip("第章编篇卷部讲节附录、．.()（） ")
    return chinese_number(bare.split(".")[-1].split("．")[-1]) if bare else None
