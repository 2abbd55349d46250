"""Dated events as HTML, year by year; pure: values in, safe text out."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import Language, Span
from rag.web.html.answers import chip, language_tag, marked, render_calm, safe, where
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Event, Moment

SHOWN = 400
"""Events shown at one time; of more, the first ones, and it is said how many there are."""
BARS, LABELS = 100, 8
"""Bars that a row has at most, and those of them with a year below."""


def year_words(moment: Moment, language: Language) -> str:
    """Return the year, or decade, of a date as a heading: 1937年, 1937, 1937 год."""
    return say("dates.decade" if moment.decade else "dates.year", language, year=moment.year)


def day_words(moment: Moment, language: Language) -> str:
    """Return a date without its year: 7月7日, 7 July, 7 июля, 7月; empty where it is a year."""
    if moment.month is None:
        return ""
    if moment.day is None:
        return say(f"months.{moment.month}", language)
    month = say(f"months_of_days.{moment.month}", language)
    return say("dates.day", language, month=month, day=moment.day)


def date_words(event: Event, language: Language) -> str:
    """Return when an event was, beneath the heading of its year; empty where that says all."""
    day, until = day_words(event.moment, language), event.until
    if until is None:
        return day
    end = day_words(until, language)
    if until.year != event.moment.year:
        day = day or _year_alone(event.moment, language)
        year = _year_alone(until, language)
        end = say("dates.day_of_year", language, year=year, day=end).strip()
    return say("dates.span", language, first=day, last=end)


def _year_alone(moment: Moment, language: Language) -> str:
    if moment.decade:
        return year_words(moment, language)
    return say("dates.year_behind", language, year=moment.year)


def render_event(event: Event, language: Language) -> str:
    """Return an event as a list item that opens its page, the date in it marked."""
    citation = event.citation
    record, start = citation.record, citation.start or 0
    end = start + len(citation.quote)
    when = safe(date_words(event, language))
    if event.inferred and when:
        doubt = safe(say("web.date_inferred", language))
        when = f'<span class="doubt" title="{doubt}">{when}</span>'
    mark = Span(event.words.start - start, event.words.end - start)
    target = safe(str(Target(record.id, (Span(start, end),))))
    return (
        f'<li><button type="button" class="hit event" data-open="{target}">'
        f'<span class="when">{when}</span>'
        f'<span class="text" lang="{safe(language_tag(record, citation.quote))}">'
        f"{marked(citation.quote, [mark])}</span>"
        f'<span class="source">{where(record, citation.place, language)}'
        f"{chip(citation.place, language)}</span></button></li>"
    )


def render_density(
    events: Sequence[Event], first: int | None, last: int | None, language: Language
) -> str:
    """Return how many events each year has, as a row of bars that narrow the years.

    ``first`` and ``last`` are the years that are chosen, None where that end is open. A span of
    more than BARS years is counted by decades. Empty where all events are of one year.
    """
    years = Counter(event.moment.year for event in events)
    if len(years) < 2:
        return ""
    low, high = min(years), max(years)
    step = next(width for width in (1, 10, 100, 1000) if (high - low) // width < BARS)
    counts = dict.fromkeys(range(low - low % step, high + 1, step), 0)
    for year, count in years.items():
        counts[year - year % step] += count
    most = max(counts.values())
    every = max(1, -(-len(counts) // LABELS))
    out = "".join(
        _column(year, min(year + step - 1, 9999), count / most, count, language,
                chosen=_overlap(year, year + step - 1, first, last), label=index % every == 0)
        for index, (year, count) in enumerate(counts.items())
    )  # fmt: skip
    head = safe(say("web.chronology_years", language))
    return f'<ol class="density" aria-label="{head}">{out}</ol>'


def _overlap(start: int, end: int, first: int | None, last: int | None) -> bool:
    """Return whether years are among those that are chosen; none is where all are."""
    if first is None and last is None:
        return False
    return (last is None or start <= last) and (first is None or end >= first)


def _column(
    start: int,
    end: int,
    share: float,
    count: int,
    language: Language,
    *,
    chosen: bool,
    label: bool,
) -> str:
    """Return a year, or several, as a bar: pressed it narrows the list to them."""
    years = say("dates.year", language, year=start)
    if end > start:
        last = say("dates.year", language, year=end)
        years = say("dates.span", language, first=years, last=last)
    said = safe(say("web.chronology_column", language, years=years, count=count))
    shown = f'<span class="label" aria-hidden="true">{start}</span>' if label else ""
    bar = f'<span class="bar" style="--share: {share:.3f}"></span>'
    if not count:
        return f"<li>{bar}{shown}</li>"
    return (
        f'<li><button type="button" data-from="{start}" data-to="{end}" '
        f'aria-pressed="{str(chosen).lower()}" aria-label="{said}" title="{said}">{bar}</button>'
        f"{shown}</li>"
    )


def render_events(events: Sequence[Event], language: Language) -> str:
    """Return events grouped by their year; a calm sentence where there is none."""
    if not events:
        return render_calm("web.chronology_none", language)
    shown = events[:SHOWN]
    key = "web.chronology_count" if len(shown) == len(events) else "web.chronology_more"
    count = safe(say(key, language, count=len(events)))
    out = [f'<p class="label count" role="status">{count}</p>']
    for heading, group in groupby(shown, lambda event: year_words(event.moment, language)):
        items = "".join(render_event(event, language) for event in group)
        out.append(
            f'<section class="year"><h3>{safe(heading)}</h3><ol class="hits">{items}</ol></section>'
        )
    return "".join(out)
