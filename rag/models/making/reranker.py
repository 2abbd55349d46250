"""Makes of any sentence-transformers CrossEncoder a graph; see ``encoding_export``.

Run as ``python -m rag.models.making.reranker SETTING MODELS graph [--quiet]``, in a process of
its own.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from rag.models.encoding import open_exported
from rag.models.making.export import (
    TorchModel,
    carry_out,
    load,
    locked,
    optimise,
    renamed,
    tokenizer_of,
    write_graph,
)
from rag.models.reranking import Pairing, Reranker
from rag.models.sources import RERANKER, Source, find_reranker
from rag.types import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_LONGEST = 8192
"""Tokens a pass at most, whatever a model's folder claims."""
_STEPS = 2
_TOLERANCE = 1e-3
"""How far scores may move in the export, in logits or as a share of the score."""
_QUESTION = "条约于何时签订？"
_TEXTS = ("条约于1937年8月在首都签订。", "The treaty was signed in August.", "河里的鱼在春天产卵。")


def make(source: Source, models: Path, _: str, progress: bool) -> None:  # noqa: FBT001
    """Make the graph of a source. Raises EncoderError where the model cannot be had or made."""
    with locked(models):
        if source.is_ready("graph"):
            return
        with (
            tqdm(
                total=_STEPS, desc="Making the reranker (once)", unit="step", disable=not progress
            ) as bar,
            renamed(models, source.served) as folder,
        ):
            model = _load(source, "cpu")
            bar.update()
            _export(source, model, folder)
            bar.update()


def open_reranker_on_gpu(source: Source) -> Reranker | None:
    """Return the reranker as sentence-transformers serves it on a GPU; None where there is none."""
    import torch  # noqa: PLC0415 - only where a GPU is likely

    if not torch.cuda.is_available():
        return None
    return open_in_torch(source, "cuda")


def open_in_torch(source: Source, device: str) -> Reranker:
    """Return the reranker as sentence-transformers serves it on ``device``; EncoderError."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a model is opened

    model = _load(source, device)
    tokenizer = Tokenizer.from_str(tokenizer_of(model, RERANKER))
    names = tuple(model.preprocess([("one", "two")]))
    return Reranker(_describe(source, model, names), tokenizer, TorchModel(model, "scores"))


def _load(source: Source, device: str) -> CrossEncoder:
    """Return the model. Raises EncoderError for one that is no reranker, or of another build."""
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - imports PyTorch
    from sentence_transformers.base.modules import Transformer  # noqa: PLC0415 - likewise

    model: CrossEncoder = load(CrossEncoder, source, device)
    first: Any = model[0]
    made = getattr(getattr(first, "model", None), "config", None)
    trained = any(
        str(name).endswith("ForSequenceClassification")
        for name in getattr(made, "architectures", None) or ()
    )
    if (
        [type(module) for module in model] != [Transformer]
        or not trained
        or model.num_labels not in (1, 2)
        or model.default_prompt_name
    ):
        raise EncoderError(
            f"The model {source.model} is no reranker that can be served (a cross-encoder of one "
            "or two labels without a prompt, trained as such): set RAG_RERANKER to another, or "
            f"{source.role.otherwise}."
        )
    return model


def _describe(source: Source, model: CrossEncoder, inputs: tuple[str, ...]) -> Pairing:
    """Return what serving the model takes."""
    digest = hashlib.sha256(tokenizer_of(model, RERANKER).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().numpy().tobytes())
    return Pairing(
        name=f"{Path(source.model).name}:fp32:{digest.hexdigest()[:12]}",
        max_tokens=min(model.max_seq_length or _LONGEST, _LONGEST),
        labels=model.num_labels,
        pad_token=int(model.tokenizer.pad_token_id or 0),
        inputs=inputs,
    )


def _export(source: Source, model: CrossEncoder, folder: Path) -> None:
    """Write graph, tokenizer and description into ``folder``, and see that they score alike."""
    (folder / "tokenizer.json").write_text(tokenizer_of(model, RERANKER), encoding="utf-8")
    given = model.preprocess([("one", "two and more words"), ("three", "four")])
    network: Any = model[0]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw = Path(scratch) / "raw.onnx"
        names = write_graph(source, network.model, given, "logits", raw)
        optimise(raw, folder / "model.onnx")
    _describe(source, model, names).save(folder / f"{source.role.word}.json")
    _check(source, model, folder)


def _check(source: Source, model: CrossEncoder, folder: Path) -> None:
    """Raise EncoderError where the graph does not score as the model does."""
    from torch import nn  # noqa: PLC0415 - only where a model is made

    served = Reranker(*open_exported(folder, source.role.word, Pairing))
    pairs = [(_QUESTION, text) for text in _TEXTS]
    logits = np.asarray(model.predict(pairs, activation_fn=nn.Identity()), dtype=np.float32)
    wanted = logits[:, 1] - logits[:, 0] if logits.ndim > 1 else logits
    found = served.scores(_QUESTION, _TEXTS)
    if not np.allclose(found, wanted, rtol=_TOLERANCE, atol=_TOLERANCE):
        raise EncoderError(
            f"The reranker {source.model} does not survive its export (scores move by "
            f"{float(np.abs(found - wanted).max()):.4f}): set RAG_RERANKER to another model."
        )


def main() -> int:
    """See ``rag.models.making.export.carry_out``."""
    return carry_out(find_reranker, make)


if __name__ == "__main__":
    sys.exit(main())
