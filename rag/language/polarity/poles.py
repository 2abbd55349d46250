"""Words that exclude one another, in the languages of questions and books; pure.

The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.numbers import Kind, quantities
from rag.language.text import HAN, fold, is_han
from rag.language.words import without_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

_ROWS = tuple(
    tuple(tuple(side.split("|")) for side in row.split("\n"))
    for row in re.sub(
        r"\n  (?=\|)",
        "",
        r"""增加|增长|上升|增至|升至|加到|加至|提高|涨|扩大|增|increas|rose|rise|grew|grow|rais|увелич|вырос|рост
  |повы
减少|下降|降至|缩小|削减|减|降|decreas|fell\b(?! in)(?! ill)(?! on)(?! off)|fall|declin|reduc|shrank
  |lower|cut by|cut to|cut from|уменьш|сократ
  |сниз|упал

上旬
中旬
下旬

月初
月底|月末

年初
年底|年末

之前|以前|前夕|以前|事前|前|before|ahead of|перед|раньше
之后|以后|后|after|later|since|после|спустя|через 0|через год|позже|позднее

胜利|取胜|获胜|won|victor|побед
失败|战败|失利|lost|defeat|пораж|проиг

进口|输入|import|ввоз|импорт
出口|输出|export|вывоз|экспорт

同意|赞成|支持|批准|答应|接受|采纳|承认|accept|agreed|agrees|agree\b|approv|support|consent|recogni|согла|одобр
  |принял|поддерж|призна
反对|拒绝|驳回|不同意|否认|否定|不承认|不肯|不愿|oppos|refus|reject|objected|declin
  |dismissed the|отказ|отверг|отклон
  |возраж|против

开始|动工|开办|创办|开设|建立|成立|创立|通车|通航|通水|开|动工|办|建|设|起|began|begin|begun|start|open|found
  |establish|launch|нача|откры|основа|созда|учред
结束|终止|停止|关闭|停|完工|撤|ended|finish|(?<!0 )stop|ceas|clos|shut|закон|конч|закры|прекра
  |(?<!0 )останов|заверш

停止|中止|不再|放弃|取消|中断|(?<!0 )stop|ceas|abandon|прекра|переста
继续|仍|持续|坚持|continu|still|продолж

确凿|充足|充分|sufficient|ample
不足|缺乏|insufficient|lack

最多|最高|最大|最长|largest|biggest|most|highest|longest|крупнейш|наибольш
  |самый большой
最少|最低|最小|最短|smallest|least|lowest|shortest|наименьш|мельчайш

直到|到|才|为止|以前|之前|until

春天|春季|春|spring|весн
夏天|夏季|夏|summer|лет[оау]м|летн
秋天|秋季|秋|autumn|осен
冬天|冬季|冬|winter|зимо|зима|зимн|зиму|зимы|зиме

上午|早晨|清晨|早上|morning|dawn|утр\w
下午|傍晚|晚上|夜|afternoon|evening|night|вечер|ноч\w

东|east|восток|восточ
西|west|запад

南|south|юг|южн
北|north|север

上游|upstream
下游|downstream

左|left bank|лев\w
右|right bank|прав[ыо][йем]

赞扬|prais|хвал
批评|指责|criticis|criticiz|критик

加入|参加|join|вступ|присоедин
退出|离开|撤|withdr|покину

每天|每日|日|daily|a day|per day|в день|ежеднев
每周|每星期|周|星期|week|недел
每月|每个月|个月|月|month|месяц
每年|年|year|annual|год|лет

公开|public
秘密|secret|тайн

买|购|buy|bought|purchas|купи|приобр|заказ
卖|售|sell|sold|прода

先于|早于|earlier than|раньше
晚于|迟于|later than|позже

高于|多于|超过|多出|多|余|more than|exceed|больше|более|превы
低于|少于|不足|不到|less|fewer|меньше|менее

全部|所有|一律|全|整|尽|缴清|还清|付清|all|every|entire|whole|все|всех|всё|весь|каждый
部分|少数|个别|几个|some|few|part of|partly|некотор|част

首任|首届|首次|首批|第一|首|头|先|first|перв
最后|末|last|final|последн
第二|second|втор
第三|third|трет

父亲|之父|父|father|отец|отц\w
儿子|之子|子|son|сын
女儿|daughter|доч\w

哥哥|兄|弟弟|弟|brother|брат
姐姐|姐|妹妹|妹|sister|сестр

哥哥|兄|elder brother
弟弟|弟|younger brother

姐姐|姐|elder sister
妹妹|妹|younger sister

好|良好|good\b|well\b|хорош
坏|恶劣|差|bad\b|poor|плох

只|仅|唯一|only|just|merely|alone|sole|только|лишь|единствен
以及|还|也|又|并|同时|also|too|as well|также|тоже

付|缴|交|还清|偿|租|费|薪|工资|pay|paid|плат
欠|拖欠|owe|debt|долг

进入|入|enter|вош\w|войти|вступ
撤|退出|离开|辞|leave|left\b|withdr|retreat|ушл\w|уйти|отступ

借给|贷给|lend|lent\b
借|borrow

里|华里
公里|千米|kilomet|километр
英里|mile|мил[ия]

生|出生|born|родил
死|去世|病逝|亡|性命|丧|毙|牺牲|die|death|kill|умер|погиб|смерт

早|early|ран\w
晚|late\b|позд

可以|允许|准许|allow|permit|можно|разреш
不得|不准|不许|禁止|不可|forbid|forbad|prohibit|must not|запрещ|нельзя

担任|出任|就任|上任|任|appoint|became|took office|назнач|стал\b|занял пост
辞|卸任|resign|stepped down|отстав|уволился

控告|指控|指责|谴责|责|控|告|accus|sued|charged with|обвин

回|返|归|return|came back|верну|возвра

升|提拔|晋|promot|повысил

革职|解聘|免职|撤职|遣散|裁|罢免|开除|解雇|dismiss|sacked|fired|removed from|уволи|отстран|смещ

逮捕|被捕|捕|抓|arrest|арест

释放|获释|释|releas|set free|freed|освобо

杀|死|夺去|性命|毙|亡|丧|kill|murder|уби\w

签|sign|подпис

进攻|攻|袭|击|attack|напа|атак

占|occup|занял|оккуп

侵|invad|вторг

俘|缴获|攻占|夺|captur|seiz|захват|查获|查

投降|降|surrender|сда[лв]|капитул

宣|declar|announc|объяв|провозгл

抗议|protest|протест

提议|建议|提出|主张|办法|propos|suggest|предлож

要求|求|demand|требов|потреб

派|送|寄|遣|调|运|sent\b|sends\b|dispatch|отправ|посла|присла

交付|交|供|deliver|suppl|hand over|handed|постав|переда

造|建|修|铺|筑|设|build|built|constr|постро|строил

到|抵|来|赴|去|驶|航|arriv|came\b|come\b|travel|sail|прибы|приех|пришел

离|走|出发|启程|撤|辞|left|leave|depart|set out|вышел|выеха|покину|ушел

写|信|著|wrote|written|write|писал|написа

发明|invent|изобре

提高|增|涨|升|rais|повы

租|rent|leas|hir\w|аренд|наня|снял

封锁|封|blockad|блокир

罢工|strike|struck|забаст

毁|坏|炸|烧|destroy|burn|damag|разруш|сож\w|сгор

赢|胜|won|win\b|выигр|побед

长|里程|length|long\b|длин

费|值|价|cost|spen[dt]|worth|обош|стои|потрат

娶|嫁|结婚|marr|жени|замуж

教|授|讲|课|taught|teach|обуч|учил(?!ищ)|препода

学|learn|studi|study|учит(?!ел)|учил(?!ищ)|учащ|изуч

毕业|graduat|оконч

招|收|录取|admit\w*\b(?! .{0,24}that)|enrol|recruit|принима|набор|набра

住|居|liv\w|resid|dwell|жил|жи[вт]|прожи

加入|参加|入|join|вступ|присоедин

支持|拥护|support|back|поддерж

罚|fin[ei]d|punish|наказ|оштраф

付|缴|交|还|薪|偿|租|费|支付|pay|paid|плат

收到|得到|获|接到|receiv|obtain|получ

允许|准|批准|allow|permit|разреш

谈判|商|negoti|перегов

协议|协定|条约|章程|约|agreement|treaty|pact|protocol|regulations|договор|соглаш|устав|пакт|протокол

通过|颁布|采纳|采用|pass[ei]d|adopt|enact|принял

领导|率|带|队长|团长|为首|lead|led\b|руковод|возглав

帮|助|援|help|assist|aid\b|помо""",
    ).split("\n\n")
)
"""Rows of sides of words, those of other scripts than Chinese by their beginning."""

_SIDES = tuple(side for sides in _ROWS for side in sides)
_WHOLE = re.compile(rf"[{HAN}]+|\w+")

_SUPPOSED = (
    r"要求|请求|答应|许诺|承诺|主张|建议|提议|倡议|打算|计划|准备|企图|试图|希望|愿意|担心|害怕|以为|据说"
    r"|传说|可能|也许|或许|如果|假如|倘若|几乎|差点|险些|指控|控告|指责|声称|自称|谎称|原定|预计|估计|预算"
    r"|拟|必须|务必|应当|应该|本应|怀疑|相信|认为|威胁|下令|命令"
)
_SUPPOSED_WORDS = (
    r"\b(?:demand|request|ask|promis|suggest|propos|plan|intend|attempt|tried|try|hope|want|fear"
    r"|afraid|worr|believ|thought|think|suppos|rumou?r|may\b|might|perhaps|probabl|possib|would|if\b"
    r"|almost|nearly|accus|alleg|claim|estimat|expect|should|suspect|threat|order|command|offer|call"
    r"|budget|advocat|urg|wish|charg|set at|regulat|rule|had to|must"
    r"|треб|потреб|прос[ия]|просьб|попрос|обеща|предлож|предлаг|план|намер|пыта|надея|хоте|боя|опаса|счита|полага"
    r"|дума|вероят|возмож|может|если|почти|обвин|утвержд|оцен|ожида|долж|подозр|угро|прика|призв"
    r"|бюджет|жела|согла|веле)"
)
_SUPPOSES = re.compile(f"{_SUPPOSED}|{_SUPPOSED_WORDS}")


def supposes(text: str) -> bool:
    """Return whether a text tells of what somebody wished, said, feared or planned.

    What stands behind such a word did not, by that, happen.
    """
    return bool(_SUPPOSES.search(fold(text)))


def unmatched(claim: str, text: str, excused: Callable[[str], bool] = lambda _word: False) -> bool:
    """Return whether a claim has a side of a row that the text, in any language, has not.

    A word of the claim that is ``excused`` may stand for one that no row has, where the text
    has no other side of the row.
    """
    one, two = without_numbers(claim), _undated(text)
    return any(
        said
        and not any(_has(two, word) for word in side)
        and not (
            all(map(excused, said))
            and not any(_has(two, word) for other in sides if other is not side for word in other)
        )
        for sides in _ROWS
        for side in sides
        if (said := _said(one, side)) is not None
    )


def _said(text: str, side: tuple[str, ...]) -> list[str]:
    """Return the whole words of a folded text that are of a side."""
    found = (_word(word).search(text) for word in side if _states(text, word))
    return [_WHOLE.match(text, match.start())[0] for match in found if match]  # type: ignore[index]


def contrary(claim: str, text: str) -> bool:
    """Return whether a claim has a side of a row where the text has only another one."""
    one, two = without_numbers(claim), _undated(text)
    for sides in _ROWS:
        here = [any(_states(one, word) for word in side) for side in sides]
        there = [any(_has(two, word) for word in side) for side in sides]
        if any(here) and any(there) and not any(a and b for a, b in zip(here, there, strict=True)):
            return True
    return False


def matched(claim: str, text: str) -> bool:
    """Return whether a claim has a word whose side of a row the text, in any language, has."""
    one, two = without_numbers(claim), _undated(text)
    return any(
        any(_states(one, word) for word in side) and any(_has(two, word) for word in side)
        for sides in _ROWS
        for side in sides
    )


def counterpart(word: str, text: str) -> int:
    """Return where a folded text has a word that a row sets beside a folded word, or -1.

    Chinese words alone are looked for; more characters are surer than one.
    """
    found = [
        (len(other), match.start())
        for side in _SIDES
        if any(not is_han(item) and _word(item).match(word) for item in side)
        for other in side
        if is_han(other) and (match := _word(other).search(text))
    ]
    return max(found, default=(0, -1))[1]


def _states(text: str, word: str) -> bool:
    """Return whether a claim has a word; a single Chinese character may be part of another."""
    return (len(word) > 1 or not is_han(word)) and _has(text, word)


def _undated(text: str) -> str:
    """Return the folded text with zeros in place of its dates, whose 月 is no month's rent."""
    folded = fold(text)
    for number in quantities(text):
        if number.kind in (Kind.YEAR, Kind.MONTH, Kind.DAY):
            zeros = "0" * (number.end - number.start)
            folded = folded[: number.start] + zeros + folded[number.end :]
    return folded


@lru_cache(maxsize=2048)
def _word(word: str) -> re.Pattern[str]:
    if is_han(word):
        return re.compile(re.escape(word))
    return re.compile(rf"\b{word}" + (r"\b" if len(word) < 4 else ""))


def _has(text: str, word: str) -> bool:
    return bool(_word(word).search(text))
