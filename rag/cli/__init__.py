"""The command line: ``rag COMMAND``."""

from __future__ import annotations

from rag.cli.commands import run

__all__ = ["run"]
