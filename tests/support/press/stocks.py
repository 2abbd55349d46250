"""The words that the press's books are made of: small stocks, meaning nothing in particular."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import random

Language = Literal["zh", "en", "ru"]


@dataclass(frozen=True, slots=True)
class Stock:
    """What a book in one language is put together from, and what its parts are called."""

    title: str
    author: str
    preface: str
    contents: str
    notes: str
    chapter: str
    chapter_title: str
    section: str
    sentence: str
    note: str
    gap: str
    topics: tuple[str, ...]
    when: tuple[str, ...]
    who: tuple[str, ...]
    did: tuple[str, ...]
    so: tuple[str, ...]

    @property
    def stop(self) -> str:
        """What ends a sentence; a mark of a note stands behind it."""
        return self.sentence[-1]

    def spread(self, word: str, gap: str) -> str:
        """Return a heading of two characters with room between them, others as they are."""
        return word if self.gap else gap.join(word)

    def paragraph(self, chance: random.Random, notes: float) -> list[tuple[str, str | None]]:
        """Return the sentences of a paragraph, each with the footnote that hangs on it."""
        sentences: list[tuple[str, str | None]] = []
        pick = chance.choice
        for _ in range(chance.randint(2, 9)):
            volume, leaf = chance.randint(1, 40), chance.randint(1, 300)
            note = self.note.format(topic=pick(self.topics), volume=volume, leaf=leaf)
            sentence = self.sentence.format(
                when=pick(self.when), who=pick(self.who), did=pick(self.did), so=pick(self.so)
            )
            gap = self.gap if sentences else ""
            hangs = chance.random() < notes / 4
            sentences.append((gap + sentence, note if hangs else None))
        return sentences


_CHINESE = Stock(
    title="河谷旧事",
    author="众人著",
    preface="前言",
    contents="目录",
    notes="注释",
    chapter="第{numeral}章",
    chapter_title="{topic}的来历与变迁",
    section="{number}. {one}与{other}",
    sentence="{when}，{who}{did}，{so}。",
    note="《{topic}志稿》卷{volume}，第{leaf}页。",
    gap="",
    topics=(
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
    ),
    when=(
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
    ),
    who=(
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
    ),
    did=(
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
    ),
    so=(
        "后来的人多半引用这个数字",
        "这件事在邻县也有流传",
        "费用由各村分摊",
        "其中一部分至今还能看到",
        "结果比预想的要好",
        "不过详细的经过已经难以考证",
        "因此工期拖延了将近一年",
        "可见当时的条件并不宽裕",
    ),
)
_ENGLISH = Stock(
    title="Old Tales of the Valley",
    author="by many hands",
    preface="Preface",
    contents="Contents",
    notes="Notes",
    chapter="Chapter {number}",
    chapter_title="The {topic} and their origins",
    section="{number}. {one} and {other}",
    sentence="{when}, {who} {did}, {so}.",
    note="Records of the {topic}, vol. {volume}, p. {leaf}.",
    gap=" ",
    topics=(
        "canals",
        "bridges",
        "orchards",
        "looms",
        "lanterns",
        "ferries",
        "granaries",
        "wells",
        "harbours",
        "archives",
        "markets",
        "lighthouses",
    ),
    when=(
        "Before the dry season",
        "In the following spring",
        "According to the ledgers",
        "After lengthy consultations",
        "Around 1903",
        "As the water receded",
        "Notwithstanding the weather",
        "By an old-established custom",
    ),
    who=(
        "the fishermen of the estuary",
        "the chamber of commerce",
        "a youthful surveyor",
        "two retired schoolmasters",
        "the carpenters of the mountain villages",
        "an itinerant physician",
        "the neighbouring tea merchants",
        "the keeper of the archives",
    ),
    did=(
        "constructed three stone aqueducts",
        "replaced the wooden footbridge",
        "completed a topographical map",
        "registered four hundred households",
        "remeasured the riverside meadows",
        "collected several varieties of rice",
        "transported two thousand timbers",
        "established an evening school",
    ),
    so=(
        "a figure which later writers quoted repeatedly",
        "and the expenditure was distributed",
        "though the circumstances remain uncertain",
        "and fragments have survived until today",
        "which delayed the undertaking considerably",
        "with unexpectedly favourable results",
    ),
)
_RUSSIAN = Stock(
    title="Былое речной долины",
    author="составлено многими",
    preface="Предисловие",
    contents="Содержание",
    notes="Примечания",
    chapter="Глава {number}",
    chapter_title="Откуда взялись {topic}",
    section="{number}. {one} и {other}",
    sentence="{when} {who} {did}, {so}.",
    note="Записки: {topic}, т. {volume}, л. {leaf}.",
    gap=" ",
    topics=("каналы", "мосты", "сады", "станки", "фонари", "паромы", "амбары", "колодцы"),
    when=(
        "До наступления засухи",
        "Следующей весной",
        "Судя по приходным книгам",
        "После долгих совещаний",
        "Около 1903 года",
        "Когда спала вода",
        "По старому обычаю",
    ),
    who=(
        "рыбаки с устья реки",
        "местная торговая палата",
        "молодой землемер",
        "двое отставных учителей",
        "плотники горных деревень",
        "странствующий лекарь",
        "хранитель архива",
    ),
    did=(
        "вырыли три каменных канала",
        "заменили деревянный мост",
        "закончили подробную карту",
        "переписали четыреста дворов",
        "заново обмерили луга у реки",
        "собрали несколько сортов риса",
        "открыли вечернюю школу",
    ),
    so=(
        "и число это потом повторяли другие",
        "а расходы разделили поровну",
        "хотя подробности остались неизвестны",
        "и обломки сохранились до сих пор",
        "отчего дело затянулось на год",
        "причём с неожиданным успехом",
    ),
)
STOCKS: dict[Language, Stock] = {"zh": _CHINESE, "en": _ENGLISH, "ru": _RUSSIAN}
