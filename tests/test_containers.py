"""The container file and the composition say what the project says."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from rag.settings import load_settings
from rag.types import SettingsError

ROOT = Path(__file__).resolve().parent.parent
ASKED = {
    "RAG_ALLOWED_HOSTS": "books.example",
    "RAG_PASSWORD": "hafen lampe 1823 tide",
    "POSTGRES_PASSWORD": "geheim",
}
"""What `.env` beside the composition gives."""


def steps() -> list[tuple[str, str]]:
    """Return the instructions of the container file with their arguments."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def composition() -> dict[str, Any]:
    """Return compose.yaml with what it asks for filled in, as Compose fills it."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")

    def filled(match: re.Match[str]) -> str:
        name, mark, default = match.group(1), match.group(2), match.group(3)
        return ASKED[name] if mark == ":?" else default

    text = re.sub(r"(?<!\$)\$\{(\w+)(:\?|:-)([^}]*)\}", filled, text)
    found: dict[str, Any] = yaml.safe_load(text.replace("$$", "$"))
    return found


def test_the_container_takes_files_that_there_are() -> None:
    """Everything copied is in the project, and nothing that runs it is left out."""
    copied = [
        source
        for word, rest in steps()
        if word == "COPY"
        for source in [part for part in shlex.split(rest) if not part.startswith("--")][:-1]
    ]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    built = {"pyproject.toml", "locked.txt", ".ci", "Makefile"}
    assert built | {"app.py", "rag", "corpus", "prompts"} <= set(copied)
    assert "tests" not in copied


def test_the_container_runs_the_chat_as_nobody_in_particular() -> None:
    """It starts what `make run` starts, as a user of its own, on the port that is told."""
    last = dict(steps())
    assert last["USER"] == "reader"
    assert last["CMD"] == '[".venv/bin/python", "app.py"]'
    assert last["EXPOSE"] == str(load_settings({}, None).port)
    [target] = re.findall(r"make EXTRAS=(\w+) install$", last["RUN"])
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert target in extras["project"]["optional-dependencies"]


def test_settings_of_the_composition_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable is known and its value is taken; what is asked for must be given."""
    told = composition()["services"]["web"]["environment"]
    given = {name: str(value) for name, value in told.items() if name.startswith("RAG_")}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(given, None)
    assert settings.library_url is not None
    assert (settings.host, settings.chroma_url) == ("0.0.0.0", "http://vectors:8000")  # noqa: S104
    with pytest.raises(SettingsError):
        load_settings({**given, "RAG_LIBRARY": "x"}, None)


def test_services_name_each_other() -> None:
    """Hosts in addresses are services, volumes are declared, and the versions are those we test."""
    made = composition()
    services = made["services"]
    web = services["web"]["environment"]
    assert re.search(r"@(\w+)/", web["RAG_LIBRARY_URL"])[1] in services  # type: ignore[index]
    assert re.search(r"//(\w+):", web["RAG_CHROMA_URL"])[1] in services  # type: ignore[index]
    front = made["configs"]["front"]["content"]
    assert "server web:7860;" in front
    assert "proxy_set_header Host $http_host;" in front
    named = {v.split(":")[0] for one in services.values() for v in one.get("volumes", ())}
    assert named == set(made["volumes"])
    assert {needed for one in services.values() for needed in one.get("depends_on", ())} < set(
        services
    )
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [chroma] = [one for one in pinned["dependencies"] if one.startswith("chromadb==")]
    assert services["vectors"]["image"].endswith(f":{chroma.removeprefix('chromadb==')}")
    assert services["web"]["build"]["dockerfile"] == "Containerfile"
