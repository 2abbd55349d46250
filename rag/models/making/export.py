"""Makes models: the bundled folder, and from any sentence-transformers model a graph.

Run as ``python -m rag.models.making.export SETTING MODELS folder|graph [--quiet]``, in a
process of its own, because PyTorch stays in the memory of the process that imports it.
Everything is made in a folder beside its place and renamed into it, under a lock: a kill
leaves nothing half-made, and two processes do not make one thing twice.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import shutil
import sys
import tempfile
import warnings
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from filelock import FileLock
from tqdm import tqdm

from rag.models.encoding import Description, ModelEncoder, open_served
from rag.models.making import bundled as encoding_bundled
from rag.models.making.quantising import CALIBRATION, quantise
from rag.models.sources import BUNDLED, ENCODER, MODEL_NAME, Role, Source, find_source
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import onnx
    import torch
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder, SentenceTransformer

M = TypeVar("M")
_POOLINGS = ("mean", "cls", "max", "lasttoken")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_LONGEST = 8192
"""Tokens a pass at most, whatever a model's folder claims."""
_EXPORT_STEPS = 4
_BLOCK = 32
_AGREEMENT = 0.9999
_AGREEMENT_OF_INT8 = 0.99
_KNOWN_TOLERANCE = 0.003


class TorchModel:
    """A network that PyTorch runs, on the device that sentence-transformers chose."""

    batch_tokens = 8192

    def __init__(
        self, model: SentenceTransformer | CrossEncoder, output: str = "token_embeddings"
    ) -> None:
        self._model = model
        self._output = output

    def run(
        self,
        tokens: NDArray[np.int64],
        mask: NDArray[np.int64],
        kinds: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        """See ``TokenModel.run``."""
        import torch  # noqa: PLC0415 - this module is imported to make models without it

        device = self._model.device
        features = {
            "input_ids": torch.from_numpy(tokens).to(device),
            "attention_mask": torch.from_numpy(mask).to(device),
        }
        if kinds is not None:
            features["token_type_ids"] = torch.from_numpy(kinds).to(device)
        with torch.inference_mode():
            hidden = self._model[0](features)[self._output]
        vectors: NDArray[np.float32] = hidden.float().cpu().numpy()
        return vectors


def open_encoder_on_gpu(source: Source) -> ModelEncoder | None:
    """Return the encoder as sentence-transformers serves it on a GPU; None where there is none."""
    import torch  # noqa: PLC0415 - only where a GPU is likely

    if not torch.cuda.is_available():
        return None
    return open_in_torch(source, "cuda")


def open_in_torch(source: Source, device: str) -> ModelEncoder:
    """Return the encoder as sentence-transformers serves it on ``device``. Raises EncoderError."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a model is opened

    model = _load(source, device)
    tokenizer = Tokenizer.from_str(tokenizer_of(model))
    return ModelEncoder(_describe(source, model, "fp32"), tokenizer, TorchModel(model))


def make(source: Source, models: Path, wanted: str, progress: bool) -> None:  # noqa: FBT001
    """Make a source's ``folder`` or its ``graph`` (and for it, the folder).

    Raises EncoderError where the model cannot be had or made.
    """
    with locked(models):
        needs_folder = not source.is_ready("folder")
        needs_graph = wanted == "graph" and not source.is_ready("graph")
        steps = encoding_bundled.TENSORS * needs_folder + _EXPORT_STEPS * needs_graph
        with tqdm(
            total=steps, desc="Making the encoder (once)", unit="step", disable=not progress
        ) as bar:
            if needs_folder:
                with renamed(models, Path(source.model)) as folder:
                    encoding_bundled.write_bundled(folder, bar.update)
            if needs_graph:
                with renamed(models, source.served) as folder:
                    _export(source, folder, bar.update)


@contextmanager
def locked(models: Path) -> Iterator[None]:
    """Hold the folder of models, rid of what a killed build left behind."""
    models.mkdir(parents=True, exist_ok=True)
    with FileLock(models / ".lock"):
        for left in models.glob(".making-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def renamed(models: Path, place: Path) -> Iterator[Path]:
    """Return an empty folder that takes its place once the block has ended without an error."""
    folder = Path(tempfile.mkdtemp(prefix=".making-", dir=models))
    try:
        yield folder
        folder.chmod(0o755)
        place.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(source: Source, device: str) -> SentenceTransformer:
    """Return the model. Raises EncoderError with what the loader said."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - imports PyTorch

    return load(SentenceTransformer, source, device)


def load(kind: Callable[..., M], source: Source, device: str) -> M:
    """Return a model of sentence-transformers' ``kind``. Raises EncoderError with its words."""
    import transformers  # noqa: PLC0415 - imports PyTorch

    logs: Any = transformers.utils.logging  # has no types
    logs.set_verbosity_error()
    logs.disable_progress_bar()
    role = source.role
    try:
        # Plain attention: the fused kernels of PyTorch do not become a plain graph.
        return kind(source.model, device=device, model_kwargs={"attn_implementation": "eager"})
    except Exception as error:  # the hub and the loaders raise whatever they like
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise EncoderError(
            f"The {role.word} {source.model} cannot be had ({reason}): set {role.variable} to a "
            f"folder that holds a sentence-transformers model, or {role.otherwise}."
        ) from error


def _describe(source: Source, model: SentenceTransformer, precision: str) -> Description:
    """Return what serving the model takes. Raises EncoderError for a model of another build."""
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Normalize,
        Pooling,
        Transformer,
    )

    kinds = [type(module) for module in model]
    pooling = model[1] if len(kinds) > 1 else None
    if (
        kinds not in ([Transformer, Pooling], [Transformer, Pooling, Normalize])
        or not isinstance(pooling, Pooling)
        or pooling.pooling_mode not in _POOLINGS
        or not pooling.include_prompt
    ):
        raise EncoderError(
            f"The encoder {source.model} is built of {', '.join(kind.__name__ for kind in kinds)}, "
            f"and only a transformer with one pooling ({', '.join(_POOLINGS)}) can be served: "
            "set RAG_ENCODER to another model."
        )
    prompts = model.prompts
    default = model.default_prompt_name or ""
    query = _first_prompt(prompts, "query", default)
    passage = _first_prompt(prompts, "document", "passage", "corpus", default)
    digest = hashlib.sha256(tokenizer_of(model).encode())
    digest.update(json.dumps([pooling.pooling_mode, query, passage]).encode())
    for name, tensor in sorted(model.state_dict().items()):
        if "pooler" in name:  # a head that is not used, and random where a folder lacks it
            continue
        digest.update(name.encode())
        digest.update(tensor.cpu().numpy().tobytes())
    base = MODEL_NAME if source.setting == BUNDLED else Path(source.model).name
    return Description(
        name=f"{base}:{precision}:{digest.hexdigest()[:12]}",
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=min(model.max_seq_length or _LONGEST, _LONGEST),
        pooling=str(pooling.pooling_mode),
        query_prompt=query,
        passage_prompt=passage,
        pad_token=int(model.tokenizer.pad_token_id or 0),
        inputs=(),
    )


def _first_prompt(prompts: Mapping[str, str | None], *names: str) -> str:
    """Return the first of the named prompts that says anything; "" where none does."""
    return next((prompt for name in names if (prompt := prompts.get(name))), "")


def tokenizer_of(model: SentenceTransformer | CrossEncoder, role: Role = ENCODER) -> str:
    """Return the model's tokenizer as JSON. Raises EncoderError for one that is slow Python."""
    if not getattr(model.tokenizer, "is_fast", False):
        raise EncoderError(
            f"The {role.word}'s tokenizer has no fast form: set {role.variable} to another model."
        )
    text: str = model.tokenizer.backend_tokenizer.to_str()
    return text


def _export(source: Source, folder: Path, step: Callable[[], object]) -> None:
    """Write graph, tokenizer and description into ``folder``.

    The graph is checked: against the model it comes from, and the bundled one against a
    vector that another engine made of the same weights. Raises EncoderError.
    """
    model = _load(source, "cpu")
    step()
    # What int8 costs has been measured on the bundled model only.
    description = _describe(source, model, "int8" if source.is_bundled else "fp32")
    (folder / "tokenizer.json").write_text(tokenizer_of(model), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        raw = Path(scratch) / "raw.onnx"
        names = _write_graph(source, model, raw)
        step()
        if source.is_bundled:
            quantised = raw.with_name("quantised.onnx")
            quantise(raw, quantised, _samples(model, names))
            raw = quantised
        optimise(raw, folder / "model.onnx")
    step()
    replace(description, inputs=names).save(folder / "encoder.json")
    _check(source, model, folder)
    step()


def _write_graph(source: Source, model: SentenceTransformer, path: Path) -> tuple[str, ...]:
    """Return the names of the inputs; writes the transformer, up to its last layer, as ONNX."""
    given = model.preprocess(["one", "two and more words"])
    transformer: Any = model[0]
    return write_graph(source, transformer.auto_model, given, "last_hidden_state", path)


def write_graph(
    source: Source,
    network: torch.nn.Module,
    given: Mapping[str, torch.Tensor],
    output: str,
    path: Path,
) -> tuple[str, ...]:
    """Return the names of the inputs; writes a network with one output of its own as ONNX.

    ``given`` is an example of what enters it, in two rows. Raises EncoderError.
    """
    import torch  # noqa: PLC0415 - only where a model is made

    names = tuple(name for name in _INPUTS if name in given)
    whole = network.eval()

    class OneOutput(torch.nn.Module):
        """The output, from the inputs in the order of ``names``."""

        def __init__(self) -> None:
            super().__init__()
            self.network = whole

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            found = self.network(**dict(zip(names, inputs, strict=True)))
            wanted: torch.Tensor = getattr(found, output)
            return wanted

    any_size = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    try:
        torch.onnx.export(
            OneOutput().eval(),
            tuple(given[name] for name in names),
            path,
            input_names=list(names),
            output_names=[output],
            dynamic_shapes=((any_size,) * len(names),),
            dynamo=True,
            external_data=True,
            verbose=False,
        )
    except Exception as error:  # the exporter raises whatever it likes
        raise EncoderError(
            f"The {source.role.word} {source.model} cannot be exported ({error!r:.200}): "
            f"set {source.role.variable} to another model."
        ) from error
    return names


def _samples(
    model: SentenceTransformer, names: tuple[str, ...]
) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Yield the inputs of the graph for each text of the calibration."""
    for text in CALIBRATION:
        given = model.preprocess([text])
        yield {name: given[name].numpy() for name in names}


def optimise(raw: Path, graph: Path) -> None:
    """Write ``raw`` as ``graph``: fused once and for all, its tables packed."""
    import onnx  # noqa: PLC0415 - only where a model is made
    import onnxruntime  # noqa: PLC0415 - likewise

    model = onnx.load(raw)
    _pack_tables(model)
    packed = raw.with_name("packed.onnx")
    onnx.save(model, packed)
    options = onnxruntime.SessionOptions()
    # The levels above are fitted to one machine's instructions, and cost little at start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(graph)
    onnxruntime.InferenceSession(str(packed), options, providers=["CPUExecutionProvider"])


def _pack_tables(model: onnx.ModelProto) -> None:
    """Store embeddings that are 4-bit numbers by nature as 4-bit numbers.

    The 250,000 rows of the bundled model take 60 MB instead of 384, and are the same to
    the bit: a table that would change is left alone.
    """
    from onnx import helper, numpy_helper  # noqa: PLC0415 - only where a model is made

    graph = model.graph
    tables = {table.name: table for table in graph.initializer}
    for node in graph.node:
        if node.op_type != "Gather" or node.input[0] not in tables:
            continue
        table = tables[node.input[0]]
        packed = pack_exactly(numpy_helper.to_array(table))
        if packed is None:
            continue
        nibbles, scales = packed
        parts = [f"{table.name}.nibbles", f"{table.name}.scales"]
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(nibbles, parts[0]))
        graph.initializer.append(numpy_helper.from_array(scales, parts[1]))
        node.CopyFrom(
            helper.make_node(
                "GatherBlockQuantized",
                [parts[0], node.input[1], parts[1]],
                list(node.output),
                name=node.name,
                domain="com.microsoft",
                gather_axis=0,
                quantize_axis=1,
                block_size=_BLOCK,
                bits=4,
            )
        )
    if not any(opset.domain == "com.microsoft" for opset in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def pack_exactly(
    table: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]] | None:
    """Return a (rows, columns) table as nibbles and scales; None where that would change it.

    Blocks of 32 in a row share a scale, a value is ``(nibble - 8) * scale``, the first of
    a pair is the low nibble: what ``GatherBlockQuantized`` reads.
    """
    if table.ndim != 2 or table.dtype != np.float32 or table.shape[1] % _BLOCK:
        return None
    blocks = table.reshape(-1, _BLOCK)
    widest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scales = widest / np.float32(-8)
    numbers = np.rint(blocks / np.where(scales == 0, np.float32(1), scales))
    if not np.array_equal(numbers * scales, blocks) or numbers.max(initial=0) > 7:
        return None
    nibbles = (numbers + 8).astype(np.uint8).reshape(len(table), -1)
    pairs = nibbles[:, 0::2] + np.uint8(16) * nibbles[:, 1::2]
    return pairs.astype(np.uint8), scales.reshape(len(table), -1).astype(np.float32)


def _check(source: Source, model: SentenceTransformer, folder: Path) -> None:
    """Raise EncoderError where the model or its graph does not give what it should."""
    known = np.asarray(encoding_bundled.KNOWN_VECTOR, dtype=np.float32)
    if source.is_bundled:
        found = model.encode([encoding_bundled.KNOWN_TEXT], prompt_name="passage")[0]
        if np.abs(found[: len(known)] - known).max() > _KNOWN_TOLERANCE:
            raise EncoderError(
                "The bundled encoder does not give the vector it should: install the versions "
                "that pyproject.toml names."
            )
    served = open_served(folder)
    texts = ["A treaty.", encoding_bundled.KNOWN_TEXT, "条约于1937年8月签订。"]
    wanted = model.encode(texts, prompt=served.query_prompt, normalize_embeddings=True)
    agreement = float((served.encode_queries(texts) * wanted).sum(axis=1).min())
    if agreement < (_AGREEMENT_OF_INT8 if source.is_bundled else _AGREEMENT):
        raise EncoderError(
            f"The encoder {source.model} does not survive its export (cosine {agreement:.4f}): "
            "set RAG_ENCODER to another model."
        )


def carry_out(
    find: Callable[[str, Path], Source], build: Callable[[Source, Path, str, bool], None]
) -> int:
    """Find what the command line names and build it.

    Exit status 0, or 1 with one sentence on standard output.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("setting")
    parser.add_argument("models", type=Path)
    parser.add_argument("wanted", choices=["folder", "graph"])
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    # PyTorch's exporter tells its users much that is of no use to ours.
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    try:
        source = find(asked.setting, asked.models)
        with redirect_stdout(sys.stderr):
            build(source, asked.models, asked.wanted, not asked.quiet)
    except EncoderError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stdout.write(f"Models cannot be kept in {asked.models} ({error}).\n")
        return 1
    return 0


def main() -> int:
    """See ``carry_out``."""
    return carry_out(find_source, make)


if __name__ == "__main__":
    sys.exit(main())
