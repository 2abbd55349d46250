"""The dates that a sentence speaks of; pure.

What only looks like a date of an event is left out: what stands in the title of a work, in
a reference or an imprint, dates of other calendars, spans of time, what is done every year.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest

from rag.language.dates import YEAR, Mention, Use, blanked, read_dates
from rag.language.tables import Pattern
from rag.language.text import fold

_TITLES = re.compile(r"《[^《》]{1,150}》|〈[^〈〉]{1,150}〉")
_BRACKETS = re.compile(r"\([^()]{1,200}\)")
_REFERENCE = Pattern("{chronology.reference}")
_LIFE = re.compile(rf"\(\s*{YEAR}\s*年?\s*[-~至]\s*(?:{YEAR})?\s*年?\s*\)")
_NOTE = re.compile(r"\s*(?:[①-⑳]|\^|\[\d{1,3}\]|※)")
_SHELF = Pattern("{chronology.shelf}")
"""What only a reference names: a place on a shelf, or a page."""
_OTHER_CALENDAR = Pattern(r"{chronology.other_calendar}[,:]?\s*$")
_UNSURE_BEFORE = Pattern(r"{chronology.unsure_before}[的,]?\s*$")
"""What makes a date without its year another year's: 去年12月."""
_EARLIER_BEFORE = Pattern(r"{chronology.earlier_before}\s*$")
_HABIT_BEFORE = Pattern(r"{chronology.habit_before}[的,]?\s*$")
_EARLIER_AFTER = Pattern(r"\s*{chronology.earlier_after}")
_BEFORE_CHRIST = Pattern(r"{chronology.before_christ}\s*$")
_IMPRINT_BEFORE = Pattern(r"{chronology.imprint_before}[,:]?\s*$")
_IMPRINT_AFTER = Pattern(r"\s*{chronology.imprint_after}")
_SPAN_AFTER = Pattern(r"\s*{chronology.span_after}")
_AGO_AFTER = re.compile(r"\s*来")
"""Behind a round number it is a span of years: 2000年来."""
_NO_DATE_BEFORE = (_OTHER_CALENDAR, _BEFORE_CHRIST, _HABIT_BEFORE, _IMPRINT_BEFORE)
_NO_DATE_AFTER = (_IMPRINT_AFTER, _SPAN_AFTER)
_TITLE_BEFORE = re.compile(r"》\s*(?:\([^()]*\))?\s*,?\s*$")
_CITED_AFTER = re.compile(r"\s*(?:[,。;)]|$|第\s*\d)")
_ASIDE_AFTER = Pattern(r"\s*(?:《|\"|{chronology.aside_after})")
_SHARED = Pattern(r"\s*(?:,|-+|(?:,\s*)?{chronology.between})\s*(?:{chronology.on}\s+)?")
"""What stands between dates of which the last alone has its year: in July and August 1937."""
_NAME_AFTER = re.compile(rf"\b{YEAR}(\s)(?=[A-ZÀ-ÞА-ЯЁ][^\W\d_])")
_VERB = Pattern("{chronology.no_month}")
_NEAR = 60
"""Characters before a date in which what it is good for is said."""
_JOINT = Pattern(r"\s*(?:-+|~|{chronology.until})\s*(?:the\s+)?")


def mentions(text: str) -> list[Mention]:
    """Return the dates of a sentence in reading order, none inside another.

    Offsets are those of ``text``. A sentence that is a reference has none.
    """
    if _NOTE.match(text):
        return []
    folded = _masked(_apart(text, _without_verbs(text, fold(text))))
    if _SHELF.search(folded):
        return []
    judged = (_judged(mention, folded) for mention in _with_shared_years(folded))
    found = [mention for mention in judged if mention is not None]
    return [
        replace(mention, joined=_is_joined(folded, mention, following))
        for mention, following in zip_longest(found, found[1:])
    ]


def _without_verbs(text: str, folded: str) -> str:
    """Return a folded text without may and march, which as months have a capital."""
    return blanked(folded, (match.span() for match in _VERB.finditer(text)))


def _apart(text: str, folded: str) -> str:
    """Return a folded text with a comma between a year and a name behind it.

    In 1868 Leary left: what is counted is written small (in 1500 metres).
    """
    for match in _NAME_AFTER.finditer(text):
        folded = f"{folded[: match.start(1)]},{folded[match.end(1) :]}"
    return folded


def _masked(folded: str) -> str:
    """Return a folded sentence with titles, references and spans of lives blanked out."""

    def blank(match: re.Match[str]) -> str:
        return blanked(match[0], [(1, len(match[0]) - 1)])

    def blank_reference(match: re.Match[str]) -> str:
        return blank(match) if _REFERENCE.search(match[0]) else match[0]

    return _LIFE.sub(blank, _TITLES.sub(blank, _BRACKETS.sub(blank_reference, folded)))


def _with_shared_years(folded: str) -> list[Mention]:
    """Return the dates of a text, in other scripts than Han with the year that follows later."""
    found = read_dates(folded)
    for at in range(len(found) - 2, -1, -1):
        mention, following = found[at], found[at + 1]
        if (
            mention.year is None
            and isinstance(mention.month, int)
            and isinstance(following.year, int)
            and "月" not in folded[mention.start : mention.end]
            and _SHARED.fullmatch(folded[mention.end : following.start])
        ):
            found[at] = replace(mention, year=following.year)
    return found


def _is_joined(folded: str, mention: Mention, following: Mention | None) -> bool:
    if following is None or mention.last is not None:
        return False
    return bool(_JOINT.fullmatch(folded[mention.end : following.start]))


def _judged(mention: Mention, folded: str) -> Mention | None:
    """Return a mention with what it is good for; None where it is no date of an event."""
    start, end = mention.start, mention.end

    def behind(pattern: Pattern | re.Pattern[str]) -> bool:
        """Return whether a pattern stands right before the date."""
        return pattern.search(folded, max(0, start - _NEAR), start) is not None

    def ahead(pattern: Pattern | re.Pattern[str]) -> bool:
        return pattern.match(folded, end) is not None

    year = mention.year if isinstance(mention.year, int) else None
    if any(map(behind, _NO_DATE_BEFORE)) or any(map(ahead, _NO_DATE_AFTER)):
        return None
    if year is not None and year % 100 == 0 and ahead(_AGO_AFTER):
        return None
    cited = year is not None and behind(_TITLE_BEFORE) and ahead(_CITED_AFTER)
    elsewhere = year is None and behind(_UNSURE_BEFORE)
    if cited or elsewhere or behind(_EARLIER_BEFORE) or ahead(_EARLIER_AFTER):
        return replace(mention, use=Use.UNSURE)
    if mention.decade or (year is not None and mention.month is None and ahead(_ASIDE_AFTER)):
        return replace(mention, use=Use.ASIDE)
    return mention
