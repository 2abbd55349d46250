"""The press prints on paper: a PDF with a text layer, a scan of it, or pictures of its pages.

Every line stands where the press broke it; typst only draws. Lengths are in points from the
upper left corner of the sheet.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pikepdf
import pypdfium2
import typst
from PIL.Image import Resampling, fromarray

from tests.support.press.font import FONTS, ems
from tests.support.press.printing import ROMAN
from tests.support.press.text import CIRCLED, feet, note_line, sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from PIL.Image import Image

    from tests.support.press.printing import Printed, SetLine, Sheet
    from tests.support.press.text import Signs

_SIZE, _PITCH = 10.5, 17.85
_SMALL, _SMALL_PITCH = 8.5, 14.0
_SIDE, _TOP, _BOTTOM, _HEAD = 62.0, 62.0, 48.0, 36.0
_RAISED, _LOOSEST, _TIGHTEST = 0.6, 0.85, 0.995
_SLIMMEST = 0.66
"""The width of a page as a share of its height, at least."""

_DRAW = """
#let book = json(bytes(sys.inputs.book))
#set text(font: "Noto Serif SC", lang: "zh", hyphenate: false, cjk-latin-spacing: none,
  top-edge: "ascender", bottom-edge: "descender")
#set par(leading: 0pt, spacing: 0pt, justify: false)
#let run(piece) = if piece.raised {
  text(size: 0.6em, baseline: -0.55em, piece.text)
} else { piece.text }
#let shape(item) = {
  if item.kind == "rule" {
    line(length: item.width * 1pt, stroke: 0.5pt)
  } else if item.kind == "plate" {
    rect(width: item.width * 1pt, height: item.height * 1pt, fill: luma(190))
  } else {
    let side = (left: left, center: center, right: right, justified: left).at(item.kind)
    box(width: item.width * 1pt, align(side, text(size: item.size * 1pt, {
      for piece in item.runs { run(piece) }
      if item.kind == "justified" { linebreak(justify: true) }
    })))
  }
}
#for sheet in book {
  page(width: sheet.width * 1pt, height: sheet.height * 1pt, margin: 0pt, {
    for item in sheet.items {
      place(top + left, dx: item.x * 1pt, dy: item.y * 1pt, shape(item))
    }
  })
}
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A running head or foot: what stands on left- and on right-hand pages.

    In a template, ``{page}`` is the page's label in its ``numerals``, ``{pages}`` how many pages
    there are, ``{title}`` the book's, ``{chapter}`` that of the chapter, ``{n}`` its number;
    what follows a tab stands at the other side. ``openings`` says that it stands on pages, too,
    on which a chapter begins.
    """

    left: str
    right: str
    head: bool = False
    place: Literal["outer", "inner", "center", "left", "right"] = "outer"
    numerals: Literal["arabic", "wide", "han"] = "arabic"
    openings: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """How a book is put on paper.

    ``folio`` is how the page number is printed (None: not at all), at the foot in the middle
    or, where ``corners`` is set, in the outer corner. ``heads`` are running heads: the title of
    the book on the left page, of the chapter on the right. ``labels`` are those that the PDF
    declares: right ones, none, or ``off`` by ``labels_off`` pages. ``margin`` numbers every
    fifth line, or gives the pages of another edition. ``spreads`` puts two pages side by side
    (such a PDF declares no labels). ``signs`` is the kind of the marks of notes. ``running``
    are heads and feet that stand beside, or instead of, folio and heads.
    """

    folio: str | None = "{}"
    corners: bool = False
    heads: bool = True
    labels: Literal["right", "none", "off"] = "right"
    labels_off: int = 5
    bookmarks: bool = True
    contents: bool = True
    spreads: bool = False
    margin: Literal["none", "lines", "edition"] = "none"
    justified: bool = True
    signs: Signs = "①"
    running: tuple[Running, ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    """What is drawn at a place: text in runs, a rule, or a plate."""

    kind: Literal["left", "center", "right", "justified", "rule", "plate"]
    x: float
    y: float
    width: float
    height: float = 0.0
    size: float = _SIZE
    runs: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class _Side:
    """A page on paper: its label in the file's own numbering, its marks and what is on it."""

    label: str
    items: list[_Item] = field(default_factory=list)
    bookmarks: list[tuple[str, int, float]] = field(default_factory=list)


def print_pdf(printed: Printed, path: Path, paper: Paper | None = None) -> Path:
    """Return the PDF into which a book is printed, with its text layer."""
    paper = paper or Paper()
    sides = _sides(printed, paper)
    step = 2 if paper.spreads else 1
    sheets = [sides[k : k + step] for k in range(0, len(sides), step)]
    width, height = page_size(printed)
    # A narrow text stands in the middle of its page.
    shift = (width - 2 * _SIDE - _measure(printed)) / 2
    drawn = [
        {
            "width": width * step,
            "height": height,
            "items": [
                _as_json(item, shift + width * n)
                for n, side in enumerate(sheet)
                for item in side.items
            ],
        }
        for sheet in sheets
    ]
    typst.compile(  # type: ignore[misc]  # its overloads name a type that nothing binds
        _DRAW.encode(),
        output=str(path),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(drawn)},
        pdf_tags=False,
    )
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if paper.labels != "none" and not paper.spreads:
            labels = [side.label for side in sides]
            if paper.labels == "off":
                labels = [str(k + 1 + paper.labels_off) for k in range(len(sides))]
            pdf.Root.PageLabels = pdf.make_indirect(_page_labels(labels))
        if paper.bookmarks:
            with pdf.open_outline() as outline:
                _bookmark(outline, sides, step, height)
        pdf.save(path)
    return path


def page_size(printed: Printed) -> tuple[float, float]:
    """Return the width and the height of a page of the book, in points; it is never too slim."""
    height = _TOP + (printed.layout.height + 1) * _PITCH + _BOTTOM
    return max(2 * _SIDE + _measure(printed), _SLIMMEST * height), height


def _measure(printed: Printed) -> float:
    """Return how wide the text of a page is at most, in points."""
    return (printed.layout.ems + 1) * _SIZE


def _scanned(pdf: Path, *, dpi: int = 300, pages: Sequence[int] | None = None) -> Iterator[Image]:
    """Yield the sheets of a PDF as grey pictures; ``pages`` count from 0."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for k in range(len(document)) if pages is None else pages:
            yield document[k].render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()


def print_scan(
    printed: Printed,
    path: Path,
    paper: Paper | None = None,
    *,
    dpi: int = 300,
    pages: Sequence[int] | None = None,
    skew: float = 0.0,
    noise: float = 0.0,
) -> Path:
    """Return the PDF of a scan: pictures of sheets, and nothing that could be copied as text.

    ``pages`` are the sheets to scan, counted from 0. ``skew`` turns them by so many degrees,
    ``noise`` is the standard deviation of grey that is added (255 is white).
    """
    first, *rest = _pictures(printed, path, paper, dpi=dpi, pages=pages, skew=skew, noise=noise)
    first.save(path, "PDF", resolution=dpi, save_all=True, append_images=rest)
    return path


def print_pictures(
    printed: Printed,
    folder: Path,
    paper: Paper | None = None,
    *,
    dpi: int = 300,
    pages: Sequence[int] | None = None,
) -> Path:
    """Return the folder into which pictures of the sheets go: ``page-001.png`` is the first."""
    folder.mkdir(exist_ok=True)
    pictures = _pictures(printed, folder / "pages.pdf", paper, dpi=dpi, pages=pages)
    (folder / "pages.pdf").unlink()
    for k, picture in enumerate(pictures, 1):
        picture.save(folder / f"page-{k:03}.png", dpi=(dpi, dpi))
    return folder


def _pictures(
    printed: Printed,
    path: Path,
    paper: Paper | None,
    *,
    dpi: int,
    pages: Sequence[int] | None,
    skew: float = 0.0,
    noise: float = 0.0,
) -> list[Image]:
    """Return the sheets as pictures; a PDF stands at ``path`` afterwards."""
    chance = np.random.default_rng(1)
    pictures = []
    for sheet in _scanned(print_pdf(printed, path, paper), dpi=dpi, pages=pages):
        picture = sheet
        if skew:
            picture = picture.rotate(skew, Resampling.BICUBIC, fillcolor=255)
        if noise:
            grey = np.asarray(picture) + chance.normal(0, noise, (picture.height, picture.width))
            picture = fromarray(grey.clip(0, 255).astype(np.uint8))
        pictures.append(picture)
    return pictures


def _sides(printed: Printed, paper: Paper) -> list[_Side]:
    """Return the pages on paper: title, front matter, contents, body, and blank ones between."""
    middle = _TOP + printed.layout.height * _PITCH / 3
    title = _Side("扉")
    for text, y, size in ((printed.title, middle, 24.0), (printed.words.author, middle + 60, 14.0)):
        title.items.append(
            _Item("center", _SIDE, y, _measure(printed), size=size, runs=((text, False),))
        )
    groups = [
        [title],
        _pages(printed.preface, printed, paper),
        _contents(printed) if paper.contents else [],
        _pages(printed.body, printed, paper),
    ]
    sides: list[_Side] = []
    for group in groups:
        # The first page of every numbering is on the right.
        if paper.spreads and group and len(sides) % 2 == 0:
            sides.append(_Side(""))
        sides += group
    return sides


def _contents(printed: Printed) -> list[_Side]:
    """Return the printed table of contents, an entry a line."""
    layout = printed.layout
    sides: list[_Side] = []
    row = layout.height
    for heading, page in printed.contents:
        if row + 1 > layout.height:
            sides.append(_Side(f"目{len(sides) + 1}"))
            row = 0
            if len(sides) == 1:
                sides[0].items.append(
                    _text(
                        printed.words.spread(printed.words.contents, "　"),
                        0,
                        1,
                        layout.ems,
                        kind="center",
                        size=16.0,
                    )
                )
                row = 4
        indent = 2 if heading[0].isdigit() else 0
        dots = "…" * max(1, int(layout.ems - indent - ems(heading) - ems(page) - 2))
        entry = f"{heading}{dots}({page})" if page else heading
        sides[-1].items.append(_text(entry, indent, row, layout.ems))
        row += 1
    return sides


def _text(
    text: str,
    column: float,
    row: float,
    columns: float,
    *,
    kind: Literal["left", "center", "right", "justified"] = "left",
    size: float = _SIZE,
    signs: Signs = "①",
) -> _Item:
    """Return a line of text on the grid of the page's characters; ``^①`` is raised."""
    runs = tuple(
        (sign(CIRCLED.index(piece[1]) + 1, signs), True) if piece[0] == "^" else (piece, False)
        for piece in re.split(r"(\^.)", text)
        if piece
    )
    # What is not fitted to the measure may jut out of it, rather than be broken by typst.
    spare = 200.0 if kind == "left" else 0.0
    x, y = _SIDE + column * _SIZE, _TOP + row * _PITCH
    return _Item(kind, x, y, (columns - column) * _SIZE + spare, size=size, runs=runs)


def _pages(sheets: tuple[Sheet, ...], printed: Printed, paper: Paper) -> list[_Side]:
    """Return the pages of a numbering as they are put on paper."""
    layout = printed.layout
    sides: list[_Side] = []
    for sheet, notes in zip(sheets, feet(sheets), strict=True):
        side = _Side(sheet.label)
        if sheet.caption:
            measure, height = layout.ems * _SIZE, layout.height * _PITCH * 0.7
            side.items.append(_Item("plate", _SIDE, _TOP, measure, height))
            row = layout.height * 0.8
            side.items.append(_text(sheet.caption, 0, row, layout.ems, kind="center"))
        if not sheet.blank:
            side.items += [_set(line, printed, paper) for line in sheet.lines]
            side.bookmarks += [
                (line.title, line.level, _TOP + line.row * _PITCH)
                for line in sheet.lines
                if line.title
            ]
            side.items += _notes(notes, sheet.notes_top, printed, paper)
            side.items += _furniture(sheet, printed, paper)
        # On spreads a page is never scanned twice without its neighbour.
        copies = 0 if paper.spreads else sheet.copies - 1
        sides += [side, *[replace(side, bookmarks=[])] * copies]
    return sides


def _set(line: SetLine, printed: Printed, paper: Paper) -> _Item:
    """Return a line of the body on its place."""
    width = printed.layout.ems
    if line.level == 1:
        return _text(line.text, 0, line.row, width, kind="center", size=16.0)
    if line.level == 2:
        return _text(line.text, 2, line.row, width, size=12.0)
    column = 2 if line.first else 0
    filled = (column + _width(line.text, paper.signs)) / (width + 1)
    full = paper.justified and not line.last and _LOOSEST < filled < _TIGHTEST
    kind: Literal["justified", "left"] = "justified" if full else "left"
    return _text(line.text, column, line.row, width + 1, kind=kind, signs=paper.signs)


def _width(text: str, signs: Signs) -> float:
    """Return how wide a text is, in widths of a Chinese character."""
    plain = re.sub(r"\^.", "", text)
    raised = "".join(sign(CIRCLED.index(mark) + 1, signs) for mark in re.findall(r"\^(.)", text))
    return ems(plain) + _RAISED * ems(raised)


def _notes(notes: list[str], row: float | None, printed: Printed, paper: Paper) -> Iterator[_Item]:
    """Yield notes in smaller type: from a row on, or at the foot under a short rule."""
    if row is not None:
        top, pitch = _TOP + row * _PITCH, _PITCH
    else:
        top, pitch = _TOP + (printed.layout.height + 1) * _PITCH, _SMALL_PITCH
        top -= len(notes) * pitch
        if notes:
            yield _Item("rule", _SIDE, top - 5, printed.layout.ems * _SIZE / 4)
    for k, note in enumerate(notes):
        runs = ((note_line(note, paper.signs).removeprefix("^"), False),)
        yield _Item("left", _SIDE + _SMALL, top + k * pitch, 600.0, size=_SMALL, runs=runs)


def _furniture(sheet: Sheet, printed: Printed, paper: Paper) -> Iterator[_Item]:
    """Yield the folio, the running head, and the numbers in the margin."""
    _, height = page_size(printed)
    measure = _measure(printed)
    outer: Literal["left", "right"] = "right" if sheet.number % 2 else "left"
    if paper.folio is not None and sheet.label:
        runs = ((paper.folio.format(sheet.label), False),)
        kind = outer if paper.corners else "center"
        yield _Item(kind, _SIDE, height - _BOTTOM + 14, measure, size=9.0, runs=runs)
    if paper.heads and not sheet.opens:
        runs = ((sheet.head(printed.title), False),)
        yield _Item(outer, _SIDE, _HEAD, measure, size=9.0, runs=runs)
    for running in paper.running:
        if sheet.label and (running.openings or not sheet.opens):
            yield from _running(running, sheet, printed, outer)
    place = _SIDE + measure + 12 if outer == "right" else _SIDE - 32
    if paper.margin == "edition":
        row = sheet.number * 7 % max(1, printed.layout.height - 2)
        runs = ((str(130 + sheet.number * 3 // 2), False),)
        yield _Item("left", place, _TOP + row * _PITCH, 20.0, size=7.5, runs=runs)
    if paper.margin == "lines":
        for k, line in enumerate(sheet.lines, 1):
            if k % 5 == 0:
                y = _TOP + line.row * _PITCH
                yield _Item("left", place, y, 20.0, size=7.5, runs=((str(k), False),))


def _running(
    running: Running, sheet: Sheet, printed: Printed, outer: Literal["left", "right"]
) -> Iterator[_Item]:
    """Yield a running head or foot, in one piece or, where a tab parts it, in two."""
    _, height = page_size(printed)
    inner: Literal["left", "right"] = "left" if outer == "right" else "right"
    side: Literal["left", "center", "right"]
    if running.place == "outer":
        side = outer
    else:
        side = inner if running.place == "inner" else running.place
    chapters = [heading for heading, _ in printed.contents]
    chapter = sheet.pieces[0].chapter or sheet.pieces[0].part or printed.title
    text = (running.left if outer == "left" else running.right).format(
        page=_numeral(sheet.label, running.numerals),
        pages=len(printed.body) + 40,
        title=printed.title,
        chapter=chapter.split()[-1],
        n=chapters.index(chapter) if chapter in chapters else 0,
    )
    parts = text.split("\t")
    sides: Sequence[Literal["left", "center", "right"]] = [side]
    if len(parts) > 1:
        sides = ["left", "right"]
    y = _HEAD if running.head else height - _BOTTOM + 14
    for part, kind in zip(parts, sides, strict=True):
        yield _Item(kind, _SIDE, y, _measure(printed), size=8.0, runs=((part, False),))


def _numeral(label: str, numerals: Literal["arabic", "wide", "han"]) -> str:
    """Return a label as it is printed."""
    if numerals == "wide":
        return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in label)
    if numerals == "arabic" or not label.isdigit():
        return label
    tens, ones = divmod(int(label), 10)
    hundreds, tens = divmod(tens, 10)
    han = "零一二三四五六七八九"
    if not hundreds:
        return ("" if tens < 2 else han[tens]) + "十" * (tens > 0) + (han[ones] if ones else "")
    middle = f"{han[tens]}十" if tens else "零" * (ones > 0)
    return f"{han[hundreds]}百{middle}{han[ones] if ones else ''}"


def _as_json(item: _Item, shift: float) -> dict[str, Any]:
    """Return what typst is told of an item."""
    return {
        "kind": item.kind,
        "x": item.x + shift,
        "y": item.y,
        "width": item.width,
        "height": item.height,
        "size": item.size,
        "runs": [{"text": text, "raised": raised} for text, raised in item.runs],
    }


def _page_labels(labels: Sequence[str]) -> pikepdf.Dictionary:
    """Return labels as a PDF declares them: a range wherever the counting changes."""
    ranges: list[Any] = []
    before: tuple[str, int] | None = None
    for k, label in enumerate(labels):
        if label.isdigit():
            now = ("/D", int(label))
            style = pikepdf.Dictionary(S=pikepdf.Name.D, St=int(label))
        elif label in ROMAN[1:]:
            now = ("/r", ROMAN.index(label))
            style = pikepdf.Dictionary(S=pikepdf.Name.r, St=now[1])
        else:
            now = (label, 0)
            style = pikepdf.Dictionary(P=pikepdf.String(label))
        if before is None or now != (before[0], before[1] + 1):
            ranges += [k, style]
        before = now
    return pikepdf.Dictionary(Nums=pikepdf.Array(ranges))


def _bookmark(outline: pikepdf.Outline, sides: Sequence[_Side], step: int, height: float) -> None:
    """Write the headings into a PDF's outline, sections under their chapters."""
    for k, side in enumerate(sides):
        for title, level, top in side.bookmarks:
            item = pikepdf.OutlineItem(title, k // step, "FitH", top=height - top)
            above = outline.root[-1].children if level > 1 and outline.root else outline.root
            above.append(item)
