"""The styles: what each is called, how it cites, and how it words a place in a book."""

from __future__ import annotations

from dataclasses import dataclass

from rag.citing.model import StyleKind
from rag.types import CitingError


@dataclass(frozen=True, slots=True)
class Wording:
    """How a style words pages, footnotes and headings.

    ``bare`` words one page and several where nothing but pages is named, ``full`` where more
    is; ``approximate`` goes round a full wording. ``paragraph`` words one paragraph and several
    where there is no page, ``chapter`` the number of a Chapter that stands before them. ``note``
    words one footnote and several behind their pages, ``note_alone`` without a page.
    ``shortening`` says how far the second number of a range is abbreviated. ``printed_marks``
    keeps ① where others write 1.
    """

    joint: str
    between_pages: str
    dash: str
    bare: tuple[str, str]
    full: tuple[str, str]
    approximate: str
    part_joint: str
    note: tuple[str, str]
    note_alone: tuple[str, str]
    paragraph: tuple[str, str]
    chapter: str = ""
    shortening: str = "none"
    printed_marks: bool = True


@dataclass(frozen=True, slots=True)
class Style:
    """A style: ``sheet`` is its CSL file; ``foreign`` says it is one for foreign papers.

    ``native`` words places in Chinese books, ``other`` those in books in other languages.
    ``brackets`` stand round a citation and ``delimiter`` between two of one note.
    ``needs`` are the keys of a record that the style prints; ``edition`` words that of a
    Chinese book. ``initials`` gives only those of given names in its bibliography; ``book_marks``
    sets Chinese titles in 《》.
    """

    name: str
    kind: StyleKind
    native: Wording
    other: Wording
    brackets: tuple[str, str]
    delimiter: str
    needs: tuple[str, ...]
    edition: str = "第{}版"
    foreign: bool = False
    initials: bool = False
    book_marks: bool = False

    @property
    def sheet(self) -> str:
        """The name of its file."""
        return f"{self.name}.csl"


_PAGE = ("第{}页", "第{}页")
_P = ("p. {}", "pp. {}")
_BARE = ("{}", "{}")
_NOTE = ("{pages}注{marks}", "{pages}注{marks}")
_NOTE_ALONE = ("注{marks}", "注{marks}")
_N = ("{pages}n{marks}", "{pages}nn{marks}")
_N_ALONE = ("n. {marks}", "nn. {marks}")
_PARAGRAPH = ("第{}段", "第{}段")
_PARA = ("para. {}", "paras. {}")

# 《历史研究》: 第12—15页, 第12、15页 (rules of 中国社会科学杂志社 on notes, 2014); books in
# other languages p. 13, pp. 19-28. Neither they nor GB/T 7714 word a paragraph: it is said as a
# reader says it.
_LISHI = Wording(
    "，", "、", "—", _PAGE, _PAGE, "约{}", "，", _NOTE, _NOTE_ALONE, _PARAGRAPH
)  # fmt: skip
_LISHI_FOREIGN = Wording(
    ", ", ", ", "-", _P, _P, "ca. {}", ", ",
    ("{pages} n. {marks}", "{pages} nn. {marks}"), _N_ALONE, _PARA, "chap. {}",
    printed_marks=False,
)  # fmt: skip
# GB/T 7714: bare numbers behind the colon, 序2-3 for front matter (2015, example in 8.1).
_GB_2015 = Wording(", ", ", ", "-", _BARE, _PAGE, "约{}", "", _NOTE, _NOTE_ALONE, _PARAGRAPH)
_GB_2025 = Wording("，", "，", "-", _BARE, _PAGE, "约{}", "", _NOTE, _NOTE_ALONE, _PARAGRAPH)
_GB_FOREIGN = Wording(
    ", ", ", ", "-", _BARE, _P, "ca. {}", " ", _N, _N_ALONE, _PARA, "chap. {}",
    printed_marks=False,
)  # fmt: skip
# Chicago 18: ranges abbreviated by 9.63, notes as 2n1 (14.52); where pages are lacking, chapter
# and paragraph (chap. 3, para. 12: the abbreviations of 10.48).
_CHICAGO = Wording(
    ", ", ", ", "–", _BARE, _P, "ca. {}", ", ", _N, _N_ALONE, _PARA, "chap. {}",
    "chicago", printed_marks=False,
)  # fmt: skip
# APA 7, 8.13: p. 45, pp. 90–91, Chapter and Footnote with a capital; 8.28: without pages the
# heading or chapter, and the paragraph counted by hand (para. 4).
_APA = Wording(
    ", ", ", ", "–", _P, _P, "approx. {}", ", ",
    ("{pages}, Footnote {marks}", "{pages}, Footnotes {marks}"),
    ("Footnote {marks}", "Footnotes {marks}"), _PARA, "Chapter {}", printed_marks=False,
)  # fmt: skip
# MLA 9, 6.16 to 6.26: bare numbers, ranges to two digits (2.139); ch. 3, par. 12 without pages.
_MLA = Wording(
    ", ", ", ", "–", _BARE, _P, "approx. {}", " ", _N, _N_ALONE,
    ("par. {}", "pars. {}"), "ch. {}", "mla", printed_marks=False,
)  # fmt: skip

_PRINT = ("authors", "place", "publisher", "year")
_PRINT_ABROAD = ("authors", "publisher", "year")


def _gb(year: int, kind: StyleKind) -> Style:
    native, stop = (_GB_2015, "; ") if year == 2015 else (_GB_2025, "；")
    note = kind is StyleKind.NOTE
    return Style(
        f"gb-{year}-{kind}",
        kind,
        native,
        _GB_FOREIGN,
        ("", ".") if note else ("", ""),
        stop if note else "",
        _PRINT,
        edition="{}版",
    )


_ALL = (
    Style(
        "lishi-yanjiu",
        StyleKind.NOTE,
        _LISHI,
        _LISHI_FOREIGN,
        ("", "。"),
        "；",
        _PRINT,
        book_marks=True,
    ),
    *(_gb(year, kind) for year in (2025, 2015) for kind in StyleKind),
    Style(
        "chicago", StyleKind.NOTE, _CHICAGO, _CHICAGO, ("", "."), "; ", _PRINT_ABROAD, foreign=True
    ),
    Style(
        "apa",
        StyleKind.AUTHOR_DATE,
        _APA,
        _APA,
        ("(", ")"),
        "; ",
        _PRINT_ABROAD,
        foreign=True,
        initials=True,
    ),
    Style("mla", StyleKind.AUTHOR_DATE, _MLA, _MLA, ("(", ")"), "; ", _PRINT_ABROAD, foreign=True),
)
_BY_NAME = {style.name: style for style in _ALL}

STYLES = tuple(_BY_NAME)
"""Names of the styles there are; the first is the default."""


def style_named(name: str | None) -> Style:
    """Return the style of a name, the first for None; raise CitingError where there is none."""
    style = _BY_NAME.get(name or STYLES[0])
    if style is None:
        raise CitingError(f"There is no style {name}; there is {', '.join(STYLES)}.")
    return style


def style_kind(name: str | None = None) -> StyleKind:
    """Return how a style cites; raise CitingError for a style there is not."""
    return style_named(name).kind


def numbers_refer_back(name: str | None = None) -> bool:
    """Return whether later notes name the number of the first (同1).

    The numbers of such a document run through: they must not begin again on each page.
    """
    style = style_named(name)
    return style.kind is StyleKind.NOTE and style.name.startswith("gb-")
