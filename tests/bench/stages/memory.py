"""What a server holds of the memory, at rest and after questions, and a library of the disk."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.bench.processes import memory, serving, size_of
from tests.bench.results import Bound, Figure
from tests.bench.site import Site
from tests.bench.stages.starts import plain_book, serve_command
from tests.bench.workshop import settings_of
from tests.support.addressing import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.processes import Memory
    from tests.bench.workshop import Workshop

PLAIN = "LangChain, torch, Gradio"
REST = 700.0
"""MB at rest, with one book."""
QUIET = 3.0
"""Seconds that a server is left alone before it is looked at."""
QUESTIONS = 20


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield the memory of a server by number of books, and the disk that they take."""
    theirs = _plain(workshop)
    asked = workshop.asked[:QUESTIONS]
    for count in workshop.sizes.books:
        shelf = workshop.shelf(count)
        port = free_port()
        with serving(serve_command(), settings_of(shelf, port), port) as server:
            time.sleep(QUIET)
            rest = memory(server.process)
            site = Site(port)
            for question in asked:
                site.reader().ask(question.text)
            time.sleep(QUIET)
            after = memory(server.process)
        named = f"{count:,} book{'s' if count > 1 else ''}"
        peer = [one.share for one in theirs] if count == 1 else [None, None]
        yield Figure(
            f"memory-{count}-rest", f"memory at rest, {named}", rest.share, "MB",
            peer[0], PLAIN,
            Bound("most", REST) if count == 1 else None, main=count == 1,
        )  # fmt: skip
        yield Figure(
            f"memory-{count}-after", f"memory after {len(asked)} questions, {named}", after.share,
            "MB", peer[1], PLAIN, main=count == max(workshop.sizes.books),
        )  # fmt: skip
        yield Figure(f"memory-{count}-own", f"of it the process's own, {named}", after.own, "MB")
        library = size_of(shelf)
        plain = workshop.root / "plain-book"
        yield Figure(
            f"disk-{count}", f"disk of {named}", library, "MB",
            size_of(plain) if count == 1 else None, "LangChain, Chroma",
        )  # fmt: skip
    one = size_of(workshop.shelf(1)) / workshop.made.pages
    yield Figure("disk-page", "disk a page, of the book that was read", 1000 * one, "kB")


def _plain(workshop: Workshop) -> tuple[Memory, Memory]:
    """Return what the plain pipeline holds, at rest and after as many questions."""
    plain = plain_book(workshop)
    port = free_port()
    with serving(workshop.peer.command("serve", str(plain), str(port)), {}, port) as server:
        time.sleep(QUIET)
        rest = memory(server.process)
        site = Site(port)
        for question in workshop.asked[:QUESTIONS]:
            site.ask_plain(question.text)
        return rest, memory(server.process)
