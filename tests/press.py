"""A small press: makes up a book, typesets it into pages and prints it as a scan's text.

What stands on which page is known, so a reading can be scored. The sentences are put
together from a small stock of words and mean nothing in particular.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.types import Book

_WHO = (
    "河口的渔民",
    "北岸的商会",
    "年轻的测绘员",
    "县里的水利局",
    "两位退休教师",
    "山村的木匠",
    "旧船厂的工人",
    "那位植物学者",
    "驿站的信差",
    "邻省的茶商",
    "档案馆的馆员",
    "巡回的医生",
)
_WHEN = (
    "在旱季到来以前",
    "第二年春天",
    "据当时的账簿",
    "经过反复商议",
    "趁着水位下降",
    "约在1903年前后",
    "入冬以后",
    "依照旧日的惯例",
    "在没有图纸的情况下",
    "接到通知的当晚",
)
_DID = (
    "修了三条石砌的水渠",
    "把木桥改成了铁索桥",
    "绘出了全境的地形图",
    "登记了四百余户人家",
    "重新丈量了河滩的田亩",
    "收集到十几种野生稻谷",
    "运来了两千根杉木",
    "写下了一份很长的报告",
    "校对了散失的县志抄本",
    "开办了一所夜间学堂",
    "记录了每日的潮水高度",
)
_SO = (
    "后来的人多半引用这个数字",
    "这件事在邻县也有流传",
    "费用由各村分摊",
    "其中一部分至今还能看到",
    "结果比预想的要好",
    "不过详细的经过已经难以考证",
    "因此工期拖延了将近一年",
    "可见当时的条件并不宽裕",
)
_TOPIC = (
    "水渠",
    "木桥",
    "地图",
    "户口",
    "田亩",
    "稻谷",
    "杉木",
    "县志",
    "学堂",
    "潮水",
    "茶路",
    "船厂",
    "驿站",
    "药圃",
    "集市",
    "灯塔",
    "织坊",
    "盐井",
    "果园",
    "窑火",
    "碑刻",
    "渡口",
    "粮仓",
    "林场",
)
_NUMERALS = "零一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a book is made: the measure of its page, and how much of everything it has."""

    width: int = 27
    height: int = 27
    chapters: int = 4
    sections: int = 4
    paragraphs: tuple[int, int] = (3, 9)
    notes: float = 0.25
    preface: bool = True
    chapter_lines: int = 7
    section_lines: int = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or what of it stands on one page, or a heading."""

    text: str
    chapter: str | None
    section: str | None
    part: str | None
    heading: bool = False


@dataclass(slots=True)
class Sheet:
    """One printed page: its label, its pieces in order, and its footnotes."""

    label: str
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Printed:
    """A book as printed: its table of contents (heading, page) and its pages."""

    title: str
    contents: tuple[tuple[str, str], ...]
    preface: tuple[Sheet, ...]
    body: tuple[Sheet, ...]

    def text(self, *, contents: bool = True) -> str:
        """Return the text that a scan of the book would give."""
        lines = ["", self.title, "", "众人著", ""]
        for sheet in self.preface:
            lines += _sheet_lines(sheet)
        if contents:
            lines += ["目 录", ""]
            for k, (heading, page) in enumerate(self.contents):
                lines.append(f"{heading}{'.....' * (k % 2)}\t({page})")
            lines.append("")
        for sheet in self.body:
            lines += _sheet_lines(sheet)
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a reading found what was printed, as shares of the characters or notes."""

    exact: float
    right_where_exact: float
    right_where_approximate: float
    sections: float
    notes: float


def print_book(layout: Layout, seed: int) -> Printed:
    """Return a made-up book in a layout; the same seed gives the same book."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    setter = _Setter(layout)
    contents: list[tuple[str, str]] = []
    if layout.preface:
        setter.heading("前　　言", None, None, "前言", layout.chapter_lines)
        contents.append(("前 言", "1"))
        for _ in range(chance.randint(5, 12)):
            setter.paragraph(_paragraph(chance, layout.notes), None, None, "前言")
    preface = setter.done()
    topics = list(_TOPIC)
    chance.shuffle(topics)
    for c in range(1, layout.chapters + 1):
        name = topics[c % len(topics)]
        chapter = f"第{_NUMERALS[c]}章 {name}的来历与变迁"
        setter.new_page()
        page = setter.heading(
            chapter.replace(" ", "\n\n"), chapter, None, None, layout.chapter_lines
        )
        contents.append((chapter, page))
        for s in range(1, layout.sections + 1):
            section = (
                f"{s}. {topics[(c * 7 + s) % len(topics)]}与{topics[(c * 5 + s * 3) % len(topics)]}"
            )
            page = setter.heading(section, chapter, section, None, layout.section_lines)
            contents.append((section, page))
            for _ in range(chance.randint(*layout.paragraphs)):
                setter.paragraph(_paragraph(chance, layout.notes), chapter, section, None)
    return Printed("河谷旧事", tuple(contents), preface, setter.done())


def misread(printed: Printed, share: float, seed: int) -> Printed:
    """Return the book with some page numbers of its contents misread."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets

    def page(number: str) -> str:
        if chance.random() >= share:
            return number
        place = chance.randrange(len(number))
        return number[:place] + chance.choice("0123456789lI") + number[place + 1 :]

    contents = tuple((heading, page(number)) for heading, number in printed.contents)
    return replace(printed, contents=contents)


def without_pages(printed: Printed, every: int, first: int) -> Printed:
    """Return the book with pages of its body torn out at regular intervals."""
    kept = tuple(s for k, s in enumerate(printed.body) if k % every != first % every)
    return replace(printed, body=kept)


def broken(text: str, share: float, seed: int) -> str:
    """Return a scan's text with long blocks broken in two where no page ended."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) > 60 and chance.random() < share:
            place = chance.randrange(10, len(line) - 10)
            place += 2 * ("^" in line[place - 1 : place + 1])
            lines += [line[:place], "", line[place:]]
        else:
            lines.append(line)
    return "\n".join(lines)


def score(book: Book, printed: Printed) -> Score:
    """Return how much of what was printed a reading places right."""
    offsets = [k for k, c in enumerate(book.text[: book.body_end]) if not c.isspace()]
    flat = "".join(book.text[k] for k in offsets)
    total = exact = exact_right = near = near_right = sections = 0
    cursor = page = section = 0
    notes = tied = 0
    for sheet in (*printed.preface, *printed.body):
        for piece in sheet.pieces:
            if piece.heading:
                continue
            text = _bare(piece.text)
            at = flat.index(text, cursor)
            cursor = at + len(text)
            for k in offsets[at:cursor]:
                while book.pages[page].end <= k:
                    page += 1
                while book.sections[section].end <= k:
                    section += 1
                found, under = book.pages[page], book.sections[section]
                right = found.label == sheet.label
                total += 1
                exact += found.status is PageStatus.EXACT
                exact_right += found.status is PageStatus.EXACT and right
                near += found.status is PageStatus.APPROXIMATE
                near_right += found.status is PageStatus.APPROXIMATE and right
                sections += (under.part, under.chapter, under.section) == (
                    piece.part, piece.chapter, piece.section
                )  # fmt: skip
        notes += len(sheet.notes)
        tied += _tied(book, sheet)
    return Score(
        exact / total,
        exact_right / max(exact, 1),
        near_right / max(near, 1),
        sections / total,
        tied / notes if notes else 1.0,
    )


def _tied(book: Book, sheet: Sheet) -> int:
    before = {}
    whole = "".join(piece.text for piece in sheet.pieces if not piece.heading)
    for match in re.finditer(r"\^(.)", whole):
        before[match[1]] = _bare(whole[: match.start()])[-6:]
    written = [
        (note.mark, book.text[note.start : note.end], note.anchor) for note in book.footnotes
    ]
    count = 0
    for note in sheet.notes:
        mark, text = note.lstrip("^").split(" ", 1)
        count += any(
            m == mark
            and t == text
            and a is not None
            and _bare(book.text[max(a - 20, 0) : a]).endswith(before[mark])
            for m, t, a in written
        )
    return count


def _bare(text: str) -> str:
    return re.sub(r"\s|\^[①-⑨]", "", text)


def _sheet_lines(sheet: Sheet) -> Iterable[str]:
    for piece in sheet.pieces:
        yield from (piece.text, "")
    for note in sheet.notes:
        yield from (note, "")


def _sentence(chance: random.Random) -> str:
    pick = chance.choice
    return f"{pick(_WHEN)}，{pick(_WHO)}{pick(_DID)}，{pick(_SO)}。"


def _paragraph(chance: random.Random, notes: float) -> list[tuple[str, str | None]]:
    """Return the sentences of a paragraph, each with the footnote that hangs on it."""
    sentences: list[tuple[str, str | None]] = []
    for _ in range(chance.randint(2, 9)):
        volume, leaf = chance.randint(1, 40), chance.randint(1, 300)
        note = f"《{chance.choice(_TOPIC)}志稿》卷{volume}，第{leaf}页。"
        sentences.append((_sentence(chance), note if chance.random() < notes / 4 else None))
    return sentences


class _Setter:
    """Sets pieces into pages, line by line; a line takes its footnotes onto its page."""

    def __init__(self, layout: Layout) -> None:
        """Begin with an empty first page."""
        self.layout = layout
        self.sheets: list[Sheet] = [Sheet("1")]
        self.used = 0

    def done(self) -> tuple[Sheet, ...]:
        """Return the pages set so far, and begin a new numbering."""
        sheets = tuple(sheet for sheet in self.sheets if sheet.pieces)
        self.sheets, self.used = [Sheet("1")], 0
        return sheets

    def new_page(self) -> None:
        """Begin a new page unless this one is empty."""
        if self.sheets[-1].pieces:
            self.sheets.append(Sheet(str(len(self.sheets) + 1)))
            self.used = 0

    def heading(
        self, text: str, chapter: str | None, section: str | None, part: str | None, lines: int
    ) -> str:
        """Set a heading with room for two lines under it; its page's label is returned."""
        if self.used + lines + 2 > self.layout.height:
            self.new_page()
        self.used += lines
        self.sheets[-1].pieces.append(Piece(text, chapter, section, part, heading=True))
        return self.sheets[-1].label

    def paragraph(
        self,
        sentences: list[tuple[str, str | None]],
        chapter: str | None,
        section: str | None,
        part: str | None,
    ) -> None:
        """Set a paragraph, cut wherever a page is full."""
        stream = [(c, note if c == "。" else None) for text, note in sentences for c in text]
        lines = _lines(stream, self.layout.width)
        text = ""
        for line in lines:
            wanted = [note for _, note in line if note is not None]
            sheet = self.sheets[-1]
            cost = 1 + len(wanted) + (1 if wanted and not sheet.notes else 0)
            if self.used + cost > self.layout.height:
                if text:
                    sheet.pieces.append(Piece(text, chapter, section, part))
                text = ""
                self.new_page()
                sheet = self.sheets[-1]
                cost = 1 + len(wanted) + (1 if wanted else 0)
            self.used += cost
            for character, note in line:
                text += character
                if note is not None:
                    mark = _CIRCLED[len(sheet.notes) % len(_CIRCLED)]
                    text += f"^{mark}"
                    caret = "^" if len(sheet.notes) % 2 else ""
                    sheet.notes.append(f"{caret}{mark} {note}")
        self.sheets[-1].pieces.append(Piece(text, chapter, section, part))


def _lines(stream: list[tuple[str, str | None]], width: int) -> list[list[tuple[str, str | None]]]:
    lines = [stream[: width - 2]]
    lines += [stream[k : k + width] for k in range(width - 2, len(stream), width)]
    return lines
