"""What was likely read wrong: characters of little confidence, and names spelt two ways.

A name is known from the record (authors, aliases), or is a transliteration that the book
repeats. Where it stands once or twice with one character different, that is a problem only
if the two characters look alike, or the same title stands beside both. Precision comes
first: what may be another person's name is let pass.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rag.language.tables import signs
from rag.language.text import HAN, is_han
from rag.types import Book, Problem, locate, page_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAME, CHARACTERS = "name_doubtful", "doubtful_characters"
"""The kinds of problems that are found here."""

OFTEN = 5
"""How often a name must stand as it is usually spelt."""
SELDOM = 2
"""How often another spelling may stand and still be a slip."""
RATIO = 5
EXAMPLES = 5
MOST_NAMES = 500
SHORTEST_NAME = 3
SHORTEST_TRANSLITERATION = 4

_FEW_STRONG = 2

# Characters that print and OCR confuse, a group a word.
_ALIKE = (
    "大太犬夭天夫失矢 己已巳 未末朱 土士工 日曰目白自 人入八 千干于 王玉主壬 戊戍戌 刀力刁 "
    "候侯 微徽 莫英草 拨拔 治冶 今令 住往佳 免兔 贝见 儿几 风凤 析折拆 淮准推 辩辨辫 壁璧 斯期欺 "
    "托拖扦 林材村枓 维唯雄 洛落络 诺若 克充 尔尓 基墓 鲍鮑饱 拉位 列到 宁宇字 扎孔札 卡卞下 瓦互 "
    "奇寄 塔搭 伏代伐 罗岁 波彼 鲁曾 柯何 杜社 乌鸟岛 兰三 布市 米来 科料 哈晗 巴已 马乌 古吉 史吏 "
    "西酉四 因困 亚业 万方 里黑 丹舟 丁了 厄危 圭主 谷容 余佘 沈沉 汪江 郭敦 陈阵 杨扬 胡湖 季李 "
    "孙孔 刘列 吴昊 徐除 赵超 周同 宋未 许诉 邓郑 曹曾 彭膨 潘播 戴载 范苑 姚跳 毛手 叶吐 "
    "中申 正止 平乎 石右 元无 介分 庆床 龄铃 德得 志忘 治始 学字 文又 立亡 成戍 明朋 国囯 华毕 "
    "兵乒 拔泼 特持 待侍 娃哇 捷婕 涅捏 姆母 弗佛 勒勤 赫郝 普晋 佩珮 戈弋 霍雀 伊尹 耶邪 茨次 "
    "格恪 什仕 顿顺 登澄 曼慢 迪油 雷霄 利刊 金全 思恩 温湿 沃汰 谢榭 辛幸 提堤"
)  # fmt: skip
_LOOKS = {
    frozenset((one, other))
    for group in _ALIKE.split()
    for one in group
    for other in group
    if one != other
}
_TITLES = (
    "将军|元帅|司令员?|总司令|委员长|主席|总统|总理|首相|外长|部长|次长|大使|公使|领事|代表|参赞|武官|"
    "顾问|书记|院长|校长|教授|先生|女士|同志|博士|大臣|特使|秘书|议员|上校|大佐|少将|中将|上将"
)
_BEHIND = re.compile(_TITLES)
_BEFORE = re.compile(f"(?:{_TITLES})$")
_LONGEST_TITLE = 3

_FOREWORD = re.compile(r"[序跋]|前\s*言|后\s*记")
_WROTE_FOREWORD = re.compile(
    rf"([{HAN}]{{2,}}?)(?:{_TITLES})?为(?:本|这|此)[^，。；\s]{{0,6}}?[作写撰题]了?"
    r"[^，。；\s]{0,3}?(?:序|前言)"
)
_LINE_OF_NAME = re.compile(f"[{HAN}]{{2,4}}")
_LINE_OF_DATE = re.compile(r".{0,12}[0-9〇一二三四五六七八九十]年.{0,12}")


def doubtful_characters(book: Book) -> list[Problem]:
    """Return a problem for each page with characters that were read with little confidence.

    It tells how many there are and shows some, each with what stands around it.
    """
    pages: dict[int, list[str]] = {}
    counts: Counter[int] = Counter()
    for span in book.doubts:
        if span.start < book.body_end:
            index = page_at(book, span.start).index
        else:
            notes = (note for note in book.footnotes if note.start <= span.start < note.end)
            index = next((note.page for note in notes), len(book.pages) - 1)
        counts[index] += len(span)
        around = book.text[max(span.start - 4, 0) : span.end + 4]
        pages.setdefault(index, []).append(" ".join(around.split()))
    return [
        Problem(
            CHARACTERS,
            f"Characters read with little confidence: {counts[index]}, among them "
            + ", ".join(f"“{example}”" for example in pages[index][:EXAMPLES])
            + (" …" if len(pages[index]) > EXAMPLES else "."),
            book.pages[index].label,
        )
        for index in sorted(pages)
    ]


def likely_misreadings(book: Book) -> list[Problem]:
    """Return a problem for each place where a name is likely misread, in the order of the text."""
    found: dict[int, tuple[str, str]] = {}
    for name, count in _names(book):
        slips: dict[str, list[int]] = {}
        for start in _one_off(book.text, name):
            slips.setdefault(book.text[start : start + len(name)], []).append(start)
        for slip, starts in slips.items():
            # An alias may be spelt so on purpose, and a slip is no habit.
            seldom = len(starts) <= SELDOM and len(starts) * RATIO <= count
            if seldom and not _is_name(book, slip) and _is_the_same(book.text, name, slip, starts):
                found |= dict.fromkeys(starts, (slip, f"{name} ({count} times)"))
    found |= _signatures(book)
    problems = []
    for start in sorted(found):
        slip, name = found[start]
        pages = locate(book, start, start + len(slip)).pages
        text = f"{slip} stands where the book elsewhere has {name}; one of them may be misread."
        problems.append(Problem(NAME, text, pages[0] if pages else None))
    return problems


def _names(book: Book) -> list[tuple[str, int]]:
    """Return the names that stand often, with how often, longer ones first."""
    record = book.record
    people = (*record.authors, *record.editors, *record.translators)
    given = [person.name for person in people]
    given += [name for group in record.aliases for name in group]
    names = {name for name in given if re.fullmatch(f"[{HAN}]{{{SHORTEST_NAME},12}}", name)}
    known = signs()
    transliterated = re.compile(f"[{known.seldom}{known.often}]{{{SHORTEST_TRANSLITERATION},10}}")
    runs = Counter(transliterated.findall(book.text)).most_common(MOST_NAMES)
    names |= {run for run, count in runs if count >= OFTEN and _is_transliterated(run)}
    counted = ((name, book.text.count(name)) for name in names)
    often = [(name, count) for name, count in counted if count >= OFTEN]
    return sorted(often, key=lambda item: (-len(item[0]), item[0]))


def _is_transliterated(name: str) -> bool:
    strong = sum(character in signs().seldom for character in name)
    return len(name) >= SHORTEST_TRANSLITERATION and strong >= _FEW_STRONG


def _is_name(book: Book, text: str) -> bool:
    return any(text in group for group in book.record.aliases)


def _one_off(text: str, name: str) -> Iterator[int]:
    """Yield where something of the name's length stands that differs in one character.

    Then one half of it is the same.
    """
    middle = len(name) // 2
    for half, offset in ((name[:middle], 0), (name[middle:], middle)):
        at = text.find(half)
        while at >= 0:
            start = at - offset
            other = text[start : start + len(name)] if start >= 0 else ""
            if len(other) == len(name) and _differences(name, other) == 1:
                yield start
            at = text.find(half, at + 1)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _is_the_same(text: str, name: str, slip: str, starts: Iterable[int]) -> bool:
    """Return whether what stands there is the name: by how it looks, or the title beside it."""
    place = next(k for k, (a, b) in enumerate(zip(name, slip, strict=True)) if a != b)
    if frozenset((name[place], slip[place])) in _LOOKS:
        return True
    inside = 0 < place < len(name) - 1
    if not inside or not _is_transliterated(name) or not is_han(slip[place]):
        return False
    titles = {side for start in starts for side in _titles(text, start, len(name))}
    return any(
        side in titles
        for match in re.finditer(name, text)
        for side in _titles(text, match.start(), len(name))
    )


def _titles(text: str, start: int, length: int) -> Iterator[tuple[str, str]]:
    """Yield the titles right before and right behind a name, each with its side."""
    before = _BEFORE.search(text[max(start - _LONGEST_TITLE, 0) : start])
    behind = _BEHIND.match(text, start + length)
    if before:
        yield "before", before.group()
    if behind:
        yield "behind", behind.group()


def _signatures(book: Book) -> dict[int, tuple[str, str]]:
    """Return where a foreword is signed otherwise than the book says who wrote it.

    The two names must be of one length and share a character in its place.
    """
    writers = [match[1] for match in _WROTE_FOREWORD.finditer(book.text)]
    signed: dict[int, str] = {}
    for section in book.sections:
        if section.part and _FOREWORD.search(section.part):
            signed |= _lone_names(book, section.body, section.end)
    return {
        start: (name, f"{writer[-len(name) :]} as the writer")
        for start, name in signed.items()
        for writer in writers
        if not any(writer.endswith(other) for other in signed.values())
        and 0 < _differences(name, writer[-len(name) :].rjust(len(name))) < len(name)
    }


def _lone_names(book: Book, start: int, end: int) -> dict[int, str]:
    """Return where names stand on lines of their own at the head or foot of a text."""
    lines = [
        (start + match.start(), match.group().strip())
        for match in re.finditer(r"[^\n]+", book.text[start:end])
        if match.group().strip()
    ]
    while lines and _LINE_OF_DATE.fullmatch(lines[-1][1]):
        lines.pop()
    ends = {*lines[:1], *lines[-1:]}
    names = {at: re.sub(r"\s", "", line) for at, line in ends}
    return {at: name for at, name in names.items() if _LINE_OF_NAME.fullmatch(name)}
