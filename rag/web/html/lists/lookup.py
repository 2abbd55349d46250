"""What a lookup found as HTML: counted, by chapter in bars, place by place; pure.

The bars are HTML and not Gradio's own plot: ``gr.BarPlot`` draws with Vega, which compiles
expressions (it needs ``unsafe-eval`` of its own), loads more than a megabyte, and gives a
picture in which nothing can be reached by keys or read aloud. Here each bar is a button.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import Way
from rag.web.html.answers import language_tag, render_calm, render_hit, safe, title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.types import BookRecord, Hit, Language, Lookup, Tally, Wish

OPEN = 12
"""Bars up to which they are shown unasked."""


def render_lookup(
    found: Lookup,
    wish: Wish,
    records: Mapping[str, BookRecord],
    language: Language,
    *,
    shown: int,
    narrows: bool = False,
) -> str:
    """Return the first so many passages found: those with the words, counted, then those near.

    ``narrows`` says that pressing a bar may confine the lookup to its chapter. Where there is
    no passage, a calm sentence; where none has the words, that is said.
    """
    hits = [hit for hit in found.hits if hit.passage.book_id in records]
    if not hits:
        return render_calm("web.lookup_none", language)
    worded, near = hits[: found.worded], hits[found.worded :]
    out = _counted(found, language) if worded else ""
    out += _bars(found.tallies, records, language, wish.within if narrows else None)
    out += _listed(worded[:shown], records, language)
    left = shown - len(worded)
    if near and left > 0:
        if not worded and wish.way is not Way.MEANING:
            out += render_calm("web.lookup_none", language)
        out += f'<h2 class="label near">{safe(say("web.lookup_near", language))}</h2>'
        out += _listed(near[:left], records, language)
    rest = len(hits) - shown
    if rest > 0:
        more = safe(say("web.lookup_more", language, count=rest))
        out += f'<p class="more"><button type="button" data-more>{more}</button></p>'
    return out


def _counted(found: Lookup, language: Language) -> str:
    """Return how many passages have the words, and as what else they were looked for."""
    count = safe(say("web.lookup_count", language, count=found.worded))
    also = say("index.joint", language).join(found.spellings)
    also = safe(say("web.lookup_also", language, names=also)) if also else ""
    return f'<p class="label count" role="status">{" ".join(filter(None, (count, also)))}</p>'


def _listed(hits: Sequence[Hit], records: Mapping[str, BookRecord], language: Language) -> str:
    items = "".join(render_hit(hit, records[hit.passage.book_id], language) for hit in hits)
    return f'<ol class="hits">{items}</ol>' if items else ""


def _bars(
    tallies: Sequence[Tally],
    records: Mapping[str, BookRecord],
    language: Language,
    within: str | None,
) -> str:
    """Return how often the words stand in each chapter; none where that tells nothing.

    ``within`` is the chapter that is pressed, None where bars are not for pressing.
    """
    known = [one for one in tallies if one.book_id in records]
    most = max((one.count for one in known), default=0)
    if len(known) < 2 or not most:
        return ""
    head = safe(say("web.lookup_chapters", language))
    several = len({one.book_id for one in known}) > 1
    out = ""
    for book_id, group in groupby(known, lambda one: one.book_id):
        record = records[book_id]
        if several:
            out += f'<p class="label">{title(record)}</p>'
        out += f'<ol class="bars">{"".join(_bar(one, record, most, within) for one in group)}</ol>'
    opened = " open" if len(known) <= OPEN else ""
    return (
        f'<details class="tallies"{opened}><summary class="label">{head}</summary>{out}</details>'
    )


def _bar(one: Tally, record: BookRecord, most: int, within: str | None) -> str:
    tag, heading = safe(language_tag(record)), safe(one.heading)
    inside = (
        f'<span class="name" lang="{tag}">{heading}</span>'
        f'<span class="bar" style="--share: {one.count / most:.3f}"></span>'
        f'<span class="n">{one.count}</span>'
    )
    if within is None or not one.count:
        return f'<li><div class="tally">{inside}</div></li>'
    pressed = str(within == one.heading).lower()
    return (
        f'<li><button type="button" class="tally" data-within="{heading}" '
        f'aria-pressed="{pressed}">{inside}</button></li>'
    )
