"""``rag evaluate``: what it prints for near misses and for claims."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import CASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.application.shuzheng import Shuzheng

QUESTION: dict[str, Any] = {"question": {"zh": "盐引的有效期是多少天？"}, "answers": ["九十天"]}
OTHER: dict[str, Any] = {"question": {"zh": "这本书的作者是谁？"}, "answers": ["沙一苇"]}
CLAIM: dict[str, Any] = {
    "claim": {"zh": "一张盐引准运食盐三百斤，有效期是九十天，过期作废。"},
    "cites": ["4"],
    "true": False,
}


@pytest.fixture
def evaluate(small: Shuzheng, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that writes a file of questions or claims, and evaluates it."""
    small.find("盐引")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    data = small.settings.data
    here = {"RAG_DATA": str(data), "RAG_CORPUS": str(data / "none")}

    def run(items: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "items.json"
        path.write_text(json.dumps(items), encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-m", "rag", "evaluate", path, "--book", "qu-yu-yan", *arguments],
            cwd=Path(__file__).resolve().parents[2],
            env=kept | here,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


@pytest.mark.slow
def test_near_misses_and_another_book(
    evaluate: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Shares of both and a list of what went wrong as JSON, the shares as a table."""
    beside = tmp_path / "beside.json"
    beside.write_text(json.dumps([OTHER]), encoding="utf-8")
    done = evaluate([QUESTION], "--near-misses", "--beside", str(beside), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    value = json.loads(done.stdout)
    assert value["zh"]["refused, near miss"] == 1.0
    assert value["zh"]["refused, of another book"] == 0.0
    assert value["zh"]["refusals, recall"] == 0.5
    [wrong] = value["wrong"]
    assert (wrong["question"], wrong["language"]) == (OTHER["question"]["zh"], "zh")
    table = evaluate([QUESTION], "--near-misses").stdout.splitlines()
    assert "refused, near miss 1" in {" ".join(line.split()) for line in table}
    assert "wrong" not in json.loads(evaluate([QUESTION], "--json").stdout)


@pytest.mark.slow
def test_claims(evaluate: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """A false claim that is shown is counted and listed; what is no claim is one sentence."""
    done = evaluate([CLAIM], "--claims", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    value = json.loads(done.stdout)
    assert value["zh"]["false, shown at all, count"] == 1
    assert value["zh"]["true, supported"] is None
    assert [wrong["claim"] for wrong in value["wrong"]] == [CLAIM["claim"]["zh"]]
    strange: list[Any] = [[QUESTION], [CLAIM | {"cites": ["王小二"]}]]
    for items in strange:
        done = evaluate(items, "--claims", "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
        assert "claim" in done.stderr


def test_a_file_beside_that_is_none_is_named(
    evaluate: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """Another book's questions that cannot be read are refused by name."""
    done = evaluate([QUESTION], "--beside", str(CASES / "nowhere.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "nowhere.json" in done.stderr
