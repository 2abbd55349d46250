"""What the tests share: the bundled model, made once and kept where the product keeps it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as property_settings

from rag.application.shuzheng import Shuzheng
from rag.models import Companion
from rag.models.opening import open_encoder, open_reader
from rag.settings import Settings
from tests.support.copies import over, prepared
from tests.support.remembering import RememberingEncoder, RememberingReader
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


def pytest_configure(config: pytest.Config) -> None:
    """Give each of several workers cores of its own, so that none computes on another's."""
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        own = cores[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]
        os.sched_setaffinity(0, own or cores)


@pytest.fixture(scope="session")
def models() -> Path:
    """Return the folder of models that the product uses by default."""
    return Path(__file__).parent.parent / "data" / "models"


@pytest.fixture(scope="session")
def encoder(models: Path) -> Encoder:
    """Return the bundled encoder, made if it has not been."""
    return open_encoder("bundled", models)


@pytest.fixture(scope="session")
def companion() -> Companion:
    """Return the second encoder, loaded once."""
    return Companion()


@pytest.fixture(scope="session")
def loaded(models: Path, encoder: Encoder, companion: Companion) -> dict[str, Any]:
    """Return ``MODELS`` by their names: the real ones, of which each is asked a thing once."""
    return {
        "encoder": RememberingEncoder(encoder),
        "companion": companion,
        "reader": RememberingReader(open_reader("bundled", models)),
    }


@pytest.fixture(scope="session")
def small(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding the small book; for tests that change nothing in it."""
    data = tmp_path_factory.mktemp("small")
    (data / "models").symlink_to(models)
    with over(data, loaded) as opened:
        opened.add(CASES / "small-book.md", CASES / "small-book.toml")
        opened.find("盐引")  # what a first question loads is there for all
        yield opened


@pytest.fixture(scope="session")
def two(models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder that holds two books, to be copied."""
    return prepared(tmp_path_factory.mktemp("two") / "data", models, loaded, "river", "mill")


@pytest.fixture(scope="session")
def several(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product, holding six books in three languages; nothing in it is changed."""
    data = tmp_path_factory.mktemp("several")
    (data / "models").symlink_to(models)
    with over(data, loaded) as opened:
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
        if whole._parts.composing:
            whole._parts.composing.model.load()
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
