"""The names of an English or a Russian text: by capitals, and by how the text itself names.

A capital in mid-sentence makes a name; at the beginning of one, only a word that is written so
in mid-sentence too. What it is of is told by its words (Treaty, университет), by a title before
it, and by what stands before and behind it over the whole text. Russian words are put into
their basic form by the dictionary of OpenCorpora.

Source of the dictionary and its predictor for words that it lacks: Korobov, "Morphological
Analyzer and Generator for Russian and Ukrainian Languages", AIST 2015 (``pymorphy3``, MIT).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rag.language.tables import Pattern, lands, stop_words, words
from rag.language.text import fold
from rag.search.naming.seen import Same, Seen
from rag.types import NameKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pymorphy3 import MorphAnalyzer

    from rag.search.naming.seen import Line

_CAPITAL = r"[A-ZÀ-ÞĀ-ŽА-ЯЁ]"
_JOINED = (
    r"(?:of(?:\s+the)?|for|and(?:\s+the)?|de|du|la|le|von|van(?:\s+der)?|der|di|da|del|bin|ibn|al)"
)
_RUN = re.compile(
    rf"(?<![\w’'-]){_CAPITAL}(?:\.(?=\s?{_CAPITAL})|[^\W\d_]*(?:[’'-][^\W\d_]+)*)"
    rf"(?:\s+(?:{_JOINED}\s+)?{_CAPITAL}(?:\.(?=\s?{_CAPITAL})|[^\W\d_]*(?:[’'-][^\W\d_]+)*))*"
)
_SPLITS = re.compile(r"\s+(?:and|for)(?:\s+the)?\s+")
_QUOTED = re.compile(r"[“\"«„](?P<title>[A-ZÀ-ÞА-ЯЁ][^“”\"«»„\n]{2,80}?)[”\"»]")
_SENTENCE_END = re.compile(r"[.!?…,;:]$")
_TITLE = Pattern(r"(?:(?<=\s)|^)(?:{names.titles})\.?\s+$", re.IGNORECASE)
_AT = Pattern(
    r"(?:(?<=\s)|^)(?:(?:{en:names.at}|{ru:names.at})\s+(?:the\s+)?|on\s+the\s+|{en:names.sites}\s+)$",
    re.IGNORECASE,
)
_CALLED = Pattern(
    r"^\s*\(\s*(?:(?P<told>{en:names.called}|{ru:names.called})[,:]?\s*[—–-]?\s*)?(?:the\s+)?"
    r"[“\"«]?(?P<other>[A-ZА-ЯЁ][\w’'-]*(?:\s+[\w’'-]+){0,5}?)[”\"»]?\s*\)",
    re.IGNORECASE,
)
_VERB_BEHIND = re.compile(
    r"\s+(?:(?:never|later|also|then|himself|herself)\s+)?(?:was|had|were|is|has|wrote|said|says|"
    r"died|came|went|\w+ed|gave|put|saw|told|took|became|spoke)\b"
)
_OF_PLACE = re.compile(r"ск(?:ий|ая|ое|ого|ому|им|ой|ую|ом|ие|их)$")
"""How a Russian adjective made of a name ends, which the dictionary takes for a surname."""
_PEOPLE = Pattern("{names.peoples}")
_EVERY = 3
_SURNAME = re.compile(r"([А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын))(?:а|у|ым|е|ой|ых|ыми|ы)?")
"""A Russian surname in any case, as far as the dictionary lacks it."""


@dataclass(slots=True)
class _Evidence:
    """What speaks for a name's being of a person or a place, over the whole text."""

    mid: int = 0
    count: int = 0
    person: int = 0
    place: int = 0
    article: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of capitals: where it stands, its basic form, and whether it opens a sentence."""

    start: int
    end: int
    name: str
    opens: bool
    titled: bool


def lettered_names(
    lines: Sequence[Line], known: Mapping[str, NameKind]
) -> tuple[list[Seen], list[Same]]:
    """Return the names of English or Russian sentences, and those that mean the same.

    ``known`` are folded names that the book's record knows, with what they are of.
    """
    works = [seen for line in lines for seen in _works(line)]
    taken = {at for seen in works for at in range(seen.start, seen.end)}
    runs = [run for line in lines for run in _runs(line) if run.start not in taken]
    lower = Counter(
        match.group()
        for line in lines
        for match in re.finditer(r"(?<![\w’'-])[^\W\d_A-ZÀ-ÞА-ЯЁ][^\W\d_]*", line.text)
    )
    evidence = _evidence(lines, runs)
    sames = _sames(lines, runs)
    kinds: dict[str, NameKind] = {}
    # Longer names first: whose last name stands alone at the beginning of a sentence is known.
    lasts: set[str] = set()
    for name, found in sorted(evidence.items(), key=lambda item: -item[0].count(" ")):
        alone = " " not in name
        found.mid += any(evidence[name + end].mid for end in "ауе" if name + end in evidence)
        if alone and name not in lasts and (not found.mid or lower[fold(name)] > found.mid):
            continue
        kind = known.get(fold(name)) or _kind(name, found)
        if kind is None and name in lasts:
            kind = NameKind.PERSON
        if kind is not None:
            kinds[name] = kind
        if kind is NameKind.PERSON and not alone:
            lasts.add(name.split()[-1])
    for same in sames:
        if same.name in kinds:
            kinds.setdefault(same.other, kinds[same.name])
            kinds[same.other] = kinds[same.name]
    sames += _surnames(kinds)
    seen = [
        Seen(run.start, run.end, run.name, kinds[run.name]) for run in runs if run.name in kinds
    ]
    return sorted([*seen, *works], key=lambda one: one.start), sames


def _works(line: Line) -> Iterable[Seen]:
    """Yield the titles that stand in quotation marks: of several words, or with capitals."""
    for match in _QUOTED.finditer(line.text):
        title = match["title"].strip()
        inside = title.split()
        capitals = sum(word[0].isupper() for word in inside)
        russian = bool(re.match("[А-ЯЁ]", title))
        titled = len(inside) > 1 and (russian or capitals * 2 >= len(inside))
        if titled and len(inside) <= 12 and not _SENTENCE_END.search(title):
            start = line.start + match.start("title")
            yield Seen(start, start + len(title), title, NameKind.WORK)


def _runs(line: Line) -> Iterable[_Run]:
    """Yield the runs of capitals of a sentence, without titles and small words before them."""
    for match in _RUN.finditer(line.text):
        for begin, close in _parts(line.text, match.start(), match.end()):
            start, end = begin, close
            first = not line.text[:start].strip(' “"«(—–-')
            cut, titled = _stripped(line.text[start:end])
            start += cut
            text = line.text[start:end]
            if len(text) < 2 or fold(text) in stop_words("opening"):
                continue
            if re.match("[А-ЯЁ]", text):
                end, name = _russian(line.text, start, end)
            else:
                text = re.sub(r"['’]s?$", "", text)
                end, name = start + len(text), " ".join(text.split())
            titled = titled or bool(_TITLE.search(line.text[max(0, start - 24) : start]))
            yield _Run(line.start + start, line.start + end, name, first and not cut, titled)


@cache
def _heads() -> frozenset[str]:
    """Return the words that go on with of: of bodies, treaties, places, and titles."""
    keys = ("institutions", "bodies", "treaties", "sites", "titles", "events")
    return frozenset(word for key in keys for word in words(f"names.{key}"))


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the names of a run: one, unless and or for joins two that are whole by themselves."""
    for match in re.finditer(r"\s+of(?:\s+the)?\s+", text[start:end]):
        # Ministry of Trade and Industry is one name, and Edward Lyle of the Ministry is two.
        before = fold(text[start : start + match.start()]).split()[-1]
        if before not in _heads():
            return [(start, start + match.start()), *_parts(text, start + match.end(), end)]
        return [(start, end)]
    parts, at = [], start
    for match in _SPLITS.finditer(text, start, end):
        parts.append((at, match.start()))
        at = match.end()
    return [*parts, *_side_by_side(text, at, end)]


def _side_by_side(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a run as two where a Russian adjective with its noun stands behind a name.

    So in с Англией Каменский договор; of a person, name and surname bend alike.
    """
    cut = text.rfind(" ", start, end) + 1
    last, first = text[cut:end], text[start:end].split(maxsplit=1)[0]
    if cut <= start or not re.match("[А-ЯЁ]", last) or not _is_adjective(last):
        return [(start, end)]
    if _is_adjective(first) or _basic(first)[2] & {"Name"} or _with_noun(text, end) is None:
        return [(start, end)]
    return [(start, cut - 1), (cut, end)]


def _stripped(text: str) -> tuple[int, bool]:
    """Return how much of a run's beginning is no part of the name, and if it is a title."""
    cut, titled = 0, False
    while True:
        match = re.match(r"(\S+)\s+(?=\S)", text[cut:])
        if not match:
            return cut, titled
        word = fold(match[1]).rstrip(".")
        if word in words("names.titles"):
            if re.match(r"of\b", text[cut + match.end() :]):
                return cut, titled
            titled = True
        elif word not in stop_words("opening"):
            return cut, titled
        cut += match.end()


@cache
def _analyzer() -> MorphAnalyzer:
    """Return the dictionary of Russian words, loaded once."""
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - only where Russian names are looked for

    return MorphAnalyzer()


@lru_cache(maxsize=20_000)
def _basic(word: str, like: str = "") -> tuple[str, str, frozenset[str]]:
    """Return a Russian word in its basic form, the gender of its name, and what it may be.

    ``like`` is the gender of a name before it, where it has one.
    """
    surname = _SURNAME.fullmatch(word)
    parses = _analyzer().parse(word)
    named = [one for one in parses if {"Name", "Surn", "Patr", "Geox", "Orgn"} & one.tag.grammemes]
    if surname and not named:
        feminine = like == "femn"
        return surname[1].lower() + "а" * feminine, like or "masc", frozenset({"Surn"})
    fitting = [one for one in named if not like or one.tag.gender in (like, None)] or named
    nouns = [one for one in parses if one.tag.POS in {"NOUN", "ADJF"}]
    best = (fitting or nouns or parses)[0]
    if not fitting and not nouns:
        return word.lower(), "", frozenset()
    form = best.inflect({"sing", "nomn"}) if best.tag.number == "sing" else None
    basic = (form or best.normalized).word if "Fixd" not in best.tag else word
    marks = frozenset(
        mark
        for one in (named or parses)[:4]
        for mark in ("Name", "Surn", "Patr", "Geox")
        if mark in one.tag.grammemes
    )
    return basic, str(best.tag.gender or ""), marks


def _russian(text: str, start: int, end: int) -> tuple[int, str]:
    """Return where a Russian name ends, and the name in its basic form.

    An adjective with a capital takes the noun behind it: Морского министерства.
    """
    run = text[start:end].split()
    if len(run) == 1 and run[0].isupper():
        return end, run[0]
    if _is_adjective(run[-1]):
        found = _with_noun(text, end)
        if found is not None:
            close, adjectives, (noun, gender) = found
            said = [_agreeing(word, gender) for word in (*run, *adjectives)]
            return close, " ".join([*said, noun])
    basics, gender = [], ""
    for word in run:
        pieces = []
        for piece in word.split("-"):
            basic, own, marks = _basic(piece, gender)
            gender = gender or (own if marks & {"Name", "Surn", "Patr"} else "")
            pieces.append(_as_written(piece, basic))
        basics.append("-".join(pieces))
    return end, " ".join(basics)


def _with_noun(text: str, end: int) -> tuple[int, list[str], tuple[str, str]] | None:
    """Return where a noun that ends a name ends, the adjectives before it, and the noun."""
    behind = re.match(r"(?:\s+[а-яё-]+){1,4}", text[end:])
    adjectives: list[str] = []
    for match in re.finditer(r"[а-яё-]+", behind.group()) if behind else ():
        noun = _noun(match.group())
        if noun is not None:
            return end + match.end(), adjectives, noun
        if not _is_adjective(match.group()):
            return None
        adjectives.append(match.group())
    return None


def _is_adjective(word: str) -> bool:
    if _OF_PLACE.search(word):
        return True
    return any("ADJF" in parse.tag for parse in _analyzer().parse(word)[:3])


def _noun(word: str) -> tuple[str, str] | None:
    """Return a noun that names of bodies, treaties or places end with, and its gender."""
    ends = {*words("names.institutions"), *words("names.treaties"), *words("names.sites")}
    for parse in _analyzer().parse(word)[:3]:
        if parse.normal_form in ends and "NOUN" in parse.tag:
            return parse.normal_form, str(parse.tag.gender)
    return None


def _agreeing(word: str, gender: str) -> str:
    """Return an adjective in the gender of its noun, in its basic form."""
    for parse in _analyzer().parse(word):
        form = parse.inflect({"sing", "nomn", gender}) if "ADJF" in parse.tag else None
        if form:
            return _as_written(word, form.word)
    return _OF_PLACE.sub({"femn": "ская", "neut": "ское"}.get(gender, "ский"), word)


def _as_written(word: str, basic: str) -> str:
    """Return a basic form with the capitals, and the ё, of the word in the text."""
    if not word[:1].isupper():
        return basic
    return basic[:1].upper() + basic[1:]


def _evidence(lines: Sequence[Line], runs: Sequence[_Run]) -> dict[str, _Evidence]:
    """Return for each name what stands before and behind it, over all its places."""
    found: dict[str, _Evidence] = defaultdict(_Evidence)
    starts = [line.start for line in lines]
    index = 0
    for run in sorted(runs, key=lambda one: one.start):
        while index + 1 < len(starts) and starts[index + 1] <= run.start:
            index += 1
        line = lines[index]
        before = line.text[max(0, run.start - line.start - 24) : run.start - line.start]
        behind = line.text[run.end - line.start : run.end - line.start + 32]
        one = found[run.name]
        one.count += 1
        one.mid += not run.opens
        one.article += bool(re.search(r"\b(?:the|an?)\s+$", before, re.IGNORECASE))
        one.person += 3 * run.titled
        one.person += bool(_VERB_BEHIND.match(behind)) or behind.startswith(("’s ", "'s "))
        one.place += 2 * bool(_AT.search(before))
        if re.match("[А-ЯЁ]", run.name):
            marks = [_basic(word)[2] for word in run.name.split()]
            one.person += 2 * any(mark & {"Name", "Surn", "Patr"} for mark in marks)
            one.place += 2 * all("Geox" in mark for mark in marks)
            one.person += bool(re.match(r"\s+\w+(?:л|ла|ли|лся|лась)\b", behind))
    return found


def _kind(name: str, found: _Evidence) -> NameKind | None:
    """Return what a name is of, None for what an index of names does not hold."""
    said = fold(name).split()
    common = words("names.capitals")
    if all(word in common for word in said) and len(said) == 1 and not found.person:
        return None
    if said[-1] in words("names.events") or said[0] in words("names.events"):
        return None
    for kind, key in ((NameKind.TREATY, "treaties"), (NameKind.INSTITUTION, "institutions")):
        if len(said) > 1 and any(word in words(f"names.{key}") for word in said):
            return kind
    if len(said) == 1 and said[0] in (*words("names.institutions"), *words("names.treaties")):
        always = found.mid >= _EVERY or not found.article
        return NameKind.INSTITUTION if always and found.mid else None
    if any(said[0] == fold(land) for row in lands() for land in row.names):
        return None if _PEOPLE.search(said[0]) else NameKind.PLACE
    if any(word in words("names.sites") for word in said):
        return NameKind.PLACE if len(said) > 1 else None
    if len(said) == 1 and said[0] in words("names.titles"):
        return None
    if name.isupper() and len(name) > 1:
        return NameKind.INSTITUTION if found.mid else None
    person = found.person + (2 if 1 < len(said) <= 4 else 0)
    if found.place > person or (found.place == person and len(said) == 1 and person):
        return NameKind.PLACE
    return NameKind.PERSON if person or found.mid >= _EVERY else None


def _sames(lines: Sequence[Line], runs: Sequence[_Run]) -> list[Same]:
    """Return what the text says is the same: the League of Nations (the League)."""
    by_line = {line.start: line for line in lines}
    starts = sorted(by_line)
    found: dict[Same, None] = {}
    names = {run.start: run.name for run in runs}
    for run in runs:
        at = max((start for start in starts if start <= run.start), default=None)
        if at is None:
            continue
        line = by_line[at]
        match = _CALLED.match(line.text, run.end - line.start) or _CALLED.match(
            line.text[run.end - line.start :]
        )
        if not match:
            continue
        other = match["other"].strip()
        inner = next(
            (
                name
                for start, name in names.items()
                if line.start <= start
                and line.text[start - line.start :].startswith(other.split()[0])
                and start > run.end
                and start < run.end + 40
            ),
            other,
        )
        if match["told"] or _abbreviates(run.name, other) or _abbreviates(other, run.name):
            found[Same(run.name, inner)] = None
    return list(found)


def _abbreviates(name: str, other: str) -> bool:
    """Return whether a name is the first letters of another, or words of it."""
    big = [word for word in re.split(r"[\s-]+", name) if word]
    letters = "".join(word[0] for word in big if word[0].isupper())
    every = "".join(word[0].upper() for word in big)
    if other.isupper() and other in (letters, every):
        return True
    own = [fold(word) for word in other.split()]
    return all(word in [fold(part) for part in big] for word in own) and len(own) < len(big)


def _surnames(kinds: Mapping[str, NameKind]) -> list[Same]:
    """Return the persons who are called by their last name alone, where it is one person's."""
    owners: dict[str, list[str]] = defaultdict(list)
    for name, kind in kinds.items():
        if kind is NameKind.PERSON and " " in name:
            owners[name.split()[-1]].append(name)
    bent = [
        Same(name[: -len(ending)], name)
        for name in kinds
        for ending in ("а", "у", "ым", "ом", "е")
        if name.endswith(ending) and kinds.get(name[: -len(ending)]) is NameKind.PERSON
    ]
    return bent + [
        Same(full[0], last)
        for last, full in owners.items()
        if len(full) == 1 and kinds.get(last) in (NameKind.PERSON, NameKind.PLACE)
    ]
