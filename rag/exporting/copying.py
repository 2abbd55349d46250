"""An answer as text for the clipboard, with the citations that it needs in a paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rag.citing import Run, StyleKind, style_kind
from rag.exporting.paper import Role, plain
from rag.exporting.sound import sounded
from rag.exporting.writing import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.exporting.paper import Block
    from rag.types import Answer, BookRecord, Language

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def copied(
    answer: Answer,
    language: Language,
    *,
    style: str | None = None,
    records: Mapping[str, BookRecord] | None = None,
) -> str:
    """Return the sentences of an answer, and below them their citations in a style.

    Empty where nothing answers, or nothing was asked. Raises CitingError for an unknown style.
    """
    if answer.status in {"not_found", "aside"}:
        return ""
    paper = write(
        [sounded(answer)], date.min, style=style, language=language, records=records or {}
    )
    in_notes = style_kind(style) is StyleKind.NOTE
    said = [
        _text(block, marks=in_notes)
        for block in paper.blocks
        if block.role in (Role.QUOTATION, Role.TEXT)
    ]
    entries = [plain(block.pieces) for block in paper.blocks if block.role is Role.ENTRY]
    notes = [f"{_mark(number)} {plain(note.citation)}" for number, note in enumerate(paper.notes)]
    below = notes if in_notes else entries
    return "\n".join(said) + ("\n\n" + "\n".join(below) if below else "")


def _text(block: Block, *, marks: bool) -> str:
    return "".join(
        piece.text if isinstance(piece, Run) else (_mark(piece.note) if marks else "")
        for piece in block.pieces
    )


def _mark(number: int) -> str:
    return _CIRCLED[number] if number < len(_CIRCLED) else f"[{number + 1}]"
