"""A library that is made once and copied for each test, so that each may change it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings

CASES = Path(__file__).resolve().parents[1] / "cases"
MODELS = frozenset({"companion", "encoder", "reader", "reranker", "sense"})
"""The parts that no library is in: one that is loaded serves all."""


def prepared(folder: Path, models: Path, loaded: dict[str, Any], *names: str) -> Path:
    """Return a data folder that holds the books of these names, by models that are loaded."""
    folder.mkdir()
    (folder / "models").symlink_to(models)
    with over(folder, loaded) as whole:
        for name in names:
            whole.add(CASES / f"{name}.md", CASES / f"{name}.toml")
    return folder


def over(folder: Path, loaded: dict[str, Any]) -> Shuzheng:
    """Return the whole product over a data folder, by models that are loaded."""
    whole = Shuzheng(Settings(data=folder, corpus=folder / "none"))
    whole._parts.made |= loaded
    return whole


def copied(data: Path, folder: Path, loaded: Shuzheng) -> Shuzheng:
    """Return the whole product over a copy of a data folder, with the models of another whole."""
    loaded.find("河道")
    shutil.copytree(data, folder, symlinks=True)
    made = loaded._parts.made
    return over(folder, {name: made[name] for name in made.keys() & MODELS})
