"""Judges and readers of other names: tiny models, made here, exported and served as others are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.models.opening import open_judge, open_reader
from rag.types import EncoderError, Span

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow  # each makes a model

ROOT = Path(__file__).resolve().parents[2]
NAMED = {
    1: [],
    2: ["entailment", "not_entailment"],
    3: ["contradiction", "entailment", "neutral"],
}
"""The labels of judges, of which that for yes is not the last."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function of labels and their names to the folder of a tiny model."""

    def make(labels: int, *names: str) -> Path:
        folder = tmp_path_factory.mktemp("tiny") / str(labels)
        command = [sys.executable, "-W", "ignore", "-m", "tests.support.judges", str(folder)]
        subprocess.run([*command, str(labels), *names], cwd=ROOT, check=True, capture_output=True)
        return folder

    return make


@pytest.mark.parametrize("labels", [1, 2, 3])
def test_a_judge_of_any_labels_finds_what_is_borne_out(
    labels: int, made: Callable[..., Path], tmp_path: Path
) -> None:
    """Its probability is that of the label that its configuration names, as the model gives it."""
    folder = made(labels, *NAMED[labels])
    judge = open_judge(str(folder), tmp_path, progress=False)
    wanted = np.load(folder / "expected.npz")
    pairs = wanted["pairs"].tolist()
    found = [float(judge.entailed(said, [text])[0]) for text, said in pairs]
    assert np.abs(np.array(found) - wanted["likely"]).max() < 1e-4
    assert [likely > 0.5 for likely in found] == ["碑" in text for text, _ in pairs]
    # What stands behind the end of the first pass counts, and each text by itself.
    plain = "盐的了" * 30
    far, near = judge.entailed("运河", [plain, plain + "碑"])
    assert far < 0.5 < near


def test_a_judge_whose_labels_have_no_names_is_refused(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    """Of three labels nobody can guess the order."""
    with pytest.raises(EncoderError, match=r"id2label.*RAG_JUDGE"):
        open_judge(str(made(3)), tmp_path, progress=False)


def test_a_model_that_finds_answers_reads(made: Callable[..., Path], tmp_path: Path) -> None:
    """A text that holds what answers is above none, and another below, in any window."""
    reader = open_reader(str(made(0)), tmp_path, progress=False)
    plain = "盐的了" * 30
    texts = ["在碑里", "在仓里", plain + "碑"]
    held, bare, behind = (reader.read("运河", text, [Span(0, 1)]).answers for text in texts)
    assert min(held, behind) > 0 > bare
    assert reader.read("运河", texts[0], [Span(0, 1), Span(1, 3)]).sentences == (0.0, 0.0)


def test_a_cross_encoder_reads(tmp_path: Path) -> None:
    """A model that scores question and passage tells by the same score what answers."""
    folder = tmp_path / "one"
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.pairs", str(folder), "1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    reader = open_reader(str(folder), tmp_path / "models", progress=False)
    held, bare = (reader.read("运河", text, []).answers for text in ("在碑里", "在仓里"))
    assert held > 0 > bare
