"""The documents for whoever comes after name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_architecture import FLOORS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("ARCHITECTURE.md", "BENCHMARKS.md", "CONTRIBUTING.md", "README.md", "SECURITY.md")

_PATH = re.compile(r"(?:rag|tests|prompts|corpus)(?:/[\w.-]+)+/?|(?:rag|tests|prompts|corpus)/")
_TARGET = re.compile(r"^\s+make (\w+)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_is_there(document: str) -> None:
    """Files and folders that are named can be opened."""
    text = (ROOT / document).read_text(encoding="utf-8")
    named = {path.rstrip(".") for path in _PATH.findall(text)}
    assert named
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_floors_are_those_that_the_imports_are_held_to() -> None:
    """The table of floors names every room, from the highest floor to the ground."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {name: 0 for floor in FLOORS for name in floor if not name.startswith("__")}
    for number, name in re.findall(r"\| (\d+) \| `rag/(\w+)(?:/|\.py)` \|", text):
        rooms[name] = int(number)
    expected = {
        name: number
        for number, floor in enumerate(FLOORS, start=1)
        for name in floor
        if not name.startswith("__")
    }
    assert rooms == expected


def test_the_targets_that_are_named_can_be_made() -> None:
    """``make`` knows what the documents tell a person to make."""
    known = set(
        re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for document in DOCUMENTS:
        named = set(_TARGET.findall((ROOT / document).read_text(encoding="utf-8")))
        assert named <= known


def test_every_promise_names_a_test_that_there_is() -> None:
    """Each row of a promise in SECURITY.md has a file that keeps it, and a test that holds it."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promises = text.partition("## What is promised")[2].partition("## What is not promised")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| promise |")]
    assert len(rows) > 20
    missing: list[str] = []
    for row in rows:
        _, _, places, tests, _ = row.split("|")
        files = re.findall(r"`([^`]+)`", places)
        held = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert files, row
        assert held, row
        missing += [place for place in files if not (ROOT / place).exists()]
        missing += [
            f"{path}::{name}"
            for path, name in held
            if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
        ]
    assert missing == []
