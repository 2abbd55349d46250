"""Many readers at once, over the protocol that the page speaks, each with one question."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tests.bench.processes import serving
from tests.bench.results import Bound, Figure, times
from tests.bench.site import Outcome, Site
from tests.bench.stages.starts import plain_book, serve_command
from tests.bench.workshop import settings_of
from tests.support.addressing import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.workshop import Workshop

PLAIN = "LangChain, torch, Gradio: nearest chunks alone"
CLASS = 30
"""Readers of whom each is to have his answer in time."""
WORST = 4.0
WARM = 5


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield how long readers wait who all ask at once, and what became of their questions."""
    theirs = {count: _plain(workshop, count) for count in workshop.sizes.readers}
    for count in workshop.sizes.readers:
        ours = _ours(workshop, count)
        named = f"{count} reader{'s' if count > 1 else ''} at once"
        whole = [one.seconds for one in ours if not one.failed]
        peer = [one.seconds for one in theirs[count] if not one.failed]
        if not whole:
            raise RuntimeError(f"None of {named} was answered: {ours[0].failed}")
        yield from times(f"load-{count}", f"an answer, {named}", whole, peer=peer, beside=PLAIN)
        if count == 1:
            first = [one.first for one in ours]
            yield from times("load-first", "its first words on the page", first, asked=(150, None))
        yield Figure(
            f"load-{count}-worst", f"the last answer, {named}", max(whole), "s",
            max(peer) if peer else None, PLAIN,
            Bound("most", WORST) if count == CLASS else None, main=count >= CLASS,
        )  # fmt: skip
        yield Figure(
            f"load-{count}-told", f"told a place in the line, {named}",
            sum(one.told for one in ours), "",
        )  # fmt: skip
        yield Figure(
            f"load-{count}-failed", f"without an answer, {named}",
            sum(bool(one.failed) for one in ours), "", asked=Bound("most", 0),
        )  # fmt: skip


def _questions(workshop: Workshop, count: int) -> list[str]:
    """Return a question for each reader, those that come first another time."""
    return list(islice(cycle(one.text for one in workshop.asked), count))


def _ours(workshop: Workshop, count: int) -> list[Outcome]:
    port = free_port()
    settings = settings_of(workshop.shelf(1), port)
    with serving(serve_command(), settings, port):
        site = Site(port)
        _warm(workshop, site.reader().ask)
        # One question after another, each of a reader who has just come: a median is of several.
        questions = _questions(workshop, count if count > 1 else workshop.sizes.questions)
        if count == 1:
            return [site.reader().ask(question) for question in questions]
        readers = [site.reader(number) for number in range(count)]
        return together([reader.ask for reader in readers], questions)


def _plain(workshop: Workshop, count: int) -> list[Outcome]:
    plain = plain_book(workshop)
    port = free_port()
    with serving(workshop.peer.command("serve", str(plain), str(port)), {}, port):
        site = Site(port)
        _warm(workshop, site.ask_plain)
        if count == 1:
            return [site.ask_plain(one) for one in _questions(workshop, workshop.sizes.questions)]
        return together([site.ask_plain] * count, _questions(workshop, count))


def _warm(workshop: Workshop, ask: Callable[[str], Outcome]) -> None:
    """Ask some questions that are not counted, of the last ones."""
    for question in workshop.made.questions[-WARM:]:
        ask(question.text)


def together(asking: Sequence[Callable[[str], Outcome]], questions: Sequence[str]) -> list[Outcome]:
    """Return what comes of questions that are all put in the same moment, each by its reader."""
    ready = threading.Barrier(len(asking))

    def ask(how: Callable[[str], Outcome], question: str) -> Outcome:
        ready.wait()
        return how(question)

    with ThreadPoolExecutor(len(asking)) as pool:
        return list(pool.map(ask, asking, questions))
