"""The names of a Chinese text: a tagger's, mended and checked by how the text itself names.

The tagger sees one sentence. The text as a whole says where it was wrong: a name that is always
followed by one sign is cut short; one that is tagged otherwise more often is none; one that is
seen once and is a commoner name with a sign more is that name. 《》 and · are the text's own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rag.language.names import has_name
from rag.language.tables import Pattern, lands, signs
from rag.language.text import HAN, fold
from rag.search.naming.seen import Same, Seen
from rag.types import NameKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.models import Tagged, Tagger
    from rag.search.naming.seen import Line

_KINDS = {"PER": NameKind.PERSON, "LOC": NameKind.PLACE, "ORG": NameKind.INSTITUTION}
_LONGEST = 120
"""Characters of a stretch that is tagged at once; a longer sentence is cut at its clauses."""
_CLAUSE = re.compile(r"[^,;:，；：]*[,;:，；：]?")
_TREATY = Pattern("{zh:names.treaties}$")
_INSTITUTION = Pattern("{zh:names.institutions}$")
_SITE = Pattern("{zh:names.sites}$")
_EVENT = Pattern("{zh:names.events}$")
_TITLED = Pattern("{zh:names.titles}")
_TITLE_BEFORE = Pattern("{zh:names.titles}$")
_PLACED = Pattern("{zh:claims.to_place}")
_NEAR = 6
_WORK = re.compile(r"《([^《》]{2,40})》")
_HAN_ONLY = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*")
_DOTTED = re.compile(rf"(?:(?![和与及])[{HAN}]){{1,8}}(?:·(?:(?![和与及])[{HAN}]){{1,8}})+")
_NOUNS = frozenset({"n", "nz", "nw", "PER", "LOC", "ORG", "s", "vn"})
_NO_PART = frozenset({"w", "v", "p", "c", "d", "m", "TIME", "xc"})
"""Words that are no part of the name beside them."""
_TAIL = 2
_PARTICLES = frozenset("的了着过等地得")
_ALWAYS = 0.9
"""Share of a name's occurrences beside one sign that shows it was cut short."""
_CUT_SEEN = 3
_TAGGED = 0.34
"""Share of the occurrences of a string that must be tagged as a name, of a common one."""
_CALLED = Pattern(
    rf"(?P<name>[{HAN}·]{{2,16}})\s*[(（]\s*(?:{{zh:names.called}}\s*[:：,，]?\s*)"
    rf"[“\"「『]?(?P<other>[{HAN}·]{{2,12}}|[A-Za-z][\w .'-]{{1,40}})[”\"」』]?\s*[,，)）;；]"
)
_BESIDE = re.compile(
    rf"(?P<name>[{HAN}·]{{2,16}})\s*[(（]\s*[“\"]?(?P<other>[{HAN}·]{{2,16}}"
    r"|[A-Z][\w .'-]{1,40})[”\"]?\s*[)）]"
)


@dataclass(slots=True)
class _Votes:
    """What is known of a string over the whole text."""

    kinds: Counter[NameKind]
    left: Counter[str]
    right: Counter[str]
    titled: int = 0
    placed: int = 0


def chinese_names(
    lines: Sequence[Line], tagger: Tagger, known: Mapping[str, NameKind]
) -> tuple[list[Seen], list[Same]]:
    """Return the names of Chinese sentences in reading order, and those that mean the same.

    ``known`` are names that the book's record knows, with what they are of.
    """
    tagged = _tagged(lines, tagger)
    works = _works(lines)
    votes = _votes(lines, tagged)
    sames = _sames(lines, votes)
    for same in sames:
        if same.name in votes and same.other not in votes and _HAN_ONLY.fullmatch(same.other):
            kinds = Counter(votes[same.name].kinds)
            votes[same.other] = _Votes(kinds, Counter(), Counter())
    for same in list(sames):  # 秦伯渊（号静庐）is called 秦静庐 too
        called = same.name[0] + same.other
        if called in votes and _is_surnamed(same.name) and _is_surnamed(called):
            sames.append(Same(same.name, called))
    for name in [name for name in votes if "·" in name]:
        last = name.rpartition("·")[2]
        if len(last) > 1:
            sames.append(Same(name, last))
            vote = votes.setdefault(last, _Votes(Counter(), Counter(), Counter()))
            vote.kinds[NameKind.PERSON] += 1 + vote.kinds[NameKind.PLACE] // 2
    names = _judged(lines, tagged, votes) | {name: kind for name, kind in known.items() if name}
    names = {name: kind for name, kind in names.items() if name not in works} | works
    return _found(lines, tagged, names, works), [same for same in sames if fold(same.name) in names]


def _tagged(lines: Sequence[Line], tagger: Tagger) -> list[list[Tagged]]:
    """Return the tagged words of each sentence, with offsets in the sentence."""
    pieces: list[tuple[int, int, str]] = []
    for index, line in enumerate(lines):
        for start, piece in _pieces(line.folded):
            pieces.append((index, start, piece))
    out: list[list[Tagged]] = [[] for _ in lines]
    for (index, start, _), words in zip(
        pieces, tagger.tag([piece for _, _, piece in pieces]), strict=True
    ):
        out[index] += [type(w)(w.start + start, w.end + start, w.tag) for w in words]
    return out


def _pieces(text: str) -> Iterable[tuple[int, str]]:
    """Yield a text in stretches that are not too long, each with where it begins."""
    start = end = 0
    for match in _CLAUSE.finditer(text):
        if match.end() - start > _LONGEST and end > start:
            yield start, text[start:end]
            start = end
        end = match.end()
        while end - start > 2 * _LONGEST:
            yield start, text[start : start + _LONGEST]
            start += _LONGEST
    if end > start:
        yield start, text[start:end]


def _works(lines: Iterable[Line]) -> dict[str, NameKind]:
    """Return what stands in 《》, by what it is: a treaty by its ending, else a work."""
    return {
        match[1].strip(): NameKind.TREATY if _TREATY.search(match[1].strip()) else NameKind.WORK
        for line in lines
        for match in _WORK.finditer(line.folded)
    }


def _spans(line: Line, words: Sequence[Tagged]) -> list[tuple[int, int, NameKind | None]]:
    """Return the names that the tagger sees in a sentence, pieces of one name put together.

    None as kind is a proper noun of another kind: it speaks against its being a name of ours.
    """
    inside = [match.span() for match in _WORK.finditer(line.folded)]
    spans: list[tuple[int, int, NameKind | None]] = []
    previous: Tagged | None = None
    for word in words:
        text = line.folded[word.start : word.end]
        kind = _KINDS.get(word.tag)
        beside = previous is not None and previous.end == word.start and bool(spans)
        if any(start <= word.start < end for start, end in inside):
            pass
        elif beside and spans[-1][1] == word.start and _goes_on(line, spans[-1], word, text):
            joined = line.folded[spans[-1][0] : word.end]
            spans[-1] = spans[-1][0], word.end, _by_ending(joined) or spans[-1][2]
        elif kind or word.tag in {"nz", "nw"}:
            spans += [
                (word.start + start, word.start + end, kind or _by_ending(text))
                for start, end in _each(text)
            ]
        previous = word
    return [*spans, *_dotted(line, words)]


def _each(text: str) -> list[tuple[int, int]]:
    """Return the names of what was tagged as one: two with dots may be joined by 和."""
    if text.count("·") < 2:
        return [(0, len(text))]
    return [match.span() for match in re.finditer("[^和与及]+", text)]


def _goes_on(line: Line, before: tuple[int, int, NameKind | None], word: Tagged, text: str) -> bool:
    """Return whether a word goes on with the name before it.

    An ending that makes a body or a treaty of it does (魏兰·洋行), and the next piece of a
    foreign name that the tagger has cut (德黑·兰).
    """
    name = line.folded[before[0] : before[1]]
    if word.tag in _NOUNS and before[2] is not None and len(name) > 1:
        whole = _INSTITUTION.fullmatch(text) or _TREATY.fullmatch(text)
        if whole and not (before[2] is NameKind.INSTITUTION and _INSTITUTION.search(name)):
            return True
    foreign = _is_foreign(name) and _is_foreign(text)
    return foreign and word.tag in _KINDS and (len(text) == 1 or len(name) == 1)


def _dotted(line: Line, words: Sequence[Tagged]) -> Iterable[tuple[int, int, NameKind | None]]:
    """Yield the names with a dot inside whose ends are those of words."""
    starts = {word.start for word in words}
    ends = {word.end: word.tag for word in words}
    for match in _DOTTED.finditer(line.folded):
        first = line.folded.index("·", match.start())
        last = line.folded.rindex("·", match.start(), match.end())
        begin = next(
            (
                at
                for at in range(match.start(), first)
                if at in starts and _is_foreign(line.folded[at:first])
            ),
            None,
        )
        end = next(
            (
                at
                for at in range(match.end(), last + 1, -1)
                if at in ends and _is_foreign(line.folded[last + 1 : at])
            ),
            None,
        )
        if begin is not None and end is not None:
            yield begin, end, NameKind.PERSON


def _by_ending(name: str) -> NameKind | None:
    if _TREATY.search(name):
        return NameKind.TREATY
    return NameKind.INSTITUTION if _INSTITUTION.search(name) and len(name) > 2 else None


def _votes(lines: Sequence[Line], tagged: Sequence[Sequence[Tagged]]) -> dict[str, _Votes]:
    """Return for each string that is tagged as a name what it was tagged as, and its neighbours.

    A name that is always beside one sign, in words of its own, takes that sign.
    """
    votes: dict[str, _Votes] = defaultdict(lambda: _Votes(Counter(), Counter(), Counter()))
    for line, words in zip(lines, tagged, strict=True):
        ends = {word.start: word for word in words}
        starts = {word.end: word for word in words}
        for start, end, kind in set(_spans(line, words)):
            name = line.folded[start:end].strip()
            if not _HAN_ONLY.fullmatch(name):
                continue
            vote = votes[name]
            vote.kinds[kind or NameKind.WORK] += 1  # a work outside 《》 is none
            before, after = starts.get(start), ends.get(end)
            vote.right[_sign(line, after, 0)] += 1
            vote.left[_sign(line, before, -1)] += 1
            vote.placed += bool(_PLACED.search(line.folded, max(0, start - 1), start))
            if _TITLE_BEFORE.search(line.folded, max(0, start - _NEAR), start) or _TITLED.match(
                line.folded, end
            ):
                vote.titled += 1
    for name, vote in list(votes.items()):
        whole = vote.left.total()
        longer = name
        for beside, front in ((vote.right, False), (vote.left, True)):
            sign, count = beside.most_common(1)[0] if beside else ("", 0)
            noun = len(sign) > 1 or not _is_surnamed(name)
            often = whole >= _CUT_SEEN and count >= _ALWAYS * whole
            if sign and often and _is_han(sign) and (noun or _is_surnamed(name + sign)):
                longer = sign + longer if front else longer + sign
        if longer != name:
            votes[longer].kinds.update(vote.kinds)
            votes[longer].titled += vote.titled
            del votes[name]
    return dict(votes)


def _sign(line: Line, word: Tagged | None, at: int) -> str:
    """Return what beside a name it may have lost, empty for what is no part of one.

    That is a short noun (中东·铁路), or of another word the sign that is next to it (沈砚·之上).
    """
    if word is None or word.tag in _NO_PART:
        return ""
    text = line.folded[word.start : word.end]
    if word.tag in _NOUNS:
        return text if len(text) <= _TAIL else ""
    return "" if text[at] in _PARTICLES else text[at]


def _judged(
    lines: Sequence[Line], tagged: Sequence[Sequence[Tagged]], votes: Mapping[str, _Votes]
) -> dict[str, NameKind]:
    """Return the strings that are names after all, each with what it is of."""
    text = "\n".join(line.folded for line in lines)
    own = Counter(
        line.folded[word.start : word.end]
        for line, words in zip(lines, tagged, strict=True)
        for word in words
    )
    names: dict[str, NameKind] = {}
    for name, vote in votes.items():
        kind = _kind(name, vote)
        if kind is None or not _fits(name, kind, vote, text):
            continue
        there = text.count(name)
        if there >= _CUT_SEEN and vote.kinds.total() < _TAGGED * there and own[name] * 2 < there:
            continue
        names[name] = kind
    return _without_tails(names, votes)


def _without_tails(
    names: Mapping[str, NameKind], votes: Mapping[str, _Votes]
) -> dict[str, NameKind]:
    """Return names without those that are a commoner one with a sign or two more: 永宁港水."""
    kept: dict[str, NameKind] = {}
    for name, kind in names.items():
        count = votes[name].kinds.total()
        ends = _SITE.search(name) or _INSTITUTION.search(name) or _TREATY.search(name)
        tail = any(
            name[:-cut] in names and votes[name[:-cut]].kinds.total() > count
            for cut in (1, 2)
            if len(name) - cut > 1
        )
        head = count == 1 and any(
            name[cut:] in names and votes[name[cut:]].kinds.total() > 2 * count
            for cut in (1, 2)
            if len(name) - cut > 1
        )
        if not (tail and not ends) and not (head and kind is NameKind.PERSON):
            kept[name] = kind
    return kept


def _kind(name: str, vote: _Votes) -> NameKind | None:
    """Return what a name is of: by its ending, else what it was tagged as most often."""
    if _EVENT.search(name):
        return None
    ended = _by_ending(name)
    common = vote.kinds.most_common(1)[0][0]
    if _is_foreign(name) and common is NameKind.PERSON and "·" not in name:
        often = vote.placed >= _CUT_SEEN and vote.placed * 5 > vote.left.total()
        common = NameKind.PLACE if often else common
    if vote.titled and _is_surnamed(name) and not _is_land(name):
        common = NameKind.PERSON  # 知县孟怀谷, whatever the tagger makes of it
    if ended is NameKind.TREATY:
        return ended if len(name) > 3 else None
    if ended is NameKind.INSTITUTION and common is not NameKind.PERSON:
        return ended
    return None if common is NameKind.WORK else common


def _fits(name: str, kind: NameKind, vote: _Votes, text: str) -> bool:
    """Return whether a name is written as names of its kind are."""
    shorts = "".join(land.short for land in lands())
    if len(name) < 2 or all(sign in shorts for sign in name):
        return False
    if any(name in land.names[:2] and len(name) == 2 and name[1] == "方" for land in lands()):
        return False
    if kind is NameKind.PERSON:
        return _is_person(name, vote, text)
    if kind is NameKind.PLACE:
        return name[0] not in _both(text) or not all(sign in shorts for sign in name[:2])
    if kind is NameKind.INSTITUTION and not _INSTITUTION.search(name):
        # A body without a body's word: a tagger's guess, until it comes back.
        return vote.kinds[kind] >= (_CUT_SEEN if _is_foreign(name) else 2)
    return len(name) > 2


def _both(text: str) -> frozenset[str]:
    """Return the signs of countries that the text speaks of."""
    return frozenset(_shorts_of(text))


@cache
def _shorts_of(text: str) -> str:
    """Return the signs that stand for countries which a text names three times or more."""
    return "".join(
        land.short for land in lands() if sum(text.count(n) for n in land.names[:2]) >= _CUT_SEEN
    )


def _is_person(name: str, vote: _Votes, text: str) -> bool:
    if "·" in name or _is_foreign(name):
        return True
    if len(name) > 3 and 2 * sum(map(_is_foreign, name)) > len(name):  # 额尔金泰
        return True
    if not _is_surnamed(name):
        return False
    if name[0] in _shorts_of(text):  # 苏方, 苏援: the country's, unless it is met again as a name
        country = any(has_name(land.names, name) for land in lands() if name[0] in land.short)
        return len(name) == 3 and vote.kinds[NameKind.PERSON] > 1 and not country
    return True


def _is_surnamed(name: str) -> bool:
    """Return whether a name is a Chinese surname and one or two signs behind it."""
    known = signs()
    if name.startswith((*known.double_surnames, *known.rare_double_surnames)):
        return 2 < len(name) <= 4
    surname = name[0] in known.surnames or name[0] in known.rare_surnames
    return surname and 2 <= len(name) <= 3


def _is_land(name: str) -> bool:
    return any(name in land.names for land in lands())


def _is_foreign(name: str) -> bool:
    """Return whether a name is made of the signs that foreign names are written with."""
    known = signs()
    return bool(name) and all(
        sign == "·" or sign in known.seldom or sign in known.often or sign in known.person
        for sign in name
    )


def _is_han(sign: str) -> bool:
    return bool(_HAN_ONLY.fullmatch(sign))


def _sames(lines: Iterable[Line], votes: Mapping[str, _Votes]) -> list[Same]:
    """Return what the text says is the same: 孙文（字逸仙）, 中共（中国共产党）."""
    found: dict[Same, None] = {}
    for line in lines:
        for pattern, told in ((_CALLED, True), (_BESIDE, False)):
            for match in pattern.finditer(line.folded):
                name = _ending_name(match["name"], votes)
                other = match["other"].strip()
                if not name or name == other:
                    continue
                latin = bool(re.match("[a-z]", other))
                if not told and not latin and not _abbreviates(name, other):
                    continue
                if latin:
                    start = match.start("other")
                    other = line.text[start : start + len(match["other"])].strip()
                found[Same(name, other)] = None
    return list(found)


def _ending_name(text: str, votes: Mapping[str, _Votes]) -> str:
    """Return the longest name that a stretch of text ends with, empty for none."""
    return next((text[at:] for at in range(len(text) - 1) if text[at:] in votes), "")


def _abbreviates(one: str, two: str) -> bool:
    """Return whether the signs of the shorter name stand in the longer in their order."""
    shorter, longer = sorted((one, two), key=len)
    rest = iter(longer)
    return len(shorter) > 1 and shorter[0] == longer[0] and all(sign in rest for sign in shorter)


def _found(
    lines: Sequence[Line],
    tagged: Sequence[Sequence[Tagged]],
    names: Mapping[str, NameKind],
    works: Mapping[str, NameKind],
) -> list[Seen]:
    """Return every occurrence of names: the longest that begins at a place.

    A name of two signs must be words of its own; a work stands in 《》.
    """
    by_start: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_start[name[:2]].append(name)
    for listed in by_start.values():
        listed.sort(key=len, reverse=True)
    out: list[Seen] = []
    for line, words in zip(lines, tagged, strict=True):
        borders = {word.start for word in words} | {word.end for word in words}
        at = 0
        while at < len(line.folded) - 1:
            found = next(
                (
                    name
                    for name in by_start.get(line.folded[at : at + 2], ())
                    if line.folded.startswith(name, at) and _stands(line, at, name, borders, works)
                ),
                None,
            )
            if found is None:
                at += 1
                continue
            start = line.start + at
            out.append(Seen(start, start + len(found), found, names[found]))
            at += len(found)
    return out


def _stands(
    line: Line, at: int, name: str, borders: set[int], works: Mapping[str, NameKind]
) -> bool:
    end = at + len(name)
    if works.get(name) is NameKind.WORK:
        return line.folded[at - 1 : at] == "《" and line.folded[end : end + 1] == "》"
    if at in borders and end in borders:
        return True
    return len(name) > 2 and (at in borders or end in borders or "·" in name)
