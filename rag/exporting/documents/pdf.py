"""A paper as PDF, set by Typst with the fonts of a wheel; no font of the system is used."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.citing import Run
from rag.exporting.documents.glyphs import drawable
from rag.language.catalog import say
from rag.types import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import typst

    from rag.exporting.paper import Mark, Paper

HERE = Path(__file__).resolve().parent


def to_pdf(paper: Paper) -> bytes:
    """Return a paper as PDF; ExportError where it cannot be set.

    The text reaches Typst as values of JSON, which it sets as they are: no markup of its
    own is read in them, and the template reads no file.
    """
    import typst  # noqa: PLC0415 - only where a page is set

    try:
        done = typst.compile(
            (HERE / "paper.typ").read_bytes(),
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(_values(paper), ensure_ascii=False)},
        )
    except RuntimeError as error:
        raise ExportError(f"The PDF could not be set ({error}); try another format.") from error
    return bytes(done)


@cache
def _fonts() -> typst.Fonts:
    import pylopdf_fonts_zh_cn  # noqa: PLC0415 - only where a page is set
    import typst  # noqa: PLC0415 - likewise

    folder = str(pylopdf_fonts_zh_cn.serif_path().parent)
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def _values(paper: Paper) -> dict[str, object]:
    language, region = say("language.locale", paper.language).lower().split("-")
    return {
        "title": drawable(paper.title),
        "lead": [drawable(line) for line in paper.lead],
        "end": [drawable(line) for line in paper.end],
        "language": language,
        "region": region,
        "continuous": paper.continuous,
        "blocks": [
            {"role": str(block.role), "lang": block.lang, "pieces": _pieces(block.pieces)}
            for block in paper.blocks
        ],
        "notes": [
            {
                "citation": _pieces(note.citation),
                "details": [drawable(line) for line in note.details],
            }
            for note in paper.notes
        ],
    }


def _pieces(pieces: Iterable[Run | Mark]) -> list[dict[str, object]]:
    return [
        {"text": drawable(piece.text), "italic": piece.italic, "superscript": piece.superscript}
        if isinstance(piece, Run)
        else {"note": piece.note}
        for piece in pieces
    ]
