"""Models by the name of a setting: made where they are not there yet, and opened."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from rag.models.encoding import Encoder, open_exported, open_served
from rag.models.reranking import Pairing, Reranker
from rag.models.sources import ENCODER, Source, find_reranker, find_source
from rag.types import EncoderError


def open_encoder(setting: str, models: Path, *, progress: bool = True) -> Encoder:
    """Return the encoder that ``setting`` names, made first where ``models`` does not hold it.

    ``setting`` is ``bundled``, or the name or folder of a sentence-transformers model.
    Where there is a CUDA GPU, sentence-transformers serves it, otherwise ONNX Runtime.
    Making takes up to a minute, once, in a process of its own that holds a lock; a bar
    on standard error shows it if ``progress``. Raises EncoderError.
    """
    source = find_source(setting, models)
    if may_have_gpu():
        from rag.models.making import open_encoder_on_gpu  # noqa: PLC0415 - imports PyTorch

        make_apart(source, models, "folder", progress=progress)
        encoder = open_encoder_on_gpu(source)
        if encoder is not None:
            return encoder
    make_apart(source, models, "graph", progress=progress)
    return open_served(source.served)


def make_apart(source: Source, models: Path, wanted: str, *, progress: bool) -> None:
    """See to it that a source's folder, or its exported graph, is there.

    The work is left to another process: PyTorch would stay in this one's memory.
    """
    if source.is_ready(wanted):
        return
    models.mkdir(parents=True, exist_ok=True)
    module = "rag.models.making.export" if source.role is ENCODER else "rag.models.making.reranker"
    command = [sys.executable, "-m", module, source.setting, str(models), wanted]
    made = subprocess.run(  # noqa: S603 - our own interpreter, our own module
        command + ["--quiet"] * (not progress),
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise EncoderError(
            made.stdout.strip()
            or f"Making the {source.role.word} broke off with status {made.returncode}: try again."
        )


def may_have_gpu() -> bool:
    """Whether it is worth importing PyTorch to look for a CUDA GPU."""
    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None


def open_reranker(setting: str, models: Path, *, progress: bool = True) -> Reranker:
    """Return the reranker that ``setting`` names, made first where ``models`` does not hold it.

    Where there is a CUDA GPU, sentence-transformers serves it, otherwise ONNX Runtime.
    Raises EncoderError.
    """
    source = find_reranker(setting, models)
    if may_have_gpu():
        from rag.models.making import open_reranker_on_gpu  # noqa: PLC0415 - imports PyTorch

        reranker = open_reranker_on_gpu(source)
        if reranker is not None:
            return reranker
    make_apart(source, models, "graph", progress=progress)
    return Reranker(*open_exported(source.served, source.role.word, Pairing))
