"""The press prints a book as an EPUB, of version 2 or 3."""

from __future__ import annotations

import re
import zipfile
from html import escape
from typing import TYPE_CHECKING, Literal

from tests.support.press.flow import Dialect, Flow, flows, html_block, html_note

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.press.printing import Printed

_CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""
_XHTML = "application/xhtml+xml"
_Listed = tuple[str, str, list[tuple[str, str]]]


def print_epub(
    printed: Printed,
    path: Path,
    *,
    version: Literal[2, 3] = 3,
    page_list: bool = True,
    flat: bool = False,
    listed: Literal["all", "chapters"] = "all",
) -> Path:
    """Return the EPUB of a book: a file a chapter, and a table of contents.

    ``flat`` gives all headings one level; ``listed`` are those that the contents list.

    With ``page_list``, pages are marked where they begin and listed with their labels: in the
    navigation document of version 3, in the NCX of version 2.
    """
    dialect: Dialect = "epub3" if version == 3 else "epub2"
    chapters = flows(printed)
    files = {
        "title.xhtml": _page(
            printed.title, [f"<h1>{printed.title}</h1>", f"<p>{printed.words.author}</p>"]
        )
    }
    for k, flow in enumerate(chapters, 1):
        lines = [html_block(block, dialect, pages=page_list) for block in flow.blocks]
        lines += [html_note(note, dialect) for note in flow.notes]
        lines = _with_ids(lines, flow)
        if flat:
            lines = [re.sub(r"(</?h)[1-6]", r"\g<1>1", line) for line in lines]
        files[f"chapter{k}.xhtml"] = _page(flow.title, lines)
    targets = [
        (label, f"chapter{k}.xhtml#{place}")
        for k, flow in enumerate(chapters, 1)
        for label, place in _places(flow)
        if page_list
    ]
    spine = list(files)
    if version == 3:
        files["nav.xhtml"] = _nav(printed.words.contents, _headings(chapters, listed), targets)
    else:
        files["toc.ncx"] = _ncx(printed.title, _headings(chapters, listed), targets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("OEBPS/book.opf", _package(printed, version, spine))
        for name, text in files.items():
            book.writestr(f"OEBPS/{name}", text)
    return path


def _page(title: str, lines: list[str]) -> str:
    """Return a file of the book."""
    body = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops">\n'
        f"<head><title>{escape(title)}</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _with_ids(lines: list[str], flow: Flow) -> list[str]:
    """Return the lines of a chapter, its headings with the ids that contents point to."""
    return [
        line.replace(f"<h{block.level}>", f'<h{block.level} id="head{k}">', 1)
        if block.level
        else line
        for k, (block, line) in enumerate(zip(flow.blocks, lines, strict=False))
    ] + lines[len(flow.blocks) :]


def _places(flow: Flow) -> list[tuple[str, str]]:
    """Return the label and the id of each page that begins in a chapter."""
    return [
        (run.value, run.shown) for block in flow.blocks for run in block.runs if run.kind == "page"
    ]


def _headings(chapters: list[Flow], listed: Literal["all", "chapters"]) -> list[_Listed]:
    """Return title and target of each chapter, and those of its sections if they are listed."""
    found = []
    for k, flow in enumerate(chapters, 1):
        heads = [
            (block.text, f"chapter{k}.xhtml#head{n}")
            for n, block in enumerate(flow.blocks)
            if block.level
        ]
        found.append((*heads[0], heads[1:] if listed == "all" else []))
    return found


def _nav(name: str, chapters: list[_Listed], targets: list[tuple[str, str]]) -> str:
    """Return the navigation document of version 3."""

    def item(title: str, target: str, inner: str = "") -> str:
        return f'<li><a href="{target}">{escape(title)}</a>{inner}</li>'

    entries = []
    for title, target, sections in chapters:
        inner = "".join(item(*section) for section in sections)
        entries.append(item(title, target, f"<ol>{inner}</ol>" if inner else ""))
    lines = [f'<nav epub:type="toc"><ol>{"".join(entries)}</ol></nav>']
    if targets:
        pages = "".join(item(*target) for target in targets)
        lines.append(f'<nav epub:type="page-list" hidden="hidden"><ol>{pages}</ol></nav>')
    return _page(name, lines)


def _ncx(title: str, chapters: list[_Listed], targets: list[tuple[str, str]]) -> str:
    """Return the table of contents of version 2."""

    def inside(name: str, target: str) -> str:
        label = f"<navLabel><text>{escape(name)}</text></navLabel>"
        return f'{label}<content src="{target}"/>'

    points = []
    for name, target, sections in chapters:
        inner = "".join(f"<navPoint>{inside(*section)}</navPoint>" for section in sections)
        points.append(f"<navPoint>{inside(name, target)}{inner}</navPoint>")
    pages = "".join(
        f'<pageTarget type="{"normal" if label.isdigit() else "front"}" value="{k}">'
        f"{inside(label, target)}</pageTarget>"
        for k, (label, target) in enumerate(targets, 1)
    )
    page_list = f"<pageList>{pages}</pageList>" if targets else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head/>'
        f"<docTitle><text>{escape(title)}</text></docTitle>"
        f"<navMap>{''.join(points)}</navMap>{page_list}</ncx>\n"
    )


def _package(printed: Printed, version: int, spine: list[str]) -> str:
    """Return the package document: what the files are, and their order."""
    items = [
        f'<item id="item{k}" href="{name}" media-type="{_XHTML}"/>' for k, name in enumerate(spine)
    ]
    order = "".join(f'<itemref idref="item{k}"/>' for k in range(len(spine)))
    toc = ""
    if version == 3:
        items.append(f'<item id="nav" href="nav.xhtml" media-type="{_XHTML}" properties="nav"/>')
    else:
        items.append('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>')
        toc = ' toc="ncx"'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" '
        f'version="{version}.0" unique-identifier="id">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:press</dc:identifier><dc:title>{printed.title}</dc:title>'
        f"<dc:language>{printed.layout.language}</dc:language></metadata>\n"
        f"<manifest>{''.join(items)}</manifest>\n<spine{toc}>{order}</spine>\n</package>\n"
    )
