"""The chapters of an e-text, by how their headings count; pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number, roman_number, spelt_number
from rag.language.tables import Pattern
from rag.language.text import cells, ends_sentence, is_contents_head, letters_of
from rag.reading.outline import is_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.etext.lines import Paragraph

_HAN = "一二三四五六七八九十百千零〇两兩廿卅"
_NUMBERED: tuple[re.Pattern[str] | Pattern, ...] = (
    re.compile(
        rf"第\s*(?P<n>[{_HAN}\d]+)\s*(?P<kind>[章回折卷部编編篇讲講节節集幕出齣话話册冊])(?![合扣口现版体團团])"
        r"[\s:：、.．·—-]*(?P<title>.*)"
    ),
    re.compile(
        rf"(?P<kind>[卷篇折部])\s*(?P<n>[{_HAN}\d]+|[上中下])(?:[\s:：、.．·—-]+(?P<title>.*)|$)"
    ),
    re.compile(r"(?P<n>[上中下])(?P<kind>[编編篇卷部册冊])(?:[\s:：、.．·—-]+(?P<title>.*)|$)"),
    Pattern(
        r"(?i:(?:the\s+)?(?P<kind>{reading.divisions})\s+(?:the\s+)?(?P<n>\d+|[ivxlc]+|[а-яёa-z-]+))"
        r"(?![^\W_])[\s:.—–-]*(?P<title>.*)"
    ),
    re.compile(r"(?P<n>[IVXLC]+|\d{1,3})(?P<kind>[.．]?)(?P<title>)"),
)
_BARE = len(_NUMBERED) - 1
_SIDES = {"上": 1, "中": 2, "下": 3}
_LONGEST = 40.0
_LONGEST_TITLE = 30.0
_GAP = 3
_FEW = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at paragraphs [first, last]; ``contents`` says that it is a line of a table."""

    first: int
    last: int
    level: int
    text: str
    contents: bool = False


@dataclass(frozen=True, slots=True)
class _Numbered:
    at: int
    kind: str
    number: int
    titled: bool


def find_headings(paragraphs: Sequence[Paragraph]) -> list[Heading]:
    """Return the headings among paragraphs, in order.

    They are what hashes stand before, what is numbered as chapters are and counts up, and the
    usual names of front and back matter. Chapters within parts are a level below them: a kind
    of heading nests in those that begin before it and are fewer.
    """
    hashed = {k for k, paragraph in enumerate(paragraphs) if paragraph.hashes}
    numbered = _counting([one for k in range(len(paragraphs)) if (one := _read(paragraphs, k))])
    levels = _levels(numbered)
    if hashed:
        numbered = [one for one in numbered if one.at in hashed]
        least = min(paragraphs[k].hashes for k in hashed)
        found = {k: paragraphs[k].hashes - least + 1 for k in hashed}
    else:
        found = {one.at: levels[one.kind] for one in numbered}
        body = min(found, default=len(paragraphs))
        last = max(found, default=-1)
        found |= {
            k: 1
            for k, paragraph in enumerate(paragraphs)
            if found and not body < k < last and _is_matter(paragraph.text)
        }
    untitled = {one.at for one in numbered if not one.titled}
    return _without_repeats( [
        _heading(paragraphs, k, found[k], joins=k in untitled and k + 1 not in found)
        for k in sorted(found)
    ])  # fmt: skip


def _read(paragraphs: Sequence[Paragraph], k: int) -> _Numbered | None:
    """Return what a paragraph numbers, if it may be a heading."""
    text = paragraphs[k].text.strip()
    if not text or cells(text) > _LONGEST:
        return None
    for form, pattern in enumerate(_NUMBERED):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        title = (match["title"] or "").strip()
        number = _value(match["n"])
        prose = bool(title) and (title[0].islower() or title[0] in ",，、;；")
        stopped = bool(title) and ends_sentence(title)
        whole = stopped and not (title.endswith(".") and form == _BARE - 1)
        if number is None or prose or whole:
            continue
        kind = "number" if form == _BARE else match["kind"].casefold()
        kind += "*" if form == _BARE and not match["n"].isdigit() else ""
        return _Numbered(k, kind, number, bool(title))
    return None


def _value(text: str) -> int | None:
    if text in _SIDES:
        return _SIDES[text]
    return chinese_number(text) or roman_number(text) or spelt_number(text.casefold())


def _counting(numbered: Sequence[_Numbered]) -> list[_Numbered]:
    """Return what counts up, kind by kind, or begins again; bare numbers must do so for long."""
    kept: list[_Numbered] = []
    last: dict[str, int] = {}
    for one in numbered:
        before = last.get(one.kind)
        goes_on = before is None or 0 <= one.number - before <= _GAP or one.number == 1
        if goes_on:
            last[one.kind] = one.number
            kept.append(one)
    counts = Counter(one.kind for one in kept)
    named = any(not kind.startswith("number") for kind in counts)
    return [
        one
        for one in kept
        if not one.kind.startswith("number") or (counts[one.kind] >= _FEW and not named)
    ]


def _levels(numbered: Sequence[_Numbered]) -> dict[str, int]:
    counts = Counter(one.kind for one in numbered)
    kinds = list(counts)
    return {
        kind: 1 + sum(counts[other] < counts[kind] for other in kinds[:k])
        for k, kind in enumerate(kinds)
    }


def _is_matter(text: str) -> bool:
    return cells(text) <= _LONGEST_TITLE / 2 and (is_part(text) or is_contents_head(text))


def _heading(paragraphs: Sequence[Paragraph], k: int, level: int, *, joins: bool) -> Heading:
    """Return a heading, with the title that stands in the next paragraph if it has none."""
    text = paragraphs[k].text.strip()
    if joins and k + 2 < len(paragraphs):
        title, behind = paragraphs[k + 1].text, paragraphs[k + 2].text
        short = cells(title) <= _LONGEST_TITLE and not ends_sentence(title)
        if short and (cells(behind) > _LONGEST_TITLE or ends_sentence(behind)):
            return Heading(k, k + 1, level, f"{text.rstrip('.．:：')} {title.strip()}")
    return Heading(k, k, level, text)


def _without_repeats(headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings, those of a list that stands before them all made lines of contents."""
    later: dict[str, int] = {letters_of(heading.text): heading.first for heading in headings}
    starts = {heading.first for heading in headings}
    result: list[Heading] = []
    for heading in headings:
        again = later[letters_of(heading.text)] > heading.first
        bare = heading.last + 1 in starts
        listed = again and (bare or (bool(result) and result[-1].contents))
        result.append(Heading(heading.first, heading.last, heading.level, heading.text, listed))
    return result
