"""A graph of float32 made into one of int8 that answers as well.

ONNX Runtime quantises what enters a matrix product by one scale for the whole tensor.
A few channels of a transformer are a hundred times wider than the rest, and take all the
steps of that scale. So each channel is divided by a factor before the product, and the
weights that meet it are multiplied by the same: the product stays, the width is shared
("SmoothQuant": Xiao et al. 2023, arXiv 2211.10438, with its alpha of one half).

Weights keep 7 of the 8 bits, so that no processor's 16-bit sums overflow, and every
processor gives the same vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import onnx
    from numpy.typing import NDArray

CALIBRATION = (
    "passage: 条约于1937年8月在首都签订，双方同意在五年之内互不侵犯，并以贷款购买飞机和汽油。",
    "query: 谁签订了这个条约？",
    "passage: The treaty was signed in the capital in August 1937; both sides agreed on credits.",
    "query: When was the treaty signed?",
    "passage: Договор был подписан в столице в августе 1937 года; стороны согласны на кредиты.",
    "query: Когда был подписан договор?",
    "passage: 河流从山上流下来，经过村庄和稻田，流入大海。沿岸的居民捕鱼为生，冬天则上山打猎。",
    "passage: Cells take up oxygen and sugar, and give off water, heat and 2.5 units of energy.",
)
"""Texts on which the width of each channel is measured."""


def quantise(
    raw: Path, quantised: Path, samples: Iterable[Mapping[str, NDArray[np.int64]]]
) -> None:
    """Write the graph ``raw`` as ``quantised``, its matrix products in int8.

    ``samples`` are inputs of the graph, by name, on which the widths are measured.
    """
    import onnx  # noqa: PLC0415 - only where a model is made
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - likewise

    model = onnx.load(raw)
    # The exporter's notes on shapes contradict the quantiser's on weights that it transposes.
    del model.graph.value_info[:]
    products = _products(model)
    widths = _measure(model, sorted(products), raw.with_name("probe.onnx"), samples)
    _smooth(model, products, widths)
    smoothed = raw.with_name("smoothed.onnx")
    onnx.save(model, smoothed)
    quantize_dynamic(
        smoothed,
        quantised,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )


def _products(model: onnx.ModelProto) -> dict[str, list[onnx.NodeProto]]:
    """Return the products with constant weights, by the name of what enters them."""
    constants = {tensor.name for tensor in model.graph.initializer}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            products.setdefault(node.input[0], []).append(node)
    return products


def _measure(
    model: onnx.ModelProto,
    names: list[str],
    probe: Path,
    samples: Iterable[Mapping[str, NDArray[np.int64]]],
) -> dict[str, NDArray[np.float32]]:
    """Return the greatest absolute value of each channel of the named tensors."""
    import onnx  # noqa: PLC0415 - only where a model is made
    import onnxruntime  # noqa: PLC0415 - likewise

    probed = onnx.ModelProto()
    probed.CopyFrom(model)
    probed.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    onnx.save(probed, probe)
    session = onnxruntime.InferenceSession(str(probe), providers=["CPUExecutionProvider"])
    widths: dict[str, NDArray[np.float32]] = {}
    for sample in samples:
        for name, found in zip(names, session.run(names, dict(sample)), strict=True):
            widest = np.abs(found).reshape(-1, found.shape[-1]).max(axis=0)
            widths[name] = np.maximum(widths.get(name, widest), widest)
    return widths


def _smooth(
    model: onnx.ModelProto,
    products: Mapping[str, list[onnx.NodeProto]],
    widths: Mapping[str, NDArray[np.float32]],
) -> None:
    """Divide what enters the products by a factor a channel, and multiply the weights."""
    from onnx import helper, numpy_helper  # noqa: PLC0415 - only where a model is made

    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    divisions = {}
    for name, nodes in products.items():
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
        widest = np.abs(np.concatenate(matrices, axis=1)).max(axis=1)
        factor = np.sqrt(np.maximum(widths[name], 1e-5) / np.maximum(widest, 1e-5))
        graph.initializer.append(
            numpy_helper.from_array((1 / factor).astype(np.float32), f"{name}.factor")
        )
        divisions[name] = helper.make_node("Mul", [name, f"{name}.factor"], [f"{name}.smooth"])
        for node, matrix in zip(nodes, matrices, strict=True):
            smooth = (matrix * factor[:, None]).astype(np.float32)
            weights[node.input[1]].CopyFrom(numpy_helper.from_array(smooth, node.input[1]))
    # Nodes stand in the order in which they run: a division goes before its first product.
    ordered = []
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[0] in products:
            if node.input[0] in divisions:
                ordered.append(divisions.pop(node.input[0]))
            node.input[0] = f"{node.input[0]}.smooth"
        ordered.append(node)
    del graph.node[:]
    graph.node.extend(ordered)
