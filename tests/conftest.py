"""What the tests share: the bundled model, made once and kept where the product keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from rag.assemble import Shuzheng
from rag.encoding import Encoder, open_encoder
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent / "cases"

# The same examples in every run, however slow the machine is.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def models() -> Path:
    """Return the folder of models that the product uses by default."""
    return Path(__file__).parent.parent / "data" / "models"


@pytest.fixture(scope="session")
def encoder(models: Path) -> Encoder:
    """Return the bundled encoder, made if it has not been."""
    return open_encoder("bundled", models)


@pytest.fixture(scope="session")
def small(
    models: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding the small book; for tests that change nothing in it."""
    assert encoder.dimension  # the model has been made
    data = tmp_path_factory.mktemp("small")
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=data / "none")) as opened:
        opened.add(CASES / "small-book.md", CASES / "small-book.toml")
        yield opened
