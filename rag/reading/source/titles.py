"""Title pages -> the record of a book: a known one that they name, or what they say clearly."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.text import close_up, letters_of
from rag.types import BookRecord, Person, TextKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROLE = re.compile(r"^(?P<names>[^，。：:《》()（）]{2,24}?)\s*(?P<role>编著|主编|著|撰|编|译)\s*$")
_SUBTITLE = re.compile(r"^[—\-–─]{1,3}\s*(?=\S)")
_PUBLISHER = re.compile(r"^[^，。：:《》]{2,24}(?:出版社|书局|书店|印书馆|出版公司|Press)$")
_SERIES = re.compile(r"^[^，。：:《》\s]{2,24}(?:丛书|文库|书系|译丛)[^，。：:《》\s]{0,16}$")
_LONGEST_TITLE = 40


def find_record(lines: Sequence[str], known: Sequence[BookRecord], stem: str) -> BookRecord:
    """Return the record that the lines of the title pages stand for.

    A known book is taken where its title stands on a line of its own and, if the pages
    name an author, one of its authors is named. Else title, subtitle, authors, publisher
    and series are read where they stand clearly; the title falls back to ``stem``.
    """
    printed = [re.sub(r"\s+", " ", line.strip()) for line in lines if line.strip()]
    texts = [close_up(line) for line in printed]
    found = _read(printed, stem)
    folded = {letters_of(text) for text in texts} | {
        letters_of(f"{a}{b}") for a, b in itertools.pairwise(texts)
    }
    written = "".join(letters_of(text) for text in texts)
    for record in known:
        titles = {letters_of(record.title)}
        if record.subtitle:
            titles.add(letters_of(record.title + record.subtitle))
        if not titles & folded:
            continue
        named = any(letters_of(person.name) in written for person in record.authors)
        if named or not found.authors or not record.authors:
            return replace(record, kind=TextKind.BOOK)
    return found


def make_id(title: str, authors: Sequence[Person] = ()) -> str:
    """Return a stable id for a book: its title in Latin letters, a digest where none are left."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- half a second, for a book without a record

    words = lazy_pinyin(close_up(title), errors=lambda text: re.sub(r"[^A-Za-z0-9]+", "-", text))
    slug = re.sub(r"-+", "-", "-".join(words)).strip("-").lower()
    slug = re.sub(r"[^a-z0-9-]", "", slug)[:60].strip("-")
    if len(slug) >= 2:
        return slug
    whole = "|".join([title, *(person.name for person in authors)])
    return f"book-{hashlib.sha256(whole.encode()).hexdigest()[:10]}"


def _read(texts: Sequence[str], stem: str) -> BookRecord:
    authors: list[Person] = []
    editors: list[Person] = []
    translators: list[Person] = []
    first: int | None = None
    for k, text in enumerate(texts):
        match = _ROLE.match(text)
        if match is None or letters_of(match["names"]) in {"主", "副主", "编"}:
            continue
        if first is None:
            first = k
        people = {"译": translators, "编": editors, "主编": editors}.get(match["role"], authors)
        people += [person for person in _names(match["names"]) if person not in people]
    title, subtitle = _title(texts[:first]) if first is not None else (None, None)
    publishers = list(dict.fromkeys(t for t in map(close_up, texts) if _PUBLISHER.match(t)))
    series = list(dict.fromkeys(text for text in texts if _SERIES.match(text) and text != title))
    name = title or close_up(stem) or "book"
    return BookRecord(
        id=make_id(name, authors),
        title=name,
        subtitle=subtitle,
        authors=tuple(authors),
        editors=tuple(editors),
        translators=tuple(translators),
        publisher=publishers[0] if len(publishers) == 1 else None,
        series=series[0] if len(series) == 1 else None,
    )


def _names(text: str) -> list[Person]:
    """Return the people named on an author's line; ``李 某`` is one name, ``张三 李四`` two."""
    parts = [p for p in re.split(r"[、,，;；/]", text) if p.strip()]
    if len(parts) == 1:
        words = text.split()
        together = all(len(word) >= 2 for word in words) or any(w.isascii() for w in words)
        parts = words if together and not any(w.isascii() for w in words) else [text]
    return [Person(re.sub(r"等$", "", close_up(part))) for part in parts]


def _title(before: Sequence[str]) -> tuple[str | None, str | None]:
    """Title and subtitle among the lines above the first author, where they are clear."""
    lines = [t for t in before if len(t) <= _LONGEST_TITLE and not _SERIES.match(t)]
    if not lines or len(lines) > 3:
        return None, None
    marked = [k for k, text in enumerate(lines) if k and _SUBTITLE.match(text)]
    cut = marked[0] if marked else 1
    title = close_up("".join(lines[:cut]))
    subtitle = close_up(_SUBTITLE.sub("", "".join(lines[cut:]))) or None
    return title, subtitle
