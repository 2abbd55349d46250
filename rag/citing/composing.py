"""Citations of a document: which book is said in full, which briefly, and where in it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.citing.locators import Locator, locate_in_words
from rag.citing.model import RenderedEntry, RenderedNote, Run, StyleKind
from rag.citing.references import NUMBER_MARK, PLACE_MARK, is_native
from rag.citing.rendering import bare_record, render, traditional_words
from rag.citing.styles import numbers_refer_back, style_named
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.citing.model import Cited
    from rag.citing.rendering import Patterns
    from rag.citing.styles import Style, Wording
    from rag.types import BookRecord, Place

_STOPS = ".。"
_CLOSED = ".?!。？！"
"""After these a sentence's own stop is left out."""


def render_notes(
    notes: Sequence[Sequence[Cited]],
    style: str | None = None,
    language: Language | None = None,
    *,
    headings: bool = False,
) -> list[RenderedNote]:
    """Return the citations of a document, one for each of ``notes``, in its order.

    Each note cites one place or several; places of one book are merged (pages 12, 13, 14 are
    12—14). The number of a note in the document is its position,
    from 1. ``language`` is the document's: in English and Russian, the styles for foreign
    papers spell names in Latin letters where the record does; in Traditional Chinese, the
    Chinese styles' own words are in Traditional characters. ``headings`` names chapter and
    section besides the page. Raises CitingError for a style there is not, or where pandoc
    cannot be run.
    """
    chosen = style_named(style)
    grouped = [_by_book(note) for note in notes]
    records = tuple(dict.fromkeys(record for note in grouped for record, _ in note))
    patterns = dict(zip(records, _patterns(records, chosen, language), strict=True))
    refers_back = numbers_refer_back(chosen.name)
    firsts: dict[BookRecord, int] = {}
    rendered = []
    for number, note in enumerate(grouped, start=1):
        parts = []
        for record, places in note:
            later = record in firsts
            # 同1 must mean one book: a note that cites several is not referred back to.
            if len(note) == 1 or not refers_back:
                firsts.setdefault(record, number)
            wording = _wording(chosen, record, language)
            locator = locate_in_words(places, wording, headings=headings)
            parts.append(_fill(patterns[record], locator, firsts.get(record, 0), later=later))
        rendered.append(RenderedNote(_join(parts, chosen)))
    return rendered


def render_bibliography(
    records: Sequence[BookRecord], style: str | None = None, language: Language | None = None
) -> list[RenderedEntry]:
    """Return the bibliography of records, given in the order in which they are first cited.

    A numeric style keeps that order and numbers by it; the others sort by author. A record
    given twice stands once. Raises CitingError as ``render_notes`` does.
    """
    chosen = style_named(style)
    given = {bare_record(record): record for record in reversed(records)}
    known = tuple(dict.fromkeys(bare_record(record) for record in records))
    found = zip(known, _patterns(known, chosen, language), strict=True)
    return [
        RenderedEntry(given[record], pattern.label, pattern.entry)
        for record, pattern in sorted(found, key=lambda pair: pair[1].position)
    ]


def format_citation(
    record: BookRecord, place: Place, style: str | None = None, language: Language | None = None
) -> str:
    """Return a citation as it stands when a book is first cited, as plain text.

    Of a numeric style it is the entry with the pages, since a number alone says nothing; of
    an author-date style the parentheses that stand in the line. An approximate page is
    marked as such, an unknown one gives way to chapter and section; what the record lacks
    is left out or marked, as the style has it. Raises CitingError as ``render_notes`` does.
    """
    chosen = style_named(style)
    if chosen.kind is StyleKind.NUMERIC:
        chosen = style_named(chosen.name.replace(StyleKind.NUMERIC, StyleKind.NOTE))
    bare = bare_record(record)
    (patterns,) = _patterns((bare,), chosen, language)
    locator = locate_in_words([place], _wording(chosen, bare, language))
    return "".join(run.text for run in _fill(patterns, locator, 1, later=False))


def _patterns(
    records: tuple[BookRecord, ...], style: Style, language: Language | None
) -> tuple[Patterns, ...]:
    """Return patterns, rendered once for languages between which the style sees no difference."""
    matters = language is not None and (
        style.foreign if language is not Language.ZH_HANT else not style.foreign
    )
    return render(records, style.name, language if matters else None) if records else ()


def _by_book(note: Sequence[Cited]) -> list[tuple[BookRecord, list[Place]]]:
    """Return what a note cites, book by book, in the order in which the books come."""
    groups: dict[BookRecord, list[Place]] = {}
    for cited in note:
        groups.setdefault(bare_record(cited.record), []).append(cited.place)
    return list(groups.items())


def _wording(style: Style, record: BookRecord, language: Language | None) -> Wording:
    wording = style.native if is_native(record) else style.other
    return _traditional(wording) if language is Language.ZH_HANT else wording


@lru_cache(maxsize=32)
def _traditional(wording: Wording) -> Wording:
    """Return a wording in Traditional characters."""

    def both(forms: tuple[str, str]) -> tuple[str, str]:
        return traditional_words(forms[0]), traditional_words(forms[1])

    return replace(
        wording,
        bare=both(wording.bare),
        full=both(wording.full),
        approximate=traditional_words(wording.approximate),
        note=both(wording.note),
        note_alone=both(wording.note_alone),
        paragraph=both(wording.paragraph),
    )


def _fill(
    patterns: Patterns, locator: Locator | None, number: int, *, later: bool
) -> tuple[Run, ...]:
    """Return a pattern with a place and the number of the first note put in."""
    nothing, pages, words = patterns.later if later else patterns.first
    if locator is None:
        pattern, place = nothing, ""
    else:
        pattern, place = (pages if locator.bare else words), locator.text
    filled = []
    for run in pattern:
        before, mark, after = run.text.partition(PLACE_MARK)
        if mark and place[-1] in _CLOSED and after[:1] in tuple(_STOPS):
            after = after[1:]
        text = before.replace(NUMBER_MARK, str(number))
        filled.append(replace(run, text=text + (place if mark else "") + after))
    return tuple(filled)


def _join(parts: Sequence[tuple[Run, ...]], style: Style) -> tuple[Run, ...]:
    """Return the citations of one note, with one pair of brackets or one stop."""
    opening, closing = style.brackets
    joined: list[Run] = []
    for at, part in enumerate(parts):
        runs = list(part)
        if at > 0 and opening:
            runs[0] = replace(runs[0], text=runs[0].text.removeprefix(opening))
        if at < len(parts) - 1:
            ends = closing if opening else _STOPS
            last = runs[-1].text
            runs[-1] = replace(runs[-1], text=last[:-1] if last[-1:] in tuple(ends) else last)
            if style.delimiter:
                runs.append(Run(style.delimiter))
        joined += runs
    return tuple(_together(joined))


def _together(runs: Iterable[Run]) -> list[Run]:
    """Return runs with neighbours put together that are set alike."""
    found: list[Run] = []
    for run in runs:
        if found and replace(found[-1], text="") == replace(run, text=""):
            found[-1] = replace(run, text=found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return found
