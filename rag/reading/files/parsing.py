"""The text of HTML or XHTML -> a tree, without entities, DTDs, scripts or the network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from rag.reading.files.packages import parse_xml
from rag.types import ReadingError

if TYPE_CHECKING:
    from lxml.etree import _Element

_PAGE_MARK = re.compile(r"<!--\s{0,20}page\b[ \t]{0,20}([^>]{0,80}?)\s{0,20}-->", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_XHTML = re.compile(r"""<html\b[^>]{0,2000}xmlns\s*=\s*["']http://www\.w3\.org/1999/xhtml""")
_CLOSED = re.compile(r"<(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>(?:\s[^<>]*)?)/>")
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
}  # fmt: skip


def parse_markup(text: str, name: str) -> _Element:
    """Return the root of a document; one that is not well-formed is read as browsers do.

    A mark of a page that is a comment (``<!-- page 12 -->``) becomes a page break. Raises
    ReadingError, which calls the file ``name``, where elements nest so deeply, or a text is
    so long, that libxml2 would lose some of it.
    """
    marked = _PAGE_MARK.sub(_page_break, text)
    if _XHTML.search(marked):
        try:
            return parse_xml(marked)
        except etree.XMLSyntaxError:
            marked = _CLOSED.sub(_opened, marked)
    parser = etree.HTMLParser(
        recover=True, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(_DECLARATION.sub("", marked.lstrip("\ufeff")), parser)
    except etree.XMLSyntaxError:
        return etree.Element("html")
    if any("XML_PARSE_HUGE" in error.message for error in parser.error_log):
        raise ReadingError(
            f"{name} nests its elements too deeply, or has too long a paragraph, to be read; "
            "save it as text."
        )
    return etree.Element("html") if root is None else root


def _page_break(match: re.Match[str]) -> str:
    label = match[1].replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<span role="doc-pagebreak" title="{label}"></span>'


def _opened(match: re.Match[str]) -> str:
    """Return an empty element of XML as HTML has it: opened and closed."""
    name = match["name"]
    return match[0] if name.lower() in _VOID else f"<{name}{match['rest']}></{name}>"
