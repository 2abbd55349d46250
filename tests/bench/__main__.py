"""``python -m tests.bench``: measure, and say what was found as a table and as JSON.

A stage that fails is told, and the others go on. Exit status: 0 everything was measured, 1 a
stage failed, 130 it was broken off; what was measured till then is told all the same.
"""

from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.results import Run, Stage, new_run, of_json, this_machine, to_json, together
from tests.bench.tables import whole, write
from tests.bench.workshop import FULL, QUICK, USUAL, Workshop

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from tests.bench.results import Figure
    from tests.bench.stages import Measure
    from tests.bench.workshop import Sizes

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit status."""
    chosen = _arguments(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: everything is ended
    if chosen.again:
        run = together([of_json(path.read_text(encoding="utf-8")) for path in chosen.again])
    else:
        run = _measured(chosen)
    sys.stdout.write(whole(run))
    if chosen.json:
        chosen.json.write_text(to_json(run), encoding="utf-8")
    if chosen.write:
        write(run)
    errors = [stage.error for stage in run.stages if stage.error is not None]
    if "interrupted" in errors:
        return INTERRUPTED
    return 1 if errors else 0


def measured(
    workshop: Workshop, stages: dict[str, Measure], say: Callable[[str], None]
) -> list[Stage]:
    """Return what each stage found; one that fails says why, and one broken off is the last."""
    done = []
    for name, measure in stages.items():
        say(name)
        figures: list[Figure] = []
        error = None
        started = time.perf_counter()
        try:
            figures.extend(measure(workshop))  # what comes before a failure stays
        except KeyboardInterrupt:
            error = "interrupted"
        except Exception as reason:  # noqa: BLE001 - whatever it is, it is told
            error = f"{type(reason).__name__}: {reason}"
        done.append(Stage(name, time.perf_counter() - started, tuple(figures), error))
        if error == "interrupted":
            break
    return done


def _measured(chosen: Namespace) -> Run:
    """Return a run of the stages that were chosen."""
    from tests.bench.stages import ASIDE, STAGES  # noqa: PLC0415 - takes seconds to load

    sizes: Sizes = chosen.sizes
    machine = this_machine()
    known = {**STAGES, **ASIDE}
    names = [*STAGES, *(ASIDE if chosen.models else ())]
    if chosen.only:
        names = [name for name in known if name in chosen.only]
    started = time.perf_counter()

    def say(what: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - started:6.0f} s  {what}\n")

    with Workshop(sizes, say) as workshop:
        done = measured(workshop, {name: known[name] for name in names}, say)
    return new_run(str(sizes), done, machine)


STAGE_NAMES = ("indexing", "recall", "answers", "books", "starts", "memory", "load", "models")
"""What ``--only`` takes; the last is measured only where it is named, or with ``--models``."""


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in STAGE_NAMES:
            message = f"{name} is none of {', '.join(STAGE_NAMES)}"
            raise ValueError(message)
    return names


def _arguments(argv: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(
        prog="make bench",
        description="Measures how fast and how large Shuzheng is, beside a plain pipeline.",
        epilog="Through make: make bench ARGS='--quick --json bench.json'",
    )
    size = parser.add_mutually_exclusive_group()
    for name, sizes in (("quick", QUICK), ("full", FULL)):
        size.add_argument(
            f"--{name}",
            dest="sizes",
            action="store_const",
            const=sizes,
            default=USUAL,
            help=str(sizes),
        )
    parser.add_argument(
        "--only", type=_names, metavar="STAGE,…", help=f"stages: {', '.join(STAGE_NAMES)}"
    )
    parser.add_argument(
        "--models", action="store_true", help="measure the first making of the models too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the run as JSON")
    parser.add_argument(
        "--from", dest="again", nargs="+", type=Path, metavar="FILE",
        help="measure nothing: tell runs that --json wrote, of each stage the last",
    )  # fmt: skip
    parser.add_argument(
        "--write", action="store_true", help="put the tables into BENCHMARKS.md and README.md"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
