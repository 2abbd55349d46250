"""Machine translations of quotations: which there are, and what they stand below; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types.answers import Answer, Citation
    from rag.types.book import Language


@dataclass(frozen=True, slots=True)
class Translation:
    """What a language model makes of a quotation; ``model`` is its name, empty if unknown."""

    text: str
    language: Language
    model: str = ""


def translation_of(citation: Citation, answer: Answer) -> Translation | None:
    """Return the translation of what an answer's citation quotes; None where there is none."""
    text = (citation.translation or "").strip()
    return Translation(text, answer.language, answer.model) if text else None


def is_translated(answer: Answer) -> bool:
    """Return whether any citation of an answer has a translation."""
    return any(translation_of(citation, answer) for citation in answer.citations)


def quotations(answer: Answer) -> list[Citation | None]:
    """Return for each sentence of an answer the citation that it quotes whole, or None.

    White space aside, such a sentence is the quote, so that the quote's translation may stand
    below it. A sentence that a language model wrote is no quotation, whatever its words.
    """
    known = {citation.n: citation for citation in answer.citations}
    if answer.mode == "composed":
        return [None for _ in answer.sentences]
    return [
        next(
            (known[n] for n in sentence.citations if n in known and _same(known[n], sentence.text)),
            None,
        )
        for sentence in answer.sentences
    ]


def _same(citation: Citation, text: str) -> bool:
    return citation.passage_id is not None and "".join(citation.quote.split()) == "".join(
        text.split()
    )
