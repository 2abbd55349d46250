"""What is answered without asking the book: asides, and questions about the last answer."""

from __future__ import annotations

from rag.application.talking.talk import Talk

__all__ = ["Talk"]
