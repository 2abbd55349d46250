"""Makes of any sentence-transformers CrossEncoder a graph, whatever it is for; see ``encoder``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from rag.models.making.building import locked, renamed
from rag.models.making.graph import optimise, write_graph
from rag.models.pairing import Pairing, Reranker, value_of
from rag.models.serving import GRAPH, TOKENIZER, description_in, open_exported
from rag.models.torch import describe_cross_encoder, load_cross_encoder, tokenizer_of
from rag.types import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from rag.models.sources import Source

_STEPS = 2
_TOLERANCE = 1e-3
"""How far scores may move in the export, in logits or as a share of the score."""
_QUESTION = "条约于何时签订？"
_TEXTS = ("条约于1937年8月在首都签订。", "The treaty was signed in August.", "河里的鱼在春天产卵。")


def make(source: Source, models: Path, _: str, progress: bool) -> None:  # noqa: FBT001
    """Make the graph of a source. Raises EncoderError where the model cannot be had or made."""
    with locked(models, source.served):
        if source.is_ready("graph"):
            return
        with (
            tqdm(
                total=_STEPS,
                desc=f"Making the {source.role.word} (once)",
                unit="step",
                disable=not progress,
            ) as bar,
            renamed(models, source.served) as folder,
        ):
            model = load_cross_encoder(source, "cpu")
            bar.update()
            _export(source, model, folder)
            bar.update()


def _export(source: Source, model: CrossEncoder, folder: Path) -> None:
    """Write graph, tokenizer and description into ``folder``, and see that they score alike."""
    (folder / TOKENIZER).write_text(tokenizer_of(model, source.role), encoding="utf-8")
    given = model.preprocess([("one", "two and more words"), ("three", "four")])
    network: Any = model[0]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw = Path(scratch) / "raw.onnx"
        names = write_graph(source, network.model, given, "logits", raw)
        optimise(raw, folder / GRAPH)
    describe_cross_encoder(source, model, names).save(description_in(folder, source.role))
    _check(source, model, folder)


def _check(source: Source, model: CrossEncoder, folder: Path) -> None:
    """Raise EncoderError where the graph does not score as the model does."""
    from torch import nn  # noqa: PLC0415 - only where a model is made

    pairing, tokenizer, network = open_exported(folder, source.role, Pairing)
    pairs = [(_QUESTION, text) for text in _TEXTS]
    logits = np.asarray(model.predict(pairs, activation_fn=nn.Identity()), dtype=np.float32)
    wanted = value_of(logits.reshape(len(pairs), -1), pairing)
    found = Reranker(pairing, tokenizer, network).logits(pairs)
    if not np.allclose(found, wanted, rtol=_TOLERANCE, atol=_TOLERANCE):
        raise EncoderError(
            f"The {source.role.word} {source.model} does not survive its export (scores move by "
            f"{float(np.abs(found - wanted).max()):.4f}): set {source.role.variable} to another "
            "model."
        )
