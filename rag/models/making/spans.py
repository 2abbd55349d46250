"""Makes a reader of any extractive question-answering model; see ``encoder``.

Such a model says of every token of a passage how likely the answer begins or ends there, and of
its first token whether there is none.

Source: Devlin et al., "BERT", arXiv 1810.04805, section 4.3.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from tqdm import tqdm
from transformers import AutoConfig, AutoModelForQuestionAnswering, AutoTokenizer

from rag.models.base import INPUTS
from rag.models.making.building import locked, renamed
from rag.models.making.graph import optimise, write_graph
from rag.models.pairing import SPANS, Pairing
from rag.models.serving import GRAPH, TOKENIZER, description_in, open_exported
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.models.sources import Source

_STEPS = 2
_LONGEST = 512
_TOLERANCE = 1e-3
_KIND = "ForQuestionAnswering"
_PAIR = ("条约于何时签订？", "条约于1937年8月在首都签订。")


def finds_spans(source: Source) -> bool:
    """Return whether a source is a model that was trained to find answers in a text."""
    try:
        config = AutoConfig.from_pretrained(source.model)
    except Exception:  # noqa: BLE001 -- whoever loads it as something else says what is wrong
        return False
    return any(str(name).endswith(_KIND) for name in config.architectures or ())


def make(source: Source, models: Path, _: str, progress: bool) -> None:  # noqa: FBT001
    """Make the graph of a source. Raises EncoderError where the model cannot be had or made."""
    with locked(models, source.served):
        if source.is_ready("graph"):
            return
        with (
            tqdm(
                total=_STEPS, desc="Making the reader (once)", unit="step", disable=not progress
            ) as bar,
            renamed(models, source.served) as folder,
        ):
            tokenizer, network = _load(source)
            bar.update()
            _export(source, tokenizer, network, folder)
            bar.update()


def _load(source: Source) -> tuple[Any, Any]:
    """Return tokenizer and network. Raises EncoderError with what the loader said."""
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(source.model)
        network: Any = AutoModelForQuestionAnswering.from_pretrained(
            source.model, attn_implementation="eager"
        )
    except Exception as error:  # the hub and the loaders raise whatever they like
        raise EncoderError(
            f"The reader {source.model} cannot be had ({error!r:.200}): set "
            f"{source.role.variable} to another, or {source.role.otherwise}."
        ) from error
    if not tokenizer.is_fast:
        raise EncoderError(
            f"The reader's tokenizer has no fast form: set {source.role.variable} to another model."
        )
    return tokenizer, network.eval()


class _Spans(torch.nn.Module):
    """A network whose one output are the logits of beginning and end, (rows, tokens, 2)."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, **given: torch.Tensor) -> SimpleNamespace:
        """Return the output under its name."""
        found = self.network(**given)
        return SimpleNamespace(spans=torch.stack((found.start_logits, found.end_logits), dim=-1))


def _export(source: Source, tokenizer: Any, network: Any, folder: Path) -> None:  # noqa: ANN401 -- transformers has no types
    """Write graph, tokenizer and description into ``folder``, and see that they read alike."""
    (folder / TOKENIZER).write_text(tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    two = tokenizer([_PAIR[0], "one"], [_PAIR[1], "two more"], padding=True, return_tensors="pt")
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw = Path(scratch) / "raw.onnx"
        names = write_graph(source, _Spans(network), two, "spans", raw)
        optimise(raw, folder / GRAPH)
    digest = hashlib.sha256(tokenizer.backend_tokenizer.to_str().encode())
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.numpy().tobytes())
    Pairing(
        name=f"{Path(source.model).name}:fp32:{digest.hexdigest()[:12]}",
        max_tokens=min(tokenizer.model_max_length, _LONGEST),
        labels=SPANS,
        pad_token=int(tokenizer.pad_token_id or 0),
        inputs=names,
    ).save(description_in(folder, source.role))
    _check(source, network, tokenizer(*_PAIR, return_tensors="pt"), folder)


def _check(
    source: Source,
    network: Any,  # noqa: ANN401 -- transformers has no types
    given: Mapping[str, torch.Tensor],
    folder: Path,
) -> None:
    """Raise EncoderError where the graph does not read as the network does."""
    pairing, _, graph = open_exported(folder, source.role, Pairing)
    with torch.inference_mode():
        wanted = _Spans(network)(**{name: given[name] for name in pairing.inputs}).spans.numpy()
    tokens, mask, kinds = (
        given[name].numpy() if name in given else np.zeros_like(given[INPUTS[0]].numpy())
        for name in INPUTS
    )
    found = graph.run(tokens, mask, kinds)
    if not np.allclose(found, wanted, rtol=_TOLERANCE, atol=_TOLERANCE):
        raise EncoderError(
            f"The reader {source.model} does not survive its export: set {source.role.variable} "
            "to another model."
        )
