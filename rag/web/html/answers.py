"""Answers and hits as HTML in which everything from a book, a question or a model is text.

Nothing here does I/O. Whatever is not our own markup goes through ``safe``; what can be
pressed carries a ``Target`` in ``data-open`` and is a button, so that keys reach it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from rag.language.catalog import page_words, reason_words, say
from rag.language.text import family, has_han, html_tag, language_of
from rag.types import (
    Language,
    PageStatus,
    ReasonKind,
    Span,
    TextKind,
    Verdict,
    is_translated,
    quotations,
    translation_of,
)
from rag.web.html.glosses import glosses, pinyin_of
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from rag.types import Answer, BookRecord, Citation, Hit, Place, Sentence, Translation

# Characters that show as nothing or turn the direction of what follows: they have no
# place on the page, and an answer could hide something behind them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_BARE_LABEL = re.compile(r"[0-9]+|[ivxlcdm]+", re.IGNORECASE)
_SENTENCE_END = "。！？；!?;\n"


Aliases = Mapping[str, Sequence[Sequence[str]]]
"""The groups of spellings of one name that a book's record has, by the book's id."""


def safe(text: str) -> str:
    """Return text as it may stand in HTML, in an element or a quoted attribute."""
    return escape(INVISIBLE.sub("", text), quote=True)


def language_tag(record: BookRecord, text: str = "") -> str:
    """Return the ``lang`` of a book's text: the record's word, or what the characters show."""
    return html_tag(record.language or ("zh" if has_han(text or record.title) else ""))


def title(record: BookRecord) -> str:
    """Return a book's title as HTML: in 《》 where it is Chinese, else as a cited title."""
    text = safe(record.title_short or record.title)
    if has_han(text):
        tag = safe(language_tag(record))
        return f'<span class="title" lang="{tag}">《{text.strip("《》")}》</span>'
    return f'<cite class="title">{text}</cite>'


def pages_text(labels: Sequence[str], status: PageStatus, language: Language) -> str:
    """Return printed pages as a reader says them: 第3页, 约第12页, 页码不明; not escaped."""
    if status is PageStatus.UNKNOWN or not labels:
        return say("answers.page_unknown", language)
    if not all(_BARE_LABEL.fullmatch(label) for label in labels):
        text = "—".join(dict.fromkeys((labels[0], labels[-1])))
    elif len(labels) == 1:
        text = say("web.page", language, page=labels[0])
    else:
        text = say("web.pages", language, first=labels[0], last=labels[-1])
    return say("web.about", language, pages=text) if status is PageStatus.APPROXIMATE else text


def chip(place: Place, language: Language) -> str:
    """Return the page with how sure it is, and the footnotes meant, as a small label."""
    status = place.status if place.pages else PageStatus.UNKNOWN
    text = pages_text(place.pages, status, language)
    if place.paragraphs:
        text = page_words(place, language)
    if place.notes:
        text += f" · {say('web.footnote', language)} {', '.join(place.notes)}"
    sure = safe(say(f"web.sure_{status}", language))
    return f'<span class="page {status.value}" title="{sure}">{safe(text)}</span>'


def headings(place: Place) -> list[str]:
    """Return the headings above a place, the widest first, none twice; not escaped."""
    return list(dict.fromkeys(h for h in (place.part, place.chapter, place.section) if h))


def where(record: BookRecord, place: Place, language: Language, *, contents: bool = False) -> str:
    """Return book, part or chapter, and section as HTML, with the mark of notes.

    ``contents``: it is of the book's own contents or record, which notes share with it.
    """
    tag = safe(language_tag(record))
    steps = "".join(f'<span class="step" lang="{tag}">{safe(h)}</span>' for h in headings(place))
    badge = "" if contents else notes_mark(record, language)
    return f'<span class="where">{title(record)}{badge}{steps}</span>'


def notes_mark(record: BookRecord, language: Language) -> str:
    """Return the mark that a text is notes and not the book's words; empty for a book."""
    if record.kind is not TextKind.NOTES:
        return ""
    return f'<span class="badge">{safe(say("web.notes_mark", language))}</span>'


def _citation_target(citation: Citation) -> str:
    """Return the ``data-open`` of a citation, empty where it is not of a stretch of text."""
    if citation.start is None or citation.end is None:
        return ""
    span = Span(citation.start, citation.end)
    return f' data-open="{safe(str(Target(citation.record.id, (span,))))}"'


def _mark(citation: Citation, language: Language) -> str:
    """Return the small number behind a sentence."""
    place = pages_text(citation.place.pages, citation.place.status, language)
    if citation.place.paragraphs:
        place = page_words(citation.place, language)
    label = safe(say("web.open_page", language, place=place))
    target = _citation_target(citation)
    if not target:
        return f'<span class="cite still">{citation.n}</span>'
    return f'<button type="button" class="cite"{target} title="{label}">{citation.n}</button>'


def _sentence(
    sentence: Sentence, citations: Mapping[int, Citation], language: Language
) -> tuple[str, Citation | None]:
    """Return a sentence as HTML, and the citation whose words it is, if it is a quotation."""
    cited = [citations[n] for n in sentence.citations if n in citations]
    squeezed = "".join(sentence.text.split())
    source = next(
        (c for c in cited if c.start is not None and squeezed in "".join(c.quote.split())), None
    )
    marks = "".join(_mark(citation, language) for citation in cited)
    # The numbers keep the sentence's last characters by them: none begins a line alone.
    words = sentence.text.strip()
    cut = len(words) - 2 if has_han(words[-3:]) else words.rfind(" ") + 1
    cut = max(cut, len(words) - 24)
    sign = _why(sentence, language)
    head, tail = _pointed(sentence, cut)
    text = f'{head}<span class="cites">{tail}{marks}{sign}</span>'
    # In another language than the book, with all its facts there, it has the small sign alone.
    quiet = {reason.kind for reason in sentence.reasons} == {ReasonKind.LANGUAGE}
    return f'<span class="doubt">{text}</span>' if sign and not quiet else text, source


def _pointed(sentence: Sentence, cut: int) -> tuple[str, str]:
    """Return the text of a sentence as HTML in two parts, with the words marked that answer."""
    words = sentence.text.strip()
    if sentence.answer is None:
        return safe(words[:cut]), safe(words[cut:])
    before = len(sentence.text) - len(sentence.text.lstrip())
    start, end = (max(at - before, 0) for at in (sentence.answer.start, sentence.answer.end))
    if start < cut < end:  # the words stay together
        cut = start
    return (
        marked(words[:cut], [Span(start, end)]),
        marked(words[cut:], [Span(start - cut, end - cut)]),
    )


def _why(sentence: Sentence, language: Language) -> str:
    """Return the sign that shows, on demand, what the check of a sentence has shown."""
    if sentence.verdict is Verdict.SUPPORTED:
        return ""
    verdict = say(f"web.verdict_{sentence.verdict}", language)
    lines = [verdict, *reason_words(sentence, language)]
    told = "".join(f'<span class="reason">{safe(line)}</span>' for line in lines)
    return (
        f'<span class="why" tabindex="0" role="note" aria-label="{safe(" · ".join(lines))}">?'
        f'<span class="reasons" aria-hidden="true">{told}</span></span>'
    )


def render_translation(translation: Translation, language: Language) -> str:
    """Return a machine translation of a quotation, named as such in the interface's language."""
    tag = say("language.tag", translation.language)
    return (
        f'<div class="translation"><p><span class="label">{safe(say("web.translation", language))}'
        f'</span> <span lang="{tag}">{safe(translation.text)}</span></p></div>'
    )


def _below(citation: Citation, answer: Answer, aliases: Aliases, language: Language) -> str:
    """Return what stands below a quotation: its translation, or what helps without one.

    Where there is neither, it is the room for a translation to come, which takes no space. That
    it is there before keeps all that stands below in its place in the page's tree, so that the
    browser can hold it still for the reader.
    """
    translation = translation_of(citation, answer)
    if translation:
        original = "" if answer.mode == "quoted" else _original(citation)
        return original + render_translation(translation, language)
    if citation.passage_id is None or not _is_foreign(citation, answer):
        return ""
    if answer.mode != "quoted":
        return f'{_original(citation)}<div class="translation"></div>'
    spelt = aliases.get(citation.record.id, citation.record.aliases)
    return f'<div class="translation">{_help(citation, spelt, answer.language, language)}</div>'


def _original(citation: Citation) -> str:
    """Return what is cited in the book's words: beside a sentence that says it in other ones."""
    tag = safe(language_tag(citation.record, citation.quote))
    return f'<p class="original" lang="{tag}">{safe(citation.quote)}</p>'


def _is_foreign(citation: Citation, answer: Answer) -> bool:
    return family(language_of(citation.quote)) != family(answer.language)


def _help(
    citation: Citation, aliases: Sequence[Sequence[str]], wanted: Language, language: Language
) -> str:
    """Return the names, dates and numbers of a quotation in a language, and Chinese in pinyin."""
    tag = safe(language_tag(citation.record, citation.quote))
    items = "".join(
        f'<li><span lang="{tag}">{safe(one.text)}</span> '
        f'<span lang="{say("language.tag", wanted)}">{safe(one.said)}</span></li>'
        for one in glosses(citation.quote, aliases, wanted)
    )
    listed = f'<ul class="glosses">{items}</ul>' if items else ""
    if not has_han(citation.quote):
        return listed
    head = safe(say("web.pinyin", language))
    return (
        f'{listed}<details class="pinyin"><summary>{head}</summary>'
        f'<p lang="zh-Latn">{safe(pinyin_of(citation.quote))}</p></details>'
    )


def _sentences(answer: Answer, aliases: Aliases, language: Language) -> str:
    """Return the sentences: runs of quotation in blockquotes, other words in paragraphs.

    What is translated is a blockquote of its own, with the translation behind it.
    """
    citations = {citation.n: citation for citation in answer.citations}
    out: list[str] = []
    open_as: str | None = None
    for sentence, whole in zip(answer.sentences, quotations(answer), strict=True):
        body, source = _sentence(sentence, citations, language)
        if source and answer.mode == "quoted":
            kind = " notes" if source.record.kind is TextKind.NOTES else ""
            tag = safe(language_tag(source.record, sentence.text))
            opening = f'<blockquote class="quote{kind}" lang="{tag}">'
        else:
            opening = '<div class="said">'
        if opening != open_as:
            out += [_closing(open_as), opening]
            open_as = opening
        out.append(f"<p>{body}</p>")
        below = _below(whole, answer, aliases, language) if whole else ""
        if below:
            out += [_closing(open_as), below]
            open_as = None
    out.append(_closing(open_as))
    return "".join(out)


def _closing(opening: str | None) -> str:
    if opening is None:
        return ""
    return "</blockquote>" if opening.startswith("<blockquote") else "</div>"


def _sources(answer: Answer, aliases: Aliases, language: Language) -> str:
    """Return the list of sources: citations of one place in one entry, with all their numbers."""
    shown = {whole.n for whole in quotations(answer) if whole}
    entries: dict[tuple[str, Place, bool], list[Citation]] = {}
    for one in answer.citations:
        key = one.record.id, replace(one.place, notes=()), one.start is None
        entries.setdefault(key, []).append(one)
    items = "".join(
        _source(
            cited,
            "".join(_below(one, answer, aliases, language) for one in cited if one.n not in shown),
            language,
        )
        for cited in entries.values()
    )
    head = safe(say("web.sources", language))
    return f'<section class="sources" aria-label="{head}"><ol>{items}</ol></section>'


def _source(cited: Sequence[Citation], below: str, language: Language) -> str:
    """Return one entry: the numbers, the place, what stands below it, and footnotes."""
    first = cited[0]
    notes = "".join(
        f'<li><span class="label">{safe(say("web.footnote", language))} {safe(note.mark)}</span> '
        f'<span lang="{safe(language_tag(first.record))}">{safe(note.text)}</span></li>'
        for note in dict.fromkeys(note for one in cited for note in one.footnotes)
    )
    spans = tuple(
        Span(one.start, one.end) for one in cited if one.start is not None and one.end is not None
    )
    target = f' data-open="{safe(str(Target(first.record.id, spans[:64])))}"' if spans else ""
    tag = "button" if target else "div"
    kind = ' type="button"' if target else ""
    marks = tuple(dict.fromkeys(mark for one in cited for mark in one.place.notes))
    numbers = " ".join(str(one.n) for one in cited)
    return (
        f'<li><{tag}{kind} class="source"{target}><span class="n">{numbers}</span>'
        f"{where(first.record, first.place, language, contents=not target)}"
        f"{chip(replace(first.place, notes=marks), language)}</{tag}>"
        + below
        + (f'<ul class="hung">{notes}</ul>' if notes else "")
        + "</li>"
    )


def render_answer(answer: Answer, records: Mapping[str, BookRecord], language: Language) -> str:
    """Return an answer: sentences with numbers, and the numbered sources below.

    ``records`` by book id name the books of the nearest places.
    """
    out = f'<p class="label">{safe(answer.notice)}</p>' if answer.notice else ""
    if answer.status == "not_found":
        out += f'<p class="calm">{safe(say("documents.not_found", language))}</p>'
        near = [hit for hit in answer.nearest if hit.passage.book_id in records]
        if near:
            items = "".join(
                render_hit(hit, records[hit.passage.book_id], language, brief=True) for hit in near
            )
            offer = safe(say("web.nearest", language))
            out += f'<p class="label">{offer}</p><ol class="hits">{items}</ol>'
        return out
    if answer.status == "aside":
        return out + _aside(answer.text)
    if answer.status == "near":
        out += render_calm("answers.near", language)
    aliases = {book_id: record.aliases for book_id, record in records.items()}
    out += _sentences(answer, aliases, language)
    if not answer.sentences and answer.text:
        out += f'<div class="said"><p>{safe(answer.text)}</p></div>'
    if answer.citations:
        out += _sources(answer, aliases, language)
    if answer.seconds.total > 0:
        how = say(_how(answer), language)
        took = say("web.seconds", language, seconds=f"{answer.seconds.total:.2f}")
        parts = [how, *_sure(answer, language), took]
        out += f'<p class="mode">{" · ".join(map(safe, parts))}</p>'
    quoted = answer.mode == "quoted" and not answer.notice and not is_translated(answer)
    if quoted and any(c.passage_id and _is_foreign(c, answer) for c in answer.citations):
        out += f'<p class="mode">{safe(say("web.untranslated", language))}</p>'
    return out


def _sure(answer: Answer, language: Language) -> list[str]:
    """Return how sure the first sentence is to answer, in words; nothing where none weighed it."""
    percent = round(100 * answer.confidence)
    shown = answer.weighed and 0 < percent < 100
    return [say("web.confidence", language, percent=percent)] if shown else []


def _aside(text: str) -> str:
    """Return what is said where nothing was asked of the book: paragraphs, and a list of lines."""
    out = ""
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        plain = "<br>".join(safe(line) for line in lines if not line.startswith("- "))
        items = "".join(f"<li>{safe(line[2:])}</li>" for line in lines if line.startswith("- "))
        out += f"<p>{plain}</p>" + (f"<ul>{items}</ul>" if items else "")
    return f'<div class="said">{out}</div>'


def _how(answer: Answer) -> str:
    """Return the key of what is said of an answer's making."""
    if answer.mode == "composed":
        return "web.composed"
    kinds = {c.record.kind for c in answer.citations if c.start is not None}
    if answer.citations and not kinds:
        return "web.from_contents"
    what = "notes" if kinds == {TextKind.NOTES} else "book"
    translated = "_translated" if is_translated(answer) else ""
    return f"web.quoted_{what}{translated}"


def marked(text: str, marks: Sequence[Span]) -> str:
    """Return text as HTML with the spans of it in ``<mark>``; overlapping spans merge."""
    out: list[str] = []
    at = 0
    for span in sorted(marks, key=lambda span: span.start):
        start, end = max(span.start, at), min(span.end, len(text))
        if start >= end:
            continue
        out += [safe(text[at:start]), "<mark>", safe(text[start:end]), "</mark>"]
        at = end
    return "".join(out) + safe(text[at:])


def excerpt(text: str, marks: Sequence[Span], length: int) -> tuple[str, list[Span], bool, bool]:
    """Return a stretch of some ``length`` characters around the first mark.

    Also its marks, relative to it, and whether something was cut before and after it.
    Without marks the stretch is the text's beginning.
    """
    first = min((span.start for span in marks), default=0)
    start = 0
    if first > length // 3:
        start = max(0, first - length // 3)
        ends = [text.rfind(end, start, first) for end in _SENTENCE_END]
        start = max(ends) + 1 if max(ends) >= 0 else start
    end = min(len(text), start + length)
    piece = text[start:end]
    kept = [
        Span(max(span.start - start, 0), min(span.end, end) - start)
        for span in marks
        if span.end > start and span.start < end
    ]
    return piece, kept, start > 0, end < len(text)


def render_hit(hit: Hit, record: BookRecord, language: Language, *, brief: bool = False) -> str:
    """Return a found passage as a list item: its place, and a stretch with the words marked."""
    passage = hit.passage
    piece, marks, before, after = excerpt(passage.text, hit.marks, 70 if brief else 180)
    text = ("…" if before else "") + marked(piece, marks) + ("…" if after else "")
    spans = tuple(
        Span(passage.start + span.start, passage.start + span.end) for span in hit.marks[:64]
    ) or (Span(passage.start, passage.end),)
    target = safe(str(Target(passage.book_id, spans)))
    return (
        f'<li><button type="button" class="hit" data-open="{target}">'
        f'<span class="source">{where(record, hit.place, language)}'
        f"{chip(hit.place, language)}</span>"
        f'<span class="text" lang="{safe(language_tag(record, piece))}">{text}</span></button></li>'
    )


def render_calm(key: str, language: Language) -> str:
    """Return one sentence of the interface, set calmly in its place."""
    return f'<p class="calm">{safe(say(key, language))}</p>'
