"""One sentence for a program of what went wrong, without detail of the server."""

from __future__ import annotations

import logging

from rag.language.catalog import say
from rag.types import CitingError, ExportError, Language, NotInLibraryError, QuestionError, RagError
from rag.web.words import error_key

_OF_THE_ASKER = (QuestionError, NotInLibraryError, ExportError, CitingError)
"""Errors of what was asked, whose sentences tell nothing of the server."""

_log = logging.getLogger(__name__)


def sentence_of(error: Exception) -> str:
    """Return one sentence that tells of an error; what was not foreseen is logged."""
    if isinstance(error, _OF_THE_ASKER):
        return str(error)
    if not isinstance(error, RagError):
        _log.error("What a program asked could not be done", exc_info=error)
    return say(error_key(error), Language.EN)
