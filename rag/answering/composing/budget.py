"""How many answers a day a language model may give, counted in a file for all processes."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from pathlib import Path

_WAIT = 5.0  # seconds for other processes to count theirs

_log = logging.getLogger(__name__)


class DailyBudget:
    """The count of a day's answers in a file; with ``limit`` 0 nothing is counted."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit

    def take(self) -> bool:
        """Return whether one more answer may be given today, and count it.

        What cannot be counted is not given: a budget holds on a full disk too.
        """
        if not self._limit:
            return True
        today = datetime.now().astimezone().date().isoformat()
        try:
            with FileLock(self._path.with_suffix(".lock"), timeout=_WAIT):
                given = self._given(today)
                if given >= self._limit:
                    return False
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps({"day": today, "answers": given + 1}), encoding="utf-8")
                fresh.replace(self._path)
        except (OSError, Timeout) as error:
            _log.warning("The day's answers cannot be counted: %s", error)
            return False
        return True

    def _given(self, today: str) -> int:
        """Return how many were given today; a file that says nothing sound says none."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return int(kept["answers"]) if kept["day"] == today else 0
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return 0
