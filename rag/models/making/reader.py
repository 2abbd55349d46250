"""Makes the reader, as a graph: the bundled encoder with the adapter on it, or another model.

Run as ``python -m rag.models.making.reader SETTING MODELS graph [--quiet]``, in a process of its
own, because PyTorch stays in the memory of the process that imports it.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from rag.models.adapter import ReaderNetwork, load_adapter
from rag.models.base import INPUTS
from rag.models.making import bundled, pairs, spans
from rag.models.making.building import carry_out, locked, renamed
from rag.models.making.graph import optimise, write_graph
from rag.models.making.quantising import CALIBRATION, quantise
from rag.models.opening import open_served_reader
from rag.models.reading import ReaderDescription
from rag.models.serving import GRAPH, PIECES, WordPieces, description_in
from rag.models.sources import ADAPTER, MODEL_NAME, Source, find_reader
from rag.types import EncoderError, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_STEPS = 4
_MAX_TOKENS = 512
_QUERY, _PASSAGE = "query: ", "passage: "
_TOLERANCE = 0.6
"""How far int8 may move the logit of a pair; it has moved it by 0.3."""


def make(source: Source, models: Path, _: str, progress: bool) -> None:  # noqa: FBT001
    """Make the graph of a source, and the bundled encoder's folder, where they are not whole.

    A source of another name is any CrossEncoder, or a model that finds answers in a text.
    Raises EncoderError where either cannot be made.
    """
    if not source.is_bundled:
        made = spans if spans.finds_spans(source) else pairs
        made.make(source, models, "graph", progress)
        return
    needs_folder = not source.is_ready("folder")
    with tqdm(
        total=bundled.TENSORS * needs_folder + _STEPS,
        desc="Making the reader (once)",
        unit="step",
        disable=not progress,
    ) as bar:
        bundled.make_folder(source, models, bar.update)
        bar.total = bar.n + _STEPS  # another process may have made the folder meanwhile
        with locked(models, source.served):
            if not source.is_ready("graph"):
                with renamed(models, source.served) as folder:
                    _export(source, folder, bar.update)


def _export(source: Source, folder: Path, step: Callable[[], object]) -> None:
    """Write graph, tokenizer and description into ``folder``, and see that it reads alike."""
    base = Path(source.model)
    network = load_adapter(ADAPTER, base)
    bundled.write_pieces(folder / PIECES)
    tokenizer = WordPieces(folder / PIECES)
    step()
    read = [
        _pair(tokenizer, question, passage)
        for question, passage in zip(CALIBRATION[1::2], CALIBRATION[0::2], strict=True)
        if question.startswith(_QUERY)
    ]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw = Path(scratch) / "raw.onnx"
        two_rows = {
            name: torch.from_numpy(np.repeat(values, 2, 0)) for name, values in read[0].items()
        }
        write_graph(source, _Served(network), two_rows, "said", raw)
        step()
        quantised = raw.with_name("quantised.onnx")
        quantise(raw, quantised, read)
        optimise(quantised, folder / GRAPH)
    step()
    digest = hashlib.sha256(ADAPTER.read_bytes())
    digest.update((base / "model.safetensors").read_bytes())
    name = f"{MODEL_NAME}-reader:int8:{digest.hexdigest()[:12]}"
    described = ReaderDescription(name, _MAX_TOKENS, _QUERY, _PASSAGE, INPUTS)
    described.save(description_in(folder, source.role))
    _check(source, network, tokenizer, folder)
    step()


class _Said(NamedTuple):
    """What a served reader says of N pairs: whether each answers, then its tokens' sentences."""

    said: torch.Tensor


class _Served(torch.nn.Module):
    """A reader's network that says what is read of it, in one tensor."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
    ) -> _Said:
        """Return what is said of pairs."""
        logits = self.network(input_ids, attention_mask, token_type_ids)
        return _Said(torch.cat((logits.answerable.unsqueeze(1), logits.sentence), 1))


def _pair(tokenizer: WordPieces, question: str, passage: str) -> dict[str, NDArray[np.int64]]:
    """Return a question and a passage, each with its prompt, as the graph takes them: one row."""
    asked, told = tokenizer.encode(question).ids, tokenizer.encode(passage).ids
    tokens = np.array([[*asked, *told]], dtype=np.int64)
    kinds = np.array([[0] * len(asked) + [1] * len(told)], dtype=np.int64)
    return dict(zip(INPUTS, (tokens, np.ones_like(tokens), kinds), strict=True))


def _check(source: Source, network: ReaderNetwork, tokenizer: WordPieces, folder: Path) -> None:
    """Raise EncoderError where the graph does not read as the network does."""
    served = open_served_reader(source, folder)
    passages = [text for text in CALIBRATION if text.startswith(_PASSAGE)]
    for question in (text for text in CALIBRATION if text.startswith(_QUERY)):
        for passage in passages:
            text = passage.removeprefix(_PASSAGE)
            reading = served.read(question.removeprefix(_QUERY), text, [Span(0, len(text))])
            pair = _pair(tokenizer, question, passage)
            with torch.inference_mode():
                said = network(*(torch.from_numpy(pair[name]) for name in INPUTS))
            gap = abs(float(said.answerable[0]) - reading.answers)
            if gap > _TOLERANCE:
                raise EncoderError(
                    f"The reader does not survive its export (a logit moves by {gap:.2f}): "
                    "install the versions that pyproject.toml names."
                )


def main() -> int:
    """See ``carry_out``."""
    return carry_out(find_reader, make)


if __name__ == "__main__":
    sys.exit(main())
