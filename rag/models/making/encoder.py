"""Makes encoders: the bundled folder, and from any sentence-transformers model a graph.

Run as ``python -m rag.models.making.encoder SETTING MODELS folder|graph [--quiet]``, in a
process of its own, because PyTorch stays in the memory of the process that imports it.
"""

from __future__ import annotations

import filecmp
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from rag.models.encoding import Description, ModelEncoder
from rag.models.making import bundled
from rag.models.making.building import carry_out, locked, renamed
from rag.models.making.graph import optimise, write_graph
from rag.models.making.quantising import CALIBRATION, quantise
from rag.models.serving import GRAPH, PIECES, TABLES, TOKENIZER, description_in, open_spoken
from rag.models.sources import Source, find_source, query_files, query_folder
from rag.models.torch import describe_encoder, load_encoder, teach, tokenizer_of
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

_EXPORT_STEPS, _QUERY_STEPS = 4, 3
_AGREEMENT = 0.9999
_AGREEMENT_OF_INT8 = 0.99
_KNOWN_TOLERANCE = 0.003


def make(source: Source, models: Path, wanted: str, progress: bool) -> None:  # noqa: FBT001
    """Make a source's ``folder`` or its ``graph`` (and for it, the folder).

    Raises EncoderError where the model cannot be had or made.
    """
    needs_graph = wanted == "graph" and not source.is_ready("graph")
    each = _EXPORT_STEPS + _QUERY_STEPS * (len(query_files()) if source.is_bundled else 0)
    steps = bundled.TENSORS * (not source.is_ready("folder")) + each * needs_graph
    with tqdm(
        total=steps, desc="Making the encoder (once)", unit="step", disable=not progress
    ) as bar:
        bundled.make_folder(source, models, bar.update)
        bar.total = bar.n + each * needs_graph  # another may have made the folder
        if needs_graph:
            with locked(models, source.served):
                if not source.is_ready("graph"):
                    with renamed(models, source.served) as folder:
                        _export(source, folder, bar.update)


def _export(source: Source, folder: Path, step: Callable[[], object]) -> None:
    """Write graph, tokenizer and description into ``folder``.

    The graph is checked: against the model it comes from, and the bundled one against a
    vector that another engine made of the same weights. What the bundled one has learned of
    questions becomes a graph of its own, in a folder inside. Raises EncoderError.
    """
    model = load_encoder(source, "cpu")
    step()
    _write(source, model, folder, step)
    _check_known(source, model)
    for language, learned in query_files().items() if source.is_bundled else ():
        inner = query_folder(folder, language)
        inner.mkdir()
        teach(model, source, learned)
        _write(source, model, inner, step)
        _share(folder / TABLES, inner / TABLES)


def _write(
    source: Source, model: SentenceTransformer, folder: Path, step: Callable[[], object]
) -> None:
    """Write one model's graph, tokenizer and description, and see that it encodes alike."""
    # What int8 costs has been measured on the bundled model only.
    description = describe_encoder(source, model, "int8" if source.is_bundled else "fp32")
    if source.is_bundled:
        bundled.write_pieces(folder / PIECES)
    else:
        (folder / TOKENIZER).write_text(tokenizer_of(model, source.role), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw = Path(scratch) / "raw.onnx"
        names = _write_graph(source, model, raw)
        step()
        if source.is_bundled:
            quantised = raw.with_name("quantised.onnx")
            quantise(raw, quantised, _samples(model, names))
            raw = quantised
        optimise(raw, folder / GRAPH)
    step()
    replace(description, inputs=names).save(description_in(folder, source.role))
    _check(source, model, folder)
    step()


def _write_graph(source: Source, model: SentenceTransformer, path: Path) -> tuple[str, ...]:
    """Return the names of the inputs; writes the transformer, up to its last layer, as ONNX."""
    given = model.preprocess(["one", "two and more words"])
    transformer: Any = model[0]
    return write_graph(source, transformer.auto_model, given, "last_hidden_state", path)


def _samples(
    model: SentenceTransformer, names: tuple[str, ...]
) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Yield the inputs of the graph for each text of the calibration."""
    for text in CALIBRATION:
        given = model.preprocess([text])
        yield {name: given[name].numpy() for name in names}


def _share(one: Path, other: Path) -> None:
    """Have two files of the same bytes, such as the words of two models, be one where they can."""
    if one.exists() and other.exists() and filecmp.cmp(one, other, shallow=False):
        link = other.with_name(f"{other.name}.link")
        with suppress(OSError):  # not every file system has links
            link.hardlink_to(one)
            link.replace(other)


def _check_known(source: Source, model: SentenceTransformer) -> None:
    """Raise EncoderError where the bundled model does not give the vector it should."""
    known = np.asarray(bundled.KNOWN_VECTOR, dtype=np.float32)
    if source.is_bundled:
        found = model.encode([bundled.KNOWN_TEXT], prompt_name="passage")[0]
        if np.abs(found[: len(known)] - known).max() > _KNOWN_TOLERANCE:
            raise EncoderError(
                "The bundled encoder does not give the vector it should: install the versions "
                "that pyproject.toml names."
            )


def _check(source: Source, model: SentenceTransformer, folder: Path) -> None:
    """Raise EncoderError where a graph does not give what its model does."""
    served = ModelEncoder(*open_spoken(folder, source.role, Description, threads=1))
    texts = ["A treaty.", bundled.KNOWN_TEXT, "条约于1937年8月签订。"]
    wanted = model.encode(texts, prompt=served.query_prompt, normalize_embeddings=True)
    agreement = float((served.encode_queries(texts) * wanted).sum(axis=1).min())
    if agreement < (_AGREEMENT_OF_INT8 if source.is_bundled else _AGREEMENT):
        raise EncoderError(
            f"The encoder {source.model} does not survive its export (cosine {agreement:.4f}): "
            "set RAG_ENCODER to another model."
        )


def main() -> int:
    """See ``carry_out``."""
    return carry_out(find_source, make)


if __name__ == "__main__":
    sys.exit(main())
