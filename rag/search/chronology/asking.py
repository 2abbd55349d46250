"""The time that a question names, and which events fall into it; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.dates import Use, blanked
from rag.language.tables import Pattern
from rag.language.text import fold
from rag.search.chronology.mentions import mentions
from rag.search.chronology.story import Story
from rag.types import Moment, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.search.chronology.story import Dated
    from rag.types import Event

    Day = tuple[int, int, int]

_DECADE = 9
"""Years from the first to the last one of a decade."""
_LAST = 99
"""A month or a day behind all that there are."""
_NEVER = (9999, _LAST, _LAST)
_CENTURY = 100
_LATER_BEFORE = Pattern(r"{chronology.later_before}\s*$")
_LATER_AFTER = Pattern(r"\s*{chronology.later_after}")
_YEARS = Pattern(
    r"(?<![\d.,-])(?P<first>1\d{3}|20\d\d)(?:\s*(?:-+|~|{chronology.until})\s*(?P<last>1\d{3}|20\d\d|\d\d))?"
    r"(?![\d,.-]*\d)\s*年?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a question names: ``words`` is where in the question it does.

    ``first`` and ``last`` are the days that it begins and ends with, as year, month and day:
    of a year, month 0 and month 99.
    """

    first: Day
    last: Day
    words: Span

    def whole_years(self) -> Period:
        """Return the years that it begins and ends in."""
        return Period((self.first[0], 0, 0), (self.last[0], _LAST, _LAST), self.words)

    def has(self, event: Event) -> bool:
        """Return whether an event is dated to it.

        A date must fall into it as a whole: that something was in a year does not say that it
        was in its May. Of what lasted, a part of it is enough.
        """
        begins, ends = event.moment.order, _end(event.until or event.moment)
        if event.until is not None and not event.moment.decade:
            return begins <= self.last and ends >= self.first
        return begins >= self.first and ends <= self.last


def _end(moment: Moment) -> Day:
    """Return the last day that a date may mean."""
    year = moment.year + _DECADE * moment.decade
    return year, moment.month or _LAST, moment.day or _LAST


def period_of(question: str) -> tuple[Period, ...]:
    """Return the times that a question names, in order; empty where it names none.

    Dates, years in any form, decades, spans (1937到1939年, 1937-39), and what is after a year.
    """
    found = mentions(question)
    if any(one.use is Use.UNSURE for one in found):
        return ()  # before 1924 is another time than 1924
    folded = fold(question)
    read = [_period(dated) for dated in Story().sentence(found)] or list(_bare(folded))
    return tuple(_opened(one) if _is_begun(one, folded) else one for one in read)


def _opened(period: Period) -> Period:
    """Return the time after a year, without an end."""
    return replace(period, first=period.last, last=_NEVER)


def _is_begun(period: Period, folded: str) -> bool:
    """Return whether a year only begins the time that is meant: after 1888."""
    if period.first[0] != period.last[0]:
        return False
    before, after = folded[: period.words.start], folded[period.words.end :]
    return bool(_LATER_BEFORE.search(before) or _LATER_AFTER.match(after))


def _period(dated: Dated) -> Period:
    return Period(
        dated.moment.order, _end(dated.until or dated.moment), Span(dated.start, dated.end)
    )


def _bare(folded: str) -> Iterator[Period]:
    """Yield the years that stand without a word beside them, those that a joint makes a span."""
    for match in _YEARS.finditer(folded):
        first = int(match["first"])
        last = int(match["last"] or first)
        last += first // _CENTURY * _CENTURY * (last < _CENTURY)
        if last >= first:
            yield Period((first, 0, 0), (last, _LAST, _LAST), Span(*match.span()))


def without_times(question: str, periods: Sequence[Period]) -> str:
    """Return a question with spaces where it names times."""
    spans = [(one.words.start, one.words.end) for one in periods]
    return blanked(question, spans).replace("\0", " ")
