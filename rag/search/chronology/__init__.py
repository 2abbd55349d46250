"""The dated events of the library's books, and the times that a question names."""

from __future__ import annotations

from rag.search.chronology.asking import Period, period_of, without_times
from rag.search.chronology.chronicle import Chronicle

__all__ = ["Chronicle", "Period", "period_of", "without_times"]
