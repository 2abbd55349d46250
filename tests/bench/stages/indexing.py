"""From a file to what can be searched, by stage, and how fast passages are encoded."""

from __future__ import annotations

import time
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rag.models.opening import open_encoder
from rag.reading.sandbox import read_apart
from rag.reading.source import Source, read_record
from rag.search import split
from tests.bench.results import Bound, Figure
from tests.bench.workshop import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.application.shuzheng import Shuzheng
    from rag.types import Book
    from tests.bench.workshop import Workshop

PLAIN = "LangChain, torch"
ASKED = 12
"""Pages a second, from a file to what can be searched."""
SAMPLE = 2
"""Of the passages every so many are encoded alone, to compare encoders."""


class Clock:
    """Seconds that are spent in calls, by a name for each."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose seconds count under a name."""

        def timed(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                self.spent[name] += time.perf_counter() - started  # type: ignore[assignment]

        return timed


class Timed:
    """Something some of whose functions are timed, and all else is as it was."""

    def __init__(self, real: object, clock: Clock, **names: str) -> None:
        self._real = real
        self._timed = {
            function: clock.around(name, getattr(real, function))
            for function, name in names.items()
        }

    def __getattr__(self, name: str) -> Any:
        """Return the function with a clock around it, or what the real one has."""
        return self._timed.get(name) or getattr(self._real, name)


class _Companion(Timed):
    """The second encoder: the words of a vocabulary come as a tuple, sentences as a list."""

    def __init__(self, real: object, clock: Clock) -> None:
        super().__init__(real, clock)
        encode = self._real.encode  # type: ignore[attr-defined]
        sentences = clock.around("sentences", encode)
        vocabulary = clock.around("vocabulary", encode)

        def encoded(texts: Any, progress: Any = None) -> Any:
            return (vocabulary if isinstance(texts, tuple) else sentences)(texts, progress)

        self._timed["encode"] = encoded


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield pages a second by stage, beside the plain pipeline, and passages a second."""
    pages = workshop.made.pages
    data = workshop.data("indexed")
    book, reading = _read(workshop)
    clock = Clock()
    with opened(data) as shuzheng:
        _put_clocks(shuzheng, clock)
        started = time.perf_counter()
        added = shuzheng.add(*workshop.written)
        whole = time.perf_counter() - started
        cutting = _cutting(book, shuzheng)
    workshop.keep(data)
    plain = workshop.peer.told(
        "index", text=workshop.made.plain, folder=str(workshop.root / "plain-book")
    )
    workshop.peer.rest()
    rate = pages / (plain["split"] + plain["encode"] + plain["write"])
    yield Figure(
        "indexing", "pages a second, from a file to what can be searched", pages / whole, "pages/s",
        rate, PLAIN, Bound("least", ASKED), main=True,
    )  # fmt: skip
    spent = {"reading": reading, "cutting": cutting, **clock.spent}
    told = {
        "reading": ("read", None),
        "cutting": ("cut into passages", plain["split"]),
        "encoding": ("passages and sentences encoded", plain["encode"]),
        "sentences": ("sentences encoded by the second encoder", None),
        "vocabulary": ("the vocabulary encoded", None),
        "writing": ("written to the library", None),
        "index": ("put into the index", plain["write"]),
    }
    for name, (what, peer) in told.items():
        yield Figure(
            f"indexing-{name}", f"{what}, a page", 1000 * spent.get(name, 0.0) / pages, "ms",
            None if peer is None else 1000 * peer / pages, PLAIN,
        )  # fmt: skip
    yield Figure(
        "indexing-passages", "passages of the book", added.passages, "", plain["chunks"], PLAIN
    )
    yield _encoding(workshop, book)


def _read(workshop: Workshop) -> tuple[Book, float]:
    """Return the book as it is read, and the seconds that it takes."""
    text, record = workshop.written
    source = Source(text, read_record(record), (), workshop.root / "scans", None)
    started = time.perf_counter()
    book = read_apart(source)
    return book, time.perf_counter() - started


def _put_clocks(shuzheng: Shuzheng, clock: Clock) -> None:
    """Open the parts that adding takes, and have a clock around what each does.

    What is imported and opened once is not counted, as little as the peer's.
    """
    parts = shuzheng._parts
    import_module("langchain_chroma")
    parts.ready()
    parts.made |= {
        "encoder": Timed(parts.encoder, clock, encode_passages="encoding"),
        "companion": _Companion(parts.companion, clock),
        "library": Timed(parts.library, clock, put="writing"),
        "vectors": Timed(parts.vectors, clock, follow="index"),
    }


def _cutting(book: Book, shuzheng: Shuzheng) -> float:
    started = time.perf_counter()
    split(book, shuzheng._parts.encoder.count_tokens)
    return time.perf_counter() - started


def _encoding(workshop: Workshop, book: Book) -> Figure:
    """Return how many passages are encoded a second, one at a time or as each likes."""
    encoder = open_encoder("bundled", workshop.models)
    texts = [passage.text for passage in split(book, encoder.count_tokens)][::SAMPLE]
    encoder.encode_passages(texts[:2])
    started = time.perf_counter()
    encoder.encode_passages(texts)
    ours = len(texts) / (time.perf_counter() - started)
    workshop.peer.told("encode", texts=texts[:2])
    theirs = len(texts) / workshop.peer.told("encode", texts=texts)
    workshop.peer.rest()
    return Figure(
        "encoding", "passages encoded a second (ours in int8 by ONNX Runtime)", ours, "passages/s",
        theirs, "torch", main=True,
    )  # fmt: skip
