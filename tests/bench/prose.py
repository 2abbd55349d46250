"""Books made up for measuring: Chinese prose with chapters, pages, dates, names and notes.

The same seed gives the same book. What is told in it is nowhere else, so a question about it has
one answer, and which page has it is known.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHAPTER, SECTION = 12, 4
"""Pages of a chapter, and of a section."""
LENGTH = 600
"""Characters of a page, about."""
LEADING = 60
"""Persons, and places, whose names the record gives in Latin letters: asked of in English too."""
STRANGE = 5
"""Of so many questions one asks for what the book does not say."""
_NUMERALS = "〇一二三四五六七八九"

_SURNAMES = (
    "沈顾陆蒋韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹窦章苏潘葛范彭鲁韦马苗方俞任袁柳史唐薛雷贺倪汤"
)
_GIVEN = "怀远承烈若梅立诚以宁砚之云山仲谦伯庸念慈景行维桢敬汝霖子衡延年文澜书田静安思齐守拙启明"
_PLACES = "澄溪石岭白沙青浦长洲望松云梦柳河枫桥鹿鸣龙潭凤台湾金坑铁山芦荡桐乡梅关竹鹤岗雁门虎渡"
_KINDS = "镇县村渡关港"
_WORKS = (
    *("水闸", "木桥", "书院", "盐仓", "灯塔", "织坊", "船厂", "邮局"),
    *("医院", "学堂", "茶栈", "粮仓", "电报局", "码头", "测候所", "铁匠铺"),
)
_GOODS = (
    "桐油",
    "生丝",
    "茶叶",
    "食盐",
    "棉布",
    "瓷器",
    "木炭",
    "铁钉",
    "羊毛",
    "药材",
    "纸张",
    "煤",
)
_POSTS = (
    "知县",
    "测绘员",
    "商会会长",
    "校长",
    "工程师",
    "医生",
    "船长",
    "账房先生",
    "县志编者",
    "邮差",
)

_FACTS: tuple[tuple[str, str, str], ...] = (
    (
        "{year}年{month}月{day}日，{post}{who}在{where}主持修建的{work}正式落成，前后用了{count}个月",
        "{where}的{work}是哪一年落成的？",
        "In which year was the building of {Who} in {Where} completed?",
    ),
    (
        "{who}曾任{where}的{post}，任内把{goods}的捐税由每担{count}文减为{less}文",
        "{who}在{where}把{goods}的捐税减到多少？",
        "To how much did {Who} lower the tax on goods in {Where}?",
    ),
    (
        "{year}年春天，{where}的{goods}歉收，{who}从{far}买来{count}担，以原价卖给本地的住户",
        "{where}歉收的那一年，{who}从哪里买来{goods}？",
        "Where did {Who} buy what {Where} was short of?",
    ),
    (
        "因为{work}的经费不足，{who}卖掉了自己在{far}的田产，得银{count}两，全部交给{where}的公所",
        "{who}为什么卖掉了在{far}的田产？",
        "Why did {Who} sell the land in {Far}?",
    ),
    (
        "{who}主张先修{work}，{other}却认为应当先办学堂，两人在{where}争论了{count}天，没有结果",
        "{who}和{other}在{where}争论什么？",
        "What did {Who} and {Other} argue about in {Where}?",
    ),
    (
        "{year}年{month}月，{where}的商人同{far}订立合同，规定每年运销{goods}{count}担，由{who}担保",
        "{where}的商人同{far}订立的合同由谁担保？",
        "Who vouched for the contract between {Where} and {Far}?",
    ),
    (
        "{who}于{year}年离开{where}，到{far}开设了一家{work}，雇有工人{count}名",
        "{who}离开{where}以后到哪里去了？",
        "Where did {Who} go after leaving {Where}?",
    ),
    (
        "据{who}后来回忆，{where}的{work}毁于{year}年{month}月的大水，损失{goods}{count}担",
        "{where}的{work}毁于哪一年？",
        "In which year was the building in {Where} that {Who} remembered destroyed?",
    ),
)
"""What is told of a person and a place, asked for in Chinese and in English."""

_STRANGERS = (
    ("{who}的母亲是哪里人？", "Where did the mother of {Who} come from?"),
    ("{who}在{where}养过几匹马？", "How many horses did {Who} keep in {Where}?"),
    ("{where}的戏班演过哪些戏？", "Which plays were staged in {Where}?"),
)
"""What no page tells of a person and a place."""

_OPENINGS = (
    "{season}，{where}的水位比往年低了{count}尺",
    "{paper}里有一条很短的记载",
    "县里的账簿把这笔开支记在{work}名下",
    "{witness}不相信这种说法",
    "从{where}到{far}有{count}里山路",
    "新办法实行了不到{count}天",
    "那几年{goods}的销路很好",
    "双方往来的信件有{count}封保存在{where}",
    "直到{season}，{where}的居民才知道合同已经作废",
    "{witness}中间流传着另一个故事",
    "按照{paper}的统计，{where}当时有住户{count}家",
    "对于{work}应当归谁管理，{where}和{far}之间一直没有定论",
    "{who}在给友人的信里抱怨{goods}的成色太差",
    "{season}，{who}第一次提到要在{far}另建{work}",
)
_ENDINGS = (
    "{goods}只能用小船一段一段地转运",
    "后来的人多半是从{witness}的口中听来的",
    "数目同{paper}所载相差不多",
    "他们认为真正的原因是{goods}的价钱跌得太快",
    "挑夫要走整整三天，雨季还要更久",
    "{witness}便联名上书，请求恢复旧例",
    "沿河的{work}从{count}家增加到{more}家",
    "其中没有一封说明是谁的主意",
    "已经付出的{count}两定金却没有人退还",
    "说是夜里有人把{work}的图样换掉了",
    "其中三分之一靠{goods}为生",
    "这个问题拖到{who}去世以后才算了结",
    "{far}的商会因此停止了{goods}的收购",
    "与其说是为了{work}，不如说是为了{goods}的捐税",
)
_PAPERS = (
    "县志",
    "商会的会议记录",
    "海关的年报",
    "一本残缺的日记",
    "省里的公报",
    "同乡会的账册",
    "旧报纸",
)
_WITNESSES = (
    "老船户",
    "沿河的商人",
    "学堂的教员",
    "北岸的农民",
    "退职的吏员",
    "修桥的石匠",
    "盐场的工人",
)
_SEASONS = ("这一年秋天", "次年夏天", "旱季到来以前", "入冬以后", "洪水退去以后", "第二年开春")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its language, and the number of the page that answers it; None: none does."""

    text: str
    language: str
    page: int | None


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A book as paged Markdown with its record, and what can be asked of it.

    ``names`` are the persons and places it tells of, ``typed`` what one may look up in it.
    """

    title: str
    markdown: str
    record: str
    pages: int
    questions: tuple[Asked, ...]
    names: tuple[str, ...]
    typed: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The text without the marks of pages, as another pipeline would be given it."""
        return "\n".join(
            line for line in self.markdown.splitlines() if not line.startswith("<!-- page")
        )

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write text and record into a folder; return where they are."""
        folder.mkdir(parents=True, exist_ok=True)
        text, record = folder / "book.md", folder / "record.toml"
        text.write_text(self.markdown, encoding="utf-8")
        record.write_text(self.record, encoding="utf-8")
        return text, record


def make_up(pages: int, seed: int) -> MadeUp:
    """Return a book of so many pages."""
    return _Author(pages, seed).write()


def renaming(made: MadeUp, seed: int) -> dict[str, str]:
    """Return for each person and place of a book another name, of the same kind and length."""
    other = _Author(made.pages, seed)
    return dict(zip(made.names, other.names, strict=True))


class _Author:
    """Who writes one book: whom and where it tells of, and what can be asked."""

    def __init__(self, pages: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
        self._pages = pages
        self._seed = seed
        self._persons = self._cast(self._person, 20 + pages)
        self._places = self._cast(self._place, 12 + pages)
        self._told: set[tuple[str, str]] = set()
        self._questions: list[Asked] = []

    def write(self) -> MadeUp:
        """Return the book."""
        title = f"{self._places[0]}旧事"
        lines = []
        for page in range(1, self._pages + 1):
            lines += [f"<!-- page {page} -->", ""]
            if page % CHAPTER == 1:
                lines += [f"# 第{_numeral(page // CHAPTER + 1)}章 {self._topic()}", ""]
            if page % SECTION == 1:
                lines += [f"## {page % CHAPTER // SECTION + 1}. {self._topic()}", ""]
            lines += self._page(page)
        record = (
            f'[book]\nid = "made-up-{self._seed}"\ntitle = "{title}"\n'
            f'authors = ["{self._persons[0]}"]\npublisher = "江海书局"\n'
            f'place = "{self._places[0]}"\nyear = 1999\nlanguage = "zh"\n'
        )
        for name in (*self._persons[:LEADING], *self._places[:LEADING]):
            record += f'\n[[aliases]]\nnames = ["{name}", "{_latin(name)}"]\n'
        typed = (*self._persons[:LEADING], *_GOODS, *_WORKS)
        asked = tuple(self._questions)
        return MadeUp(title, "\n".join(lines), record, self._pages, asked, self.names, typed)

    @property
    def names(self) -> tuple[str, ...]:
        """Whom and where the book tells of."""
        return (*self._persons, *self._places)

    def _page(self, page: int) -> list[str]:
        lines: list[str] = []
        length = 0
        while length < LENGTH:
            sentences = [self._fact(page)]
            sentences += [self._between() for _ in range(self._chance.randint(3, 5))]
            self._chance.shuffle(sentences)
            paragraph = "".join(f"{one}。" for one in sentences)
            if not lines and page % 2:
                paragraph += f"[^{page}]"
            lines += [paragraph, ""]
            length += len(paragraph)
        if page % 2:
            number = self._chance.randint(1, 900)
            lines += [f"[^{page}]: 见《{self._chance.choice(self._places)}档册》第{number}号。", ""]
        return lines

    def _fact(self, page: int) -> str:
        """Return a sentence that nothing else says, and keep what can be asked about it."""
        while True:  # half of all places and facts are told of at most
            told, chinese, english = self._chance.choice(_FACTS)
            slots = self._slots()
            if (chinese, slots["where"]) not in self._told:
                break
        self._told.add((chinese, slots["where"]))
        strange = len(self._questions) % STRANGE == STRANGE - 1
        if strange:
            chinese, english = self._chance.choice(_STRANGERS)
        leading = {*self._persons[:LEADING], *self._places[:LEADING]}
        foreign = all(slots[name] in leading for name in ("who", "where"))
        asked = (english if foreign else chinese).format_map(slots)
        self._questions.append(Asked(asked, "en" if foreign else "zh", None if strange else page))
        return told.format_map(slots)

    def _slots(self) -> dict[str, str]:
        pick = self._chance
        who, other = pick.sample(self._persons, 2)
        where, far = pick.sample(self._places, 2)
        names = {"who": who, "other": other, "where": where, "far": far}
        return {
            **names,
            **{name.capitalize(): _latin(value) for name, value in names.items()},
            "year": str(pick.randint(1840, 1948)),
            "month": str(pick.randint(1, 12)),
            "day": str(pick.randint(1, 28)),
            "count": str(pick.randint(40, 900)),
            "more": str(pick.randint(901, 2000)),
            "less": str(pick.randint(2, 39)),
            "post": pick.choice(_POSTS),
            "work": pick.choice(_WORKS),
            "goods": pick.choice(_GOODS),
            "paper": pick.choice(_PAPERS),
            "witness": pick.choice(_WITNESSES),
            "season": pick.choice(_SEASONS),
        }

    def _between(self) -> str:
        """Return a sentence of no consequence."""
        before, after = self._chance.choice(_OPENINGS), self._chance.choice(_ENDINGS)
        return f"{before.format_map(self._slots())}，{after.format_map(self._slots())}"

    def _topic(self) -> str:
        pick = self._chance
        return f"{pick.choice(self._places)}的{pick.choice(_WORKS)}与{pick.choice(_GOODS)}"

    def _cast(self, make: Callable[[], str], count: int) -> list[str]:
        """Return so many names, each another."""
        names: dict[str, None] = {}
        while len(names) < count:
            names[make()] = None
        return list(names)

    def _person(self) -> str:
        one, other = self._chance.sample(_GIVEN, 2)
        return f"{self._chance.choice(_SURNAMES)}{one}{other}"

    def _place(self) -> str:
        one, other = self._chance.sample(_PLACES, 2)
        return f"{one}{other}{self._chance.choice(_KINDS)}"


def _latin(name: str) -> str:
    """Return a name in Latin letters: 沈怀远 as Shen Huaiyuan."""
    first, *rest = lazy_pinyin(name)
    return f"{first.capitalize()} {''.join(rest).capitalize()}"


def _numeral(number: int) -> str:
    """Return a number below a hundred in Chinese."""
    tens, ones = divmod(number, 10)
    before = ("" if tens == 1 else _NUMERALS[tens]) + "十" if tens else ""
    return before + (_NUMERALS[ones] if ones else "")
