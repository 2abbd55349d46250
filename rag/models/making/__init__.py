"""From weights to a served model, in a process of its own."""

from __future__ import annotations

__all__: list[str] = []
