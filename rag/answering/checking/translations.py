"""Whether a translation may stand beside the sentence that it translates; pure.

The facts of the two are compared as those of a sentence and what it cites are, in both
directions: what the translation adds is as wrong as what it drops. Beside them, that names keep
their order, that no word stands where its contrary does, and that it is bare text of about the
length that such a text has.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.answering.checking.checks import Case, denials, names, numbers, pairs
from rag.answering.checking.claims import parse_composed
from rag.answering.checking.facts import ground_of, stated
from rag.language.names import has_name, known_names, name_pattern, without_names
from rag.language.numbers import Kind
from rag.language.polarity import opposed
from rag.language.tables import LANGUAGES, Pattern, table
from rag.language.text import HAN, family, fold, has_han, language_of
from rag.types import Language, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

_HAN = re.compile(f"[{HAN}]+")
_LETTERS = re.compile("[a-zà-ÿā-žа-яё]{2,}")
_MARKED = re.compile(r"[“„«「『\"《]")
"""What opens a quotation or the title of a work."""
_LENGTHS = {(True, False): (0.15, 1.0), (False, True): (1.0, 7.0)}
"""Characters of a translation for one of the original, at least and at most, by whether the
translation and the original are Chinese."""
_BETWEEN = (0.5, 1.8)
"""The same between two languages that are written with letters."""
_ORDERED = ((Kind.NUMBER, Kind.BARE), (Kind.MONTH,))
"""Kinds of numbers that keep their order in a translation."""
_UNDENIED = Pattern("{claims.denies_nothing}", re.IGNORECASE)
"""What denies in one language (not until) and affirms in another (直到…才)."""
_SOME = 30
"""Characters that any translation may have more."""


def is_faithful(
    translation: str,
    quote: str,
    language: Language,
    aliases: Sequence[Sequence[str]] = (),
) -> bool:
    """Return whether nothing that code can compare sets a translation apart from its quote.

    ``language`` is the one that it should be in, ``aliases`` the spellings of known names.
    """
    known = tuple(map(tuple, aliases))
    return (
        _is_of_length(translation, quote)
        and family(language_of(translation)) == family(language)
        and _is_bare(translation)
        and _keeps_script(translation, quote)
        and _states(translation, quote, known)
        and _states(quote, translation, known)
        and _in_order(translation, quote, known)
        and not opposed(translation, quote)
        and (bool(_MARKED.search(quote)) or not stated(translation).quotations)
    )


def _is_bare(text: str) -> bool:
    """Return whether a text is bare text: no link, no mark-up, no number that cites."""
    plain = " ".join(claim.text for claim in parse_composed(text))
    cited = any(claim.citations for claim in parse_composed(text))
    letters = [re.sub(r"[\s”’»」』\"'）)]", "", part) for part in (plain, text)]
    return letters[0] == letters[1] and not cited


def _is_of_length(text: str, quote: str) -> bool:
    """Return whether a text is about as long as a translation of the quote would be."""
    least, most = _LENGTHS.get((_is_chinese(text), _is_chinese(quote)), _BETWEEN)
    return least * len(quote) <= len(text) <= most * len(quote) + _SOME


def _keeps_script(text: str, quote: str) -> bool:
    """Return whether words in another script than the translation's are the quote's own."""
    kept = _LETTERS if _is_chinese(text) else _HAN
    there = fold(quote)
    return all(part in there for part in kept.findall(fold(text)))


def _is_chinese(text: str) -> bool:
    return family(language_of(text)) == Language.ZH


def _states(text: str, other: str, known: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether all facts of one text stand in the other, as far as it could have them."""
    said = stated(text, known)
    written = tuple(group for group in said.names if _can_be_in(group, other))
    said = replace(said, names=written, titles=())
    plain = tuple(
        _UNDENIED.sub(" ", without_names(part, known_names(part, known))) for part in (text, other)
    )
    case = Case(said, ground_of((_paired(other),)), other, (), known, foreign=True)
    bare = Case(stated(plain[0]), ground_of((plain[1],)), plain[1], (), (), foreign=True)
    found = (*numbers(case), *pairs(case), *names(case), *denials(bare))
    return all(one.verdict is Verdict.SUPPORTED for one in found)


def _can_be_in(group: Sequence[str], text: str) -> bool:
    """Return whether a name has a spelling in the script of a text."""
    chinese = _is_chinese(text)
    return any(bool(has_han(name)) is chinese for name in group)


def _paired(text: str) -> str:
    """Return a text with a number in place of each word for a pair: both, 双方."""
    for language in LANGUAGES:
        pair = Pattern(f"{{{language}:claims.pairs}}", re.IGNORECASE)
        text = pair.sub(table(language)["claims.two"][0], text)
    return text


def _in_order(text: str, quote: str, known: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether names and numbers of a translation stand in the order of its quote."""
    for kinds in _ORDERED:
        mine, theirs = _counted(text, kinds), _counted(quote, kinds)
        if [one for one in mine if one in theirs] != [one for one in theirs if one in mine]:
            return False
    order = sorted(known_names(text, known), key=lambda group: _first_place(text, group))
    places = [_first_place(quote, group) for group in order]
    return all(one <= two for one, two in pairwise(places))


def _counted(text: str, kinds: Sequence[Kind]) -> list[Fraction]:
    """Return the numbers of some kinds that a text states, in order, each once."""
    found = stated(_paired(text)).numbers
    return list(dict.fromkeys(one.value for one in found if one.kind in kinds))


def _first_place(text: str, group: Sequence[str]) -> int:
    """Return where a name that a text has first stands: its end, where it is shortened (中苏)."""
    folded = fold(text)
    found = [match.start() for name in group if (match := name_pattern(fold(name)).search(folded))]
    ends = (end for end in range(len(text)) if has_name(group, text[:end]))
    return min(found) if found else next(ends, len(text))
