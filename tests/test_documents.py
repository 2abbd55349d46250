"""The documents for whoever comes after name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_architecture import FLOORS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md")

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
