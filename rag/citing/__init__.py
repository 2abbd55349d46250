"""Citations in the styles that departments and journals ask for.

``format_citation`` writes one citation; ``render_notes`` and ``render_bibliography`` write
those of a whole document, where a style says a book in full the first time and briefly later.
``missing_fields`` says what a record lacks for a style.

The styles are files of standard CSL beside this module, rendered by pandoc's citeproc:

=====================  ===================================================================
lishi-yanjiu           《历史研究》: 中国社会科学杂志社《关于引文注释的规定》 (2014); more than
                       three authors as in the journal's rules of 2002
gb-2025-…, gb-2015-…   GB/T 7714—2025 and —2015: -note, -numeric (顺序编码制) and -author-date
                       (著者-出版年制)
chicago                The Chicago Manual of Style, 18th edition, notes and bibliography
apa                    American Psychological Association, 7th edition
mla                    Modern Language Association, 9th edition
=====================  ===================================================================
"""

from __future__ import annotations

from rag.citing.composing import format_citation, render_bibliography, render_notes
from rag.citing.missing import missing_fields
from rag.citing.model import Cited, Run, StyleKind
from rag.citing.pandoc import run_pandoc
from rag.citing.styles import STYLES, style_kind

__all__ = [
    "STYLES",
    "Cited",
    "Run",
    "StyleKind",
    "format_citation",
    "missing_fields",
    "render_bibliography",
    "render_notes",
    "run_pandoc",
    "style_kind",
]
