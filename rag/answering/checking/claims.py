"""A model's answer to claims: its sentences as bare text, with the numbers they cite; pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.tables import Pattern
from rag.language.text import sentences
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHARACTERS = 16_000
"""An answer is read so far; twenty pages of a book have fewer."""
_MOST_LAYERS = 12
_MOST_JOINED = 12
"""Sentences in one quotation at most."""
_MOST_IN_RANGE = 20
"""A mark such as [1-9000] stands for its two ends only."""
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ue000-\uf8ff\U000e0000-\U000e01ef]"
)
_FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*(?:>|\Z|(?=<))")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()]*)*(?:\s[^()]*)?\)")
_DEFINITION = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S.*$", re.MULTILINE)
_URL = re.compile(
    r"(?<![a-z0-9])(?:[a-z][a-z0-9+.-]{0,30}://|www\.|(?:javascript|vbscript|mailto|data):(?=\S))[!-;=?-Z\\^-~]*"
    r"|(?<![a-z0-9])(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}/[!-;=?-Z\\^-~]*",
    re.IGNORECASE,
)
_LINE_START = re.compile(
    r"^[ \t]*(?:(?:>|#{1,6}(?=\s)|[-*+•·](?=\s)|\d{1,2}[.)](?=\s)|\d{1,2}、)[ \t]*)+", re.MULTILINE
)
_RULE = re.compile(r"^[ \t|:=*_-]{3,}$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"\*+|~~|`+|(?<![^\W_])_+|_+(?![^\W_])")
_NUMBER = r"\s*(?:\^|{claims.sources}\s*)?\d+"
_MARK = Pattern(
    rf"\s{{0,9}}[\[【［〔]({_NUMBER}(?:\s*(?:[,，、;；–—~-]|\s){_NUMBER})*)\s*(?:†[^\]】］〕]*)?[\]】］〕]",
    re.IGNORECASE,
)
_PARTED = re.compile(r"(\d+)(?:\s*[–—~-]\s*(\d+))?")
_PAIRS = {"“": "”", "「": "」", "『": "』", "«": "»", "《": "》", "„": "“"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a model's answer without its marks, and the numbers that it cites."""

    text: str
    citations: tuple[int, ...]


def parse_composed(text: str) -> list[Claim]:
    """Return the sentences of a model's answer with what each cites, in order.

    Marks are [1], [1][2], [1, 2], [1-3], 【1】 and ［１］; one behind the full stop belongs
    to the sentence before it, one at the head of a line to the sentence behind it. Of
    Markdown and HTML only the text is left, of URLs and code nothing. Sentences inside one
    pair of quotation marks are one claim. A text without a full stop is a claim too.
    """
    bare, marks = _without_marks(_plain(text))
    spans = _whole_quotations(bare, sentences(bare))
    cited: list[list[int]] = [[] for _ in spans]
    for offset, numbers in marks:
        home = _home(bare, spans, offset)
        if home is not None:
            cited[home] += [number for number in numbers if number not in cited[home]]
    return [
        Claim(" ".join(bare[span.start : span.end].split()), tuple(numbers))
        for span, numbers in zip(spans, cited, strict=True)
        if any(map(str.isalnum, bare[span.start : span.end]))
    ]


def _plain(text: str) -> str:
    """Return the text without anything that a page would show otherwise than as text."""
    text = text[:MOST_CHARACTERS]
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = _FENCE.sub("\n", text)
    text = _stripped(text)
    text = _RULE.sub("", text)
    text = _LINE_START.sub("", text)
    text = _ESCAPE.sub(r"\1", text)
    text = _EMPHASIS.sub("", text).replace("|", " ")
    return _stripped(text)


def _stripped(text: str) -> str:
    """Return the text without tags, links, entities and URLs.

    What is taken out may bring its two sides together into something to be taken out. Of a
    text made of many such layers no sign is left that could mean any of it.
    """
    for _ in range(_MOST_LAYERS):
        changed = _step(text)
        if changed == text:
            return text
        text = changed
    return re.sub(r"[<>&\[\]():/.]", " ", text)


def _step(text: str) -> str:
    """Return the text with one layer of tags, links, entities and URLs taken off."""
    text = _HIDDEN.sub("", html.unescape(text))
    text = _UNSEEN.sub("", _TAG.sub("", text))
    text = _LINK.sub(lambda link: _link_text(link[1]), _DEFINITION.sub("", text))
    return _URL.sub("", text)


def _link_text(text: str) -> str:
    """Return the text of a link; a number alone is a mark that was made a link."""
    return f"[{text}]" if text.strip("^ ").isdecimal() else text


def _without_marks(text: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """Return the text without marks, and where in it which numbers stood."""
    bare, end = "", 0
    marks: list[tuple[int, tuple[int, ...]]] = []
    for mark in _MARK.finditer(text):
        bare += text[end : mark.start()]
        lead = mark[0][: len(mark[0]) - len(mark[0].lstrip())]
        if "\n" in lead:
            bare += "\n"
        end = mark.end()
        marks.append((len(bare), _numbers(mark[1])))
        # Words stay apart that only the mark kept apart, and so do sentences.
        after = text[end : end + 1]
        if (bare[-1:].isascii() and bare[-1:].isalnum() and after.isalnum()) or (
            bare[-1:] in ".!?»\"'" and after.isalpha()
        ):
            bare += " "
    return bare + text[end:], marks


def _numbers(mark: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in _PARTED.finditer(mark):
        first, last = int(part[1][:9]), int((part[2] or part[1])[:9])
        near = first <= last <= first + _MOST_IN_RANGE
        numbers += range(first, last + 1) if near else (first, last)
    return tuple(dict.fromkeys(numbers))


def _home(bare: str, spans: Sequence[Span], offset: int) -> int | None:
    """Return which sentence a mark at an offset belongs to."""
    line = bare.rfind("\n", 0, offset) + 1
    if not bare[line:offset].strip():  # the first thing on its line
        end = bare.find("\n", offset)
        rest = bare[offset : end if end >= 0 else len(bare)]
        if rest.strip():
            return next((i for i, span in enumerate(spans) if span.end > offset), None)
    return next((i for i in reversed(range(len(spans))) if spans[i].start < offset), None)


def _whole_quotations(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join the sentences that one pair of quotation marks holds, within a line."""
    joined: list[Span] = []
    k = 0
    while k < len(spans):
        last = k
        if _is_open(text[spans[k].start : spans[k].end]):
            for other in range(k + 1, min(len(spans), k + _MOST_JOINED)):
                whole = text[spans[k].start : spans[other].end]
                if "\n" in whole:
                    break
                if not _is_open(whole):
                    last = other
                    break
        joined.append(Span(spans[k].start, spans[last].end))
        k = last + 1
    return joined


def _is_open(text: str) -> bool:
    """Return whether a quotation begins in the text that does not end in it."""
    if text.count('"') % 2:
        return True
    return any(
        text.count(opening) > text.count(closing)
        for opening, closing in _PAIRS.items()
        if opening in text
    )
