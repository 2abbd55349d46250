"""The gate over pip-audit: it reads how many packages were audited, not what is said of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
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
