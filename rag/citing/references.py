"""Records of books as the bibliographic data that pandoc takes, in its tree of values.

Every field goes in as one piece of plain text, so that nothing in it is read as Markdown,
HTML or TeX.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.citing.names import EASTERN, split_name, whole_name
from rag.language.numbers import chinese_number
from rag.language.text import family
from rag.types import Language, TextKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.citing.names import Name
    from rag.citing.styles import Style
    from rag.types import BookRecord, Person

    Node = dict[str, Any]

PLACE_MARK = "\ufdd0"
NUMBER_MARK = "\ufdd1"
OTHERS_MARK = "\ufdd2"
SUFFIX_MARK = "\ufdd3"
STOP_MARK = "\ufdd4"
"""Where a locator and the number of an earlier note go; before 等 and before a given name that
comes last; behind what no comma or 年 follows. They are code points that are no characters,
and are taken out of what records say."""

_MARKS = dict.fromkeys(map(ord, PLACE_MARK + NUMBER_MARK + OTHERS_MARK + SUFFIX_MARK + STOP_MARK))
_EDITION = re.compile(
    r"第?\s*([0-9]+|[一二三四五六七八九十]+)\s*(?:版|(?:st|nd|rd|th)?\.?\s*(?:ed\b\.?|edition)?)",
    re.IGNORECASE,
)
_SUBTITLE = re.compile(r"——|：|: ")
"""What stands between a title and its subtitle where a record has them in one field."""
_EDITING = re.compile(r"(?<=\S\S)\s*(?:主编|主編|编著|編著|编|編)$")
_INNER_MARKS = str.maketrans("《》", "〈〉")
"""The marks of a title within a title: GB/T 15834, 4.15.3."""


def is_native(record: BookRecord) -> bool:
    """Return whether a book is cited as Chinese (and Japanese) books are."""
    if record.language:
        return record.language.lower().split("-")[0] in {"zh", "ja", "lzh"}
    return bool(EASTERN.search(record.title))


def reference(record: BookRecord, identity: str, style: Style, language: Language | None) -> Node:
    """Return a record as an item of pandoc's metadata ``references``.

    The variable ``language`` is set for books that are cited as foreign ones: standard CSL
    can ask whether a variable is set, not what it holds.
    """
    native = is_native(record)
    title = record.title
    short = record.title_short or _SUBTITLE.split(title)[0]
    if record.subtitle:
        title += ("——" if native else ": ") + record.subtitle
    if style.book_marks and native:
        title, short = title.translate(_INNER_MARKS), short.translate(_INNER_MARKS)
    editors, chief = _editors(record)
    fields: dict[str, Node | None] = {
        "id": _text(identity),
        "type": _text("book"),
        "title": _text(title),
        "title-short": _text(short),
        "publisher": _text(record.publisher),
        "publisher-place": _text(record.place),
        "collection-title": _text(record.series),
        "edition": _text(
            edition(record.edition, style.edition if native and not style.foreign else None)
        ),
        "genre": _text(_genre(record, language, foreign=style.foreign or not native)),
        "issued": _date(record.year),
        "language": None if native else _text(record.language or "en"),
    }
    for role, people in (
        ("author", record.authors),
        ("editor", editors),
        ("editorial-director", editors if chief else ()),
        ("translator", record.translators),
    ):
        names = _names(people, record, style, language)
        fields[role] = {"t": "MetaList", "c": names} if names else None
    return {"t": "MetaMap", "c": {key: node for key, node in fields.items() if node}}


def _editors(record: BookRecord) -> tuple[tuple[Person, ...], bool]:
    """Return the editors without 主编 or 编 behind their names, and whether it is 主编."""
    editors = tuple(
        replace(person, name=_EDITING.sub("", person.name)) for person in record.editors
    )
    return editors, any(person.name.endswith(("主编", "主編")) for person in record.editors)


def edition(text: str | None, form: str | None) -> str | None:
    """Return an edition in a style's form (第2版), or as 2nd ed.; other wordings as they are.

    A first edition is not said.
    """
    found = _EDITION.fullmatch(text.strip()) if text else None
    if found is None:
        return text
    number = chinese_number(found[1]) or 0
    if number == 1:
        return None
    if form:
        return form.format(number)
    teen = number % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending} ed."


def _genre(record: BookRecord, language: Language | None, *, foreign: bool) -> str | None:
    if record.kind is not TextKind.NOTES:
        return None
    if foreign:
        return "reading notes"
    return "讀書筆記" if language is Language.ZH_HANT else "读书笔记"


def _date(year: str | None) -> Node | None:
    """Return a year as CSL has it; what is more than a number goes in as it stands."""
    plain = _text(year.strip().removesuffix("年")) if year else None
    if plain is None:
        return None
    text: str = plain["c"][0]["c"]
    if not re.fullmatch("[0-9]{1,4}", text):
        # 1947（民国三十六年） has its 年 already.
        literal = _text(text, after=STOP_MARK if "年" in text else "")
        return {"t": "MetaMap", "c": {"literal": literal}}
    parts = {"t": "MetaList", "c": [{"t": "MetaList", "c": [plain]}]}
    return {"t": "MetaMap", "c": {"date-parts": parts}}


def _names(
    people: Iterable[Person], record: BookRecord, style: Style, language: Language | None
) -> list[Node]:
    if not style.foreign:
        return [_name(whole_name(person)) for person in people]
    translated = bool(record.translators) and people == record.authors
    latin = family(language or "zh") != "zh"
    names = [split_name(person, latin=latin, translated=translated) for person in people]
    if style.initials:
        return [_name(replace(name, given=_initials(name.given))) for name in names]
    # A family's name that comes first is not turned round, so that no comma follows two such.
    pair = len(names) == 2 and (names[0].family_first or bool(EASTERN.search(names[0].family)))
    return [
        _name(name, behind=name.family_first, ending=STOP_MARK if pair and at == 0 else "")
        for at, name in enumerate(names)
    ]


def _name(name: Name, *, behind: bool = False, ending: str = "") -> Node:
    """Return a name as CSL has it; ``behind`` puts the given name behind the family's."""
    if not name.given:
        return {"t": "MetaMap", "c": {"literal": _text(name.family, after=ending)}}
    family = _text(name.family)
    if behind and not EASTERN.search(name.family):
        # pandoc does not read CSL's static-ordering; a suffix comes behind the family's name.
        suffix = _text(name.given, before=SUFFIX_MARK, after=ending)
        return {"t": "MetaMap", "c": {"family": family, "suffix": suffix}}
    return {"t": "MetaMap", "c": {"family": family, "given": _text(name.given, after=ending)}}


def _initials(given: str) -> str:
    """Return ``J. K.`` for ``John King``, ``J.-L.`` for ``Jean-Luc``; Han as it is."""
    if EASTERN.search(given):
        return given
    words = given.replace(".", ". ").split()
    return " ".join("-".join(f"{part[0]}." for part in word.split("-") if part) for word in words)


def _text(text: str | None, *, before: str = "", after: str = "") -> Node | None:
    """Return text as one string of pandoc's tree, on one line, between marks; None for nothing."""
    plain = " ".join(text.translate(_MARKS).split()) if text else ""
    if not plain:
        return None
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": before + plain + after}]}
