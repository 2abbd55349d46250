"""Where a model comes from and where what is made of it is kept."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from rag.errors import EncoderError

BUNDLED = "bundled"
MODEL_NAME = "multilingual-e5-small"

_RECIPE = "3"
"""Changes whenever the same model would be exported differently."""


@dataclass(frozen=True, slots=True)
class Source:
    """A model as it was asked for, and its two places.

    ``model`` is what sentence-transformers loads: a folder or the name of a model.
    ``served`` is the folder of the exported graph.
    """

    setting: str
    model: str
    served: Path

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
    models = models.absolute()
    served = models / "served"
    if setting == BUNDLED:
        return Source(setting, str(models / MODEL_NAME), served / f"{MODEL_NAME}-{_RECIPE}")
    path = Path(setting).expanduser()
    if path.is_dir():
        path = path.absolute()
        if not any((path / name).is_file() for name in ("modules.json", "config.json")):
            raise EncoderError(
                f"{path} is not a sentence-transformers model (it has no modules.json): "
                "name another folder in RAG_ENCODER."
            )
        # A folder whose files have changed is another model.
        state = [
            f"{file.relative_to(path)} {file.stat().st_size} {file.stat().st_mtime_ns}"
            for file in sorted(path.rglob("*"))
            if file.is_file()
        ]
        return Source(str(path), str(path), served / _folder_name(path.name, str(path), *state))
    if setting.startswith((".", "/", "~", "\\")) or path.exists() or setting.count("/") > 1:
        raise EncoderError(
            f"There is no folder {path}: set RAG_ENCODER to the folder or name of a "
            "sentence-transformers model, or leave it out to use the bundled one."
        )
    return Source(setting, setting, served / _folder_name(setting, setting))


def _folder_name(name: str, *identity: str) -> str:
    """Return a readable folder name that differs where ``identity`` differs."""
    digest = hashlib.sha256("\n".join((_RECIPE, *identity)).encode()).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name).strip('-.')}-{digest}"
