"""Books of the tests whose names are known, and how well the names found fit them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.language.text.folding import fold
from rag.types import NameKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import IndexedName

BOOKS = Path(__file__).resolve().parents[1] / "cases" / "names"
WRITTEN_FOR = ("canal-en", "cape-ru", "isle-zh")
"""Books that the recognisers were made with."""
HELD_BACK = ("held-en", "held-ru", "held-zh")
"""Books that were written before anything was found, and first looked at when all was. What that
look showed was then mended: they are held back no longer."""
_KINDS = dict(zip(("person", "place", "institution", "treaty", "work"), NameKind, strict=True))


@dataclass(frozen=True, slots=True)
class Truth:
    """A name that a book has: its spellings, its pages in order, and what it is of."""

    spellings: tuple[str, ...]
    kind: NameKind
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How many names there are, were found, are of the right kind, have the right pages."""

    names: int
    found: int
    wrong: int
    kinds: int
    pages: int
    joined: int
    to_join: int


def truths(name: str) -> list[Truth]:
    """Return the names of a book as its file of truth has them."""
    found = []
    for line in (BOOKS / f"{name}.truth.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, rest = line.partition(": ")
            names, _, pages = rest.partition(" | ")
            spellings = tuple(one.strip() for one in names.split(" = "))
            found.append(Truth(spellings, _KINDS[kind], tuple(pages.split())))
    return found


def score(names: Sequence[IndexedName], truth: Sequence[Truth]) -> Score:
    """Return how well the names found fit those that a book has."""
    found = kinds = pages = joined = 0
    used: set[int] = set()
    for one in truth:
        mine = [k for k, name in enumerate(names) if _spelt(name, one.spellings[0])]
        used |= {
            k for k, name in enumerate(names) for other in one.spellings if _spelt(name, other)
        }
        if mine:
            name = names[mine[0]]
            found += 1
            kinds += name.kind is one.kind
            labels = dict.fromkeys(label for page in name.pages for label in page.place.pages)
            pages += tuple(labels) == one.pages
            joined += sum(_spelt(name, other) for other in one.spellings[1:])
    to_join = sum(len(one.spellings) - 1 for one in truth)
    return Score(len(truth), found, len(names) - len(used), kinds, pages, joined, to_join)


def _spelt(name: IndexedName, spelling: str) -> bool:
    return fold(spelling) in {fold(other) for other in (name.name, *name.also)}
