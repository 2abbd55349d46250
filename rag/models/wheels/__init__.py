"""Small models that come whole in a wheel, and are served as they are."""

from __future__ import annotations

from rag.models.wheels.companion import Companion, laid_out_in
from rag.models.wheels.tagging import Tagged, Tagger

__all__ = ["Companion", "Tagged", "Tagger", "laid_out_in"]
