"""Learns the bridge: what brings the vector of a question to passages in another language.

The data are annotated passages (``rag.models.making.training.examples``), all in one language, and
the questions put to them in others, near misses too: they speak of the same. Passages keep
their vectors, so that no library is encoded anew, and each question is set against every passage
of the data at once. What is learned is the difference from the question's own vector, a linear map
of low rank; that it stays near to it counts too.

Sources: a linear map between spaces of vectors, Mikolov, Le and Sutskever, "Exploiting Similarities
among Languages for Machine Translation", arXiv 1309.4168; its loss, van den Oord et al.,
"Representation Learning with Contrastive Predictive Coding", arXiv 1807.03748.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from rag.models.encoding import BRIDGE, Bridge
from rag.models.making.training.development import book_packs
from rag.models.making.training.examples import Corpus
from rag.models.making.training.packs import LANGUAGES
from rag.models.opening import open_encoder
from rag.models.sources import BUNDLED
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rag.models.base import Encoder, Vectors
    from rag.models.making.training.packs import Pack

TOWARDS = "zh"
"""The language of the passages of the data."""
RANK, EPOCHS, ROWS, RATE = 64, 10, 512, 1e-3
_SHARPNESS = 50.0
"""What cosines are multiplied by for the softmax over all passages."""
_STAY = 2.0
"""Weight of the squared distance of a question from where it was."""
_TOGETHER = 64


def learn(asked: Vectors, own: Sequence[int], passages: Vectors, seed: int) -> Bridge:
    """Return the bridge that brings vectors of questions (n, d) to those of passages (m, d).

    ``own`` has for each question the row of its passage.
    """
    torch.manual_seed(seed)
    questions, told = torch.from_numpy(asked), torch.from_numpy(passages)
    rows = torch.tensor(own)
    down = nn.Linear(asked.shape[1], RANK, bias=False)
    up = nn.Linear(RANK, asked.shape[1])
    nn.init.zeros_(up.weight)
    nn.init.zeros_(up.bias)
    optimizer = torch.optim.AdamW([*down.parameters(), *up.parameters()], weight_decay=0.01)
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS)
        for some in torch.split(torch.randperm(len(rows)), ROWS):
            before = questions[some]
            after = functional.normalize(before + up(down(before)), dim=-1)
            loss = functional.cross_entropy(after @ told.T * _SHARPNESS, rows[some])
            loss = loss + _STAY * (after - before).pow(2).sum(-1).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return Bridge(_array(down.weight.T), _array(up.weight.T), _array(up.bias))


def _array(value: Tensor) -> Vectors:
    """Return a parameter as it is kept."""
    kept: Vectors = value.detach().numpy().astype(np.float16).astype(np.float32)
    return kept


def recalls(
    bridge: Bridge | None, asked: Vectors, own: Sequence[int], passages: Vectors
) -> dict[str, float]:
    """Return the shares of questions whose passage is the nearest, and among the nearest five."""
    moved = bridge.across(asked) if bridge else asked
    cosines = moved @ passages.T
    mine = cosines[np.arange(len(own)), list(own)]
    ranks = (cosines > mine[:, None]).sum(axis=1)
    return {f"first {k}": round(float((ranks < k).mean()), 3) for k in (1, 5)}


def _encoded(
    texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors], what: str
) -> Vectors:
    """Return the vectors of texts, with a bar on standard error."""
    with tqdm(range(0, len(texts), _TOGETHER), what, file=sys.stderr, disable=None) as bar:
        return np.concatenate([encode(texts[start : start + _TOGETHER]) for start in bar])


def train_bridge(
    files: Sequence[Path],
    out: Path,
    models: Path,
    *,
    development: Path | None = None,
    seed: int = 11,
) -> Path:
    """Return the bridge that is learned from data files, written into ``out`` with its card.

    Bars on standard error show how far it is. The card has figures on the annotated book in the
    folder ``development``. ``models`` holds the bundled encoder, made where it is missing.
    Raises EncoderError.
    """
    corpus = Corpus(files)
    if not corpus.annotated:
        raise EncoderError("There are no annotated passages in the data.")
    packs = book_packs(development) if development else []
    encoder = open_encoder(BUNDLED, models)
    asked = [
        (question[language], row)
        for row, entry in enumerate(corpus.annotated)
        for language in LANGUAGES
        if language != TOWARDS
        for question in (*entry["questions"], entry["unanswerable"])
    ]
    own = [row for _, row in asked]
    told = [entry["text"] for entry in corpus.annotated]
    passages = _encoded(told, encoder.encode_passages, "Passages")
    questions = _encoded([text for text, _ in asked], encoder.encode_queries, "Questions")
    bridge = learn(questions, own, passages, seed)
    out.mkdir(parents=True, exist_ok=True)
    path = out / BRIDGE.format(TOWARDS)
    tensors = {"down": bridge.down, "up": bridge.up, "shift": bridge.shift}
    save_file({name: value.astype(np.float16) for name, value in tensors.items()}, path)
    path.chmod(0o644)
    card = {
        "what": f"Brings the vector of a question in another language to passages in {TOWARDS}.",
        "encoder": encoder.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "data": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "questions": len(own),
        "passages": len(passages),
        "seed": seed,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "torch": torch.__version__,
        "command": f"rag train {' '.join(file.name for file in files)} --bridge --out FOLDER",
        "figures": _figures(bridge, encoder, packs),
    }
    text = json.dumps(card, ensure_ascii=False, indent=1)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return path


def _figures(
    bridge: Bridge, encoder: Encoder, packs: Sequence[Pack]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return how often the passages of a book are found, before and after, by halves of it."""
    if not packs:
        return {}
    told = _encoded([pack.text for pack in packs], encoder.encode_passages, "The book")
    out: dict[str, dict[str, dict[str, float]]] = {}
    for half, name in enumerate(("even passages", "odd passages")):
        for language in LANGUAGES:
            rows = [
                (one.text, number)
                for number, pack in enumerate(packs)
                for one in pack.asked
                if number % 2 == half and one.language == language
            ]
            vectors = _encoded([text for text, _ in rows], encoder.encode_queries, name)
            mine = [number for _, number in rows]
            out[f"{name}, {language}"] = {
                "before": recalls(None, vectors, mine, told),
                "after": recalls(bridge, vectors, mine, told),
            }
    return out
