"""What the tests share: the bundled model, made once and kept where the product keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as property_settings

from rag.application.shuzheng import Shuzheng
from rag.models.opening import open_encoder
from rag.settings import Settings
from tests.support.scripted import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.models.base import Encoder

    Wire = Callable[..., Shuzheng]

MODELS = ("encoder", "companion", "reader")
"""The parts that take long to load: whoever opens another library shares them."""
OF_A_MODEL = {"composing", "rephrasing", "tracing"}
"""The parts that settings of a language model make: of one wiring they are not another's."""
CASES = Path(__file__).parent / "cases"

# The same examples in every run, however slow the machine is.
property_settings.register_profile("repeatable", derandomize=True, deadline=None)
property_settings.load_profile("repeatable")


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
        assert opened._parts.reader
        yield opened


@pytest.fixture(scope="session")
def several(
    models: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding six books in three languages; nothing in it is changed."""
    assert encoder.dimension  # the model has been made
    data = tmp_path_factory.mktemp("several")
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=data / "none")) as opened:
        for name in ("small-book", "river", "marsh", "lighthouse", "station", "harbour"):
            record = CASES / f"{name}.toml"
            opened.add(CASES / f"{name}.md", record if record.exists() else None)
        yield opened


def wiring(shelf: Shuzheng, server: ScriptedServer, folder: Path) -> Wire:
    """Return a function of settings to the whole product over a library that is open."""
    shelf.find("盐引")

    def wired(**settings: Any) -> Shuzheng:
        given = {
            "llm": "openai:scripted",
            "llm_translate": "off",
            "openai_base_url": server.address,
            **settings,
        }
        whole = Shuzheng(Settings(data=folder, corpus=folder / "none", **given))
        made = shelf._parts.made
        whole._parts.made |= {name: made[name] for name in made.keys() - OF_A_MODEL}
        whole.warm()
        return whole

    return wired


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """Return a server with a script, for all tests of a module."""
    with ScriptedServer() as serving:
        yield serving


@pytest.fixture
def wire(small: Shuzheng, server: ScriptedServer, tmp_path: Path) -> Wire:
    """Return what wires the small book's library to the server, by settings."""
    return wiring(small, server, tmp_path)
