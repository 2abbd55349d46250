"""A paper as Markdown and as plain text; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.citing import Run
from rag.exporting.paper import Role
from rag.language.catalog import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.exporting.paper import Block, Mark, Paper

# What Markdown, in any of its kinds, could take for markup. A backslash before punctuation
# shows the punctuation; the colon and the dots keep addresses from becoming links.
_ALWAYS = re.compile(r"[\\`*_{}\[\]()<>#|~$^@&!\"'=]|(?<=[a-zA-Z]):(?=//)|(?<=[wW]{3})\.|--+")
_AT_START = re.compile(r"^(?:(\d+)([.)])|([-+=:%]))")


def to_markdown(paper: Paper) -> bytes:
    """Return a paper as Markdown with footnotes, in which what was text stays text."""
    lines = [f"# {_escaped(paper.title)}", *(_escaped(line) for line in paper.lead)]
    lines += [_markdown_block(block) for block in paper.blocks]
    lines += [_escaped(line) for line in paper.end]
    for number, note in enumerate(paper.notes, start=1):
        parts = [_markdown(note.citation), *(_escaped(line) for line in note.details)]
        lines.append(f"[^{number}]: " + "\n\n    ".join(part for part in parts if part))
    return ("\n\n".join(lines) + "\n").encode()


def _markdown_block(block: Block) -> str:
    text = _markdown(block.pieces)
    if block.role in (Role.QUESTION, Role.HEADING):
        return f"## {text}"
    return f"> {text}" if block.role is Role.QUOTATION else text


def _markdown(pieces: Iterable[Run | Mark]) -> str:
    out: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Run):
            out.append(f"[^{piece.note + 1}]")
            continue
        text = _ALWAYS.sub(_escape, piece.text)
        if piece.italic and text.strip():
            # A space beside an asterisk would keep it from being markup.
            inner = text.strip()
            before, after = text.split(inner, 1)
            text = f"{before}*{inner}*{after}"
        out.append(text)
    line = "".join(out)
    return _AT_START.sub(_at_start, line)


def _escaped(text: str) -> str:
    return _markdown((Run(text),))


def _escape(found: re.Match[str]) -> str:
    return "".join(f"\\{character}" for character in found[0])


def _at_start(found: re.Match[str]) -> str:
    number, stop, other = found.groups()
    return f"{number}\\{stop}" if number else f"\\{other}"


def to_text(paper: Paper) -> bytes:
    """Return a paper as plain text, its notes numbered at the end."""
    blocks = ["\n".join((paper.title, *paper.lead))]
    for block in paper.blocks:
        text = _plain(block.pieces)
        question = block.role is Role.QUESTION
        blocks.append(f"■ {text}" if question else text)
    if paper.notes:
        blocks.append(say("documents.notes", paper.language))
    for number, note in enumerate(paper.notes, start=1):
        blocks.append("\n    ".join((f"[{number}] {_plain(note.citation)}", *note.details)))
    if paper.end:
        blocks.append("\n".join(paper.end))
    return ("\n\n".join(blocks) + "\n").encode()


def _plain(pieces: Iterable[Run | Mark]) -> str:
    return "".join(
        piece.text if isinstance(piece, Run) else f"[{piece.note + 1}]" for piece in pieces
    )
