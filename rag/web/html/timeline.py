"""Dated events as HTML, year by year; pure: values in, safe text out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rag.types import Language, Span
from rag.web.html.answers import chip, language_tag, marked, render_calm, safe, where
from rag.web.html.targets import Target
from rag.web.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Event, Moment

SHOWN = 400
"""Events shown at one time; of more, the first ones, and it is said how many there are."""

_MONTHS = {
    Language.EN: "January February March April May June July August September October November"
    " December",
    Language.RU: "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
}
_MONTHS_OF_DAYS = {
    Language.EN: _MONTHS[Language.EN],
    Language.RU: "января февраля марта апреля мая июня июля августа сентября октября ноября"
    " декабря",
}
_YEARS = {
    Language.ZH: ("{year}年", "{year}年代"),
    Language.ZH_HANT: ("{year}年", "{year}年代"),
    Language.EN: ("{year}", "{year}s"),
    Language.RU: ("{year} год", "{year}-е годы"),
}


def year_words(moment: Moment, language: Language) -> str:
    """Return the year, or decade, of a date as a heading: 1937年, 1937, 1937 год."""
    year, decade = _YEARS[language]
    return (decade if moment.decade else year).format(year=moment.year)


def day_words(moment: Moment, language: Language) -> str:
    """Return a date without its year: 7月7日, 7 July, 7 июля, 7月; empty where it is a year."""
    if moment.month is None:
        return ""
    if language not in _MONTHS:
        return f"{moment.month}月" + (f"{moment.day}日" if moment.day else "")
    if moment.day is None:
        return _MONTHS[language].split()[moment.month - 1]
    return f"{moment.day} {_MONTHS_OF_DAYS[language].split()[moment.month - 1]}"


def date_words(event: Event, language: Language) -> str:
    """Return when an event was, beneath the heading of its year; empty where that says all."""
    day, until = day_words(event.moment, language), event.until
    if until is None:
        return day
    end, latin = day_words(until, language), language in _MONTHS
    if until.year != event.moment.year:
        day = day or _year_alone(event.moment, language)
        year = _year_alone(until, language)
        end = f"{end} {year}".strip() if latin else f"{year}{end}"
    return f"{day} – {end}" if latin else f"{day}—{end}"


def _year_alone(moment: Moment, language: Language) -> str:
    if language is Language.RU and not moment.decade:
        return str(moment.year)
    return year_words(moment, language)


def render_event(event: Event, language: Language) -> str:
    """Return an event as a list item that opens its page, the date in it marked."""
    citation = event.citation
    record, start = citation.record, citation.start or 0
    end = start + len(citation.quote)
    when = safe(date_words(event, language))
    if event.inferred and when:
        when = f'<span class="doubt" title="{safe(word("date_inferred", language))}">{when}</span>'
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


def render_events(events: Sequence[Event], language: Language) -> str:
    """Return events grouped by their year; a calm sentence where there is none."""
    if not events:
        return render_calm("chronology_none", language)
    shown = events[:SHOWN]
    key = "chronology_count" if len(shown) == len(events) else "chronology_more"
    count = safe(word(key, language, count=len(events)))
    out = [f'<p class="label count">{count}</p>']
    for heading, group in groupby(shown, lambda event: year_words(event.moment, language)):
        items = "".join(render_event(event, language) for event in group)
        out.append(
            f'<section class="year"><h3>{safe(heading)}</h3><ol class="hits">{items}</ol></section>'
        )
    return "".join(out)
