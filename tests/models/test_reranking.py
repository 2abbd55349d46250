"""The reranker: a tiny CrossEncoder, made here, as the product exports, serves and uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.application.shuzheng import Shuzheng
from rag.models.opening import open_reranker
from rag.models.pairing import Reranker
from rag.search.fusion import RERANKED, WEIGHT, reciprocal_rank_fusion, reorder
from rag.settings import Settings
from rag.types import EncoderError
from tests.support.questions import asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.models.base import Encoder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).resolve().parents[1] / "cases"
LIKED = "碑"
"""What the tiny model was trained to like in a passage (``tests.tiny_reranker``)."""
QUESTION = "铁路是哪一天正式通车的？"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Return the folders of tiny CrossEncoders, of one label and of two."""
    made = {}
    for labels in (1, 2):
        made[labels] = tmp_path_factory.mktemp("tiny") / str(labels)
        command = [sys.executable, "-W", "ignore", "-m", "tests.support.pairs", str(made[labels])]
        subprocess.run([*command, str(labels)], cwd=ROOT, check=True, capture_output=True)
    return made


@pytest.fixture(scope="module")
def one_label(folders: dict[int, Path]) -> str:
    """Return the folder of the CrossEncoder of one label, as the setting names it."""
    return str(folders[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of models that the rerankers are exported into."""
    return tmp_path_factory.mktemp("shelf") / "models"


@pytest.fixture(scope="module")
def shelf(models: Path, encoder: Encoder, served: Path) -> Callable[..., Shuzheng]:
    """Return a function of settings to the whole over a library that holds the small book.

    The encoder's models are shared with the checkout, the reranker's are not.
    """
    assert encoder.dimension  # the model has been made
    data = served.parent
    (served / "served").mkdir(parents=True, exist_ok=True)
    for made in (models / "multilingual-e5-small", *(models / "served").iterdir()):
        (data / made.relative_to(models.parent)).symlink_to(made)

    def opened(**more: Any) -> Shuzheng:
        return Shuzheng(Settings(data=data, corpus=data / "none", **more))

    with opened() as whole:
        whole.add(CASES / "small-book.md", CASES / "small-book.toml")
    return opened


def rag(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Return what a command did on a library."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    here = {"RAG_DATA": str(data), "RAG_CORPUS": str(data / "none")}
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        cwd=ROOT,
        env=kept | here | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("labels", [1, 2])
def test_the_graph_scores_as_the_model_does(
    folders: dict[int, Path], served: Path, labels: int
) -> None:
    """Of one label and of two, the exported scores are those of CrossEncoder.predict."""
    reranker = open_reranker(str(folders[labels]), served, progress=False)
    wanted = np.load(folders[labels] / "expected.npz")
    logits = wanted["logits"]
    right = logits[:, 1] - logits[:, 0] if logits.ndim > 1 else logits
    found = [float(reranker.scores(asked, [text])[0]) for asked, text in wanted["pairs"].tolist()]
    assert np.abs(np.asarray(found) - right).max() < 1e-4
    if logits.ndim == 1:
        assert np.abs(1 / (1 + np.exp(-np.asarray(found))) - wanted["predicted"]).max() < 1e-4
    # It does what it was trained for: the sign counts in the passage, not in the question.
    assert [score > 0 for score in found] == [LIKED in text for _, text in wanted["pairs"]]
    assert not list(served.glob(".making-*"))


def test_scores_do_not_depend_on_the_company(one_label: str, served: Path) -> None:
    """A text scores alone as among others; of no texts there are no scores."""
    reranker = open_reranker(one_label, served, progress=False)
    texts = ["在碑里", "盐", "河" * 70, "", "\ud800\x00"]
    together = reranker.scores("运河", texts)
    alone = [float(reranker.scores("运河", [text])[0]) for text in texts]
    assert together.shape == (5,)
    assert together.dtype == np.float32
    assert np.abs(together - np.asarray(alone)).max() < 1e-5
    assert reranker.scores("运河", []).shape == (0,)


def test_only_the_first_of_a_ranking_are_read(one_label: str, served: Path) -> None:
    """What stands behind them keeps its place, however much the model would like it."""
    reranker = open_reranker(one_label, served, progress=False)
    ranking = [(f"{n}", 1.0 / n) for n in range(1, RERANKED + 3)]
    texts = {key: "盐" for key, _ in ranking}
    texts[str(RERANKED)] = texts[str(RERANKED + 1)] = LIKED
    keys = [key for key, _ in reorder(reranker, "河", ranking, texts)]
    assert keys[-2:] == [str(RERANKED + 1), str(RERANKED + 2)]
    assert keys.index(str(RERANKED)) < RERANKED - 1
    assert reorder(reranker, "河", [], {}) == []


def test_a_long_text_has_the_score_of_its_best_window(one_label: str, served: Path) -> None:
    """What stands behind the end of the first pass counts, wherever it stands."""
    reranker = open_reranker(one_label, served, progress=False)
    plain = "盐的了" * 30
    without, *held = reranker.scores(
        "河", [plain, plain + LIKED, LIKED + plain, plain[:47] + LIKED]
    )
    assert without < 0
    assert min(held) > 0
    assert reranker.scores("运河" * 500, [LIKED])[0] > 0


def test_serving_imports_no_torch(one_label: str, served: Path) -> None:
    """A process that reranks on a CPU imports neither PyTorch nor sentence-transformers."""
    name = open_reranker(one_label, served, progress=False).name
    code = (
        "import sys; from pathlib import Path; from rag.models.opening import open_reranker;"
        f"r = open_reranker({one_label!r}, Path({str(served)!r}));"
        "r.scores('问', ['答']); print(r.name);"
        "print(*{'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [name, ""]


def test_where_torch_serves_the_scores_are_the_same(one_label: str, served: Path) -> None:
    """What a GPU would serve scores as what the CPU serves, padded in a batch or not."""
    texts = ["在碑里", "盐" * 70, "", "仓"]
    code = (
        "import json; from pathlib import Path;"
        "from rag.models.sources import find_reranker;"
        "from rag.models.torch import open_reranker_in_torch;"
        f"r = open_reranker_in_torch(find_reranker({one_label!r}, Path({str(served)!r})), 'cpu');"
        f"print(json.dumps([r.name, r.scores('河', {texts!r}).tolist()]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    reranker = open_reranker(one_label, served, progress=False)
    name, scores = json.loads(done.stdout)
    assert name == reranker.name
    assert np.abs(reranker.scores("河", texts) - np.asarray(scores)).max() < 1e-4


def test_the_order_of_search_and_of_find_changes(
    shelf: Callable[..., Shuzheng], one_label: str
) -> None:
    """The passages are the same, in the order that both rankings have together."""
    with shelf() as plain, shelf(reranker=one_label) as other:
        ids = [book.record.id for book in plain.books()]
        reranker = other._parts.reranker
        assert isinstance(reranker, Reranker)
        assert plain._parts.reranker is None
        other.warm()
        sought = asked(plain, QUESTION, *ids).sought
        before = plain._parts.retrieval.search(sought, ids, 20).found
        after = other._parts.retrieval.search(sought, ids, 20).found
        hits = [hit.passage.id for hit in other.find(QUESTION, limit=20)]
    order = [found.passage.id for found in before]
    scores = reranker.scores(QUESTION, [found.passage.text for found in before])
    better = [order[place] for place in np.argsort(-scores, kind="stable")]
    fused = reciprocal_rank_fusion([order, better], [1.0, WEIGHT])
    assert [found.passage.id for found in after] == [key for key, _ in fused]
    assert set(hits) == set(order)  # a lookup puts those first that have all the words
    assert [found.rank for found in after] == [score / fused[0][1] for _, score in fused]
    [stele] = [n for n, found in enumerate(before) if LIKED in found.passage.text]
    assert order.index(before[stele].passage.id) > hits.index(before[stele].passage.id)
    assert {found.passage.id: found.cosine for found in before} == {
        found.passage.id: found.cosine for found in after
    }


def test_the_commands_use_the_setting(shelf: Callable[..., Shuzheng], one_label: str) -> None:
    """``rag find``, ``rag ask``, ``rag doctor`` and ``rag evaluate --against`` rerank."""
    with shelf() as whole:
        data = whole.settings.data
        [book] = [summary.record.id for summary in whole.books()]
    setting = {"RAG_RERANKER": one_label}
    places = []
    for more in ({}, setting):
        done = rag(data, "find", QUESTION, "-k", "20", "--json", **more)
        assert done.returncode == 0, done.stderr
        texts = [hit["text"] for hit in json.loads(done.stdout)["hits"]]
        places.append(next(n for n, text in enumerate(texts) if LIKED in text))
    assert places[1] < places[0]
    answer = json.loads(rag(data, "ask", QUESTION, "--json", **setting).stdout)
    assert (answer["status"], answer["mode"]) == ("answered", "quoted")
    told = rag(data, "doctor", **setting)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "reranker" in told.stdout
    questions = data / "questions.json"
    questions.write_text(
        json.dumps([{"question": {"zh": QUESTION}, "answers": ["无字碑"], "page": "3"}])
    )
    against = ("--against", f"RAG_RERANKER={one_label}")
    done = rag(data, "evaluate", str(questions), "--book", book, *against, "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["zh"]["mean reciprocal rank"] < figures["zh other"]["mean reciprocal rank"]
    assert figures["zh change"]["mean reciprocal rank"] > 0


def test_what_is_no_reranker_is_told_in_a_sentence(
    shelf: Callable[..., Shuzheng], tmp_path: Path
) -> None:
    """A folder that is missing, empty, broken, or of an encoder, ends in one sentence."""
    with shelf() as whole:
        data = whole.settings.data
    with pytest.raises(EncoderError, match=r"There is no folder .* RAG_RERANKER"):
        open_reranker(str(tmp_path / "nowhere"), tmp_path / "models")
    with pytest.raises(EncoderError, match=r"not a sentence-transformers model .* RAG_RERANKER"):
        open_reranker(str(tmp_path), tmp_path / "models")
    (tmp_path / "config.json").write_text('{"model_type": "no-such-thing"}')
    done = rag(data, "ask", QUESTION, RAG_RERANKER=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(f"rag: The reranker {tmp_path} cannot be had (")
    assert "Traceback" not in done.stderr
    told = rag(data, "doctor", RAG_RERANKER=str(tmp_path))
    assert told.returncode == 1
    assert "cannot be had" in told.stdout


def test_an_encoder_is_refused_as_a_reranker(tmp_path: Path) -> None:
    """A model that was not trained to score pairs would score at random: it is refused."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.tiny", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    with pytest.raises(EncoderError, match="is no reranker"):
        open_reranker(str(folder), tmp_path / "models", progress=False)
