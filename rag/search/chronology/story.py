"""The dates of a section's sentences, made whole by what stands before them; pure.

A date that leans on an earlier one (同年8月, 次日, a month without its year) is resolved only
where that is certain. Two things are kept apart: how far the story has come, from which a
month takes its year, and the date named last, which 同年 and 次日 mean. Where a sentence names
several years, goes back in time, or a month goes back, what follows leans on nothing until
the next whole date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rag.language.dates import Lean, Mention, Use
from rag.types import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence

_CENTURY = 100


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a sentence, resolved: ``[start, end)`` is where in the sentence it is written.

    ``until`` is the end of a range. ``inferred``: a part of it stands in an earlier date.
    """

    start: int
    end: int
    moment: Moment
    until: Moment | None = None
    inferred: bool = False


@dataclass(slots=True)
class Story:
    """How far the story of a section has come; sentences are given to it in order.

    ``front`` is where it is, ``named`` the date named last; ``han`` says that its year is in
    Chinese numerals, ``opened`` that the paragraph has had a date. ``entry`` is the date that
    the last paragraph to begin with one began with, ``since`` the latest year named from there.
    """

    front: Moment | None = None
    named: Moment | None = None
    han: bool = False
    opened: bool = False
    entry: Moment | None = None
    since: int = 0

    def paragraph(self) -> None:
        """Begin a paragraph: its first year may go back in time, as another story does."""
        self.opened = False

    def heading(self, found: Sequence[Mention]) -> None:
        """Take over the date of a heading, or of a line that is a date alone."""
        dates = [mention for mention in found if not mention.decade]
        if not dates:
            return
        resolved = _Sentence(self).read(found)
        one = len(dates) == 1 and len(resolved) == 1 and resolved[0].until is None
        self.front = self.named = self.entry = resolved[0].moment if one else None
        self.opened, self.since = True, 0

    def sentence(self, found: Sequence[Mention]) -> list[Dated]:
        """Return the dates of the next sentence that are certain, and go on from there."""
        begins = not self.opened and bool(found) and found[0].start == 0
        if begins and self.front is None and self.entry and self.since <= self.entry.year:
            # In a chronicle the next entry goes on from the last, whatever that one recalls.
            self.front = self.named = self.entry
        reading = _Sentence(self)
        resolved = reading.read(found)
        if begins:
            self.entry = resolved[0].moment if resolved and resolved[0].start == 0 else None
            self.since = 0
        elif reading.unsure and not self.opened:
            self.entry = None
        self.since = max(self.since, *reading.years, 0)
        if reading.lost:
            self.front = self.named = None
        elif reading.here is not None:
            back = self.front is not None and reading.here.year < self.front.year
            self.front = None if back and self.opened else reading.here
        if reading.years and not reading.lost:
            self.named = reading.named if len(reading.years) == 1 else None
        self.opened = self.opened or bool(reading.years)
        return resolved


class _Sentence:
    """Resolves the dates of one sentence against a story.

    ``here`` is where the sentence has brought the story; ``lost`` says that nothing can
    lean on it, ``unsure`` that a date of it is not certain; ``years`` are all that it names.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.here: Moment | None = None
        self.named = story.named
        self.lost = self.unsure = False
        self.years: set[int] = set()
        self.stated: set[int] = set()

    def read(self, found: Sequence[Mention]) -> list[Dated]:
        """Return the dates that are certain, ranges put together."""
        out: list[Dated] = []
        opened: Dated | None = None
        for mention in found:
            dated = None if mention.use is Use.UNSURE else self._resolve(mention)
            if dated is None:
                if not mention.decade:
                    self._lose()
                    self.unsure = True
                opened = None
                continue
            if mention.joined:
                out.append(dated)
                opened = dated
                continue
            if opened is not None:
                if dated.moment.order > opened.moment.order and dated.until is None:
                    # What its end leaves out stands in its beginning.
                    whole = replace(opened, end=dated.end, until=dated.moment)
                    out[-1] = whole
                    if not dated.moment.decade:
                        self._came(whole)
                else:
                    out.append(dated)
                opened = None
                continue
            out.append(dated)
        if len(self.stated) > 1:
            self.here, self.lost = None, True
        return out

    def _lose(self) -> None:
        self.here, self.named, self.lost = None, None, True

    def _resolve(self, mention: Mention) -> Dated | None:
        """Return one date with where the story is brought by it; None where it is unsure."""
        if mention.decade and isinstance(mention.year, int):
            return self._decade(mention, mention.year)
        moment = self._moment(mention)
        if moment is None or not _exists(moment):
            return None
        until = None
        if mention.last is not None:
            until = _until(moment, mention.last)
            if not _exists(until) or until.order <= moment.order:
                return None
        inferred = not isinstance(mention.year, int)
        dated = Dated(mention.start, mention.end, moment, until, inferred)
        self.years |= {moment.year} | ({until.year} if until else set())
        if isinstance(mention.year, int):
            self.story.han = mention.han
        if mention.use is Use.ASIDE:
            self.named = moment
        else:
            self._came(dated)
        return dated

    def _came(self, dated: Dated) -> None:
        """Bring the story to a date; of a range, only what both its ends share."""
        moment, until = dated.moment, dated.until
        self.stated.add(moment.year)
        if until is None:
            self.here = self.named = moment
        elif until.year != moment.year:
            self._lose()
        else:
            month = moment.month if moment.month == until.month else None
            self.here = self.named = Moment(moment.year, month)

    def _decade(self, mention: Mention, year: int) -> Dated | None:
        inferred = year < _CENTURY
        hundreds = 0
        if inferred:
            near = self.here or self.named or self.story.front
            if near is None:
                return None
            hundreds = near.year // _CENTURY * _CENTURY
        moment = Moment(hundreds + year, decade=True)
        until = Moment(hundreds + mention.last, decade=True) if mention.last else None
        return Dated(mention.start, mention.end, moment, until, inferred)

    def _moment(self, mention: Mention) -> Moment | None:
        """Return the whole date, as far as the mention goes; None where it is not certain."""
        if mention.year is not None:
            year = self._year(mention.year)
            if year is None:
                return None
            if isinstance(mention.month, Lean) or isinstance(mention.day, Lean):
                return None
            return Moment(year, mention.month, mention.day)
        if isinstance(mention.month, int):
            return self._month(mention, mention.month)
        if mention.month is not None:
            known = self.named
            if known is None or known.month is None or isinstance(mention.day, Lean):
                return None
            first = date(known.year, known.month, 1)
            if mention.month is Lean.NEXT:
                first = (first + timedelta(days=31)).replace(day=1)
            return Moment(first.year, first.month, mention.day)
        if isinstance(mention.day, int):
            return self._bare_day(mention.day)
        return self._leaning_day(mention.day)

    def _year(self, year: int | Lean) -> int | None:
        if not isinstance(year, Lean):
            return year
        if self.named is None:
            return None
        return self.named.year + (year is Lean.NEXT)

    def _month(self, mention: Mention, month: int) -> Moment | None:
        """Return a month with the year of the story, if the story has not gone past it."""
        known = self.here or self.story.front
        if known is None or isinstance(mention.day, Lean):
            return None
        if mention.han and not self.story.han:
            return None
        if known.month is not None and month < known.month:
            return None
        return Moment(known.year, month, mention.day)

    def _bare_day(self, day: int) -> Moment | None:
        known = self.here or self.story.front
        if known is None or known.month is None or (known.day is not None and day < known.day):
            return None
        return Moment(known.year, known.month, day)

    def _leaning_day(self, lean: Lean | None) -> Moment | None:
        known = self.named
        if known is None or known.month is None or known.day is None:
            return None
        on = date(known.year, known.month, known.day) + timedelta(days=lean is Lean.NEXT)
        return Moment(on.year, on.month, on.day)


def _until(moment: Moment, last: int) -> Moment:
    """Return the end of a range that shares its smallest unit with its beginning."""
    if moment.day is not None:
        return replace(moment, day=last)
    if moment.month is not None:
        return replace(moment, month=last)
    return replace(moment, year=last)


def _exists(moment: Moment) -> bool:
    """Return whether the calendar has such a date."""
    try:
        date(moment.year, moment.month or 1, moment.day or 1)
    except ValueError:
        return False
    return True
