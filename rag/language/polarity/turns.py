"""Whether a claim turns round what a text says: its negations, contraries and roles; pure.

The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.text import HAN, fold, is_han
from rag.language.words import STOP, clauses, stem, tokens, units, without_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOT_NEGATIONS = re.compile(
    r"不(?:仅|但|只是|单|光|断|久|少|同(?!意)|过|管|论|料|惜|已|止|妨|时|朽|动产|足|满|到|下|等于|法之徒|安|幸|利"
    r"|列颠|丹|日|禁(?!止)|由得|啻|愧|乏|约而同|遗余力|谋而合|宣而战|翼而飞)"
    r"|不得不|不能不|不可不|无不|无一不|无所不|无非|无论|无线|无产|无数|无烟煤|无疑|无尽|无比|无限|无私|无畏|无愧"
    r"|无锡|无穷|非常|非洲|[东西南北亚中]非|非裔|非凡|非但|非难|除非|莫非|是非"
    r"|未来|未免|未必不|[乙丁己辛癸]未|没收|没落|[淹沉埋出吞湮覆]没|[是能可与]否|否则|反对[党派者]|毋宁"
    r"|\bnot (?:only|least|to mention)|no (?:less|fewer|more|later|sooner) than"
    r"|\bno doubt\b|without doubt"
    r"|не только|не менее|не более|не раз\b|не позднее|не столько|тем не менее"
)  # fmt: skip
_NEGATION = re.compile(
    r"(?:从来|从|并|绝|决|毫|尚|始终|根本|一直|均|都|再也|也)?(?:没有?|未[曾能有]?|不[曾能肯愿再会可准许得是予]?|无[法力人从意]?"
    r"|莫(?=[要能可谈问怪怕忘])|勿|毋|否)"
    r"|拒绝|拒不|拒(?=[签绝收付受])|否认|反对|禁止|未遂|非(?!法)|驳回|婉拒"
    r"|\b(?:not|never|no|without|neither|nor|none|nobody|nothing|cannot|refus\w+|den(?:y|ied|ies)"
    r"|reject\w*|declin\w+ (?:to|the|an?|his|her|its|their|any)|fail(?:ed|s)? to"
    r"|unable|forb\w+|prohibit\w*|oppos\w+|hardly)\b|n't\b"
    r"|\b(?:не|нет|ни|никогда|никто|ничего|без|нельзя|невозможно|отказ\w*|отверг\w*|отклон\w*"
    r"|запре[тщ]\w*|отрица\w*|(?:был[аои]?|выступ\w+|голосова\w+|возража\w+) против)\b"
)  # fmt: skip
_TERM = re.compile(
    r"互?不(?:可侵犯|侵犯|干涉|平等|结盟|抵抗|割让)|无条件|无神论|无政府|无烟|非正式|非官方|未婚|未成年"
    r"|\bnon-?\w+|\bno man's land|\bненападени\w+|\bневмешательств\w+|\bunequal"
)
"""Terms that have a negation in them: no difference where both texts have the term."""
_END_OF = re.compile(
    r"停止|中止|终止|停发|放弃|取消|中断|断绝"
    r"|(?<!0 )\b(?:stop|ceas|abandon|cancel|discontinu|halt)\w*"
    r"|(?<!0 )\b(?:прекра[тщ]|останов|отмен|переста)\w*"
)
"""Verbs that end what they are said of: they may say what a negation says (不再, no longer)."""
_SCOPE_HAN, _SCOPE_WORDS = 9, 48
"""Characters behind a negation word in which that which it negates begins."""


@dataclass(frozen=True, slots=True)
class Negated:
    """A negation: the units behind it in its clause, and the clause itself.

    ``head`` is the word right behind it, None in Chinese, where an object may come between.
    """

    scope: frozenset[str]
    clause: str
    head: str | None


@lru_cache(maxsize=4096)
def negations(text: str, terms: frozenset[str] = frozenset()) -> tuple[Negated, ...]:
    """Return the negations of a text, clause by clause; 不仅 and its like are none.

    ``terms`` are folded terms whose own negation is none either.
    """
    found = []
    for clause in clauses(text):
        folded = _NOT_NEGATIONS.sub(_blank, fold(clause))
        folded = _TERM.sub(lambda part: _blank(part) if part[0] in terms else part[0], folded)
        for word in _NEGATION.finditer(folded):
            han = is_han(word[0])
            behind = clause[word.end() : word.end() + (_SCOPE_HAN if han else _SCOPE_WORDS)]
            before = clause[max(0, word.start() - _SCOPE_HAN) : word.start()]
            scope = tokens(behind) or tokens(before)
            head = None if han else next((unit.token for unit in units(behind)), None)
            found.append(Negated(scope, clause, head))
    return tuple(dict.fromkeys(found))


def _blank(part: re.Match[str]) -> str:
    return "\0" * len(part[0])


def turned_negation(claim: str, texts: Sequence[str]) -> bool | None:
    """Return whether a claim negates what the texts affirm, or the other way round.

    None where a negation of the claim is about nothing that the texts say.
    """
    there = [clause for text in texts for clause in clauses(text)]
    terms = frozenset(_TERM.findall(fold(claim))) & frozenset(_TERM.findall(fold("\n".join(texts))))
    doubt = False
    for item in negations(claim, terms):
        about = _about(item.scope, there)
        if not about:
            doubt = True
        elif not any(denies(clause, terms) for clause in about):
            like = max(there, key=lambda text: len(tokens(text) & tokens(item.clause)))
            if not denies(like, terms):
                return True
            doubt = True
    for text in texts:
        for item in negations(text, terms):
            if not item.scope:
                continue
            affirmed = [
                c
                for c in _about(item.scope, clauses(claim))
                if not denies(c, terms) and (item.head is None or item.head in tokens(c))
            ]
            elsewhere = [c for c in there if item.scope & tokens(c) and not negations(c, terms)]
            for clause in affirmed:
                here = len(tokens(clause) & tokens(item.clause))
                if not any(len(tokens(clause) & tokens(other)) > here for other in elsewhere):
                    return True
    return None if doubt else False


def denies(clause: str, terms: frozenset[str] = frozenset()) -> bool:
    """Return whether a clause negates something, or tells of its end."""
    return bool(negations(clause, terms) or ends(clause))


def ends(clause: str) -> bool:
    """Return whether a clause says that something ends; what is counted (22 stops) ends nothing."""
    return bool(_END_OF.search(without_numbers(clause)))


def same_sense(one: str, two: str) -> bool:
    """Return whether two clauses both deny, or neither does; what ends is denied (不再, 停止)."""
    denials = [(bool(negations(text)), ends(text)) for text in (one, two)]
    return denials[0] == denials[1] or (all(map(any, denials)) and not any(map(all, denials)))


def _about(scope: frozenset[str], there: Sequence[str]) -> list[str]:
    """Return the clauses that hold half of a scope's units or more."""
    return [text for text in there if scope and 2 * len(scope & tokens(text)) >= len(scope)]


_CONTRASTS = tuple(
    tuple(tuple(side.split("|")) for side in pair.split(" / "))
    for pair in (
        "增加|增长|上升|增至|升至|涨|扩大 / 减少|下降|降至|缩小|削减", "上旬 / 中旬 / 下旬",
        "月初 / 月底|月末",
        "年初 / 年底|年末", "之前|以前|前夕 / 之后|以后", "胜利|取胜|获胜 / 失败|战败|失利",
        "进口|输入 / 出口|输出",
        "同意|赞成|支持|批准 / 反对|拒绝|驳回", "开始 / 结束|终止",
        "停止|中止|不再|放弃|取消|中断 / 继续|仍|持续|坚持", "确凿|充足|充分 / 不足|缺乏",
        "最多|最高|最大 / 最少|最低|最小", "春天|春季 / 夏天|夏季 / 秋天|秋季 / 冬天|冬季",
        "上午|早晨|清晨 / 下午|傍晚|晚上", "向东|东部|以东|岭东 / 向西|西部|以西|岭西",
        "向南|南部|以南|岭南 / 向北|北部|以北|岭北", "上游 / 下游", "左岸 / 右岸",
        "赞扬 / 批评|指责", "加入|参加 / 退出", "每天|每日 / 每周|每星期 / 每月|每个月 / 每年",
        "公开 / 秘密", "买 / 卖", "先于|早于 / 晚于|迟于", "高于|多于 / 低于|少于",
        "全部|所有|一律 / 部分|少数|个别", "父亲|之父 / 儿子|之子", "哥哥|兄 / 弟弟|弟",
        "increas|rose|grew|grow / decreas|fell|declin|reduc|shrank", "before / after",
        "won|victory / lost|defeat",
        "import / export", "began|start / end|finish", "most / least", "north / south",
        "east / west",
        "spring / summer / autumn / winter", "morning / afternoon / evening", "join / left|withdr",
        "stop|ceas|abandon / continu|still", "прекра|переста / продолж|еще", "early / late",
        "daily / weekly / monthly|a month|per month / yearly|annual|a year|per year",
        "father / son", "accept|agree|approv / refus|reject", "all / some|few",
        "увелич|вырос|рост / уменьш|сократ|сниз", "до / после", "побед / пораж|проиг",
        "ввоз|импорт / вывоз|экспорт",
        "нача / закон|конч", "север / юг|южн", "восток|восточн / запад", "весн / лет / осен / зим",
        "согла|одобр|принял / отказ|отверг|отклон", "все / некотор",
    )
)  # fmt: skip
"""Words that exclude one another, side by side; Latin and Cyrillic ones by their beginning."""


def contrasts(claim: str, text: str) -> bool:
    """Return whether a claim says one thing and the text, in its place, the opposite.

    A side of a pair counts where the claim has it and the text has only another side.
    """
    one, two = fold(claim), fold(text)
    for sides in _CONTRASTS:
        here = [any(_has(one, word) for word in side) for side in sides]
        there = [any(_has(two, word) for word in side) for side in sides]
        if any(a and not b for a, b in zip(here, there, strict=True)) and any(there):
            return True
    return False


@lru_cache(maxsize=1024)
def _word(word: str) -> re.Pattern[str]:
    whole = len(word) < 4
    return re.compile(
        re.escape(word) if is_han(word) else rf"\b{re.escape(word)}" + (r"\b" if whole else "")
    )


def _has(text: str, word: str) -> bool:
    return bool(_word(word).search(text))


_PASSIVE = re.compile(
    r"被|由|遭|受到|为[^，。]*所|\bby\b|\bбыл[аои]?\s+[^\W\d_]+[нт][аоы]?\b|[^\W\d_]{3}ся\b"
)
_PARTICLE = re.compile("[向对给替比被由把将遭]")


def turned_round(claim: str, text: str) -> bool:
    """Return whether what stands before and behind the same word has changed places.

    The word is any that both texts have (责备, dismissed) or a particle (向, 被). Where one
    of the two is in the passive voice and the other is not, nothing is known.
    """
    if bool(_PASSIVE.search(fold(claim))) != bool(_PASSIVE.search(fold(text))):
        return False
    return any(
        _crossed(one, two) for one in _halves(claim) for two in _halves(text) if one[0] == two[0]
    )


Halves = tuple[str, frozenset[str], frozenset[str]]


def _halves(text: str) -> list[Halves]:
    """Return each unit and particle of a text with the units before and behind it."""
    items = units(text)
    middles = [(unit.token, unit.start, unit.end) for unit in items]
    middles += [(m[0], m.start(), m.end()) for m in _PARTICLE.finditer(fold(text))]
    return [
        (
            token,
            frozenset(unit.token for unit in items if unit.end <= start),
            frozenset(unit.token for unit in items if unit.start >= end),
        )
        for token, start, end in middles
    ]


def _crossed(one: Halves, two: Halves) -> bool:
    """Return whether a unit before the middle is behind it in the other, and one vice versa."""
    _, left, right = one
    _, other_left, other_right = two
    forth = (left - right) & (other_right - other_left)
    back = (right - left) & (other_left - other_right)
    # Who did it is what it was done to in the other, and who did it there is not named.
    demoted = back and left and not left & (other_left | other_right)
    return bool((forth and back) or demoted)


def swapped(pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether of two exchanges each brings what the other took away."""
    return any(
        tokens(said) & tokens(other_stands) and tokens(other_said) & tokens(stands)
        for k, (said, stands) in enumerate(pairs)
        for other_said, other_stands in pairs[:k]
    )


def exchanged(claim: str, text: str) -> list[tuple[str, str]]:
    """Return what a clause has in the place of something else in a text's clause.

    Each is a stretch of the claim of two to six Chinese characters, or one or two words, and
    what stands in the text between the same neighbours. One negation for another is none.
    """
    one, two = _parts(claim), _parts(text)
    found = []
    matcher = SequenceMatcher(None, [p[0] for p in one], [p[0] for p in two], autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "replace":
            continue
        here, there = one[a:b], two[c:d]
        if b == len(one) and claim[here[0][1]].isupper() and text[there[0][1]].isupper():
            there = there[: len(here)]  # the text goes on where the claim ends
        if all(is_han(part[0]) for part in (*here, *there)):
            fits = 2 <= len(here) <= 6 and 2 <= len(there) <= 6
        else:
            fits = len(here) == len(there) <= 2
        said = claim[here[0][1] : here[-1][2]]
        stands = text[there[0][1] : there[-1][2]]
        if fits and not (denies(said) and denies(stands)):
            found.append((said, stands))
    return found


def _parts(text: str) -> list[tuple[str, int, int]]:
    """Return the characters of Chinese and the stems of other words that say something."""
    return [
        (stem(piece[0]) if len(piece[0]) > 1 else piece[0], piece.start(), piece.end())
        for piece in re.finditer(rf"[{HAN}]|(?:(?![{HAN}])[^\W\d_]){{2,}}", without_numbers(text))
        if piece[0] not in STOP
    ]
