"""The whole product behind one face, ``Shuzheng``."""

from __future__ import annotations

from rag.application.requests import REQUESTS, Served
from rag.application.shuzheng import Shuzheng

__all__ = ["REQUESTS", "Served", "Shuzheng"]
