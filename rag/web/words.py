"""Which language a reader is spoken to in, and which words tell of an error."""

from __future__ import annotations

from rag.language.catalog import languages, say
from rag.types import (
    CitingError,
    EncoderError,
    ExportError,
    Language,
    LibraryBusyError,
    LibraryError,
    NotInLibraryError,
    QuestionError,
    RagError,
    VectorStoreError,
)

FIRST = Language.ZH
"""The language of the page before anything is known of the reader."""

_ERRORS: tuple[tuple[type[RagError], str], ...] = (
    (QuestionError, "errors.question"),
    (ExportError, "errors.export"),
    (CitingError, "errors.export"),
    (NotInLibraryError, "errors.missing"),
    (LibraryBusyError, "errors.busy"),
    (LibraryError, "errors.library"),
    (VectorStoreError, "errors.index"),
    (EncoderError, "errors.index"),
)
"""The key for an error, the narrower class before the wider one."""


def error_key(error: Exception) -> str:
    """Return the key of the sentence that tells a reader of an error, and no more."""
    return next((key for kind, key in _ERRORS if isinstance(error, kind)), "errors.other")


def choose(accept_language: str | None) -> Language:
    """Return the interface language for an ``Accept-Language`` header; Chinese without one.

    The reader's most wanted language that we have; English where we have none of them.
    """
    if not accept_language or not accept_language.strip():
        return FIRST
    wishes: list[tuple[float, int, str]] = []
    for order, item in enumerate(accept_language[:1000].split(",")):
        tag, _, weight = item.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), order, tag))
        except ValueError:
            continue
    ours = (_spoken(tag) for _, _, tag in sorted(wishes))
    return next((language for language in ours if language), Language.EN)


def _spoken(tag: str) -> Language | None:
    """Return our language for a tag such as ``zh-TW``, ``ru`` or ``en-GB``; None for others.

    Of the tags that our languages go by, the one counts that has most parts in common with it.
    """
    parts = tag.strip().lower().replace("_", "-").split("-")
    best: tuple[int, Language | None] = (0, None)
    for language in languages():
        for known in say("language.browser", language).lower().split():
            own = known.split("-")
            if own[0] == parts[0] and set(own) <= set(parts) and len(own) > best[0]:
                best = len(own), language
    return best[1]
