"""The product's own words: what it says to readers, in every language that it speaks.

A language is one file, ``<tag>.toml``, which has every key of the others and in each text the
same places to fill; what reads them, and what it refuses, is in ``texts``. A tag that is no
member of ``rag.types.Language`` yet becomes one there, the type that the public JSON names
languages by.
"""

from __future__ import annotations

from rag.language.catalog.texts import languages, say
from rag.language.catalog.wording import page_words, pages_words, reason_words, say_date

__all__ = ["languages", "page_words", "pages_words", "reason_words", "say", "say_date"]
