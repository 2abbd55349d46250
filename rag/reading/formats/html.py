"""HTML -> a Book.

Headings are its sections, and pages are those that marks declare: EPUB's page breaks
(``role="doc-pagebreak"``), comments (``<!-- page 12 -->``) and what else counts up as pages do
(``rag.reading.flow.pagemarks``). Without marks no page is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.reading.binding import bind
from rag.reading.files import decode, decode_as, parse_markup, read_bytes
from rag.reading.flow import (
    Declared,
    Guide,
    Read,
    Styles,
    add_unlinked,
    bare_title,
    checked,
    find_contents,
    find_notes,
    find_page_marks,
    levelled,
    local,
    read_markup,
    record_of,
    settled,
    title_lines,
    to_leaves,
    with_title,
    without_licence,
)
from rag.types import ReadingError

if TYPE_CHECKING:
    from lxml.etree import _Element

    from rag.reading.source import Source
    from rag.types import Book

_CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""",
                      re.IGNORECASE)  # fmt: skip
_HEAD = 4096
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_LATIN = re.compile(
    r"iso-?8859-?1$|latin-?1$|windows-1252$|cp1252$|us-ascii$|ascii$", re.IGNORECASE
)
_AUTHORS = {"author", "dc.creator", "dcterms.creator", "citation_author"}
_TITLES = {"dc.title", "dcterms.title", "citation_title", "citation_book_title"}
_NO_MARKS = "the file marks no printed pages"


def read_html(source: Source) -> Book:
    """Return the book that an HTML file holds; ReadingError where it holds no text."""
    name = source.path.name
    root = parse_markup(decode_html(read_bytes(source.path), name), name)
    styles = Styles()
    styles.add(e.text or "" for e in root.iter() if local(e) == "style")
    documents = {name: root}
    notes = find_notes(documents)
    add_unlinked(documents, notes)
    pages = find_page_marks(documents, {})
    read = Read()
    read_markup(name, root, Guide(notes, styles, {}, find_contents(documents), pages), read)
    if not any(piece.text for piece in read.pieces):
        raise ReadingError(f"{name} is empty; there is nothing to read in it.")
    declared = _declared(root)
    pieces, title = levelled(without_licence(read.pieces), declared.title)
    record = record_of(with_title(declared, title), source, title_lines(pieces))
    leaves, problems = checked(to_leaves(settled(pieces), _NO_MARKS))
    return bind(leaves, record, record.contents, [*read.problems(), *problems])


def decode_html(data: bytes, name: str) -> str:
    """Return the text of an HTML file: by its byte order mark, as it declares, or as it looks.

    A declaration of Latin-1 is what editors write who know no better, and is not believed
    before the text has been looked at.
    """
    declared = None if data.startswith(_MARKS) else _CHARSET.search(data[:_HEAD])
    encoding = declared[1].decode("ascii", "replace") if declared else ""
    text = decode_as(data, encoding) if encoding and not _LATIN.match(encoding) else None
    return decode(data, name) if text is None else text


def _declared(root: _Element) -> Declared:
    """Return what the head of a document says of the book."""
    metas = [
        ((e.get("name") or "").lower(), (e.get("content") or "").strip())
        for e in root.iter()
        if local(e) == "meta" and e.get("name")
    ]
    titles = [content for name, content in metas if name in _TITLES and content]
    heads = [e.text.strip() for e in root.iter() if local(e) == "title" and e.text]

    def first(*names: str) -> str:
        return next((content for name, content in metas if name in names and content), "")

    return Declared(
        title=bare_title(next(iter([*titles, *heads]), "")),
        authors=tuple(content for name, content in metas if name in _AUTHORS and content),
        publisher=first("dc.publisher", "dcterms.publisher", "citation_publisher"),
        date=first("dc.date", "dcterms.issued", "citation_publication_date", "citation_date"),
        isbn=first("citation_isbn"),
        language=root.get("lang") or first("dc.language", "dcterms.language"),
    )
