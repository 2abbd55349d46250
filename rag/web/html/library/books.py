"""The books of the library as a list, and what is being added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import ReadingError
from rag.web.html.answers import language_tag, safe
from rag.web.html.library.parts import button, choice, field, form, submit, told, words_button
from rag.web.words import error_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.application.keeping import Job
    from rag.types import BookSummary, Language


def render_books(
    books: Sequence[BookSummary], language: Language, *, keeps: bool, said: str = ""
) -> str:
    """Return the books, each with what there is to know and to do; ``said`` stands above."""
    note = "" if keeps else f'<p class="label">{safe(say("web.library_read", language))}</p>'
    if not books:
        return f'{told(said)}{note}<p class="calm">{safe(say("web.library_none", language))}</p>'
    items = "".join(_book(summary, language, keeps=keeps) for summary in books)
    return f'{told(said)}{note}<ol class="books">{items}</ol>'


def _book(summary: BookSummary, language: Language, *, keeps: bool) -> str:
    record = summary.record
    tag = safe(language_tag(record, record.title))
    people = "、".join(one.name for one in record.authors)
    by = " · ".join(filter(None, (people, record.year)))
    title = f"{record.title} {record.subtitle or ''}".strip()
    counts = [say("web.library_pages_of", language, pages=str(summary.pages))]
    for status in ("exact", "approximate", "unknown"):
        count = getattr(summary, status)
        if count:
            counts.append(say(f"web.library_{status}", language, count=str(count)))
    if summary.added:
        counts.append(say("web.library_added", language, when=summary.added[:10]))
    told = {"book": record.id}
    doing = [
        button("web.library_pages", language, do="view", view="pages", **told),
        button("web.library_record", language, do="view", view="record", **told),
    ]
    if summary.problems:
        words = say("web.library_problems_of", language, count=str(len(summary.problems)))
        doing.append(words_button(words, do="view", view="problems", **told))
    if keeps:
        sure = "web.library_remove_sure"
        doing.append(button("web.library_remove", language, sure=sure, do="remove", **told))
    mark = f' <span class="badge">{safe(say("web.notes_mark", language))}</span>'
    return (
        f'<li><p class="title" lang="{tag}"><strong>{safe(title)}</strong>'
        f"{mark if record.kind == 'notes' else ''}</p>"
        f'<p class="by" lang="{tag}">{safe(by)}</p>'
        f'<p class="label">{safe(" · ".join(counts))}</p><p class="doing">{"".join(doing)}</p></li>'
    )


def render_adder(
    books: Sequence[BookSummary], language: Language, *, most: int, paths: bool, said: str = ""
) -> str:
    """Return the form by which a book is added; ``most`` are the megabytes of a file.

    ``paths`` says that a file of the server may be named.
    """
    limit = str(most)
    options = [("", say("web.library_new", language))]
    options += [(one.record.id, one.record.title) for one in books]
    inside = [
        field(
            "file",
            say("web.library_file", language, most=limit),
            kind="file",
            more=f' data-most="{most}"',
        )
    ]
    if paths:
        inside.append(field("path", say("web.library_path", language)))
    inside += [
        field(
            "record", say("web.library_record_file", language), kind="file", more=' accept=".toml"'
        ),
        choice("replace", say("web.library_instead", language), options),
        submit("web.library_start", language),
    ]
    words = {
        name: safe(say(f"web.library_{name}", language))
        for name in ("sending", "not_sent", "choose")
    }
    words["too_large"] = safe(say("web.library_too_large", language, most=limit))
    data = "".join(f' data-{name.replace("_", "-")}="{text}"' for name, text in words.items())
    label = say("web.library_add", language)
    return (
        f'<details class="adder"><summary>{safe(label)}</summary>'
        f"{form(''.join(inside), label=label, do='add')}"
        f'<p class="told" role="status"{data}>{safe(said)}</p></details>'
    )


def render_jobs(jobs: Sequence[Job], titles: Mapping[str, str], language: Language) -> str:
    """Return what is being added, and what came of it; ``titles`` are those of books by id."""
    items = "".join(_job(job, titles, language) for job in jobs)
    if not items:
        return ""
    note = safe(say("web.library_goes_on", language))
    busy = any(job.state in {"waiting", "working"} for job in jobs)
    foot = f'<p class="label">{note}</p>' if busy else ""
    return f'<ol class="jobs">{items}</ol>{foot}'


def _job(job: Job, titles: Mapping[str, str], language: Language) -> str:
    said, bar = safe(_said(job, titles, language)), ""
    if job.state == "working":
        most = max(job.total, 1)
        bar = f'<progress max="{most}" value="{job.done}" aria-label="{said}"></progress>'
    doing = []
    if job.state == "asking":
        doing += [
            words_button(
                say("web.library_replace", language, title=titles.get(one, one)),
                do="answer",
                job=job.id,
                book=one,
            )
            for one in job.alike
        ]
        if job.both:
            doing.append(button("web.library_both", language, do="answer", job=job.id, book=""))
    over = job.state in {"done", "stopped", "failed"}
    if job.stopping:
        doing.append(f'<span class="label">{safe(say("web.library_stopping", language))}</span>')
    else:
        key = "web.library_dismiss" if over else "web.library_stop"
        doing.append(button(key, language, do="stop", job=job.id))
    if job.added and any(one.kind != "likeness" for one in job.added.problems):
        count = str(len(job.added.problems))
        words = say("web.library_problems_of", language, count=count)
        doing.insert(0, words_button(words, do="view", view="problems", book=job.added.id))
    return f'<li class="{job.state}"><p>{said}</p>{bar}<p class="doing">{"".join(doing)}</p></li>'


def _said(job: Job, titles: Mapping[str, str], language: Language) -> str:
    if job.state == "waiting":
        return say("web.library_waiting", language, name=job.name, before=str(job.before))
    if job.state == "working":
        stage = job.stage if job.stage == "encoding" else "reading"
        done, total = str(job.done), str(job.total)
        said = say(f"web.library_{stage}", language, name=job.name, done=done, total=total)
        if job.seconds is not None:
            left = str(max(1, round(job.seconds)))
            said += f" · {say('web.library_left', language, seconds=left)}"
        return said
    if job.state == "asking":
        named = "、".join(titles.get(one, one) for one in job.alike)
        return say("web.library_asks", language, name=job.name, titles=named)
    if job.error is not None:
        why = job.error
        reason = str(why) if isinstance(why, ReadingError) else say(error_key(why), language)
        return say("web.library_failed", language, name=job.name, reason=reason)
    if job.added is None:
        return say("web.library_stopped", language, name=job.name)
    title = titles.get(job.added.id, job.added.title)
    if job.added.replaced_title is not None:
        return say("web.library_took", language, title=title, gone=job.added.replaced_title)
    key = "web.library_unchanged" if job.added.status == "unchanged" else "web.library_is_in"
    return say(key, language, title=title, pages=str(job.added.pages))
