"""Networks that ONNX Runtime serves on a CPU, and the folders that they are exported into.

PyTorch and sentence-transformers make these folders, in a process of their own; to serve a
model they are not needed.
"""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakValueDictionary

import numpy as np

from rag.models.base import INPUTS, Kept
from rag.models.lanes import cores
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from rag.models.base import Vectors
    from rag.models.sources import Role

GRAPH, TABLES, TOKENIZER = "model.onnx", "tables.bin", "tokenizer.json"
"""The files of an exported model, beside its description; not every graph has tables set apart."""

K = TypeVar("K", bound=Kept)


class OnnxModel:
    """A network that ONNX Runtime runs on the CPU, a run on ``threads`` cores.

    Each text runs alone: on a CPU that is as fast as a batch, nothing is padded, and as the
    scales of int8 are those of one text, its vector does not depend on its neighbours. Many texts
    are done soonest on one core each, side by side: cores that share a text wait for each other.
    """

    batch_tokens = 1

    def __init__(self, path: Path, inputs: Sequence[str], threads: int) -> None:
        import onnxruntime  # noqa: PLC0415 - only where a model is opened

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.lanes = max(1, cores() // threads)
        options.log_severity_level = 3
        self._inputs = inputs
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def run(
        self,
        tokens: NDArray[np.int64],
        mask: NDArray[np.int64],
        kinds: NDArray[np.int64] | None = None,
    ) -> Vectors:
        """See ``TokenModel.run``."""
        given = tokens, mask, np.zeros_like(tokens) if kinds is None else kinds
        known = dict(zip(INPUTS, given, strict=True))
        (hidden,) = self._session.run(None, {name: known[name] for name in self._inputs})
        return np.asarray(hidden, dtype=np.float32)


def description_in(folder: Path, role: Role) -> Path:
    """Return where in the folder of an exported model it is described."""
    return folder / f"{role.word}.json"


def open_exported(
    folder: Path, role: Role, kind: type[K], *, threads: int | None = None
) -> tuple[K, Tokenizer, OnnxModel]:
    """Return description, tokenizer and network of the model that was exported into a folder.

    ``kind`` is what it is described by, ``threads`` how many cores share a run: all of them where
    it is not said. Raises EncoderError.
    """
    try:
        description = kind.load(description_in(folder, role))
        # Both take half a second and neither holds the interpreter for long.
        with ThreadPoolExecutor(1) as aside:
            opening = aside.submit(
                OnnxModel, folder / GRAPH, description.inputs, threads or cores()
            )
            tokenizer = _tokenizer_in(folder)
            model = opening.result()
    except Exception as error:  # whatever the runtime says of a damaged file
        raise EncoderError(
            f"The {role.word} in {folder} cannot be loaded ({error}): run 'rag doctor --repair', "
            "which makes it anew."
        ) from error
    return description, tokenizer, model


_tokenizers: WeakValueDictionary[str, Tokenizer] = WeakValueDictionary()
"""Those that are open, by their digests: encoder and reader have the same, of 280 MB."""
_opening = threading.Lock()


def _tokenizer_in(folder: Path) -> Tokenizer:
    """Return the tokenizer of an exported model, the one that is open where it is the same."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a model is opened

    content = (folder / TOKENIZER).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    with _opening:
        tokenizer = _tokenizers.get(digest)
        if tokenizer is None:
            tokenizer = Tokenizer.from_buffer(content)
            _tokenizers[digest] = tokenizer
        return tokenizer
