"""How a sentence names somebody or something: in passing, or so that it says who or what it is.

A sentence says it where the name stands beside what it is: 永宁知府沈怀谷, "Tobias Wray, a
banker", «Форейтор — это мальчик», “买办”是指…. In Chinese a tagger of words tells the noun
before a name; in other scripts a word written small does that is neither a verb nor a small
word. What says it stands for the most part where the name comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.names import name_pattern
from rag.language.tables import Pattern, each, stop_words
from rag.language.text import fold, has_han, token_set
from rag.search import tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_AROUND = " \t\"'“”‘’「」『』《》«»„?？.。,，!！:：的"
_QUOTE = r"[\"'」』]?"
_IS = Pattern(rf"{_QUOTE}\s*(?:\([^()]{{1,60}}\)\s*)?,?\s*(?:{{defining.is}})")
_NAMED = Pattern(r"{defining.named}\s*[\"'「『]?\s*$")
_ARTICLE = Pattern(rf"{_QUOTE}\s*[,(]\s*{{defining.article}}")
_VERB = Pattern(r"(?:{claims.verbs}|{claims.auxiliaries})\s*$")
_BESIDE = re.compile(rf"{_QUOTE}\s*[,(]\s*(?P<word>[^\W\d_]+)")
_WORD_BEFORE = re.compile(r"(?P<word>[^\W\d_]+)\s+$")
_CLAUSE = re.compile(r"[,.;:!?。、()\"'「」『』]")
_NOUNS = ("n", "vn", "b", "q", "k")
"""Kinds of the word before a Chinese name that says what its bearer is: 知府, 大副, 海关道."""


_NAME = "nr"


def subject_of(question: str) -> str:
    """Return who or what a question asks the meaning of, empty where it asks that of nothing."""
    bare = question.strip(_AROUND)
    folded = fold(bare)
    for pattern in each("defining.subject"):
        match = pattern.search(folded)
        if match:
            return bare[slice(*match.span("s"))].strip(_AROUND)
    return ""


@dataclass(frozen=True, slots=True)
class Named:
    """What is looked for in sentences: a name, in all spellings that are known of it."""

    spellings: tuple[str, ...]

    @classmethod
    def of(cls, subject: str, aliases: Iterable[Sequence[str]]) -> Named:
        """Return a subject with the spellings that the books' records know of it."""
        name = fold(subject)
        known = [
            other
            for group in aliases
            if any(name_pattern(fold(one)).fullmatch(name) for one in group)
            for other in group
        ]
        return cls(tuple(dict.fromkeys([name, *map(fold, known)])))

    def tokens(self, words: Iterable[str]) -> list[str]:
        """Return the tokens by which passages that hold a spelling are found.

        ``words`` are those of the books: a name in letters has other endings there.
        """
        own = {token for name in self.spellings for token in token_set(name)}
        bent = [name_pattern(token) for token in own if not has_han(token)]
        forms = {word for word in words if any(pattern.fullmatch(word) for pattern in bent)}
        return sorted(own | forms)

    def places(self, folded: str) -> list[tuple[int, int]]:
        """Return where a folded text names it; a Chinese name may have quotation marks in it."""
        found = [
            match.span() for name in self.spellings for match in _pattern(name).finditer(folded)
        ]
        return sorted(found)


def _pattern(name: str) -> re.Pattern[str]:
    if not has_han(name):
        return name_pattern(name)
    return re.compile(r"[\"'「」『』]?".join(map(re.escape, name)))


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a sentence saying who or what something is, at one naming of it.

    ``copula``: the name is followed by what says that it is something; ``named``: it follows
    what says that something is called so; ``beside``: a description stands behind it, or
    before it (``titled``); ``head``: it begins the sentence; ``quoted``: in quotation marks.
    """

    copula: bool = False
    named: bool = False
    beside: bool = False
    titled: bool = False
    head: bool = False
    quoted: bool = False

    @property
    def says(self) -> bool:
        """Whether the sentence says who or what it is, and does not name it in passing."""
        return self.copula or self.named or self.beside or self.titled


def signs_of(text: str, start: int, end: int) -> Signs:
    """Return the signs at one place of a sentence's text that names something."""
    folded = fold(text)
    before = folded[:start]
    return Signs(
        copula=bool(_IS.match(folded, end)),
        named=bool(_NAMED.search(before)),
        beside=_is_beside(text, folded, end),
        titled=_is_titled(text[:start], before),
        head=not before.strip(" \"'「『(") or bool(re.fullmatch(r"\W*(?:an?|the)\s+", before)),
        quoted=before.endswith(('"', "'", "「", "『")),
    )


def _is_beside(text: str, folded: str, end: int) -> bool:
    """Return whether a description stands behind a name: a comma, and a noun.

    English begins it with an article or the like, Russian with a word written small that is
    neither a verb nor a small word; in Chinese a comma behind a name says nothing.
    """
    if _ARTICLE.match(folded, end):
        return True
    match = _BESIDE.match(folded, end)
    if not match or not re.fullmatch("[а-я]+", match["word"]):
        return False
    return text[match.start("word")].islower() and not _is_small(match["word"])


def _is_titled(text: str, folded: str) -> bool:
    """Return whether a word that says what its bearer is stands before a name."""
    clause = _CLAUSE.split(folded)[-1]
    if not clause.strip():
        return False
    if has_han(clause[-1]) or clause.endswith("·"):
        words = tagged(clause.removesuffix("·"))
        while clause.endswith("·") and words and words[-1][1].startswith(_NAME):
            words.pop()  # the first name
        return bool(words) and words[-1][1].startswith(_NOUNS)
    match = _WORD_BEFORE.search(clause)
    if not match:
        return False
    place = len(folded) - len(clause) + match.start("word")
    return text[place].islower() and not _is_small(match["word"])


def _is_small(word: str) -> bool:
    """Return whether a word is one that joins others, or a verb, as far as its form tells."""
    small = any(word in stop_words(use) for use in ("question", "claim", "opening", "search"))
    return small or bool(_VERB.fullmatch(word))
