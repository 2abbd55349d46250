"""What the tests of conversations share: a small book, opened once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from tests.conftest import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def mill(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding a small book that the conversations are about.

    What is told of here is what goes on from one answer to the next: no reader looks how sure
    the first is.
    """
    data = tmp_path_factory.mktemp("mill")
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=data / "none", reader="off")) as opened:
        opened._parts.made |= {name: loaded[name] for name in ("encoder", "companion")}
        opened.add(CASES / "mill.md", CASES / "mill.toml")
        yield opened
