"""What the stages of a run measure: folders of data, made when they are first wanted."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.application.shuzheng import Shuzheng
from rag.models.opening import make_apart, open_encoder, open_reader
from rag.models.sources import find_source
from rag.settings import Settings
from tests.bench.peer import Peer
from tests.bench.prose import make_up
from tests.bench.results import ROOT
from tests.bench.shelves import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.prose import Asked, MadeUp

SEED = 7
MODELS = ROOT / "data" / "models"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is made and asked; ``passages`` are those of each book but the first.

    ``pages`` are those of the book that is really read, ``questions`` are put to it; ``repeats``
    is how often what starts is started; ``readers`` ask at once.
    """

    name: str
    pages: int
    books: tuple[int, ...]
    passages: int
    questions: int
    repeats: int
    readers: tuple[int, ...]

    def __str__(self) -> str:
        """Return what a table says of them."""
        return f"sizes “{self.name}” (a book of {self.pages} pages, others of {self.passages // 2})"


QUICK = Sizes("quick", 24, (1, 10), 12, 16, 1, (1, 10))
USUAL = Sizes("usual", 120, (1, 10, 100, 1000), 24, 60, 3, (1, 10, 30, 100))
FULL = Sizes("full", 400, (1, 10, 100, 1000), 80, 200, 5, (1, 10, 30, 100))
LEAST = Sizes("least", 3, (1, 2), 4, 4, 1, (1, 2))
"""For the benchmark's own test."""


class Workshop:
    """A folder for temporary use with all that stages share; it is gone after the run.

    ``say`` is told what is being made.
    """

    def __init__(self, sizes: Sizes, say: Callable[[str], None] = lambda _: None) -> None:
        self.sizes = sizes
        self.say = say
        self._stack = ExitStack()
        self._shelves: dict[int, Path] = {}

    def __enter__(self) -> Self:
        """Return the workshop, with its folder."""
        self.root = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs, and delete the folder."""
        self._stack.close()

    @cached_property
    def models(self) -> Path:
        """The folder of models, each of them made; what is there from before is used."""
        self.say("models")
        MODELS.mkdir(parents=True, exist_ok=True)
        open_encoder("bundled", MODELS)
        open_reader("bundled", MODELS)
        make_apart(find_source("bundled", MODELS), MODELS, "folder", progress=False)
        return MODELS

    @cached_property
    def peer(self) -> Peer:
        """The plain pipeline, on the weights of the bundled encoder."""
        return self._stack.enter_context(Peer(find_source("bundled", self.models).model))

    @cached_property
    def made(self) -> MadeUp:
        """The book that is really read."""
        return make_up(self.sizes.pages, SEED)

    @cached_property
    def written(self) -> tuple[Path, Path]:
        """The files of that book: its text and its record."""
        return self.made.write(self.root / "book")

    @property
    def book_id(self) -> str:
        """The id of that book in every library."""
        return f"made-up-{SEED}"

    @property
    def asked(self) -> list[Asked]:
        """The questions that are counted, from all over the book."""
        return self._questions(0)

    @property
    def others(self) -> list[Asked]:
        """As many others, for what is measured beside them."""
        return self._questions(1)

    def _questions(self, first: int) -> list[Asked]:
        questions = list(dict.fromkeys(self.made.questions))
        step = max(2, len(questions) // self.sizes.questions)
        return questions[first::step][: self.sizes.questions]

    def data(self, name: str) -> Path:
        """Return a new folder of data that has the models."""
        folder = self.root / name
        folder.mkdir()
        (folder / "models").symlink_to(self.models)
        return folder

    def keep(self, data: Path) -> None:
        """Have a folder, whose library holds the book, be the shelf of one book."""
        self._shelves[1] = data

    def shelf(self, books: int) -> Path:
        """Return a folder of data whose library holds so many books, the real one among them."""
        if 1 not in self._shelves:
            self.say(f"a book of {self.made.pages} pages is read")
            data = self.data("shelf-1")
            with opened(data) as shuzheng:
                shuzheng.add(*self.written)
            self.keep(data)
        if books not in self._shelves:
            smaller = max(count for count in self._shelves if count < books)
            self.say(f"a shelf of {books} books is filled")
            data = self.root / f"shelf-{books}"
            shutil.copytree(self._shelves[smaller], data, symlinks=True)
            fill(data, self.made, self.book_id, books, self.sizes.passages)
            self._shelves[books] = data
        return self._shelves[books]


def opened(data: Path) -> Shuzheng:
    """Return the whole product on a folder of data, without a bundled corpus."""
    return Shuzheng(Settings(data=data, corpus=data / "none"))


def settings_of(data: Path, port: int = 0) -> dict[str, str]:
    """Return the variables by which a process of the product serves or asks a folder of data."""
    return {"RAG_DATA": str(data), "RAG_CORPUS": str(data / "none"), "RAG_PORT": str(port)}
