"""What a run of the benchmark found: figures, each with its peer's and with what is asked."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = (
    "chromadb",
    "gradio",
    "langchain-core",
    "onnxruntime",
    "sentence-transformers",
    "torch",
)
"""Those whose versions a figure may hang on."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked of a figure: at least, or at most, a number of its unit."""

    way: Literal["least", "most"]
    number: float

    def holds(self, value: float) -> bool:
        """Return whether a value is what is asked."""
        return value >= self.number if self.way == "least" else value <= self.number


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured.

    ``key`` names it for whoever looks it up; ``what`` says it in words. ``peer`` is the same of
    another way of doing it, in the same unit, which ``beside`` names. ``main`` figures are those
    that a person in a hurry should see.
    """

    key: str
    what: str
    value: float
    unit: str
    peer: float | None = None
    beside: str = ""
    asked: Bound | None = None
    main: bool = False

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of the peer's; None without one."""
        return self.value / self.peer if self.peer else None


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage of the run found, how long it took, and what ended it early, if anything."""

    name: str
    seconds: float
    figures: tuple[Figure, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What it was measured on. ``memory`` is in GB, ``load`` of the minute before the run."""

    cpu: str
    cores: int
    memory: float
    system: str
    python: str
    load: float
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run; ``size`` says how much was made and asked."""

    date: str
    commit: str
    size: str
    machine: Machine
    stages: tuple[Stage, ...]

    def figure(self, key: str) -> Figure | None:
        """Return the figure of a key; None where it was not measured."""
        return next((one for stage in self.stages for one in stage.figures if one.key == key), None)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return float(np.percentile(values, 100 * share))


def times(
    key: str,
    what: str,
    seconds: Sequence[float],
    *,
    asked: tuple[float | None, float | None] = (None, None),
    peer: Sequence[float] = (),
    beside: str = "",
    main: bool = False,
) -> list[Figure]:
    """Return median and 95th percentile of durations, in milliseconds.

    ``asked`` are the most that each may be. The peer's are of the same kind.
    """
    figures = []
    for name, share, most in zip(("p50", "p95"), (0.5, 0.95), asked, strict=True):
        words = "median" if name == "p50" else "95 %"
        figures.append(
            Figure(
                f"{key}-{name}",
                f"{what}, {words}",
                1000 * percentile(seconds, share),
                "ms",
                1000 * percentile(peer, share) if peer else None,
                beside,
                Bound("most", most) if most is not None else None,
                main,
            )
        )
    return figures


def this_machine() -> Machine:
    """Return what this machine is, as far as it says so itself."""
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        memory=round(psutil.virtual_memory().total / 1e9, 1),
        system=platform.system(),
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        versions={name: version(name) for name in LIBRARIES},
    )


def new_run(size: str, stages: Iterable[Stage], machine: Machine) -> Run:
    """Return a run of now, of the commit that is checked out."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Run(now, _commit(), size, machine, tuple(stages))


def to_json(run: Run) -> str:
    """Return a run as JSON."""
    return json.dumps(asdict(run), ensure_ascii=False, indent=1) + "\n"


def of_json(text: str) -> Run:
    """Return the run that ``to_json`` wrote; ValueError where it is no such thing."""
    try:
        given = json.loads(text)
        machine = Machine(**given.pop("machine"))
        stages = tuple(map(_stage, given.pop("stages")))
        return Run(**given, machine=machine, stages=stages)
    except (TypeError, KeyError, AttributeError) as error:
        message = f"This is no run of the benchmark: {error}"
        raise ValueError(message) from error


def together(runs: Sequence[Run]) -> Run:
    """Return the stages of several runs as one, of a stage the last; all else is the last one's."""
    stages = {stage.name: stage for run in runs for stage in run.stages}
    last = runs[-1]
    return Run(last.date, last.commit, last.size, last.machine, tuple(stages.values()))


def _stage(given: dict[str, Any]) -> Stage:
    figures = tuple(
        Figure(**{**one, "asked": one["asked"] and Bound(**one["asked"])})
        for one in given.pop("figures")
    )
    return Stage(**given, figures=figures)


def _cpu() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _commit() -> str:
    """Return the commit, with a plus where files differ from it; empty where git knows none."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=10", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip()
