"""The stages of a run: each measures one thing, and stands by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.stages import answers, books, indexing, load, memory, recall, starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.results import Figure
    from tests.bench.workshop import Workshop

    Measure = Callable[[Workshop], Iterator[Figure]]

STAGES: dict[str, Measure] = {
    "indexing": indexing.measure,
    "recall": recall.measure,
    "answers": answers.measure,
    "books": books.measure,
    "starts": starts.measure,
    "memory": memory.measure,
    "load": load.measure,
}
"""What can be measured, in the order of a run."""

ASIDE: dict[str, Measure] = {"models": starts.measure_models}
"""What is measured only where it is named: it takes a minute, and all cores."""
