"""The benchmark tells what its stages found, and they run."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.bench.__main__ import STAGE_NAMES, main, measured
from tests.bench.processes import serving
from tests.bench.prose import make_up, renaming
from tests.bench.results import (
    ROOT,
    Bound,
    Figure,
    Machine,
    Run,
    Stage,
    of_json,
    times,
    to_json,
    together,
)
from tests.bench.tables import main_figures, replaced, sizes, whole
from tests.bench.workshop import LEAST, Workshop
from tests.support.addressing import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MACHINE = Machine("a processor", 2, 24.0, "Linux 6", "3.11.7", 0.1, {"torch": "2.13.0"})
RATE = Figure(
    "indexing", "pages a second", 15.0, "pages/s", 5.0, "plain", Bound("least", 12), main=True
)
SLOW = Figure("load-30-worst", "the last answer", 5.5, "s", asked=Bound("most", 4.0))


def _finds(_: Workshop) -> Iterator[Figure]:
    yield RATE


def _fails(_: Workshop) -> Iterator[Figure]:
    yield SLOW
    message = "no | room"
    raise RuntimeError(message)


def _is_broken_off(_: Workshop) -> Iterator[Figure]:
    yield RATE
    raise KeyboardInterrupt


def _run() -> Run:
    said: list[str] = []
    stages = measured(Workshop(LEAST), {"one": _finds, "two": _fails}, said.append)
    assert said == ["one", "two"]
    stages = [replace(stage, seconds=3.0) for stage in stages]
    answers = times(
        "books-10", "an answer", [0.1, 0.3], asked=(None, 400), peer=[0.2], beside="plain"
    )
    stages.append(Stage("books", 9.0, tuple(answers)))
    return Run("2026-11-30T01:00:00+00:00", "abc", "small", MACHINE, tuple(stages))


def test_a_run_is_told_as_a_table() -> None:
    """Each figure stands beside its peer, its ratio, and whether it is what is asked."""
    table = whole(_run())
    assert "| pages a second | 15.0 pages/s | 5.00 pages/s (plain) | 3.00 × |" in table
    assert "≥ 12 pages/s, reached |" in table
    assert "| the last answer | 5.50 s | – | – | ≤ 4 s, **not reached** |" in table
    assert "| an answer, median | 200 ms | 200 ms (plain) | 1.00 × | – |" in table
    assert "2 cores of a processor" in table


def test_a_stage_that_fails_says_so_and_the_others_go_on() -> None:
    """What it found before stands above the reason; one that is broken off ends the run."""
    table = whole(_run())
    assert table.index("**one**") < table.index("the last answer") < table.index("broke off")
    assert "RuntimeError: no \\| room" in table
    assert table.index("broke off") < table.index("**books**")
    stopped = measured(Workshop(LEAST), {"one": _is_broken_off, "two": _finds}, lambda _: None)
    assert [(stage.error, stage.figures) for stage in stopped] == [("interrupted", (RATE,))]


def test_a_run_is_kept_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is written is read again, alone and of several runs the last of each stage."""
    run = _run()
    assert of_json(to_json(run)) == run
    later = replace(run, stages=(Stage("one", 1.0, (SLOW,)),))
    assert [stage.seconds for stage in together([run, later]).stages] == [1.0, 3.0, 9.0]
    file = tmp_path / "run.json"
    file.write_text(to_json(run), encoding="utf-8")
    assert main(["--from", str(file)]) == 1  # a stage of it failed
    assert capsys.readouterr().out == whole(run)
    with pytest.raises(ValueError, match="no run"):
        of_json("[]")


def test_tables_go_to_their_places_in_the_documents() -> None:
    """Both documents have the marks, each once; what stands between them is replaced."""
    run = _run()
    page = (ROOT / "BENCHMARKS.md").read_text(encoding="utf-8")
    front = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, made in (("all", whole(run)), ("sizes", sizes(run))):
        page = replaced(page, name, made)
        assert made in page
    assert main_figures(run) in replaced(front, "main", main_figures(run))
    assert "| pages a second | 15.0 pages/s | ≥ 12 pages/s, reached |" in main_figures(run)
    assert re.search(r"\| 10 \| – \| 200 ms \| 290 ms \|", sizes(run))
    with pytest.raises(ValueError, match="no one place"):
        replaced(page, "elsewhere", "")


def test_a_made_up_book_is_the_same_again() -> None:
    """The same seed gives the same book; each question's page has the names that it asks for."""
    book = make_up(5, seed=3)
    assert book == make_up(5, seed=3)
    assert book.markdown != make_up(5, seed=4).markdown
    pages = re.split(r"<!-- page \d+ -->", book.markdown)
    for asked in book.questions:
        named = [name for name in book.names if name in asked.text]
        assert asked.language == "en" or named
        assert asked.page is None or all(name in pages[asked.page] for name in named)
    others = renaming(book, 9)
    assert {len(old) - len(new) for old, new in others.items()} == {0}


def test_no_process_is_left_behind() -> None:
    """A server that ends before it answers says why; one whose measuring fails is ended."""
    port = free_port()
    dying = serving([sys.executable, "-c", "raise SystemExit('a reason')"], {}, port)
    with pytest.raises(RuntimeError, match="a reason"), dying:
        pass
    seen = []
    words = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with suppress(ZeroDivisionError), serving(words, {}, port) as server:
        seen = [server.process, psutil.pid_exists(server.process)]
        raise ZeroDivisionError
    assert seen[1:] == [True]
    assert not psutil.pid_exists(seen[0])


@pytest.mark.slow
def test_two_stages_run_in_their_smallest_sizes() -> None:
    """Indexing and load measure the real product, its peer, and a real server."""
    from tests.bench.stages import ASIDE, STAGES  # noqa: PLC0415 - takes seconds to load

    assert (*STAGES, *ASIDE) == STAGE_NAMES
    chosen = {name: STAGES[name] for name in ("indexing", "load")}
    with Workshop(LEAST) as workshop:
        stages = measured(workshop, chosen, lambda _: None)
        folder = workshop.root
    assert [stage.error for stage in stages] == [None, None]
    figures = {figure.key: figure for stage in stages for figure in stage.figures}
    assert figures["indexing"].value > 0
    assert figures["indexing"].peer
    assert figures["indexing-encoding"].value > figures["indexing-writing"].value > 0
    assert figures["load-2-failed"].value == 0
    assert figures["load-2-worst"].value >= figures["load-2-p50"].value / 1000 > 0
    assert not folder.exists()
