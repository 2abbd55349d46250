"""What happened in a year, on a date, in a span of years, from the books' chronology."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.evidence import is_answered, weigh_sentences
from rag.answering.picking.picked import EVIDENCE, Picked, Quote, escape, quoted, sections_of
from rag.language import tagged
from rag.language.catalog import say
from rag.language.names import name_pattern
from rag.language.tables import Pattern
from rag.language.text import bigrams, fold, has_han
from rag.questions import Kind, Manner, Want, content_words
from rag.search.chronology import period_of, without_times
from rag.types import Hit, Match, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.picking.picked import Sources
    from rag.questions import Question, Sought
    from rag.search import Search
    from rag.search.chronology import Period
    from rag.types import Event

    Day = tuple[int, int, int]

_MOST = 12
"""Events that are quoted; who wants more of them reads the chronology."""
_MARGIN = 4.0
"""How far below the best one's score an event still answers what is asked of a time."""
_NAMED = 0.5
"""How much of a subject such an event names at least, as a share of what the one that names most
of it does."""
_NEAREST = 3
"""Places offered where nothing answers."""
_SELECTS = 0.5
"""What the words of a subject weigh at least that tells some of a book's events from others, in
the weight of a word of one passage: one that is in half of its passages tells none."""
_MATTERS = {Manner.FACT, Manner.LIST, Manner.HOW, Manner.COURSE}
"""How a question may be asked whose matter is told by what happened in a span."""
_PROPER = ("nr", "ns", "nt", "nz")
_CAPITAL = re.compile(r"\b[A-ZÀ-ÞА-ЯЁ]")
_SAYS_MUCH = 2.0
"""The same for a subject without a name, where a question asks what happened: "on the island" is
no subject, "aid of the society" is one."""
_ASKS = Pattern("{chronology.asks}")


def pick_events(question: Question, sources: Sources) -> Picked | None:
    """Return the sentences that the books date to the times asked for, the earliest first.

    Where the question has a subject, only those that answer it; where none does, they are near
    to it only. None where no time is named,
    or a fact is asked of it: when, or how many.
    """
    periods = period_of(question.sought.words)
    if not periods or question.kind is not Kind.OTHER:
        return None
    dated = _dated(question, sources)
    events = _in_order(event for event in dated if any(one.has(event) for one in periods))
    if not events:
        return _nothing(question, periods, dated, sources)
    subject = _subject(question.sought, periods)
    chosen = events
    if subject.terms:
        search = _searched(question, subject, events, sources)
        sure = question.want is not Want.EVENTS or _is_named(subject)
        if search.terms.rare_words >= (_SELECTS if sure else _SAYS_MUCH):
            answering = _answering(search, events)
            chosen = [event for event in events if event in answering]
    near = not chosen
    if near:  # that is what the time has, and none of it speaks of the subject
        chosen = events[:_NEAREST]
    notice = ""
    if len(chosen) > _MOST:
        weighed = _weighed(_searched(question, question.sought, chosen, sources), chosen)
        kept = [event for event, _ in weighed[:_MOST]]
        notice = say("answers.of_events", question.language, shown=len(kept), all=len(chosen))
        chosen = [event for event in chosen if event in kept]
    quotes = tuple(map(_quote, chosen))
    return Picked(
        quotes, notice=notice, found=sources.found(question, quotes[:EVIDENCE]), near=near
    )


def pick_span(question: Question, sources: Sources) -> Picked | None:
    """Return what answers a question of a matter in a span of years, the earliest first.

    None where no span is named, or the sentence that answers best is not dated to it: then the
    question is one of fact.
    """
    periods = period_of(question.sought.words)
    spans = any(one.first[0] < one.last[0] for one in periods)
    if question.want is not Want.PASSAGE or not spans or question.manner not in _MATTERS:
        return None
    picked = pick_events(question, sources)
    if picked is None or picked.near or not picked.quotes:
        return None
    best = weigh_sentences(sources.search(question), Kind.OTHER)[:1]
    return picked if [quoted(item) in picked.quotes for item in best] == [True] else None


def _dated(question: Question, sources: Sources) -> list[Event]:
    """Return the events of a question's books, or of the part that it confines itself to."""
    events = sources.chronicle.events(question.book_ids)
    unseen = {None, *sources.without}
    events = [event for event in events if event.citation.passage_id not in unseen]
    if question.part is None:
        return events
    within = question.part.sections
    inside = {
        passage.id
        for book_id, sections in within.items()
        for passage in sources.library.passages(book_id)
        if passage.section in sections
    }
    return [event for event in events if event.citation.passage_id in inside]


def _in_order(events: Iterable[Event]) -> list[Event]:
    """Return events in order of time, a sentence once.

    What is dated to a year alone (同年, 1939年秋天) was later than what stands before it in the
    text of the same year.
    """
    told = sorted(events, key=lambda event: (event.citation.record.id, event.words.start))
    orders: dict[Quote, Day] = {}
    last: tuple[str, Day] | None = None
    for event in told:
        book_id, order = event.citation.record.id, event.moment.order
        if event.moment.month is None and last and last[0] == book_id and last[1][0] == order[0]:
            order = last[1]
        orders.setdefault(_quote(event), order)
        last = book_id, order
    first = {_quote(event): event for event in reversed(told)}
    return [first[quote] for quote in sorted(orders, key=orders.__getitem__)]


def _nothing(
    question: Question, periods: Sequence[Period], dated: Sequence[Event], sources: Sources
) -> Picked:
    """Return that nothing is dated to the times, with the years before and after that have."""
    asked = escape(question.sought.words[periods[0].words.start : periods[-1].words.end])
    whole = [one.whole_years() for one in periods]
    same = _in_order(event for event in dated if any(one.has(event) for one in whole))
    if same:  # nothing of the month or the day, but of its year
        notice = say("answers.no_event", question.language, asked=asked)
        quotes = tuple(map(_quote, same[:_NEAREST]))
        return Picked(quotes, notice=notice, found=sources.found(question, quotes), near=True)
    if not dated:
        return Picked((), notice=say("answers.no_event", question.language, asked=asked))
    before = [event for event in dated if event.moment.order < periods[0].first]
    after = [event for event in dated if event.moment.order > periods[-1].last]
    near = [*before[-1:], *after[:1]] or dated[:1]
    joint = say("documents.joint", question.language)
    years = joint.join(dict.fromkeys(str(event.moment.year) for event in near))
    notice = say("answers.nearest_years", question.language, asked=asked, years=years)
    return Picked((), notice=notice, nearest=_hits(near, sources))


def _subject(sought: Sought, periods: Sequence[Period]) -> Sought:
    """Return what a question looks for besides a time, and besides that something happened."""
    words = without_times(sought.words, periods)
    content = _ASKS.sub("|", fold(content_words(words)))
    tokens, named = set(bigrams(content)), fold(words)
    terms = tuple(
        term
        for term in sought.terms
        if any(spelling <= tokens for spelling in term.spellings)
        or (term.name and any(_names(named, spelling) for spelling in term.spellings))
    )
    return replace(sought, words=words, spelt=words, content=content, terms=terms)


def _is_named(subject: Sought) -> bool:
    """Return whether a subject names somebody or something."""
    if any(term.name for term in subject.terms):
        return True
    if has_han(subject.words):
        words = tagged(subject.content.replace("|", ","))
        return any(kind.startswith(_PROPER) for word, kind in words if len(word) > 1)
    return bool(_CAPITAL.search(subject.words.strip()[1:]))


def _names(folded: str, spelling: frozenset[str]) -> bool:
    """Return whether a question has all of a name's spelling, in any case or number."""
    return all(name_pattern(token).search(folded) for token in spelling)


def _searched(
    question: Question, sought: Sought, events: Sequence[Event], sources: Sources
) -> Search:
    """Return what is found in the sections that hold events."""
    ids = list(dict.fromkeys(_quote(event).passage_id for event in events))
    homes = [stored.passage for stored in sources.library.stored(ids)]
    limit = max(len(ids), EVIDENCE) * 2
    return sources.search(question, sought, within=sections_of(homes), limit=limit)


def _weighed(search: Search, events: Sequence[Event]) -> list[tuple[Event, Evidence]]:
    """Return the events whose sentences were found with what speaks for them, best first."""
    there = {quoted(item): item for item in weigh_sentences(search, Kind.OTHER)}
    found = [(event, there[_quote(event)]) for event in events if _quote(event) in there]
    return sorted(found, key=lambda pair: -pair[1].score)


def _answering(search: Search, events: Sequence[Event]) -> list[Event]:
    """Return the events that answer what was looked for; empty where none does.

    They are near to the best one, and name at least half as much of it as any does.
    """
    there = _weighed(search, events)
    if not is_answered(search, [item for _, item in there]):
        return []
    named = [max(item.sign("coverage"), item.sign("worded")) for _, item in there]
    least = there[0][1].score - _MARGIN
    return [
        event
        for (event, item), share in zip(there, named, strict=True)
        if item.score >= least and share >= max(named) * _NAMED
    ]


def _quote(event: Event) -> Quote:
    one = event.citation
    return Quote(one.record.id, one.passage_id or "", Span(one.start or 0, one.end or 0))


def _hits(events: Sequence[Event], sources: Sources) -> tuple[Hit, ...]:
    """Return the places of events, the first few."""
    return tuple(
        Hit(
            sources.library.passage(_quote(event).passage_id),
            event.citation.place,
            Match.WORDS,
            0.0,
        )
        for event in events[:_NEAREST]
    )
