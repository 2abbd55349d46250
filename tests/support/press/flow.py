"""The press prints a book as text that flows: paged Markdown and HTML; EPUB and Word build on it.

A book becomes blocks, in which page ends and marks of notes stand as runs of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from tests.support.press.text import CIRCLED, Signs, sign

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.press.printing import Piece, Printed

Dialect = Literal["html", "epub2", "epub3"]

_ROLES = {
    "html": {
        "noteref": ' role="doc-noteref"',
        "pagebreak": ' role="doc-pagebreak" aria-label="{label}"',
        "note": ' role="doc-footnote"',
    },
    "epub2": {"noteref": "", "pagebreak": ""},
    "epub3": {
        "noteref": ' epub:type="noteref"',
        "pagebreak": ' epub:type="pagebreak" title="{label}"',
        "note": ' epub:type="footnote"',
    },
}


@dataclass(frozen=True, slots=True)
class Run:
    """What of a block stands together.

    A text; the place where page ``value`` begins, with ``shown`` for an id; or the mark of note
    number ``value``, which is printed as ``shown``.
    """

    kind: Literal["text", "page", "mark"]
    value: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 1 or 2) or a paragraph (0), whole over all its pages."""

    level: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """What it says, without marks."""
        return "".join(run.value for run in self.runs if run.kind == "text")


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its number in the whole book, its mark as printed, and its text."""

    number: str
    shown: str
    text: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A chapter or part as it flows: its blocks, and the notes whose marks stand in it."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]

    @property
    def title(self) -> str:
        """The heading that begins it."""
        return self.blocks[0].text


def flows(printed: Printed, signs: Signs = "①") -> list[Flow]:
    """Return the parts and chapters of a book; page ends are there where pages are counted."""
    sheets = (*printed.preface, *printed.body)
    notes = [note.lstrip("^").split(" ", 1) for sheet in sheets for note in sheet.notes]
    chapters: list[list[list[Run]]] = []
    levels: list[list[int]] = []
    waiting: list[Run] = []
    number = 0
    for k, sheet in enumerate(sheets):
        if sheet.label:
            waiting.append(Run("page", sheet.label, f"page{k}"))
        for piece in sheet.pieces:
            if printed.words.notes in (piece.part, piece.section):
                continue
            if piece.heading and not piece.section:
                chapters.append([])
                levels.append([])
            if piece.heading or piece.begins or not chapters[-1]:
                chapters[-1].append([])
                levels[-1].append(_level(piece))
            words = piece.name if piece.heading else piece.text
            runs, number = _runs(words, number, signs)
            chapters[-1][-1] += [*waiting, *runs]
            waiting = []
    result = []
    for blocks, ranks in zip(chapters, levels, strict=True):
        kept = tuple(Block(n, tuple(runs)) for n, runs in zip(ranks, blocks, strict=True))
        numbers = [run.value for block in kept for run in block.runs if run.kind == "mark"]
        result.append(Flow(kept, tuple(_note(n, notes, signs) for n in numbers)))
    return result


def _level(piece: Piece) -> int:
    if not piece.heading:
        return 0
    return 2 if piece.section else 1


def _runs(words: str, number: int, signs: Signs) -> tuple[list[Run], int]:
    """Return the runs of a piece, its marks numbered on from ``number``."""
    runs = []
    for part in re.split(r"(\^.)", words):
        if part.startswith("^"):
            number += 1
            shown = sign(CIRCLED.index(part[1]) + 1, signs)
            runs.append(Run("mark", str(number), shown))
        elif part:
            runs.append(Run("text", part))
    return runs, number


def _note(number: str, notes: list[list[str]], signs: Signs) -> Note:
    mark, text = notes[int(number) - 1]
    return Note(number, sign(CIRCLED.index(mark) + 1, signs), text)


def print_markdown(printed: Printed, path: Path) -> Path:
    """Return the paged Markdown of a book: a page mark stands below headings that open a page."""
    lines = []
    for flow in flows(printed):
        waiting = ""
        for block in flow.blocks:
            words = ""
            for run in block.runs:
                if run.kind == "page":
                    words += f"<!-- page {run.value} -->"
                elif run.kind == "mark":
                    words += f"[^{run.value}]"
                else:
                    words += run.value
            if block.level:
                marks = "".join(re.findall(r"<!--.*?-->", words))
                waiting += marks
                lines.append("#" * block.level + " " + block.text)
            else:
                lines.append(waiting + words)
                waiting = ""
        lines += [f"[^{note.number}]: {note.text}" for note in flow.notes]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return path


def print_html(
    printed: Printed, path: Path, *, pages: bool = True, encoding: str = "utf-8", mark: str = ""
) -> Path:
    """Return the web page of a book, which names its encoding; page ends are in it if asked.

    They are breaks that say so, or in the form of ``mark``, in which {} is the label.
    """
    chapters = flows(printed)
    body = [
        html_block(block, "html", pages=pages, mark=mark)
        for flow in chapters
        for block in flow.blocks
    ]
    body += ["<hr>", *(html_note(note, "html") for flow in chapters for note in flow.notes)]
    head = f'<meta charset="{encoding}"><title>{escape(printed.title)}</title>'
    text = "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{printed.layout.language}"><head>{head}</head><body>',
            *body,
            "</body></html>",
        ]
    )
    path.write_text(text, encoding=encoding)
    return path


def html_block(block: Block, dialect: Dialect, *, pages: bool, mark: str = "") -> str:
    """Return a block as HTML, its marks as links to ``#note1`` and so on."""
    role = _ROLES[dialect]
    inner = []
    for run in block.runs:
        if run.kind == "text":
            inner.append(escape(run.value))
        elif run.kind == "mark":
            link = f'<a href="#note{run.value}" id="mark{run.value}"{role["noteref"]}>'
            inner.append(f"<sup>{link}{run.shown}</a></sup>")
        elif pages and mark:
            inner.append(mark.format(escape(run.value)))
        elif pages:
            label = role["pagebreak"].format(label=escape(run.value))
            inner.append(f'<span id="{run.shown}"{label}></span>')
    name = f"h{block.level}" if block.level else "p"
    return f"<{name}>{''.join(inner)}</{name}>"


def html_note(note: Note, dialect: Dialect) -> str:
    """Return a note as HTML, with a link back to its mark."""
    tag, kind = ("p", ' class="note"') if dialect == "epub2" else ("aside", _ROLES[dialect]["note"])
    back = f'<a href="#mark{note.number}">{note.shown}</a>'
    inner = f"{back} {escape(note.text)}"
    inner = inner if tag == "p" else f"<p>{inner}</p>"
    return f'<{tag} id="note{note.number}"{kind}>{inner}</{tag}>'
