"""A library that is made once and copied for each test, so that each may change it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from tests.conftest import CASES

if TYPE_CHECKING:
    from pathlib import Path

MODELS = frozenset({"companion", "encoder", "reader", "reranker", "sense"})
"""The parts that no library is in: one that is loaded serves all."""


def prepared(folder: Path, models: Path, *names: str) -> Path:
    """Return a data folder that holds the books of these names."""
    folder.mkdir()
    (folder / "models").symlink_to(models)
    with Shuzheng(Settings(data=folder, corpus=folder / "none")) as whole:
        for name in names:
            whole.add(CASES / f"{name}.md", CASES / f"{name}.toml")
    return folder


def copied(data: Path, folder: Path, loaded: Shuzheng) -> Shuzheng:
    """Return the whole product over a copy of a data folder, with the models of another whole."""
    loaded.find("河")
    shutil.copytree(data, folder, symlinks=True)
    whole = Shuzheng(Settings(data=folder, corpus=folder / "none"))
    made = loaded._parts.made
    whole._parts.made |= {name: made[name] for name in made.keys() & MODELS}
    return whole
