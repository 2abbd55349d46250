"""What the tests share: the bundled model, made once and kept where the product keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.encoding import Encoder, open_encoder


@pytest.fixture(scope="session")
def models() -> Path:
    """Return the folder of models that the product uses by default."""
    return Path(__file__).parent.parent / "data" / "models"


@pytest.fixture(scope="session")
def encoder(models: Path) -> Encoder:
    """Return the bundled encoder, made if it has not been."""
    return open_encoder("bundled", models)
