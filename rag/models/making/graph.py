"""A network of PyTorch as an ONNX graph: written, fused, its tables packed and set apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import INPUTS
from rag.models.serving import TABLES
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import onnx
    import torch
    from numpy.typing import NDArray

    from rag.models.sources import Source

_BLOCK = 32
"""Numbers of a row that share a scale."""
_TABLES = 10_000_000
"""Bytes from which on a tensor is kept in a file beside the graph. Such are tables of words, of
which a question needs few rows: ONNX Runtime maps the file, and only what is read takes memory."""


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

    names = tuple(name for name in INPUTS if name in given)
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


def optimise(raw: Path, graph: Path) -> None:
    """Write ``raw`` as ``graph``: fused once and for all, its tables packed and set apart."""
    import onnx  # noqa: PLC0415 - only where a model is made
    import onnxruntime  # noqa: PLC0415 - likewise

    model = onnx.load(raw)
    _pack_tables(model)
    packed = raw.with_name("packed.onnx")
    onnx.save(model, packed)
    options = onnxruntime.SessionOptions()
    # The levels above are fitted to one machine's instructions, and cost little at start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    fused = raw.with_name("fused.onnx")
    options.optimized_model_filepath = str(fused)
    onnxruntime.InferenceSession(str(packed), options, providers=["CPUExecutionProvider"])
    written = onnx.load(fused)
    onnx.save(
        written,
        graph,
        save_as_external_data=True,
        location=TABLES,
        size_threshold=_TABLES,
    )
    tables = graph.with_name(TABLES)
    if tables.exists():
        tables.chmod(0o644)


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
