"""The press prints a manual with an outline: lists and captions in it look like headings.

What says what the chapters are is the outline of the file, or printed contents. Every paragraph
has its number, so that a reading can be scored for the chapter and section it puts it in.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pikepdf
import pypdfium2
import typst

from tests.support.press.font import FONTS
from tests.support.press.stocks import STOCKS

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book
    from tests.support.press.stocks import Language

_PAGE = """
#set page(width: 148mm, height: 210mm, margin: 20mm,
  footer: align(center, context counter(page).display()))
#set text(font: "Noto Serif SC", size: 10.5pt)
#set par(justify: true)
#let head(size, body) = block(above: 14pt, below: 10pt, text(size: size, body))
"""
_ITEMS: dict[Language, tuple[str, ...]] = {
    "zh": ("• 附录一.tex：为附录内容", "•第三章.tex：为第三章内容", "3. 设置样式：修改行距",
           "1. 打开文件：先看目录", "附录二：账目清单", "图1 水渠全图", "表 2 各年收成"),
    "en": ("• Appendix A: the forms", "• Chapter 9 of the old manual", "3. Set the style: lines",
           "1. Fill the lamp: oil first", "Appendix B: accounts", "Figure 1. The canal",
           "Table 2. Harvests by year"),
    "ru": ("• Приложение А: бланки", "— Глава 9 старого устава", "3. Задать вид: строки",
           "1. Залить масло: сперва", "Приложение Б: счета", "Рис. 1. План канала",
           "Таблица 2. Урожаи по годам"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manual:
    """How a manual is set, and what says what its chapters are.

    ``levels`` are how many levels of headings the outline lists; ``shift`` is by how many sheets
    bookmarks are off. ``preview`` names the chapters to come in the first one, ``bold`` sets
    captions and items in larger type, as headings are.
    """

    language: Language = "zh"
    authority: Literal["bookmarks", "contents", "both"] = "bookmarks"
    levels: Literal[1, 2] = 2
    shift: int = 0
    preview: bool = False
    larger: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph's text, and the chapter and section it stands in as the outline has it."""

    text: str
    chapter: str
    section: str | None


def print_manual(how: Manual, path: Path, seed: int) -> list[Told]:
    """Print a manual of three chapters with two sections each; its paragraphs are returned."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    words = STOCKS[how.language]
    names = [_names(how.language, number, chance) for number in (1, 2, 3)]
    told: list[Told] = []
    parts: list[str] = []
    for number, (chapter, sections) in enumerate(names):
        parts.append(f"#pagebreak(weak: true)\n#head(16pt)[{chapter}] <c{number}>")
        for section in (None, *sections):
            if section is not None:
                parts.append(f"#head(13pt)[{section}]")
            for _ in range(3):
                text = _paragraph(how, chance, len(told))
                listed = section if how.levels > 1 else None
                told.append(Told(text, chapter, listed))
                parts.append(text)
                item = chance.choice(_ITEMS[how.language])
                parts.append(f"#head(12pt)[{item}]" if how.larger and item[-1] != "：" else item)
            if how.preview and number == 0 and section is None:
                parts += [chapter for chapter, _ in names]
    if how.authority != "bookmarks":
        parts = [*_contents(words.contents, names, how.levels), *parts]
    typst.compile(  # type: ignore[misc]  # its overloads name a type that nothing binds
        "\n\n".join([_PAGE, *parts]).encode(),
        output=str(path),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    if how.authority != "contents":
        _bookmark(how, path, names)
    return told


def _bookmark(how: Manual, path: Path, names: list[tuple[str, list[str]]]) -> None:
    """Give a file the outline that its headings make, as many sheets off as asked."""
    document = pypdfium2.PdfDocument(path)
    texts = [_bare(page.get_textpage().get_text_bounded()) for page in document]
    document.close()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        with pdf.open_outline() as outline:
            at = 0
            for chapter, sections in names:
                at = next(k for k in range(at, len(texts)) if _bare(chapter)[:12] in texts[k][:40])
                entry = pikepdf.OutlineItem(chapter, min(at + how.shift, len(texts) - 1))
                outline.root.append(entry)
                for section in sections[: 2 * (how.levels - 1)]:
                    at = next(k for k in range(at, len(texts)) if _bare(section) in texts[k])
                    place = min(at + how.shift, len(texts) - 1)
                    entry.children.append(pikepdf.OutlineItem(section, place))
        pdf.save(path)


def misplaced(book: Book, told: list[Told]) -> list[Told]:
    """Return the paragraphs that a reading puts in another chapter or section than theirs.

    Where the outline lists chapters only, any section below the right chapter is right.
    """
    wrong = []
    text = book.text[: book.body_end]
    for paragraph in told:
        words = "".join(paragraph.text.split())[:16]
        flat = [k for k, c in enumerate(text) if not c.isspace()]
        at = "".join(text[k] for k in flat).find(words)
        here = next((s for s in book.sections if at >= 0 and s.start <= flat[at] < s.end), None)
        right = here is not None and _bare(here.chapter) == _bare(paragraph.chapter)
        if (
            here is None
            or not right
            or (paragraph.section is not None and _bare(here.section) != _bare(paragraph.section))
        ):
            wrong.append(paragraph)
    return wrong


def _bare(name: str | None) -> str:
    return "".join((name or "").split())


def _names(language: Language, number: int, chance: random.Random) -> tuple[str, list[str]]:
    words = STOCKS[language]
    one, other, third = chance.sample(words.topics, 3)
    numeral = "一二三"[number - 1]
    chapter = words.chapter.format(number=number, numeral=numeral)
    title = words.chapter_title.format(topic=one)
    return f"{chapter} {title}", [f"{number}.1 {other}", f"{number}.2 {third}"]


def _paragraph(how: Manual, chance: random.Random, number: int) -> str:
    label = {"zh": "第{}号档案说，", "en": "File {} says: ", "ru": "Дело {} гласит: "}[how.language]
    sentences = STOCKS[how.language].paragraph(chance, 0) + STOCKS[how.language].paragraph(
        chance, 0
    )
    return label.format(number + 100) + "".join(sentence for sentence, _ in sentences)


def _contents(name: str, names: list[tuple[str, list[str]]], levels: int) -> list[str]:
    lines = [f"#head(16pt)[{name}]"]
    for number, (chapter, sections) in enumerate(names):
        for heading in (chapter, *sections[: 2 * (levels - 1)]):
            page = f"#context counter(page).at(<c{number}>).first()"
            lines.append(f"{heading} #box(width: 1fr, repeat[.]) {page}")
    return [*lines, "#pagebreak()"]
