"""The encoder of questions: what is asked of texts in a language comes near to what answers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.models.opening import open_encoder
from rag.models.sources import BUNDLED, find_source, query_files, query_folder
from rag.settings import ROOT
from tests.support.fakes import HashEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from rag.models.base import Encoder

PASSAGES = (
    "灯塔建于1871年，由石匠何田带领三十名工人用两年时间砌成。",
    "渔船在四月初出海，在北湾停了九天才回到港口。",
    "茶馆开在渡口东边，每逢集日要烧四十壶水。",
)
QUESTIONS = (
    ("灯塔是谁造的？", "Who built the lighthouse?", "Кто построил маяк?"),
    (
        "渔船什么时候出海？",
        "When did the fishing boats put to sea?",
        "Когда рыбачьи лодки вышли в море?",
    ),
    ("茶馆在哪儿？", "Where was the teahouse?", "Где стояла чайная?"),
)


@pytest.mark.parametrize("column", [1, 2], ids=["en", "ru"])
def test_questions_come_nearer_to_what_answers_them(encoder: Encoder, column: int) -> None:
    """On average a question gains on the other passages; vectors stay of unit length."""
    passages = encoder.encode_passages(PASSAGES)
    texts = [each[column] for each in QUESTIONS]
    lead = []
    for rows in (encoder.encode_queries(texts), encoder.encode_asked(texts, "zh")):
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-4)
        cosines = rows @ passages.T
        lead.append(float((cosines.diagonal() - cosines.mean(axis=1)).mean()))
    assert lead[1] > 1.2 * lead[0]


def test_only_in_a_language_that_was_learned(encoder: Encoder) -> None:
    """Towards others, and by an encoder that learned none, vectors are those of any question."""
    texts = [each[1] for each in QUESTIONS]
    assert np.array_equal(encoder.encode_asked(texts, "en"), encoder.encode_queries(texts))
    plain = HashEncoder()
    assert np.array_equal(plain.encode_asked(texts, "zh"), plain.encode_queries(texts))


def test_what_encodes_questions_is_kept_within_the_encoders_folder(models: Path) -> None:
    """It is sealed with it, and the words of both, which are the same, take their room once."""
    open_encoder(BUNDLED, models)
    served = find_source(BUNDLED, models).served
    for language in query_files():
        folder = query_folder(served, language)
        tables = folder / "tables.bin"
        assert tables.samefile(served / tables.name) or tables.stat().st_nlink == 1
        assert f"{folder.name}/model.onnx" in (served / "seal.json").read_text(encoding="utf-8")


IN_TORCH = """
import json, sys
from pathlib import Path
from rag.models.sources import find_source
from rag.models.torch import open_encoder_in_torch
encoder = open_encoder_in_torch(find_source("bundled", Path(sys.argv[1])), "cpu")
print(json.dumps(encoder.encode_asked(json.loads(sys.argv[2]), "zh").tolist()))
"""


@pytest.mark.slow
def test_pytorch_asks_alike(encoder: Encoder, models: Path) -> None:
    """Where PyTorch serves the encoder, as on a GPU, questions have the same vectors."""
    texts = [each[1] for each in QUESTIONS]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IN_TORCH, str(models), json.dumps(texts)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    vectors = np.array(json.loads(done.stdout), dtype=np.float32)
    agreement = (vectors * encoder.encode_asked(texts, "zh")).sum(axis=1)
    assert agreement.min() > 0.985
    assert (vectors * encoder.encode_queries(texts)).sum(axis=1).max() < 0.98
