"""The product's own words, in the languages that it speaks."""

from __future__ import annotations

from rag.language.catalog.answers import frame, page_words
from rag.language.catalog.documents import TAGS, say, say_date

__all__ = ["TAGS", "frame", "page_words", "say", "say_date"]
