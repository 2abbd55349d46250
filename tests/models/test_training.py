"""How a reader is taught: a tiny one of random weights, on a few sentences of our own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the lesson was given in."""
    return tmp_path_factory.mktemp("lesson")


@pytest.fixture(scope="module")
def lesson(folder: Path) -> dict[str, Any]:
    """Return what came of teaching (``tests.support.lessons``)."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.lessons", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.slow
def test_the_loss_falls(lesson: dict[str, Any]) -> None:
    """A few steps on a few passages are enough to lose a fifth less."""
    lost = lesson["losses"]
    assert np.mean(lost[-4:]) < 0.8 * np.mean(lost[:4]), lost


@pytest.mark.slow
def test_a_run_that_was_broken_off_ends_as_one_that_was_not(lesson: dict[str, Any]) -> None:
    """Taken up from its last checkpoint, a run comes to the same weights."""
    assert lesson["taken up"] == 8
    assert lesson["gap of weights"] < 1e-5


@pytest.mark.slow
def test_an_adapter_keeps_what_was_learned(lesson: dict[str, Any]) -> None:
    """An adapter of full rank put onto the encoder says what was said before it was written."""
    assert lesson["gap of an untaught one"] > 0.5
    assert lesson["gap of a kept one"] < 0.02


@pytest.mark.slow
def test_packs_are_read_as_pairs_are(lesson: dict[str, Any]) -> None:
    """Questions that share a passage get the logits that each gets alone with it."""
    assert lesson["gap of pairs"] < 1e-4


@pytest.mark.slow
def test_the_card_tells_what_the_adapter_was_made_of(lesson: dict[str, Any], folder: Path) -> None:
    """Data and adapter are named with their digests, and the figures are by language."""
    card = lesson["card"]
    adapter = (folder / "whole" / "reader.safetensors").read_bytes()
    assert card["adapter sha256"] == hashlib.sha256(adapter).hexdigest()
    assert set(card["data"]) == {"annotated.json", "articles.json"}
    assert set(card["figures"]) == {"zh", "en", "ru"}
    assert all(0 <= share <= 1 for one in card["figures"].values() for share in one.values())


def test_the_card_of_the_installed_reader_is_of_its_adapter() -> None:
    """The card beside the adapter that is installed names that very file."""
    folder = ROOT / "rag" / "models" / "adapter"
    card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    adapter = (folder / "reader.safetensors").read_bytes()
    assert card["adapter sha256"] == hashlib.sha256(adapter).hexdigest()
    assert len(adapter) <= 10_000_000


@pytest.mark.slow
def test_what_is_no_data_gets_one_sentence(tmp_path: Path) -> None:
    """A file that holds something else is named, and nothing is written."""
    wrong = tmp_path / "wrong.json"
    wrong.write_text('[{"name": "neither"}]', encoding="utf-8")
    command = [sys.executable, "-m", "rag", "train", str(wrong), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"rag: {wrong} is no data to learn from")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
