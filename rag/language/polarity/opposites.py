"""Words that exclude one another, whichever language a text is in; pure.

The table is about the languages of books and readers, never about a book. It is for two
texts of which one translates the other: where a text has one side of a row, the other one
may not bring in another side.
"""

from __future__ import annotations

import re

from rag.language.text import fold, has_han

_TABLE = """
增加 增长 上升 增至 升至 上涨 扩大 提高 加到
  increas =rose rise grew grow rais expand увелич вырос рост повы расшир
减少 下降 降至 缩小 削减 降低 减为 减到
  decreas =fell fall declin reduc shrank lower cut dropp уменьш сократ сниз упал

以前 之前 前夕 =before =prior_to =перед =до_того
以后 之后 随后 =after =since =после =спустя

胜利 取胜 获胜 战胜 =won victor побед выигр
失败 战败 失利 =lost defeat пораж проигр

进口 输入 import ввоз импорт
出口 输出 export вывоз экспорт

同意 赞成 支持 批准 答应 接受 准许 允许
  accept agree approv support consent allow permit согла одобр приня поддерж разреш
反对 拒绝 驳回 否决 禁止 不得 不准 不许 不肯 不愿 不同意 不接受
  oppos refus reject object forb prohibit отказ отверг отклон возраж возраз против запре

动工 开工 开办 创办 开始 成立 建立 创立 创建 建于 通车 通水
  began begin begun start open found establish launch нача откры основа созда учре
结束 终止 停止 关闭 停办 撤销
  =ended finish stop ceas clos shut abolish законч закры прекра останов упраздн

最多 最高 最大 最长 最重要 largest biggest =most highest longest крупнейш наибольш самый
最少 最低 最小 最短 smallest =least lowest shortest fewest наименьш мельчайш

春天 春季 今春 年春 春[，,] =spring весн
夏天 夏季 年夏 夏[，,] summer =лето =лета =летом летн
秋天 秋季 年秋 秋[，,] autumn осен
冬天 冬季 年冬 冬[，,] winter зим

早晨 清晨 早上 上午 morning dawn утр
下午 傍晚 晚上 趁夜 夜里 深夜 afternoon evening night вечер ноч

东部 东岸 以东 向东 岭东 east восто
西部 西岸 以西 向西 岭西 west запад

南部 南岸 以南 向南 岭南 south юг юж
北部 北岸 以北 向北 岭北 north север

上游 upstream =upper верхов
下游 downstream =lower низов

赞扬 称赞 表扬 prais похвал хвал
批评 指责 critic critis blam критик

加入 参加 join вступ присоедин
退出 withdr выход вышел_из

每天 每日 daily =a_day =per_day =each_day =every_day =в_день ежедн
每周 每星期 weekly =a_week =per_week =в_неделю еженед
每月 每个月 monthly =a_month =per_month =в_месяц ежемес
每年 yearly annual =a_year =per_year =each_year =every_year =в_год ежегод

公开 public =openly публичн открыто
秘密 secret тайн секретн

买下 购买 购入 订购 buy bought purchas order купи приобр заказ
卖给 卖掉 出售 sell sold прода

早于 先于 =earlier_than =раньше
晚于 迟于 =later_than =позже

必须 不得不 不能不 只能 must had_to =should =no_choice должн обязан
不必 不须 不需 无须 无需 不用 没有必要 =no_need need_not =unnecessary не_нужно не_надо

全部 所有 一律 =all =every =entire =whole =все =всех =весь =вся кажд
部分 少数 个别 =some =few =part_of =partly некотор =часть =части

首任 第一任 首届 第一届 首次 第一次 第一批 =first перв
最后 末任 末代 =last =final последн

(?<![祖伯叔岳养])父 father отец отц
(?<![祖伯叔岳养航])母 mother мать матер
儿子 =son =sons =сын =сына =сыном
女儿 daughter доч

哥哥 弟弟 brother брат
姐姐 妹妹 sister сестр

抵达 到达 来到 arriv came_to прибы приеха
离开 撤走 撤退 =left leav depart withdr retreat покину уехал ушел ушли ушла отступ

贷给 借给 =lend =lent =loaned
借款 向[^，。]{1,8}借 borrow заня заим

出任 担任 就任 上任 appoint took_office became назнач =стал занял
革职 解聘 免职 撤职 辞职 dismiss sacked resign removed уволи отстав смещ

逮捕 arrest арест
释放 releas set_free освобо

公里 kilomet =km километр =км
(?<![公英])里(?=[，。、；）]|$) =li =ли
英里 mile =миля =мили =миль =милях
"""
"""A row is a paragraph, a side a line with what is indented under it.

Chinese words may stand anywhere; others begin a word, with ``=`` they are a whole one.
"""


def _pattern(word: str) -> str:
    if has_han(word):
        return word
    whole = word.startswith("=")
    return rf"\b{word.removeprefix('=').replace('_', ' ')}" + (r"\b" if whole else "")


def _side(line: str) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, line.split())))


_ROWS = tuple(
    tuple(_side(line) for line in row.splitlines())
    for row in _TABLE.strip().replace("\n  ", " ").split("\n\n")
)


def opposed(translation: str, quote: str) -> bool:
    """Return whether a translation has a side of a row where its quote has other sides only."""
    one, two = fold(translation), fold(quote)
    for sides in _ROWS:
        here = {k for k, side in enumerate(sides) if side.search(one)}
        there = {k for k, side in enumerate(sides) if side.search(two)}
        if here and there and not here <= there:
            return True
    return False
