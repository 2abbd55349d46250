"""A paper as a web page that needs nothing beside it, and can be cited from; pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rag.citing import Run
from rag.exporting.paper import Role
from rag.language.catalog import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.exporting.paper import Block, Mark, Note, Paper

_STYLE = """
:root { color-scheme: light dark; --ink: #26221d; --faint: #6b6258; --line: #e4ddd1;
  --paper: #faf8f3; --seal: #96281f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e3d8; --faint: #a1988b;
  --line: #3a352f; --paper: #191715; --seal: #e5958a; } }
body { max-width: 40rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 1.06rem/1.85 "Noto Serif CJK SC", "Noto Serif SC",
  "Source Han Serif SC", "Songti SC", SimSun, Georgia, "Times New Roman", serif;
  overflow-wrap: anywhere; }
body:lang(zh-Hant) { font-family: "Noto Serif CJK TC", "Noto Serif TC", "Songti TC", PMingLiU,
  Georgia, serif; }
h1 { font-size: 1.5rem; line-height: 1.5; margin: 0 0 0.3rem; }
h2 { font-size: 1.15rem; line-height: 1.6; margin: 2.6rem 0 0.8rem; }
p { margin: 0 0 0.7rem; }
blockquote { margin: 0 0 0.7rem; padding-left: 1rem; border-left: 3px solid var(--seal); }
blockquote p { margin: 0; }
.translation { margin: -0.2rem 0 1rem; padding-left: calc(1rem + 3px); color: var(--faint);
  font-size: 0.92rem; line-height: 1.75; }
.aside, .lead, .end { color: var(--faint); font-size: 0.88rem; }
.entry { padding-left: 2em; text-indent: -2em; }
sup { line-height: 0; font-size: 0.7em; }
a { color: var(--seal); text-decoration: none; }
a:hover { text-decoration: underline; }
.notes { margin-top: 2.6rem; border-top: 1px solid var(--line); font-size: 0.9rem;
  line-height: 1.75; }
.notes ol { padding-left: 2rem; }
.notes p { margin: 0 0 0.2rem; }
.notes li { margin: 0.6rem 0; }
.end { margin-top: 2.6rem; }
:target { background: color-mix(in srgb, var(--seal) 12%, transparent); }
@media print { body { max-width: none; background: none; color: #000; } }
"""
# The page fetches nothing and runs nothing, whatever text it holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def to_html(paper: Paper) -> bytes:
    """Return a paper as one HTML file with its style in it, notes that link back, and COinS."""
    language = paper.language
    title = _safe(paper.title)
    lead = "".join(f'<p class="lead">{_safe(line)}</p>' for line in paper.lead)
    coins = "".join(f'<span class="Z3988" title="{_safe(item)}"></span>' for item in paper.coins)
    body = "\n".join(_block(block) for block in paper.blocks)
    end = "".join(f"<p>{_safe(line)}</p>" for line in paper.end)
    tag = say("language.tag", language)
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1>{lead}{coins}</header>\n<main>\n{body}\n</main>\n"
        f"{_notes(paper)}"
        f'<footer class="end">{end}</footer>\n</body>\n</html>\n'
    ).encode()


def _safe(text: str) -> str:
    return escape(text, quote=True)


def _block(block: Block) -> str:
    lang = f' lang="{_safe(block.lang)}"' if block.lang else ""
    text = _inline(block.pieces)
    if block.role in (Role.QUESTION, Role.HEADING):
        return f"<h2{lang}>{text}</h2>"
    if block.role is Role.QUOTATION:
        return f"<blockquote{lang}><p>{text}</p></blockquote>"
    if block.role is Role.TRANSLATION:
        label, *words = block.pieces
        return f'<p class="translation">{_inline((label,))}<span{lang}>{_inline(words)}</span></p>'
    return f'<p class="{block.role}"{lang}>{text}</p>'


def _inline(pieces: Iterable[Run | Mark]) -> str:
    out: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Run):
            number = piece.note + 1
            out.append(
                f'<sup><a id="mark-{number}" href="#note-{number}" role="doc-noteref">'
                f"[{number}]</a></sup>"
            )
            continue
        text = _safe(piece.text)
        text = f"<em>{text}</em>" if piece.italic else text
        out.append(f"<sup>{text}</sup>" if piece.superscript else text)
    return "".join(out)


def _notes(paper: Paper) -> str:
    if not paper.notes:
        return ""
    items = "\n".join(_note(n, note, paper) for n, note in enumerate(paper.notes, start=1))
    head = say("documents.notes", paper.language)
    return (
        f'<section class="notes" role="doc-endnotes"><h2>{head}</h2>\n'
        f"<ol>\n{items}\n</ol></section>\n"
    )


def _note(number: int, note: Note, paper: Paper) -> str:
    back = say("documents.back", paper.language)
    link = f'<a href="#mark-{number}" role="doc-backlink" aria-label="{back}" title="{back}">↩</a>'
    details = "".join(f'<p class="aside">{_safe(line)}</p>' for line in note.details)
    return f'<li id="note-{number}"><p>{_inline(note.citation)} {link}</p>{details}</li>'
