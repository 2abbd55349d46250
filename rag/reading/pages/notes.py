"""The notes of a scan's text: which blocks are notes, what runs on, and where their marks stand.

Notes stand at the foot of their page, or in a list at the end of a chapter or of the book.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language.tables import words
from rag.language.text import cells, ends_sentence, letters_of
from rag.reading.notes import (
    Mark,
    NoteBlock,
    align,
    as_listed,
    as_note,
    ends_whole,
    family,
    find_marks,
    is_note,
    tie,
    value,
)
from rag.reading.outline import Form, split_heading

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.reading.pages.blocks import Block

_COMPLETE = '页頁)）]】》”"'
_FARTHEST = 2500.0
_LONGEST_REST = 300.0
_SHORT = 20.0
_CLOSED_AT_LEAST = 0.6
_ENOUGH = 5
_NEXT = 3


@dataclass(slots=True)
class Notes:
    """What the blocks of a text are found to be, by block.

    ``texts`` and ``signs`` are of notes; ``ended`` are those in a list at the end of a
    chapter or book, ``heads`` the blocks that head such lists, with their levels; ``rest``
    are blocks with what runs on of the last note before them. ``removed`` are the marks
    in each block of text, ``anchors`` the mark of each note, ``stray`` marks without one.
    """

    texts: dict[int, str] = field(default_factory=dict)
    signs: dict[int, str] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    heads: dict[int, int] = field(default_factory=dict)
    rest: set[int] = field(default_factory=set)
    removed: dict[int, list[Mark]] = field(default_factory=dict)
    anchors: dict[int, Mark] = field(default_factory=dict)
    stray: list[Mark] = field(default_factory=list)


def read_notes(blocks: Sequence[Block], marked: Collection[int]) -> Notes:
    """Return the notes among the blocks, each tied to its mark; ``marked`` are page marks."""
    reader = _Reader(blocks, [k for k in range(len(blocks)) if k not in marked])
    reader.read()
    return reader.found


class _Reader:
    """One walk over the blocks: notes found so far, and marks that wait for theirs."""

    def __init__(self, blocks: Sequence[Block], places: Sequence[int]) -> None:
        """Begin before the first of the places, the blocks that are no page marks."""
        self.blocks, self.places = blocks, [k for k in places if not blocks[k].contents]
        self.found = Notes()
        self.waiting: list[Mark] = []
        self.recent: list[Mark] = []
        self.group: list[int] = []

    def read(self) -> None:
        """Walk over the blocks."""
        cut = False
        skip = -1
        for at, k in enumerate(self.places):
            if at <= skip:
                continue
            text = self.blocks[k].text
            if letters_of(text) in words("reading.note_heads"):
                end = self._list(at)
                if end is not None:
                    skip, cut = end, False
                    continue
            note = as_note(text)
            after = self.found.signs[self.group[-1]] if self.group else None
            if note is not None and is_note(note, self.recent, cut=cut, after=after):
                self._take(k, note)
                self.group.append(k)
                continue
            self._settle()
            self.recent.extend(find_marks(k, text))
            cut = not ends_whole(text)
        self._settle()
        self._finish()

    def _take(self, k: int, note: NoteBlock) -> None:
        self.found.texts[k] = note.text
        self.found.signs[k] = note.sign

    def _settle(self) -> None:
        """Tie the notes at the foot of a page to the marks since those of the page before."""
        if not self.group:
            return
        from_notes = [self.found.signs[k] for k in self.group]
        self._tie(self.group, tie(from_notes, self.recent), self.recent)
        self.recent, self.group = [], []

    def _tie(self, notes: Sequence[int], ties: Sequence[int | None], marks: Sequence[Mark]) -> None:
        used = {m for m in ties if m is not None}
        for k, m in zip(notes, ties, strict=True):
            if m is not None:
                self.found.anchors[k] = marks[m]
                self.found.removed.setdefault(marks[m].block, []).append(marks[m])
        self.waiting += [mark for m, mark in enumerate(marks) if m not in used]

    def _list(self, head: int) -> int | None:
        """Take the list of notes that a heading begins; its last place is returned, or None."""
        listed: list[int] = []
        heads: dict[int, int] = {}
        last, expected = None, 1
        for at in range(head + 1, len(self.places)):
            k = self.places[at]
            note = as_listed(self.blocks[k].text)
            if note is not None and self._next_in_list(note, listed, expected):
                self._take(k, note)
                self.found.ended.add(k)
                listed.append(k)
                last, expected = at, value(note.sign) + 1
            elif (heads or not listed) and self._is_subhead(at, listed, expected):
                heads[k] = 2
            elif not listed or not self._goes_on(at, listed[-1], expected):
                break
            else:
                self.found.rest.add(k)
                last = at
        if last is None:
            return None
        self.found.heads[self.places[head]] = 1 if heads else 2
        self.found.heads |= {k: n for k, n in heads.items() if k < self.places[last]}
        marks = sorted([*self.waiting, *self.recent], key=lambda mark: (mark.block, mark.start))
        self.waiting, self.recent, self.group = [], [], []
        self._tie(listed, align([self.found.signs[k] for k in listed], marks), marks)
        return last

    def _next_in_list(self, note: NoteBlock, listed: Sequence[int], expected: int) -> bool:
        """Whether a note comes next in a list: its number does, or the next chapter's first."""
        if listed and family(note.sign) != family(self.found.signs[listed[-1]]):
            return False
        return value(note.sign) == 1 or expected <= value(note.sign) < expected + _NEXT

    def _is_subhead(self, at: int, listed: Sequence[int], expected: int) -> bool:
        """Whether a line names the chapter whose notes begin right behind it."""
        text = self.blocks[self.places[at]].text
        chapter = split_heading(text)[0] <= Form.APPENDIX
        if ends_sentence(text) or not (chapter or cells(text) <= _SHORT):
            return False
        if at + 1 == len(self.places):
            return False
        note = as_listed(self.blocks[self.places[at + 1]].text)
        if note is None:
            return chapter and self._is_subhead(at + 1, listed, expected)
        return value(note.sign) == 1 or (chapter and self._next_in_list(note, listed, expected))

    def _goes_on(self, at: int, note: int, expected: int) -> bool:
        """Whether a block without a sign goes on with the note before it."""
        if not ends_sentence(self.blocks[note].text) and not self.blocks[note].text.endswith(
            tuple(_COMPLETE)
        ):
            return True
        following = [as_listed(self.blocks[k].text) for k in self.places[at + 1 : at + 2]]
        form = split_heading(self.blocks[self.places[at]].text)[0]
        return form is Form.NONE and any(n and value(n.sign) == expected for n in following)

    def _finish(self) -> None:
        """Find what runs on, and what is left of the marks."""
        self._run_on()
        for mark in [*self.waiting, *self.recent]:
            if mark.certain:
                self.found.removed.setdefault(mark.block, []).append(mark)
                self.found.stray.append(mark)
        self.found.stray.sort(key=lambda mark: (mark.block, mark.start))
        for marks in self.found.removed.values():
            marks.sort(key=lambda mark: mark.start)

    def _run_on(self) -> None:
        """Find what of a note stands at the foot of the next page: it has no sign of its own.

        Only in a book whose notes mostly end as sentences do, for a note that does not.
        """
        feet = [
            at
            for at, k in enumerate(self.places)
            if k in self.found.texts and k not in self.found.ended
        ]
        last = [at for at, after in pairwise([*feet, len(self.places)]) if after != at + 1]
        # A note with another below it is whole: it shows how notes end in this book.
        whole = set(feet) - set(last) if len(feet) >= len(last) + _ENOUGH else feet
        closed = sum(ends_sentence(self.found.texts[self.places[at]]) for at in whole)
        if closed < _CLOSED_AT_LEAST * len(whole):
            return
        cut = [at for at in last if not ends_sentence(self.found.texts[self.places[at]])]
        for at in cut:
            rest = self._rest(at + 1)
            if rest is not None:
                self.found.rest.add(rest)

    def _rest(self, start: int) -> int | None:
        """Return the block that ends a note which the page before cut, or None."""
        length = 0.0
        for at in range(start + 1, len(self.places)):
            before, k = self.blocks[self.places[at - 1]].text, self.places[at]
            text = self.blocks[k].text
            length += cells(before)
            if length > _FARTHEST or k in self.found.texts:
                return None
            notes_follow = at + 1 < len(self.places) and self.places[at + 1] in self.found.texts
            marked = at + 1 < len(self.places) and self.places[at + 1] != k + 1
            stopped = not ends_whole(before) and cells(before) > _SHORT
            fits = ends_sentence(text) and cells(text) <= _LONGEST_REST and not find_marks(k, text)
            if fits and (stopped or ((notes_follow or marked) and cells(text) <= _SHORT)):
                return k
            if stopped or notes_follow:
                return None
        return None
