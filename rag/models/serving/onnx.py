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
from rag.models.serving.lanes import cores
from rag.models.serving.pieces import PIECES, WordPieces
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from rag.models.base import Vectors
    from rag.models.serving.pieces import Cutter
    from rag.models.sources import Role

GRAPH, TABLES, TOKENIZER = "model.onnx", "tables.bin", "tokenizer.json"
"""The files of an exported model, beside its description; not every graph has tables set apart."""

K = TypeVar("K", bound=Kept)
C = TypeVar("C")


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
    return _opened(folder, role, kind, threads, _tokenizer_in)


def open_spoken(
    folder: Path, role: Role, kind: type[K], *, threads: int | None = None
) -> tuple[K, Cutter, OnnxModel]:
    """Return the same of a model that reads one text at a time, with what cuts its texts."""
    return _opened(folder, role, kind, threads, _cutter_in)


def _opened(
    folder: Path, role: Role, kind: type[K], threads: int | None, cut: Callable[[Path], C]
) -> tuple[K, C, OnnxModel]:
    try:
        description = kind.load(description_in(folder, role))
        # Both take some tenths of a second and neither holds the interpreter for long.
        with ThreadPoolExecutor(1) as aside:
            opening = aside.submit(
                OnnxModel, folder / GRAPH, description.inputs, threads or cores()
            )
            cutter = cut(folder)
            model = opening.result()
    except Exception as error:  # whatever the runtime says of a damaged file
        raise EncoderError(
            f"The {role.word} in {folder} cannot be loaded ({error}): run 'rag doctor --repair', "
            "which makes it anew."
        ) from error
    return description, cutter, model


_cutters: WeakValueDictionary[str, WordPieces] = WeakValueDictionary()
"""Those that are open, by their digests: encoder and reader have the same, of 50 MB."""
_opening = threading.Lock()


def _cutter_in(folder: Path) -> Cutter:
    """Return what cuts an exported model's texts, the one that is open where it is the same."""
    path = folder / PIECES
    if not path.exists():
        return _tokenizer_in(folder)
    with _opening:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        cutter = _cutters.get(digest)
        if cutter is None:
            cutter = _cutters[digest] = WordPieces(path)
        return cutter


def _tokenizer_in(folder: Path) -> Tokenizer:
    """Return the tokenizer of an exported model, which cuts nothing off."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a model is opened

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
