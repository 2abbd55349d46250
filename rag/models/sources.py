"""Where a model comes from and where what is made of it is kept."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from rag.types import EncoderError

BUNDLED = "bundled"
MODEL_NAME = "multilingual-e5-small"
ADAPTER = Path(__file__).parent / "adapter" / "reader.safetensors"
"""What makes a reader of the bundled model."""

_RECIPE = "4"
"""Changes whenever the same model would be exported differently."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a model is for: the word for it, the setting that names it, and what else to do."""

    word: str
    variable: str
    otherwise: str


ENCODER = Role("encoder", "RAG_ENCODER", "leave it out to use the bundled one")
RERANKER = Role("reranker", "RAG_RERANKER", "leave it out to do without")
READER = Role("reader", "RAG_READER", "set it to off to do without")


@dataclass(frozen=True, slots=True)
class Source:
    """A model as it was asked for, and its two places.

    ``model`` is what sentence-transformers loads: a folder or the name of a model.
    ``served`` is the folder of the exported graph.
    """

    setting: str
    model: str
    served: Path
    role: Role = ENCODER

    @property
    def is_bundled(self) -> bool:
        """Whether it is the model whose weights are installed with this program."""
        return self.setting == BUNDLED

    def is_ready(self, wanted: str) -> bool:
        """Whether its ``folder``, or its exported ``graph``, is there and whole.

        Both come into being by a rename, so what is there is whole.
        """
        if wanted == "folder":
            return not self.is_bundled or Path(self.model).is_dir()
        return self.served.is_dir()


def find_source(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_ENCODER`` names. Raises EncoderError for a missing folder."""
    if setting == BUNDLED:
        models = models.absolute()
        served = models / "served" / f"{MODEL_NAME}-{_RECIPE}"
        return Source(setting, str(models / MODEL_NAME), served)
    return _named(setting, models, ENCODER)


def find_reranker(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_RERANKER`` names. Raises EncoderError for a missing folder."""
    return _named(setting, models, RERANKER)


def find_reader(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_READER`` names: the bundled one.

    What it was exported into is named after its adapter, so that a new one is made anew. Raises
    EncoderError for any other.
    """
    if setting != BUNDLED:
        raise EncoderError(
            f"There is no reader {setting}: {READER.variable} takes the bundled one alone; "
            f"{READER.otherwise}."
        )
    models = models.absolute()
    digest = hashlib.sha256(ADAPTER.read_bytes()).hexdigest()
    name = _folder_name(f"{READER.word}-{MODEL_NAME}", digest)
    return Source(setting, str(models / MODEL_NAME), models / "served" / name, READER)


def _named(setting: str, models: Path, role: Role) -> Source:
    """Return the source of a model that a setting names by its name or folder."""
    served = models.absolute() / "served"
    start = "" if role is ENCODER else f"{role.word}-"
    path = Path(setting).expanduser()
    if path.is_dir():
        path = path.absolute()
        if not any((path / name).is_file() for name in ("modules.json", "config.json")):
            raise EncoderError(
                f"{path} is not a sentence-transformers model (it has no modules.json): "
                f"name another folder in {role.variable}."
            )
        # A folder whose files have changed is another model.
        state = [
            f"{file.relative_to(path)} {file.stat().st_size} {file.stat().st_mtime_ns}"
            for file in sorted(path.rglob("*"))
            if file.is_file()
        ]
        folder = start + _folder_name(path.name, str(path), *state)
        return Source(str(path), str(path), served / folder, role)
    if setting.startswith((".", "/", "~", "\\")) or path.exists() or setting.count("/") > 1:
        raise EncoderError(
            f"There is no folder {path}: set {role.variable} to the folder or name of a "
            f"sentence-transformers model, or {role.otherwise}."
        )
    return Source(setting, setting, served / (start + _folder_name(setting, setting)), role)


def _folder_name(name: str, *identity: str) -> str:
    """Return a readable folder name that differs where ``identity`` differs."""
    digest = hashlib.sha256("\n".join((_RECIPE, *identity)).encode()).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name).strip('-.')}-{digest}"
