"""The set-up: exact pins, and files that say the same as each other."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# Torch itself pins these, by the machine that it runs on.
CUDA = re.compile(r"cuda-|nvidia-|triton$")


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def direct() -> list[Requirement]:
    """Return what the project itself asks for, tests included."""
    told = project()["project"]
    lists = [told["dependencies"], *told["optional-dependencies"].values()]
    return [Requirement(text) for texts in lists for text in texts]


def brought() -> list[Requirement]:
    """Return the pins of what the dependencies bring with them."""
    return [Requirement(text) for text in project()["tool"]["uv"]["constraint-dependencies"]]


def pins() -> dict[str, str]:
    """Return every pin: name and version."""
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in (*direct(), *brought())
    }


def needed() -> set[str]:
    """Return the names of all packages that are needed here, followed through their metadata."""
    found: set[str] = set()
    waiting = direct()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in found:
            continue
        found.add(name)
        for text in importlib.metadata.requires(name) or ():
            further = Requirement(text)
            extras = one.extras or {""}
            if not further.marker or any(further.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(further)
    return found


def test_every_requirement_is_pinned_exactly_and_once() -> None:
    """Two installations a year apart are the same."""
    every = [*direct(), *brought()]
    assert [str(one) for one in every if not re.fullmatch(r"==[\w.]+", str(one.specifier))] == []
    names = [canonicalize_name(one.name) for one in every]
    assert sorted(names) == sorted(set(names))


def test_all_that_is_needed_is_pinned() -> None:
    """What the dependencies bring with them is pinned like the dependencies themselves."""
    assert {name for name in needed() - set(pins()) if not CUDA.match(name)} == set()


def test_what_is_installed_is_what_is_pinned() -> None:
    """The tests run with the versions that users get."""
    installed = {name: importlib.metadata.version(name) for name in needed() if name in pins()}
    # A local part (2.13.0+cpu) names another build of the same version.
    wrong = {n: v for n, v in installed.items() if v.split("+")[0] != pins()[n]}
    assert wrong == {}


LOCKED = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[\w.]+)(?: ; [^\\\n]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+$",
    re.MULTILINE,
)


def test_every_pin_has_its_digests() -> None:
    """What is locked is what is pinned, each package once; it names no host and no place."""
    text = (ROOT / "locked.txt").read_text(encoding="utf-8")
    about, _, listed = text.partition("\n")
    assert about.startswith("# ")
    found = [(one["name"], one["version"]) for one in LOCKED.finditer(listed)]
    assert LOCKED.sub("", listed).strip() == ""
    assert len(found) == len({name for name, _ in found})
    locked = dict(found)
    weights = [Requirement(one) for one in project()["dependency-groups"]["weights"]]
    wanted = pins() | {one.name: str(one.specifier).removeprefix("==") for one in weights}
    assert {name: locked.get(name) for name in wanted} == wanted
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"UV_VERSION = {locked['uv']}\n" in makefile


def settled(links: Path) -> tuple[str, str]:
    """Return what is locked on a machine with wheels in a folder, and what is said of it."""
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "locked"), str(ROOT / "locked.txt")],
        env={**os.environ, "UV_FIND_LINKS": f"{links},/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


def test_a_build_on_the_disk_is_taken_with_its_digest(tmp_path: Path) -> None:
    """A wheel of one's own is told from those of a network, which must be as they are locked."""
    version = pins()["rispy"]
    for name in (f"rispy-{version}", "rispy-0.1+own", f"pillow-{pins()['pillow']}"):
        (tmp_path / f"{name}-py3-none-any.whl").write_bytes(b"a wheel")
    (tmp_path / f"numpy-{pins()['numpy']}+own-cp27-none-any.whl").write_bytes(b"of another Python")
    (tmp_path / "strange.whl").write_bytes(b"")
    locked = (ROOT / "locked.txt").read_text(encoding="utf-8")
    assert settled(tmp_path) == (locked, "")
    own = tmp_path / f"rispy-{version}+own-py3-none-any.whl"
    own.write_bytes(b"a wheel")
    text, said = settled(tmp_path)
    digest = hashlib.sha256(b"a wheel").hexdigest()
    assert f"\nrispy=={version}+own \\\n    --hash=sha256:{digest}\nrjieba" in text
    assert said == f"{own} is taken as it is: locked.txt names no digest of it.\n"
    assert len(LOCKED.findall(text)) == len(LOCKED.findall(locked)) - 1


def test_what_is_installed_has_every_file_that_is_read() -> None:
    """Tables, styles and weights go along with the code; what models learned from stays here."""
    patterns = project()["tool"]["setuptools"]["package-data"]["rag"]
    package = ROOT / "rag"
    taken = {path for pattern in patterns for path in package.glob(pattern)}
    kept = subprocess.run(
        ["git", "ls-files", "-z", "rag"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = {ROOT / name for name in kept.stdout.split("\0") if name and not name.endswith(".py")}
    taught = package / "models" / "adapter" / "lessons"
    assert {path for path in known if taught not in path.parents} <= taken
    assert all(list(package.glob(pattern)) for pattern in patterns)


def test_the_changelog_and_the_licence_are_there() -> None:
    """A user finds the terms and what has changed."""
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert project()["project"]["license"] == "MIT"
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_command_is_the_module() -> None:
    """The command ``rag`` and ``python -m rag`` are the same function."""
    assert project()["project"]["scripts"] == {"rag": "rag.cli:run"}


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_names_the_python_that_is_missing(tmp_path: Path) -> None:
    """Without Python, make says in one sentence what is needed and changes nothing."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "locked.txt"):
        shutil.copy(ROOT / name, tmp_path)
    done = subprocess.run(
        ["make", "PYTHON=no-such-python", "run"],
        cwd=tmp_path,
        # Not what a make that runs these tests hands to its children.
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "no-such-python is not installed; Python 3.11 or newer is needed" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_python_in_use_is_new_enough() -> None:
    """The oldest Python that is promised is the oldest that make lets through."""
    assert project()["project"]["requires-python"] == ">=3.11"
    assert "(3, 11)" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert sys.version_info >= (3, 11)


def test_ci_runs_what_a_user_runs() -> None:
    """The script of the continuous integration ends in make test, and can be executed."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make test"


SOUND = {"name": "one", "version": "1", "vulns": []}
SKIPPED = {"name": "two", "skip_reason": "Dependency not found on the index"}
FLAWED = {"name": "three", "version": "3", "vulns": [{"id": "CVE-1", "fix_versions": ["3.1"]}]}
UNMENDED = {"name": "four", "version": "4", "vulns": [{"id": "CVE-2", "fix_versions": []}]}


def gate(text: str) -> tuple[int, str]:
    """Return the exit status of the gate, and what it says."""
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "audit")],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        ([SOUND, SOUND], 0, "2 of 2 packages were audited."),
        ([SOUND, SKIPPED], 3, "two was not audited: Dependency not found on the index"),
        ([SKIPPED, SKIPPED], 3, "No package was audited, so nothing is known of any."),
        ([], 3, "0 of 0 packages were audited."),
        ([SOUND, FLAWED], 1, "three 3: CVE-1 (mended in 3.1)"),
        ([UNMENDED, SKIPPED], 1, "four 4: CVE-2 (mended in no version yet)"),
    ],
)
def test_an_audit_of_nothing_is_no_audit(packages: list[Any], status: int, said: str) -> None:
    """Only where every package was looked up and none has a flaw does the gate let pass."""
    found, text = gate(json.dumps({"dependencies": packages, "fixes": []}))
    assert found == status
    assert said in text.splitlines()


@pytest.mark.parametrize("text", ["", "No known vulnerabilities found", "[]", "{}", "null"])
def test_what_is_no_report_is_no_audit(text: str) -> None:
    """What pip-audit prints without a report does not pass."""
    assert gate(text) == (3, "There is no report of pip-audit to read: nothing was audited.\n")
