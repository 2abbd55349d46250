"""How long it takes from nothing running: the command line, a question, the page, the models."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.processes import command, serving, timed
from tests.bench.results import ROOT, Bound, Figure
from tests.bench.workshop import settings_of
from tests.support.addressing import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.workshop import Workshop

PLAIN = "LangChain, torch"
HELP, ASK, PAGE, MODELS = 0.2, 1.8, 6.0, 60.0


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield the seconds of each start, the middle one of several, beside the plain pipeline."""
    shelf = workshop.shelf(1)
    question = workshop.asked[0].text
    plain = plain_book(workshop)
    peer = workshop.peer
    settings = settings_of(shelf)
    repeats = workshop.sizes.repeats

    def often(words: list[str]) -> float:
        timed(words, settings)  # what the disk gives once, it remembers
        return median(timed(words, settings) for _ in range(repeats))

    bare = often([sys.executable, "-c", "pass"])
    yield Figure(
        "start-help", "rag --help", often(command("--help")), "s", bare, "Python alone",
        Bound("most", HELP), main=True,
    )  # fmt: skip
    theirs = timed(peer.command("ask", str(plain), question), {})
    yield Figure(
        "start-ask", "rag ask, from cold", often(command("ask", question)), "s", theirs, PLAIN,
        Bound("most", ASK), main=True,
    )  # fmt: skip
    port = free_port()
    with serving(peer.command("serve", str(plain), str(port)), {}, port) as server:
        theirs = server.seconds
    page = median(_page(shelf) for _ in range(repeats))
    yield Figure(
        "start-page", "the page is up", page, "s", theirs, f"{PLAIN}, Gradio", Bound("most", PAGE),
        main=True,
    )  # fmt: skip


def measure_models(workshop: Workshop) -> Iterator[Figure]:
    """Yield the seconds that making encoder and reader takes, once for an installation."""
    data = workshop.root / "new"
    made = (
        "import sys; from pathlib import Path; from rag.models import open_encoder, open_reader; "
        "open_encoder('bundled', Path(sys.argv[1]), progress=False); "
        "open_reader('bundled', Path(sys.argv[1]), progress=False)"
    )
    seconds = timed([sys.executable, "-c", made, str(data / "models")], {})
    yield Figure(
        "start-models", "encoder and reader are made, once", seconds, "s",
        asked=Bound("most", MODELS), main=True,
    )  # fmt: skip


def plain_book(workshop: Workshop) -> Path:
    """Return the folder in which the plain pipeline has the book, indexed first where it is not."""
    folder = workshop.root / "plain-book"
    if not folder.exists():
        workshop.peer.told("index", text=workshop.made.plain, folder=str(folder))
        workshop.peer.rest()
    return folder


def serve_command() -> list[str]:
    """Return the command that serves the page."""
    return [sys.executable, str(ROOT / "app.py")]


def _page(data: Path) -> float:
    port = free_port()
    with serving(serve_command(), settings_of(data, port), port) as server:
        return server.seconds
