"""The names that a claim mentions, and whether a text has them in any spelling; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.language.names.patterns import name_pattern
from rag.language.text import find_exact, fold, has_han
from rag.language.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE = re.compile("《([^《》]+)》")
_CAPITAL = re.compile(r"(?<![\w’'-])[A-ZÀ-ÞĀ-ŽА-ЯЁ][^\W\d_]*(?:[’'-][^\W\d_]+)*")
_OPENS = re.compile(r"(?:^|[.!?:;。！？：；“\"«(（「『—–-])\s*$")

LANDS = (
    ("中国", "中方", "China", "Chinese", "Китай", "китайский", "китаец"),
    (
        "苏联",
        "苏方",
        "Soviet Union",
        "Soviet",
        "Soviets",
        "USSR",
        "СССР",
        "Советский Союз",
        "советский",
    ),
    ("俄国", "俄罗斯", "沙俄", "Russia", "Russian", "Россия", "русский", "российский"),
    ("日本", "日方", "Japan", "Japanese", "Япония", "японский", "японец"),
    (
        "美国",
        "美方",
        "United States",
        "America",
        "American",
        "USA",
        "США",
        "Америка",
        "американский",
    ),
    (
        "英国",
        "英方",
        "Britain",
        "British",
        "England",
        "English",
        "Англия",
        "английский",
        "британский",
    ),
    ("法国", "法方", "France", "French", "Франция", "французский"),
    ("德国", "德方", "Germany", "German", "Германия", "немецкий", "германский"),
    ("意大利", "Italy", "Italian", "Италия", "итальянский"),
    ("波兰", "Poland", "Polish", "Польша", "польский"),
    ("蒙古", "外蒙", "Mongolia", "Mongolian", "Монголия", "монгольский"),
    ("朝鲜", "韩国", "Korea", "Korean", "Корея", "корейский"),
    ("印度", "India", "Indian", "Индия", "индийский"),
    ("荷兰", "Netherlands", "Holland", "Dutch", "Голландия", "голландский"),
    ("西班牙", "Spain", "Spanish", "Испания", "испанский"),
)
"""Countries with their peoples' names in the languages that are answered in."""
_SHORT = {
    "中国": "中华", "苏联": "苏", "俄国": "俄", "日本": "日", "美国": "美", "英国": "英",
    "法国": "法", "德国": "德", "意大利": "意", "蒙古": "蒙", "印度": "印", "朝鲜": "朝鲜",
    "荷兰": "荷", "波兰": "波", "西班牙": "西",
}  # fmt: skip
_ALL_SHORT = "中华苏俄日美英法德意蒙"

_COMMON = frozenset(
    re.findall(
        r"\S+",
        "i mr mrs dr sir lord st prof professor president king queen emperor prince minister "
        "ministry foreign government party army navy war world treaty pact union republic "
        "congress council committee commission general marshal captain colonel ambassador embassy "
        "north south east west northern southern eastern western central far middle great red "
        "monday tuesday wednesday thursday friday saturday sunday january february march april "
        "may june july august september october november december jan feb mar apr jun jul aug "
        "sept oct nov dec chapter section page volume book no first second third qing ming "
        "dynasty century prefect canal railway river station street company school university "
        "museum bank church bridge temple island mount lake ii iii iv v vi vii viii ix x xi xii "
        "xx",
    )
)
"""Words that are written with a capital and name nobody, folded."""
_ENGLISH_OPENERS = re.compile(
    r"(?:the|a|an|in|on|at|by|for|from|with|to|of|as|it|its|he|his|she|her|they|their|this|that"
    r"|these"
    r"|those|there|then|when|while|after|before|during|later|soon|only|both|all|some|most|many|few"
    r"|each|every|no|not|but|and|so|if|because|since|until|under|over|about|according|although"
    r"|however|more|one|two|three|four|five|six|seven|eight|nine|ten|we|you|who|what|which|where"
    r"|how|why|nobody"
    r"|nothing|once|even|such|another|other|less|nearly|almost|several|what|half|instead|finally"
    r"|eventually)"
)  # fmt: skip
_RUSSIAN_OPENERS = re.compile(
    r"(?:в|во|на|с|со|из|от|до|за|по|при|для|к|ко|о|об|у|и|а|но|он|она|оно|они|его|ее|их|это|этот"
    r"|эта"
    r"|эти|тот|та|те|так|там|тогда|потом|затем|когда|после|перед|поэтому|однако|хотя|если|чтобы|все"
    r"|весь|вся|каждый|каждая|многие|некоторые|ни|не|никто|ничего|лишь|только|уже|еще|также"
    r"|согласно"
    r"|между|под|над|через|во-первых|сначала|всего|более|менее|почти|около|два|две|три|четыре"
    r"|пять|первый|первая|первое|первым)"
)  # fmt: skip
_PLAIN_ENDING = re.compile(
    r"(?:tion|sion|ing|ment|ness|ity|ers|ors|ies|ance|ence|ship|ants|ents|ists|ly)$"
    r"|(?:ение|ание|ство|ость|ния|ция|ции|ели|ники|тели|овать|ные|ные|ный|ная|ное|ами|ов)$"
)

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜"
    "戴夏钟汪田姜范石姚谭廖邹熊金陆郝孔崔康毛邱秦江史顾侯邵孟龙段雷钱汤韦尹黎易贺赖龚裴"
)
_TRANSLITERATION = re.compile(
    "[斯尔克拉夫诺维奇德特林卡巴格罗列莫伊瓦谢戈亚洛辛贝伦兹姆茨基科娜丽莎蒂佩菲雷沃契耶鲍鲁季米涅佐宁布顿逊哈赫·]{2,}"
)
_PLACE = re.compile("..?(?:省|市|县|州|岛|港|河|湖|镇|村|府|埠|城|湾|岭|峡)$")


def known_names(claim: str, aliases: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the names of a claim that are known, each with all its spellings.

    Longer names go before shorter ones inside them. A name that several groups have brings
    the spellings of all of them.
    """
    rest = fold(claim)
    groups = [*aliases, *LANDS]
    homes: dict[str, list[Sequence[str]]] = {}
    for group in groups:
        for name in group:
            folded = fold(name)
            if folded[:2] in rest and (len(folded) > 1 or not has_han(folded)):
                homes.setdefault(folded, []).append(group)
    found: dict[tuple[str, ...], None] = {}
    for name in sorted(homes, key=len, reverse=True):
        pattern = name_pattern(name)
        if pattern.search(rest):
            rest = pattern.sub("|", rest)
            found[tuple(dict.fromkeys(other for group in homes[name] for other in group))] = None
    return list(found)


def has_name(spellings: Sequence[str], text: str) -> bool:
    """Return whether a text has a name in any of its spellings.

    A country is there too where its first character stands for it: 中苏, 日军, 对华.
    """
    folded = fold(text)
    if any(name_pattern(fold(name)).search(folded) for name in spellings if name):
        return True
    for name in spellings:
        for sign in _SHORT.get(name, "") if len(_SHORT.get(name, "")) <= 2 else "":
            if re.search(
                rf"{sign}[方军国两{_ALL_SHORT}商舰机文语货币侨籍]|[对驻援赴抗反来访侵{_ALL_SHORT}]{sign}",
                folded,
            ):
                return True
    return False


def without_names(claim: str, names: Sequence[Sequence[str]]) -> str:
    """Return a claim with spaces in place of its known names."""
    folded = fold(claim)
    for name in sorted({fold(n) for group in names for n in group}, key=len, reverse=True):
        for found in name_pattern(name).finditer(folded):
            gap = " " * len(found[0])
            claim = claim[: found.start()] + gap + claim[found.end() :]
        folded = fold(claim)
    return claim


def titles(claim: str) -> list[str]:
    """Return what stands in 《》 in a claim."""
    return _TITLE.findall(claim)


def strange_capitals(
    claim: str, text: str, names: Sequence[Sequence[str]], *, others: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Return the capitalised words of a claim that the text lacks: names, and doubtful ones.

    ``names`` are the known names of the claim, which are looked after elsewhere. A word that
    opens a sentence is a name where ``others`` have it in mid-sentence, and else doubtful
    unless it is an ordinary word by its ending or a common one.
    """
    known = fold(claim)
    for spellings in names:
        for name in spellings:
            known = name_pattern(fold(name)).sub(lambda m: "\0" * len(m[0]), known)
    words = set(re.findall(r"[^\W\d_]+", fold(text)))
    stems = {stem(word) for word in words}
    sure, doubtful = [], []
    for match in _CAPITAL.finditer(claim):
        for part in re.finditer(r"[^\W\d_]+", match[0].removesuffix("'s").removesuffix("’s")):
            start = match.start() + part.start()
            word = fold(part[0])
            if "\0" in known[start : start + len(word)] or word in _COMMON:
                continue
            if any(same_word(word, other) for other in words) or stem(word) in stems:
                continue
            if not _OPENS.search(claim[:start]) or any(
                _in_midst(part[0], other) for other in others
            ):
                sure.append(part[0])
            elif not (
                _ENGLISH_OPENERS.fullmatch(word)
                or _RUSSIAN_OPENERS.fullmatch(word)
                or _PLAIN_ENDING.search(word)
            ):
                doubtful.append(part[0])
    return sure, doubtful


def same_word(one: str, two: str) -> bool:
    """Return whether two folded words may be cases of one Russian name, or are the same."""
    if one == two or not re.search("[а-я]", one):
        return one == two
    common = next(
        (k for k, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
        min(len(one), len(two)),
    )
    shorter, longer = sorted((len(one), len(two)))
    return common >= longer - 3 and common >= min(4, shorter - 1) and common >= 2


def _in_midst(word: str, text: str) -> bool:
    return any(
        match[0] == word and not _OPENS.search(text[: match.start()])
        for match in _CAPITAL.finditer(text)
    )


def looks_like_name(run: str, before: str) -> bool:
    """Return whether a stretch of Chinese that no text bears out looks like a name.

    ``before`` is the one or two characters in front of it, which may hold a surname.
    """
    if 2 <= len(run) <= 4 and run[0] in _SURNAMES:
        return True
    if len(run) <= 2 and any(character in _SURNAMES for character in before):
        return True
    return bool(_TRANSLITERATION.search(run) or _PLACE.search(run))


def may_be_name(text: str, aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether a stretch of text is, or looks like, the name of somebody or something."""
    if any(has_name(land, text) for land in LANDS):
        return True
    capitals = [match[0] for match in _CAPITAL.finditer(text) if fold(match[0]) not in _COMMON]
    return bool(capitals or known_names(text, aliases) or looks_like_name(fold(text), ""))


def has_title(title: str, texts: Sequence[str]) -> bool:
    """Return whether one of the texts has a title word for word."""
    return any(find_exact(text, title) for text in texts)
