"""The names of a book found and put together: those that mean the same are one; pure.

That they do is said by the book's record (its aliases), by the text (孙文（字逸仙）), or by a
full name of which another is the last part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.names import known_spellings
from rag.language.tables import Pattern
from rag.language.text import (
    abbreviations,
    family,
    fold,
    is_contents_head,
    language_of_book,
    sentences,
)
from rag.search.naming.chinese import chinese_names
from rag.search.naming.lettered import lettered_names
from rag.search.naming.seen import Line
from rag.types import NameKind, page_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rag.models import Tagger
    from rag.search.naming.seen import Same, Seen
    from rag.types import Book

_SOURCES = Pattern("{chronology.sources}")


@dataclass(frozen=True, slots=True)
class Group:
    """One person or thing with all its names: ``seen`` is each place, in reading order.

    ``name`` is the fullest of them, ``also`` are the others, the commonest first.
    """

    name: str
    kind: NameKind
    also: tuple[str, ...]
    seen: tuple[Seen, ...]


def grouped(book: Book, tagger: Tagger) -> list[Group]:
    """Return the names of a book's running text, each once, in the order they first stand."""
    lines = list(_lines(book))
    aliases = book.record.aliases
    persons = {
        spelling: NameKind.PERSON
        for spelling, _, person in known_spellings(aliases)
        if person and len(spelling) > 1
    }
    if family(language_of_book(book)) == "zh":
        seen, sames = chinese_names(lines, tagger, persons)
    else:
        seen, sames = lettered_names(lines, persons)
    roots = _roots(seen, sames, aliases)
    by_root: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_root[roots.get(one.name, one.name)].append(one)
    told = {same.other for same in sames}
    extra: dict[str, list[str]] = defaultdict(list)
    for same in sames:
        extra[roots.get(same.name, same.name)].append(same.other)
    return [_group(book, members, told, extra[root], roots) for root, members in by_root.items()]


def _lines(book: Book) -> Iterator[Line]:
    """Yield the sentences of the running text, without contents and lists of sources.

    Without title pages too, and all that stands where a book with page numbers has none.
    """
    numbered = any(page.label for page in book.pages)
    known = abbreviations(book.text)
    for section in book.sections:
        heads = [section.part, section.chapter, section.section, section.subsection]
        if any(_SOURCES.match(fold(head)) or is_contents_head(head) for head in heads if head):
            continue
        for span in sentences(book.text[section.body : section.end], known):
            start, end = section.body + span.start, section.body + span.end
            if numbered and not page_at(book, start).label:
                continue
            yield Line(start, book.text[start:end], fold(book.text[start:end]))


def _roots(
    seen: Iterable[Seen], sames: Sequence[Same], aliases: Iterable[Sequence[str]]
) -> dict[str, str]:
    """Return for each name that which stands for all that mean the same.

    A last name that several persons share stands for none of them.
    """
    names = {one.name for one in seen} | {same.other for same in sames}
    owners: dict[str, set[str]] = defaultdict(set)
    for same in sames:
        owners[same.other].add(same.name)
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while name in parents:
            name = parents[name]
        return name

    def join(name: str, other: str) -> None:
        one, two = root(name), root(other)
        if one != two:
            parents[two] = one

    for same in sames:
        if len({root(owner) for owner in owners[same.other]}) == 1:
            join(same.name, same.other)
    folded = defaultdict(list)
    for name in names:
        folded[fold(name)].append(name)
    for group in aliases:
        there = [name for spelling in group for name in folded.get(fold(spelling), ())]
        for other in there[1:]:
            join(there[0], other)
    return {name: root(name) for name in names}


def _group(
    book: Book,
    members: Sequence[Seen],
    told: set[str],
    extra: Iterable[str],
    roots: Mapping[str, str],
) -> Group:
    """Return the group of names that are one: the fullest is that which no other explains."""
    written = Counter(_written(book, one) for one in members)
    home = {_written(book, one): one for one in reversed(members)}
    best = max(
        written,
        key=lambda name: (home[name].name not in told, "·" in name, written[name], len(name)),
    )
    kinds = Counter(one.kind for one in members)
    kind = home[best].kind if "·" in best else kinds.most_common(1)[0][0]
    ordered = [name for name, _ in written.most_common() if name != best]
    ordered += [
        name
        for name in dict.fromkeys(extra)
        if name != best and name not in ordered and roots.get(name) == roots.get(members[0].name)
    ]
    return Group(best, kind, tuple(ordered), tuple(members))


def _written(book: Book, one: Seen) -> str:
    """Return a name as the book writes it, in its basic form where the text bends it."""
    text = " ".join(book.text[one.start : one.end].split())
    return text if fold(text) == fold(one.name) else one.name
