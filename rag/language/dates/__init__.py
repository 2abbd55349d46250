"""Dates and years as texts write them; pure."""

from __future__ import annotations

from rag.language.dates.written import YEAR, Lean, Mention, Use, blanked, read_dates
from rag.language.dates.years import Respelt, respell, respelt, years_of

__all__ = [
    "YEAR",
    "Lean",
    "Mention",
    "Respelt",
    "Use",
    "blanked",
    "read_dates",
    "respell",
    "respelt",
    "years_of",
]
