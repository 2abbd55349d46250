"""A run as tables, and these put into the documents that quote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.bench.results import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.results import Bound, Figure, Run

HEAD = "| what | measured | peer | ratio | asked |\n|---|---|---|---|---|"
_SIGNS = {"least": "≥", "most": "≤"}
_MARKED = r"(<!-- bench: {name} -->\n).*?(<!-- /bench -->)"


def whole(run: Run) -> str:
    """Return every figure of a run, a stage under the other, with what each was measured on."""
    lines = [_measured_on(run), "", HEAD]
    for stage in run.stages:
        lines.append(f"| **{stage.name}** ({stage.seconds:.0f} s) | | | | |")
        lines += [_row(figure) for figure in stage.figures]
        if stage.error is not None:
            lines.append(f"| *broke off: {_cell(stage.error)}* | | | | |")
    return "\n".join(lines) + "\n"


def main_figures(run: Run) -> str:
    """Return the figures that a person in a hurry should see."""
    figures = [one for stage in run.stages for one in stage.figures if one.main]
    rows = [
        f"| {_cell(one.what)} | {number(one.value, one.unit)} | {_asked(one)} |" for one in figures
    ]
    return (
        "\n".join([_measured_on(run), "", "| what | measured | asked |", "|---|---|---|", *rows])
        + "\n"
    )


def sizes(run: Run) -> str:
    """Return what one machine holds: by number of books, and by readers who ask at once."""
    counts = _counts(run, r"books-(\d+)-p95") or _counts(run, r"memory-(\d+)-after")
    books = ["books-{}-passages", "books-{}-p50", "books-{}-p95"]
    books += ["memory-{}-rest", "memory-{}-after", "disk-{}"]
    lines = [
        "| books | passages | an answer, median | 95 % | memory at rest | after questions | disk |"
    ]
    lines.append("|---|---|---|---|---|---|---|")
    lines += [_by(run, count, books) for count in counts]
    readers = ["load-{}-p50", "load-{}-p95", "load-{}-worst", "load-{}-told", "load-{}-failed"]
    lines += [
        "",
        "| readers at once | median | 95 % | the last one | told a place in line | failed |",
    ]
    lines.append("|---|---|---|---|---|---|")
    lines += [_by(run, count, readers) for count in _counts(run, r"load-(\d+)-p95")]
    return "\n".join(lines) + "\n"


def write(run: Run, root: Path = ROOT) -> None:
    """Put a run's tables into the documents, between the marks that are there for them."""
    for document, named in {
        "BENCHMARKS.md": {"all": whole, "sizes": sizes},
        "README.md": {"main": main_figures},
    }.items():
        path = root / document
        text = path.read_text(encoding="utf-8")
        for name, made in named.items():
            text = replaced(text, name, made(run))
        path.write_text(text, encoding="utf-8")


def replaced(text: str, name: str, table: str) -> str:
    """Return a text with a table between the marks of a name; ValueError where there are none."""
    marked = re.compile(_MARKED.format(name=name), re.DOTALL)
    if len(marked.findall(text)) != 1:
        message = f"There is no one place for the table {name!r}."
        raise ValueError(message)
    return marked.sub(lambda found: f"{found[1]}{table}{found[2]}", text)


def number(value: float, unit: str) -> str:
    """Return a value with its unit, in as many digits as it is good for."""
    if unit == "":
        shown = f"{value:,.0f}"
    elif unit == "share":
        return f"{value:.3f}".removeprefix("0") if value < 1 else "1"
    elif abs(value) >= 100:
        shown = f"{value:,.0f}"
    else:
        shown = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return f"{shown} {unit}".rstrip()


def _measured_on(run: Run) -> str:
    machine = run.machine
    libraries = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return (
        f"Measured {run.date[:10]} at {run.commit or 'no commit'}, {run.size}: {machine.cores} "
        f"cores of {machine.cpu}, {machine.memory:.0f} GB, {machine.system}, Python "
        f"{machine.python}, {libraries}; load before it {machine.load:.1f}."
    )


def _row(figure: Figure) -> str:
    peer = "–"
    if figure.peer is not None:
        peer = f"{number(figure.peer, figure.unit)} ({figure.beside})"
    ratio = "–" if figure.ratio is None else f"{number(figure.ratio, '×')}"
    measured = number(figure.value, figure.unit)
    return f"| {_cell(figure.what)} | {measured} | {_cell(peer)} | {ratio} | {_asked(figure)} |"


def _asked(figure: Figure) -> str:
    bound = figure.asked
    if bound is None:
        return "–"
    reached = "reached" if bound.holds(figure.value) else "**not reached**"
    return f"{_said(bound, figure.unit)}, {reached}"


def _said(bound: Bound, unit: str) -> str:
    shown = f"{bound.number:g}".removeprefix("0") if unit == "share" else f"{bound.number:g} {unit}"
    return f"{_SIGNS[bound.way]} {shown}".rstrip()


def _by(run: Run, count: int, keys: list[str]) -> str:
    found = [run.figure(key.format(count)) for key in keys]
    cells = ["–" if one is None else number(one.value, one.unit) for one in found]
    return f"| {count:,} | {' | '.join(cells)} |"


def _counts(run: Run, pattern: str) -> list[int]:
    keys = [figure.key for stage in run.stages for figure in stage.figures]
    return sorted(int(found[1]) for key in keys if (found := re.fullmatch(pattern, key)))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
