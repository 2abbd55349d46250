"""Names of people and bodies, taken apart as far as a style needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.text import HAN, HANGUL, KANA

if TYPE_CHECKING:
    from rag.types import Person

EASTERN = re.compile(f"[{HAN}{KANA}{HANGUL}]")
"""A letter of a name that is written family first, without a space."""
_COUNTRY = re.compile(r"^[〔\[(（【［][^〕\])）】］]{1,6}[〕\])）】］]\s*")
_INITIAL = re.compile(r"(?:\w\.[-‐]?)+")
_BODY = re.compile(
    r"\b(?:of|for|and|the|academy|association|board|center|centre|college|commission|committee"
    r"|council|department|foundation|institute|library|ministry|museum|office|press|society"
    r"|university|академия|архив|институт|комитет|министерство|музей|общество|университет)\b",
    re.IGNORECASE,
)
"""Words that stand in the names of bodies, whose names are never turned round."""

_DOUBLE_SURNAMES = re.compile(
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|司徒|夏侯|皇甫|尉迟|尉遲|公孙|公孫|慕容|令狐|长孙|長孫|宇文|申屠|"
    "东方|東方|端木|独孤|獨孤|南宫|南宮|西门|西門|呼延|轩辕|軒轅|鲜于|鮮于|万俟|闻人|聞人"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程"
    "嵇邢裴陆荣翁荀羊惠甄曲家封储靳段富巫焦巴弓牧谷车侯宓全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶"
    "幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳申扶堵冉宰郦桑桂牛寿通"
    "边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖终居衡步都耿满弘匡国文寇广禄阙东殴沃"
    "利蔚越隆师巩厍聂晁勾敖融冷辛阚那简饶空曾沙丰关相查后荆红游竺权盖益桓公肖仝佟岳帅海覃"
    "趙錢孫吳鄭馮陳衛韓楊許呂張嚴華謝鄒竇雲蘇範魯韋馬鳳賀湯羅畢鄔樂時齊顧黃蕭貝計談龐熊紀項閔賈婁"
    "顏鐘駱盧經應單諸鈕龔陸榮儲車寧欒厲劉葉龍黎薊懷賴藺喬陰雙聞黨譚貢勞酈壽邊農溫莊連習廣關豐國"
)
"""The surnames of 《百家姓》 that one character writes, and some that it lacks; both scripts."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in two parts, or whole in ``family`` where ``given`` is empty.

    ``family_first`` says that the family's name leads and no comma follows it (Li Jiagu).
    """

    family: str
    given: str = ""
    family_first: bool = False


def whole_name(person: Person) -> Name:
    """Return a name for a Chinese style: what Han writes is not taken apart."""
    name = _clean(person.name)
    return Name(name) if EASTERN.search(name) else _western(name)


def split_name(person: Person, *, latin: bool, translated: bool) -> Name:
    """Return a name for a foreign style, which cites by family name.

    ``latin`` takes the Latin spelling where the record has one. Where a name in Han is that
    of a foreigner (``translated``: the book is a translation; or 〔美〕 stands before it; or
    the Latin spelling is not how its characters are read), it stays whole: which part is the
    family's is not known.
    """
    printed = _clean(person.name)
    name = _COUNTRY.sub("", printed)
    spelled = _clean(person.latin or "")
    chinese = None if not EASTERN.search(name) else _chinese(name)
    if chinese and spelled:
        chinese = chinese if _reads_as(chinese.family, spelled) else None
    elif translated or name != printed:
        chinese = None
    if latin and spelled:
        if chinese and "," not in spelled:
            family, _, given = spelled.partition(" ")
            return Name(family, given, family_first=True)
        return _western(spelled)
    if chinese:
        return chinese
    return Name(name) if EASTERN.search(name) else _western(name)


def _clean(text: str) -> str:
    return " ".join(text.split())


def _chinese(name: str) -> Name | None:
    """Return a Chinese name in its parts; None where it does not look like one."""
    double = _DOUBLE_SURNAMES.match(name)
    size = 2 if double and len(name) > 2 else 1
    if (size == 2 or name[0] in _SURNAMES) and 1 <= len(name) - size <= 2:
        return Name(name[:size], name[size:], family_first=True)
    return None


def _reads_as(family: str, spelled: str) -> bool:
    """Return whether a Latin spelling begins as a family name in Han is read."""
    from pypinyin import Style, lazy_pinyin, pinyin  # noqa: PLC0415 -- loads large tables

    first = re.split(r"[\s,]", spelled.lower())[0].replace("ü", "v")
    readings = ["".join(lazy_pinyin(family))]
    if len(family) == 1:
        readings += pinyin(family, style=Style.NORMAL, heteronym=True)[0]
    return first in readings


def _western(name: str) -> Name:
    """Return a name in letters in its parts: ``Smith, John``, ``John Smith``, ``Smith J. K.``."""
    if "," in name:
        family, _, given = name.partition(",")
        return Name(family.strip(), given.strip())
    words = name.split()
    if len(words) == 1 or _BODY.search(name):
        return Name(name)
    if not _INITIAL.fullmatch(words[0]) and all(_INITIAL.fullmatch(word) for word in words[1:]):
        return Name(words[0], " ".join(words[1:]))
    # Words in small letters before the last belong to it: de Gaulle, van der Veen.
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    return Name(" ".join(words[at:]), " ".join(words[:at]))
