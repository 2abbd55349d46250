"""A paper as DOCX and LaTeX, written by pandoc from its own tree of values.

What goes in is pandoc's JSON, in which text is text: nothing of it is read as Markdown.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.citing import run_pandoc
from rag.exporting.paper import Mark, Role
from rag.language.catalog import say
from rag.language.text import family

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.citing import Run
    from rag.exporting.paper import Block, Note, Paper

    Node = dict[str, Any]

HERE = Path(__file__).resolve().parent
_API = [1, 23, 1]
_STYLES = {
    Role.TRANSLATION: ("Translation", "translation"),
    Role.TEXT: ("Body Text", "bodytext"),
    Role.ASIDE: ("Aside", "aside"),
    Role.ENTRY: ("Bibliography", "bibentry"),
}
"""The style of a block in Word, and its environment in TeX."""
_DETAIL = ("Footnote Detail", "footnotedetail")


def to_docx(paper: Paper) -> bytes:
    """Return a paper as a Word document with real footnotes; CitingError where pandoc fails."""
    from rag.exporting.documents.styles import reference  # noqa: PLC0415 - made only when needed

    with tempfile.TemporaryDirectory(prefix="shuzheng-") as folder:
        styles, out = Path(folder) / "styles.docx", Path(folder) / "out.docx"
        styles.write_bytes(reference(paper.language, continuous=paper.continuous))
        run_pandoc(
            ["--from=json", "--to=docx", f"--reference-doc={styles}", f"--output={out}"],
            _tree(paper),
        )
        return out.read_bytes()


def to_latex(paper: Paper) -> bytes:
    """Return a paper as a LaTeX source for XeLaTeX; CitingError where pandoc fails."""
    template = HERE / "paper.tex"
    options = ["--from=json", "--to=latex-smart", "--wrap=none", f"--template={template}"]
    return run_pandoc(options, _tree(paper))


def _tree(paper: Paper) -> bytes:
    """Return a paper as pandoc's JSON."""
    blocks = [_styled(_STYLES[Role.ASIDE], _text(line)) for line in paper.lead]
    blocks += [_block(block, paper.notes) for block in paper.blocks]
    blocks += [_styled(_STYLES[Role.ASIDE], _text(line)) for line in paper.end]
    chinese = family(paper.language) == "zh"
    tag = say("language.locale", paper.language) if chinese else paper.language.value
    meta = {
        "title": {"t": "MetaInlines", "c": _text(paper.title)},
        "lang": {"t": "MetaInlines", "c": _text(tag)},
        "circled": {"t": "MetaBool", "c": not paper.continuous},
        "chinese": {"t": "MetaBool", "c": chinese},
    }
    return json.dumps({"pandoc-api-version": _API, "meta": meta, "blocks": blocks}).encode()


def _block(block: Block, notes: Sequence[Note]) -> Node:
    inlines = _inlines(block.pieces, notes)
    if block.role in (Role.QUESTION, Role.HEADING):
        return {"t": "Header", "c": [1, ["", ["unnumbered"], []], inlines]}
    if block.role is Role.QUOTATION:
        return {"t": "BlockQuote", "c": [{"t": "Para", "c": inlines}]}
    return _styled(_STYLES[block.role], inlines)


def _inlines(pieces: Iterable[Run | Mark], notes: Sequence[Note]) -> list[Node]:
    nodes: list[Node] = []
    for piece in pieces:
        if isinstance(piece, Mark):
            nodes.append({"t": "Note", "c": _note(notes[piece.note])})
            continue
        text = _text(piece.text)
        if piece.italic:
            text = [{"t": "Emph", "c": text}]
        if piece.superscript:
            text = [{"t": "Superscript", "c": text}]
        nodes += text
    return nodes


def _note(note: Note) -> list[Node]:
    blocks = [{"t": "Para", "c": _inlines(note.citation, ())}] if note.citation else []
    return blocks + [_styled(_DETAIL, _text(line)) for line in note.details]


def _styled(style: tuple[str, str], inlines: list[Node]) -> Node:
    """Return a paragraph with a style of its own in Word and an environment of its own in TeX."""
    name, environment = style
    content = [
        {"t": "RawBlock", "c": ["latex", f"\\begin{{{environment}}}"]},
        {"t": "Para", "c": inlines},
        {"t": "RawBlock", "c": ["latex", f"\\end{{{environment}}}"]},
    ]
    return {"t": "Div", "c": [["", [], [["custom-style", name]]], content]}


def _text(text: str) -> list[Node]:
    """Return text as it stands: strings with their spaces kept where they are."""
    return [{"t": "Str", "c": text}] if text else []
