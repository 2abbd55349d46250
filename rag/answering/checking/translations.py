"""Whether a translation may stand beside the sentence that it translates; pure.

Words of two languages cannot be compared. What can be is compared in both directions: what
the translation adds is as wrong as what it drops. Numbers and dates, known names and
countries, negation, words that exclude one another, and that it is bare text of about the
length that such a text has. The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.answering.checking.alignment import out_of_order
from rag.answering.checking.claims import parse_composed
from rag.language import clauses
from rag.language.names import has_name, known_names, name_pattern, without_names
from rag.language.numbers import Bound, Kind, comparable, equal, quantities
from rag.language.polarity import denies, negations, opposed
from rag.language.tables import LANGUAGES, Pattern, table
from rag.language.text import HAN, family, fold, has_han, language_of
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rag.language.numbers import Quantity


_HAN = re.compile(f"[{HAN}]+")
_LETTERS = re.compile("[a-zà-ÿā-žа-яё]{2,}")
_QUOTATION = re.compile(r"[“„«「『\"]([^“”„«»「」『』\"]{4,})[”“»」』\"]")
_MARKED = re.compile(r"[“„«「『\"《]")
"""What opens a quotation or the title of a work."""
_PLACED = Pattern(r"\b{claims.placed_in_sentence}(?: the)?\s$")
"""What stands before a place, which may stand anywhere in a sentence."""
_LONGEST, _SHORTEST = 1.0, 0.15
"""Characters of a Chinese translation for one of the original, at most and at least."""
_LONGEST_OF_HAN, _SHORTEST_OF_HAN = 7.0, 1.0
"""The same the other way round."""
_LONGEST_BETWEEN, _SHORTEST_BETWEEN = 1.8, 0.5
"""The same between two languages that are written with letters."""
_SOME = 30
"""Characters that any translation may have more."""
_BESIDE = 5
"""Characters between the parts of a date at most, where they stand side by side."""
_FIRST_YEAR = 1000
_NEXT = Pattern("{claims.next}")
"""The next one (第二年), which is no second one in another language."""
_DENIES_NOTHING = Pattern("{claims.denies_nothing}", re.IGNORECASE)
"""What denies in one language (not until) and affirms in another (直到…才)."""
_PARTICLES = frozenset(re.findall(r"\w+", "of the and de du la le von van und der и"))
_IN_PLACE = 0.2
"""Share of a text between two places in two texts that are the same one."""
_MOVED = 0.38
"""Share of a sentence that its one negation may stand away from its place in the other."""


def is_faithful(
    translation: str,
    quote: str,
    language: Language,
    aliases: Sequence[Sequence[str]] = (),
) -> bool:
    """Return whether nothing that code can compare sets a translation apart from its quote.

    ``language`` is the one that it should be in, ``aliases`` the spellings of known names.
    """
    return (
        _is_of_length(translation, quote)
        and family(language_of(translation)) == family(language)
        and _is_bare(translation)
        and _keeps_script(translation, quote)
        and _same_numbers(translation, quote)
        and _same_names(translation, quote, aliases)
        and _same_denials(translation, quote, aliases)
        and not opposed(translation, quote)
        and (bool(_MARKED.search(quote)) or not _QUOTATION.search(translation))
    )


def _is_bare(text: str) -> bool:
    """Return whether a text is bare text: no link, no mark-up, no number that cites."""
    plain = " ".join(claim.text for claim in parse_composed(text))
    cited = any(claim.citations for claim in parse_composed(text))
    letters = [re.sub(r"[\s”’»」』\"'）)]", "", part) for part in (plain, text)]
    return letters[0] == letters[1] and not cited


def _is_of_length(text: str, quote: str) -> bool:
    """Return whether a text is about as long as a translation of the quote would be."""
    to_han, from_han = _is_chinese(text), _is_chinese(quote)
    most, least = _LONGEST_BETWEEN, _SHORTEST_BETWEEN
    if to_han and not from_han:
        most, least = _LONGEST, _SHORTEST
    elif from_han and not to_han:
        most, least = _LONGEST_OF_HAN, _SHORTEST_OF_HAN
    return least * len(quote) <= len(text) <= most * len(quote) + _SOME


def _keeps_script(text: str, quote: str) -> bool:
    """Return whether words in another script than the translation's are the quote's own."""
    kept = _LETTERS if _is_chinese(text) else _HAN
    there = fold(quote)
    return all(part in there for part in kept.findall(fold(text)))


def _is_chinese(text: str) -> bool:
    return family(language_of(text)) == Language.ZH


def _same_numbers(text: str, quote: str) -> bool:
    """Return whether two texts state the same numbers and dates, in the same order."""
    text, quote = (_NEXT.sub(_blank, part) for part in (text, quote))
    mine, theirs = quantities(text), quantities(quote)
    return (
        _covered(mine, quantities(_paired(quote)))
        and _covered(theirs, quantities(_paired(text)))
        and _repeated(mine, quantities(_paired(quote)))
        and _dates(mine, chinese=_is_chinese(text)) == _dates(theirs, chinese=_is_chinese(quote))
        and not out_of_order(text, quote, foreign=True)
        and _months(mine) == _months(theirs)
    )


def _months(items: Sequence[Quantity]) -> list[Fraction]:
    """Return the months of a text in their order, each once."""
    return list(dict.fromkeys(item.value for item in items if _is_month(item)))


def _paired(text: str) -> str:
    """Return a text with a number in place of each word for a pair: both, 双方."""
    for language in LANGUAGES:
        pair = Pattern(f"{{{language}:claims.pairs}}", re.IGNORECASE)
        text = pair.sub(table(language)["claims.two"][0], text)
    return text


def _blank(part: re.Match[str]) -> str:
    return " " * len(part[0])


def _covered(some: Sequence[Quantity], there: Sequence[Quantity]) -> bool:
    """Return whether each number that is stated stands there too, and is meant alike."""
    return all(
        item.kind is not Kind.UNREADABLE and any(_alike(item, other) for other in there)
        for item in some
        if not item.weak
    )


def _repeated(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> bool:
    """Return whether no number stands in a translation more often than in its quote."""
    stated = Counter(_value(item) for item in mine if not item.weak)
    return stated <= Counter(map(_value, theirs))


def _value(item: Quantity) -> Fraction:
    """Return the value of a number; of a decade, its last two figures (1930s, 三十年代)."""
    return item.value % 100 if item.kind is Kind.DECADE else item.value


def _dates(items: Sequence[Quantity], *, chinese: bool) -> set[tuple[Kind, int, int]]:
    """Return which month belongs to which year, and which day to which month.

    In Chinese the greater part stands before the smaller; elsewhere it is the one right
    behind, or else the last one before.
    """
    pairs = set()
    for part, greater in ((Kind.MONTH, _is_year), (Kind.DAY, _is_month)):
        for k, item in enumerate(items):
            if item.kind is not part or item.weak:
                continue
            after = items[k + 1] if k + 1 < len(items) else None
            beside = after and greater(after) and after.start - item.end <= _BESIDE
            before = next((other for other in reversed(items[:k]) if greater(other)), None)
            whole = after if beside and not chinese else before
            if whole:
                pairs.add((part, int(whole.value), int(item.value)))
    return pairs


def _is_year(item: Quantity) -> bool:
    return item.kind is Kind.YEAR or (item.kind is Kind.BARE and item.value >= _FIRST_YEAR)


def _is_month(item: Quantity) -> bool:
    return item.kind is Kind.MONTH


def _alike(one: Quantity, two: Quantity) -> bool:
    sides = {one.bound, two.bound} & {Bound.ABOVE, Bound.BELOW}
    meant = not sides or one.bound is two.bound
    return comparable(one, two) and equal(one, two) and meant


def _same_names(text: str, quote: str, aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether two texts have the same known names, in an order that makes no swap.

    What is no proper name (铁路, railway; 国民政府, Nationalist government) may be paraphrased,
    but another one may not stand in its place.
    """
    mine, theirs = known_names(text, aliases), known_names(quote, aliases)
    added = [group for group in mine if not has_name(group, quote)]
    dropped = [group for group in theirs if _can_be_in(group, text) and not has_name(group, text)]
    if any(map(_is_proper, (*added, *dropped))):
        return False
    if any(_is_near(_share(text, one), _share(quote, two)) for one in added for two in dropped):
        return False
    both = [group for group in mine if _is_proper(group)]
    placed = [group for group in both if _is_placed(text, group)]
    others = [group for group in both if group not in placed]
    return _in_order(placed, text, quote) and _in_order(others, text, quote)


def _share(text: str, group: Sequence[str]) -> float:
    """Return where in a text a name stands, 0 to 1."""
    return _first_place(text, group) / max(1, len(text))


def _is_near(one: float, two: float) -> bool:
    return abs(one - two) <= _IN_PLACE


def _can_be_in(group: Sequence[str], text: str) -> bool:
    """Return whether a name has a spelling in the script of a text."""
    chinese = _is_chinese(text)
    return any(bool(has_han(name)) is chinese for name in group)


def _is_proper(group: Sequence[str]) -> bool:
    """Return whether a name is one of a person, a place or a country.

    Of its words none is written small: others are descriptions (Nationalist government).
    """
    words = [name.split() for name in group if not has_han(name)]
    small = any(len(name) > 1 and any(map(_is_small, name)) for name in words)
    return any(name[0][:1].isupper() for name in words if name) and not small


def _is_small(word: str) -> bool:
    return word.islower() and word not in _PARTICLES


def _in_order(groups: Sequence[Sequence[str]], text: str, quote: str) -> bool:
    """Return whether names stand in one order in two texts."""
    order = sorted(groups, key=lambda group: _first_place(text, group))
    places = [_first_place(quote, group) for group in order]
    return all(one <= two for one, two in pairwise(places))


def _first_place(text: str, group: Sequence[str]) -> int:
    """Return where a name that a text has first stands: its end, where it is shortened (中苏)."""
    folded = fold(text)
    found = [match.start() for name in group if (match := name_pattern(fold(name)).search(folded))]
    ends = (end for end in range(len(text)) if has_name(group, text[:end]))
    return min(found) if found else next(ends, len(text))


def _is_placed(text: str, group: Sequence[str]) -> bool:
    """Return whether a name stands behind a word that makes it a place."""
    return bool(_PLACED.search(fold(text)[: _first_place(text, group)]))


def _same_denials(text: str, quote: str, aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether two texts deny as much, in about the same place.

    Several denials may be drawn into one (neither … nor); none may be added. What is ended
    may be said to be no more (不再, stopped).
    """
    text, quote = (
        _DENIES_NOTHING.sub(_blank, without_names(part, known_names(part, aliases)))
        for part in (text, quote)
    )
    mine, theirs = (
        list(dict.fromkeys(item.clause for item in negations(part))) for part in (text, quote)
    )
    if not mine or not theirs:
        return (not mine or denies(quote)) and (not theirs or denies(text))
    if len(mine) > len(theirs):
        return False
    # What stands before a denial may be drawn into it, what stands behind it may not.
    before = _paired(quote[: quote.rfind(theirs[-1]) + len(theirs[-1])])
    if not _counts(mine) <= _counts([before], weak=True):
        return False
    one, two = _first_denial(text), _first_denial(quote)
    return abs(one - two) <= _MOVED


def _counts(parts: Sequence[str], *, weak: bool = False) -> set[Fraction]:
    """Return the numbers in parts of a text that are no dates."""
    every = (item for part in parts for item in quantities(part))
    dates = (Kind.YEAR, Kind.MONTH, Kind.DAY, Kind.DECADE, Kind.CENTURY)
    return {
        item.value
        for item in every
        if item.kind not in dates and not _is_year(item) and (weak or not item.weak)
    }


def _first_denial(text: str) -> float:
    """Return where the first clause that denies something begins, 0 to 1."""
    parts = clauses(text)
    first = next(k for k, part in enumerate(parts) if negations(part))
    return sum(map(len, parts[:first])) / max(1, sum(map(len, parts)))
