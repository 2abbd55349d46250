"""The notes of a book tied to the marks in its text, by page or, at a chapter's end, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rag.reading.sheets.lines import Cut
from rag.reading.sheets.notes import Foot, find_marks, misread, plain_sign, tie_notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.reading.notes import Mark
    from rag.reading.sheets.notes import Note

_LIST = 4
_OWN = 0.6
_MOSTLY = 0.8
_SAME_SIZE, _SOME = 0.08, 2
_FIRST_SIGNS = {"1", "*"}


@dataclass(frozen=True, slots=True)
class Ties:
    """For each page its text and notes, the marks to cut out of each line, the keys of notes."""

    feet: tuple[Foot, ...]
    cuts: tuple[tuple[tuple[Cut, ...], ...], ...]
    keys: tuple[tuple[str, ...], ...]


def tie_all(feet: Sequence[Foot], sizes: Sequence[float] = ()) -> Ties:
    """Return the notes of all pages tied to their marks; ``sizes`` are those of notes alone.

    A note is tied on its own page. Notes of pages where none can be stand at the end of a
    chapter or of the book: their signs are laid along those of the marks left over. What
    begins with signs in a row and has no marks anywhere is a list, and goes back to the text.
    A note whose sign cannot be read belongs to the one mark of its page that has none; it is
    text where no notes of the book stand at the foot in its size.
    """
    marks = [find_marks(foot.body) for foot in feet]
    tied: dict[tuple[int, int], tuple[int, int]] = {}
    for k, foot in enumerate(feet):
        signed = [n for n, note in enumerate(foot.notes) if note.sign]
        for n, m in zip(signed, tie_notes(foot.notes, marks[k]), strict=True):
            if m is not None:
                tied[k, n] = k, m
    own = Counter(k for k, _ in tied)
    with_own = {k for k, n in own.items() if n >= _OWN * sum(bool(x.sign) for x in feet[k].notes)}
    tied = {place: mark for place, mark in tied.items() if place[0] in with_own}
    tied |= _at_the_end(feet, marks, with_own)
    tied |= _without_signs(feet, marks, tied)
    own_sizes = [feet[k].notes[n].lines[0].size for k, n in tied if k in with_own]
    own_sizes += [size for size in sizes for _ in range(_SOME)]
    kept = []
    for k, foot in enumerate(feet):
        signed = [n for n, note in enumerate(foot.notes) if note.sign]
        small = sum(len(note.lines) for note in foot.notes)
        is_list = len(signed) >= _LIST or (signed and small > len(foot.body))
        lone = not signed and bool(foot.notes) and not _is_note(foot.notes[0], own_sizes)
        if lone or (is_list and not any((k, n) in tied for n in signed)):
            lines = tuple(line for note in foot.notes for line in note.lines)
            kept.append(Foot((*foot.body, *lines), ()))
        else:
            kept.append(foot)
    keys = {place: f"{place[0]}.{place[1]}" for place in tied}
    by_mark = {mark: keys[place] for place, mark in tied.items()}
    certain = [
        (k, m) for k, here in enumerate(marks) for m, mark in enumerate(here) if mark.certain
    ]
    mostly = sum(mark in by_mark for mark in certain) > _MOSTLY * len(certain)
    return Ties(
        tuple(kept),
        tuple(_cuts(kept[k], marks[k], k, by_mark, mostly=mostly) for k in range(len(kept))),
        tuple(
            tuple(keys.get((k, n), f"{k}.{n}") for n in range(len(foot.notes)))
            for k, foot in enumerate(kept)
        ),
    )


def _without_signs(
    feet: Sequence[Foot],
    marks: Sequence[Sequence[Mark]],
    tied: Mapping[tuple[int, int], tuple[int, int]],
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the notes without a sign with the mark that alone on their page has no note."""
    answered = set(tied.values())
    found = {}
    for k, foot in enumerate(feet):
        notes = [n for n, note in enumerate(foot.notes) if not (note.sign or note.rest)]
        free = [m for m, mark in enumerate(marks[k]) if mark.certain and (k, m) not in answered]
        if len(notes) == len(free) == 1:
            found[k, notes[0]] = k, free[0]
    return found


def _is_note(note: Note, sizes: Sequence[float]) -> bool:
    """Whether what has no sign is a note: the rest of one, or in the size of some others."""
    if note.rest or misread(note.lines[0]):
        return True
    size = note.lines[0].size
    return sum(abs(other - size) <= _SAME_SIZE * size for other in sizes) >= _SOME


def _at_the_end(
    feet: Sequence[Foot], marks: Sequence[Sequence[Mark]], with_own: set[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the notes at the end of chapters or of the book with their marks."""
    left = [
        (k, m)
        for k, here in enumerate(marks)
        if k not in with_own
        for m, mark in enumerate(here)
        if mark.certain
    ]
    notes = [
        (k, n)
        for k, foot in enumerate(feet)
        if k not in with_own
        for n, note in enumerate(foot.notes)
        if note.sign
    ]
    wanted = [plain_sign(feet[k].notes[n].sign) for k, n in notes]
    given = [marks[k][m].sign for k, m in left]
    return {notes[n]: left[m] for n, m in _aligned(wanted, given) if left[m][0] <= notes[n][0]}


def _aligned(notes: Sequence[str], marks: Sequence[str]) -> list[tuple[int, int]]:
    """Return which notes and marks belong together, both given by their signs in order.

    Where both count from one equally often, each count of notes is that of the chapter's marks;
    else the longest stretches that both have in common are laid together.
    """
    ours, theirs = _counts(notes), _counts(marks)
    if len(ours) == len(theirs):
        pairs = []
        for one, other in zip(ours, theirs, strict=True):
            places = {marks[m]: m for m in reversed(other)}
            pairs += [(n, places[notes[n]]) for n in one if notes[n] in places]
        return pairs
    matcher = SequenceMatcher(None, notes, marks, autojunk=False)
    return [
        (block.a + step, block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]


def _counts(signs: Sequence[str]) -> list[list[int]]:
    """Return the places of signs, parted wherever counting begins anew."""
    counts: list[list[int]] = []
    for place, sign in enumerate(signs):
        if sign in _FIRST_SIGNS or not counts:
            counts.append([])
        counts[-1].append(place)
    return counts


def _cuts(
    foot: Foot,
    marks: Sequence[Mark],
    page: int,
    keys: dict[tuple[int, int], str],
    *,
    mostly: bool,
) -> tuple[tuple[Cut, ...], ...]:
    """Return for each line of a page's text the marks to cut out of it.

    What is raised and has no note is cut too, save a number that may be a power: where raised
    characters are not ``mostly`` marks, or behind a Latin letter or another number.
    """
    cuts: list[list[Cut]] = [[] for _ in foot.body]
    for m, mark in enumerate(marks):
        text = foot.body[mark.block].text[mark.start : mark.end]
        key = keys.get((page, m))
        before = foot.body[mark.block].text[: mark.start][-1:]
        power = text.strip().isdecimal() and (not mostly or (before.isascii() and before.isalnum()))
        if key is None and mark.certain and not power:
            key = f"{page}.{m}.stray"
        if key is not None:
            cuts[mark.block].append(Cut(mark.start, mark.end, key, text.strip()))
    return tuple(tuple(line) for line in cuts)
