"""The corner and the teacher's room as HTML; pure: values in, safe text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.library import Role, invitation
from rag.types import Span
from rag.web.html import Target, chip, render_calm, safe
from rag.web.rooms.classroom.overview import (
    STATES,
    cells,
    chapter_words,
    chapters_of,
    columns,
    state_words,
    week_words,
    weeks_of,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from rag.library import Reader
    from rag.library.keeping import Report
    from rag.types import Language
    from rag.web.rooms.classroom.overview import Row

SHOWN = 200
"""Questions that are listed, the newest; all of them are in what is downloaded."""


def render_corner(reader: Reader | None, language: Language, *, opened: bool = False) -> str:
    """Return a reader's name, his choice to be named, and the way out; of nobody that alone.

    What lies below the name is folded away, unless it is ``opened``.
    """
    leave = f'<a class="leave" href="logout">{_say("leave", language)}</a>'
    if reader is None:
        return leave
    agree = ""
    if reader.role is Role.READER:
        alias = say("web.class_alias", language, number=reader.number)
        hint = safe(say("web.class_agree_hint", language, alias=alias))
        agree = (
            f'<label><input type="checkbox" data-agree{" checked" if reader.agreed else ""}> '
            f"{_say('agree', language)}</label><p>{hint}</p>"
        )
    return (
        f"<details{' open' if opened else ''}><summary>{safe(reader.name)}</summary>"
        f'<div class="mine">{agree}{leave}</div></details>'
    )


def render_overview(rows: Sequence[Row], language: Language) -> str:
    """Return counts by week and chapter, and the questions themselves."""
    if not rows:
        return render_calm("web.class_none", language)
    weeks = {week_words(week): count for week, count in weeks_of(rows).items()}
    chapters = {chapter_words(place, language): count for place, count in chapters_of(rows).items()}
    heads = "".join(f'<th scope="col">{safe(column)}</th>' for column in columns(language))
    lines = "".join(_question(row, language) for row in rows[:SHOWN])
    return (
        _counted("week", weeks, language)
        + _counted("chapter", chapters, language)
        + f"<h3>{_say('questions', language)}</h3>"
        + f'<div class="wide"><table class="asked"><thead><tr>{heads}</tr></thead>'
        + f"<tbody>{lines}</tbody></table></div>"
    )


def _question(row: Row, language: Language) -> str:
    body = "".join(f"<td>{safe(cell)}</td>" for cell in cells(row, language))
    return f'<tr class="{safe(row.state)}">{body}</tr>'


def _counted(key: str, counts: Mapping[str, Counter[str]], language: Language) -> str:
    heads = [say(f"web.class_{key}", language), *(state_words(one, language) for one in STATES)]
    head = "".join(
        f'<th scope="col">{safe(one)}</th>' for one in (*heads, say("web.class_total", language))
    )
    most = max(count.total() for count in counts.values())
    lines = "".join(
        f'<tr><th scope="row">{safe(name)}<span class="bar" '
        f'style="inline-size:{100 * count.total() // most}%"></span></th>'
        + "".join(f"<td>{count[state]}</td>" for state in STATES)
        + f"<td>{count.total()}</td></tr>"
        for name, count in counts.items()
    )
    return (
        f'<div class="wide"><table class="counted"><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def render_reports(reports: Sequence[Report], language: Language) -> str:
    """Return what readers said of answers and nobody has dealt with, the newest first; no names."""
    rows = "".join(_report(one, language) for one in reversed(reports))
    listed = f'<ul class="class">{rows}</ul>' if rows else render_calm("web.class_fine", language)
    return f"<h3>{_say('reports', language)}</h3>{listed}"


def _report(report: Report, language: Language) -> str:
    kind = safe(say(f"reports.{report.kind}", language))
    said = " · ".join(filter(None, (report.made[:10], " ".join(report.body.split()))))
    place = ""
    if report.where is not None and report.book_id and report.where.start is not None:
        span = Span(report.where.start, report.where.end or report.where.start)
        target = safe(str(Target(report.book_id, (span,))))
        shown = chip(report.where.place, language)
        place = f'<button type="button" data-open="{target}">{shown}</button>'
    done = (
        f'<button type="button" data-finish="{safe(report.id)}">{_say("done", language)}</button>'
    )
    return (
        f'<li><span class="who">{kind}: {safe(report.question)}'
        f'<span class="label"> · {safe(said)}</span></span><span>{place}{done}</span></li>'
    )


def render_readers(readers: Sequence[Reader], own: str, language: Language) -> str:
    """Return the list of the class; who has the name ``own`` looks at it, and stays."""
    rows = "".join(_reader(one, own, language) for one in readers)
    return f'<h3>{_say("readers", language)}</h3><ul class="class">{rows}</ul>'


def _reader(reader: Reader, own: str, language: Language) -> str:
    name = safe(reader.name)
    state = "ready" if reader.chosen else "waiting" if reader.invited else "uninvited"
    role = f" · {_say('teacher', language)}" if reader.role is Role.TEACHER else ""
    buttons = f'<button type="button" data-invite="{name}">{_say("invite", language)}</button>'
    if reader.name != own:
        buttons += (
            f'<button type="button" data-remove="{name}" '
            f'data-sure="{_say("remove_sure", language)}">{_say("remove", language)}</button>'
        )
    return (
        f'<li><span class="who">{name}<span class="label">{role} · {_say(state, language)}</span>'
        f"</span><span>{buttons}</span></li>"
    )


def render_links(codes: Sequence[tuple[str, str]], language: Language) -> str:
    """Return the links of those who were just invited, by name and code; shown this once."""
    links = "".join(
        f'<li>{safe(name)}<a data-link href="{safe(invitation(name, code))}">…</a></li>'
        for name, code in codes
    )
    return f'<p class="label">{_say("links", language)}</p><ul class="links">{links}</ul>'


def _say(key: str, language: Language) -> str:
    return safe(say(f"web.class_{key}", language))
