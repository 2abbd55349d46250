"""Models of which nothing is made here: those that come whole in a wheel, and one at an address."""

from __future__ import annotations

from rag.models.ready.companion import Companion, lay_out
from rag.models.ready.remote import RemoteEncoder
from rag.models.ready.tagging import Tagged, Tagger

__all__ = ["Companion", "RemoteEncoder", "Tagged", "Tagger", "lay_out"]
