"""The bridge, which brings questions in one language to passages in another."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.models.encoding import BRIDGE, Bridge
from rag.models.sources import ADAPTER
from rag.settings import ROOT
from tests.support.fakes import HashEncoder

if TYPE_CHECKING:
    from rag.models.base import Encoder

PASSAGES = (
    "灯塔建于1871年，由石匠何田带领三十名工人用两年时间砌成。",
    "渔船在四月初出海，在北湾停了九天才回到港口。",
    "茶馆开在渡口东边，每逢集日要烧四十壶水。",
)
QUESTIONS = (
    ("Who built the lighthouse?", "Кто построил маяк?"),
    ("When did the fishing boats put to sea?", "Когда рыбачьи лодки вышли в море?"),
    ("Where was the teahouse?", "Где стояла чайная?"),
)
LEARN = """
import json, sys
import numpy as np
from rag.models.making.training.bridging import learn, recalls
chance = np.random.default_rng(4)
def unit(rows): return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
passages = unit(chance.normal(size=(80, 32)))
turn = np.eye(32) + 0.25 * chance.normal(size=(32, 32))
own = [n % 80 for n in range(400)]
asked = unit(passages[own] @ turn + 0.1 * chance.normal(size=(400, 32)))
bridge = learn(asked[:320], own[:320], passages, 11)
again = learn(asked[:320], own[:320], passages, 11)
print(json.dumps({
    "before": recalls(None, asked[320:], own[320:], passages),
    "after": recalls(bridge, asked[320:], own[320:], passages),
    "same": bool((bridge.up == again.up).all()),
}))
"""


def test_questions_come_nearer_to_what_answers_them(encoder: Encoder) -> None:
    """On average a question in either language gains on the other passages; vectors stay unit."""
    passages = encoder.encode_passages(PASSAGES)
    for column in range(2):
        texts = [pair[column] for pair in QUESTIONS]
        lead = []
        for rows in (encoder.encode_queries(texts), encoder.encode_across(texts, "zh")):
            assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-4)
            cosines = rows @ passages.T
            lead.append(float((cosines.diagonal() - cosines.mean(axis=1)).mean()))
        assert lead[1] > lead[0]


def test_only_a_language_that_was_learned_has_a_bridge(encoder: Encoder) -> None:
    """Towards others, and by an encoder that knows none, vectors are those of any question."""
    texts = [pair[0] for pair in QUESTIONS]
    assert np.array_equal(encoder.encode_across(texts, "en"), encoder.encode_queries(texts))
    plain = HashEncoder()
    assert np.array_equal(plain.encode_across(texts, "zh"), plain.encode_queries(texts))


def test_the_bridge_has_a_card() -> None:
    """Beside the weights stand their digest, the data, the command and the figures."""
    path = ADAPTER.parent / BRIDGE.format("zh")
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert {"sha256", "data", "command", "seed", "date", "figures", "encoder"} <= set(card)
    bridge = Bridge.load(path)
    assert bridge.down.shape == bridge.up.T.shape
    assert bridge.shift.shape == (bridge.up.shape[1],)


@pytest.mark.slow
def test_a_bridge_is_learned_from_vectors() -> None:
    """Of questions it has not seen, more find their passage than before; chance has a seed."""
    done = subprocess.run(
        [sys.executable, "-c", LEARN], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert said["after"]["first 1"] > said["before"]["first 1"] + 0.05
    assert said["same"]
