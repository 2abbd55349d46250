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
ADAPTERS = ROOT / "rag" / "models" / "adapter"


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
    assert card["sha256"] == hashlib.sha256(adapter).hexdigest()
    assert set(card["data"]) == {"annotated.json", "apart.json", "articles.json"}
    assert set(card["figures"]) == {"zh", "en", "ru"}
    assert all(0 <= share <= 1 for one in card["figures"].values() for share in one.values())


@pytest.mark.slow
def test_questions_come_to_the_passages_of_other_files(lesson: dict[str, Any]) -> None:
    """They are joined to those a passage has, or have one cut for them; places become words."""
    asked = lesson["asked of a passage"]
    assert ["Who led?", "en", "沈青"] in asked
    assert lesson["near misses of it"] == len(asked) + 6
    text, [[question, language, answer]] = lesson["cut out"]
    assert (text[:3], text[-1], question, language) == ("掌柜姓", "。", "茶馆烧多少水？", "zh")
    assert answer == "四十壶"


@pytest.mark.slow
def test_questions_learn_where_their_passages_are(lesson: dict[str, Any]) -> None:
    """Those that were taught find passage and sentence; what is kept is what was learned."""
    asking = lesson["asking"]
    assert np.mean(asking["losses"][-5:]) < 0.5 * np.mean(asking["losses"][:5])
    for language, after in asking["after"].items():
        assert after["passage first"] > asking["before"][language]["passage first"]
        assert after["sentence first"] > asking["before"][language]["sentence first"]
    assert asking["moved"] > 0.01


@pytest.mark.slow
def test_learning_to_ask_is_taken_up_where_it_was_broken_off(lesson: dict[str, Any]) -> None:
    """From its last checkpoint it comes to the same weights."""
    assert lesson["asking"]["taken up"] == 8
    assert lesson["asking"]["gap of weights"] < 1e-5


@pytest.mark.parametrize("path", sorted(ADAPTERS.glob("*.safetensors")), ids=lambda path: path.stem)
def test_the_card_of_an_installed_adapter_is_of_it(path: Path) -> None:
    """The card beside an adapter that is installed names that very file."""
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    adapter = path.read_bytes()
    assert card["sha256"] == hashlib.sha256(adapter).hexdigest()
    assert {"what", "data", "date", "figures", "licences", "limits"} <= set(map(_first, card))
    assert len(adapter) <= 10_000_000


def _first(key: str) -> str:
    """Return the first word of a key: figures of several languages say which."""
    return key.split(",", maxsplit=1)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"name": "neither"}]', "is no data to learn from"),
        (
            '[{"of": "nobody", "questions": [], "unanswerable": []}]',
            "asks of the passage nobody, which no file has",
        ),
    ],
)
def test_what_is_no_data_gets_one_sentence(tmp_path: Path, content: str, said: str) -> None:
    """A file that holds something else is named, and nothing is written."""
    wrong = tmp_path / "wrong.json"
    wrong.write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "rag", "train", str(wrong), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"rag: {wrong} {said}")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
