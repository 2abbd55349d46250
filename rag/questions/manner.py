"""In what manner a question wants to be answered: by one fact, or out of several places; pure.

The tables below are about languages, never about a book. They are matched against folded
text (small letters, Simplified characters, е for ё).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.language.text import fold
from rag.questions.asking import Kind, kind_of


class Manner(StrEnum):
    """How a question wants to be answered, as far as its words say."""

    FACT = "fact"
    """With the sentence that says it."""
    WHY = "why"
    """With the reasons."""
    HOW = "how"
    """With what was done, and what came of it."""
    COURSE = "course"
    """With a course of events, from its beginning to its end."""
    LIST = "list"
    """With all that are asked for."""
    COMPARE = "compare"
    """With what is said of each of two sides."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two things that a question compares, and the words that both share."""

    one: str
    other: str
    rest: str

    def questions(self) -> tuple[str, str]:
        """Return what is looked for on each side: its own words, then the shared ones."""
        return f"{self.one} {self.rest}".strip(), f"{self.other} {self.rest}".strip()


_NAMED = re.compile(
    r"谁|什么名字|[叫称]做?什么|[怎如][么何样]*(?:读|念|写作|称呼)|哪(?:个人|位|[一些]?[年月日天国里])"
    r"|\bhow\s+(?:is|was|are|were)\s.*\b(?:called|named|spell?ed|spelt|pronounced)\b"
    r"|\bкак\s+(?:\w+\s+)?(?:зовут|звали|назыв|называ|назва|перевод|пишется|произнос)"
)
"""What asks for a name or the like, whatever other words are there."""

_REASON = r"(?:原因|缘由|理由|起因|缘故|成因)"
_WHY = re.compile(
    rf"(?<![称名作因成命认以视封叫改选设列版])为什么|为何|何以|缘何|因何|怎么会|出于什么"
    rf"|{_REASON}(?:是?什么|有?哪些|何在|在哪|有几|包括|$)"
    rf"|(?:什么|哪些|何种|何|哪几[个种])(?:主要|重要|根本|直接)?的?{_REASON}"
    rf"|(?:分析|说明|解释|简述|概述|谈谈|论述).*{_REASON}"
    r"|\bwhy\b|\bhow\s+come\b"
    r"|\b(?:what|which)\s+(?:(?:were|was|are|is)\s+)?(?:the\s+)?(?:\w+\s+){0,2}?"
    r"(?:reasons?|causes?|motives?|grounds)\b"
    r"|\bwhat\s+(?:caused|led\s+to|brought\s+about|made|explains|prompted|drove)\b"
    r"|\b(?:explain|state|give|list|for\s+what)\s+(?:the\s+)?(?:reasons?|causes?)\b"
    r"|\b(?:почему|зачем|отчего)\b|\b(?:из-за|вследствие)\s+чего\b"
    r"|\b(?:по\s+как\w+|как(?:ова|овы|ие|ая)|в\s+чем)\s+(?:\w+\s+){0,2}?(?:причин|мотив|основани)"
    r"|\bчто\s+(?:привело|вызвало|заставило|побудило|послужило)\b"
)

_OUTCOME = (
    "(?:影响|意义|作用|后果|结果|措施|办法|做法|对策|手段|步骤|贡献|变化|反应|态度|评价|背景|困难)"
)
_RUN = "(?:经过|过程|历程|始末|来龙去脉|演变|变迁|兴衰|沿革)"
_COURSE = re.compile(
    rf"{_RUN}(?:是?什么|是?怎么?样|有?哪些|如何|何如|$)"
    rf"|^(?:请|试)?(?:简述|概述|叙述|描述|介绍|说明|谈谈|论述|总结|讲述).*{_RUN}|(?:如何|怎样|怎么)一步步"
    r"|\bhow\s+did\s.+\s(?:come\s+about|unfold|proceed)\b|\bwhat\s+(?:was|is)\s+the\s+course\s+of\b"
    r"|^(?:trace|narrate)\b|\bstep\s+by\s+step\b|\bcourse\s+of\s+events\b"
    r"|^как(?:им\s+был|ов\s+был)?\s+(?:ход\b|проходил|протекал|происходил|разворачивал)|^проследи"
)
_HOW = re.compile(
    r"如何|怎样|怎么"
    rf"|{_OUTCOME}(?:是?什么|是?怎样|有?哪些|何在|包括|$)"
    rf"|(?:什么样?|哪些|何|何种|多大)的?\w{{0,4}}{_OUTCOME}"
    r"|^(?:请|试)?(?:简述|概述|叙述|描述|介绍|说明|谈谈|论述|总结|讲述|分析)"
    r"|^how\s+(?:and\s+why\s+)?"
    r"(?:did|does|do|was|were|is|are|has|have|had|could|can|would|should)\b"
    r"|\bin\s+what\s+ways?\b|\bwhat\s+(?:happened|became\s+of)\b|\bwhat\s+did\s.+\sdo\b"
    r"|\b(?:what|which)\s+(?:(?:was|were|is|are)\s+)?(?:the\s+|an?\s+)?(?:\w+\s+){0,2}?(?:effects?"
    r"|impact|consequences?|results?|significance|measures|steps|course|outcome|background)\b"
    r"|^(?:describe|explain|outline|summari[sz]e|trace|discuss)\b"
    r"|^(?:[иа]\s+)?как\b(?!\s+(?:долго|часто|далеко|много|давно|скоро|быстро|велик|высок|глубок))"
    r"|\bкаким\s+(?:образом|путем|способом)\b|\bчто\s+(?:произошло|случилось|стало\s+с)\b"
    r"|\bкак(?:ово|овы|ое|ие|ую)\s+(?:\w+\s+){0,2}?(?:влияни|значени|последстви|мер[аы]|результат)"
    r"|^(?:опиши|объясни|расскажи|изложи|охарактеризуй|проследи)"
)

_NO_NOUN = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
    r"|in|of|at|to|as|on|for|by|from|with)\b"
)
_LIST = re.compile(
    r"哪些|哪[几两三四五六七八九十\d]+[个种项条类点次家国位名座支部]|列举|列出|分别[是为有](?:什么|哪)|包括什么"
    r"|\b(?:which|what)\s+(?:(?:are|were)\s+(?:the|some|his|her|their|its)\s+|(?:(?!"
    + _NO_NOUN
    + r")"
    r"\w+\s+){0,2}?)(?!" + _NO_NOUN + r")(?:\w{2,}[^\Wsui]s|countries|people|men|women|children)"
    r"(?=$|\s+(?:are|were|did|do|have|had|could|would|can|in|of|for|that|who|made|took|played)\b)"
    r"|^(?:please\s+)?(?:list|name|enumerate)\s+(?!an?\b|the\s+(?:other|one)\b)"
    r"|\b(?:какие|каких|какими|каковы)\b|\bперечисли|^назови|\bиз\s+чего\s+состо"
)

_MANNERS = (
    (Manner.WHY, _WHY),
    (Manner.COURSE, _COURSE),
    (Manner.HOW, _HOW),
    (Manner.LIST, _LIST),
)


def manner_of(question: str) -> Manner:
    """Return how a question wants to be answered.

    One that asks for a time, a number, a source or a name wants a fact, whatever else is in it.
    """
    if kind_of(question) is not Kind.OTHER:
        return Manner.FACT
    if sides_of(question):
        return Manner.COMPARE
    words = fold(question).strip(_AROUND)
    if _NAMED.search(words):
        return Manner.FACT
    for manner, pattern in _MANNERS:
        if pattern.search(words):
            return manner
    return Manner.FACT


# Two sides

_AROUND = " \"'?.!,:;。，、：；！？"
_LONGEST_SIDE = 40
"""Characters of a side; what is longer is no thing to compare but a clause."""

_DIFFERENCE = "(?:不同|区别|差异|差别|异同|相同|共同点|相似|相异|相比|对比|比较|对照)"
_ASKED = re.compile(
    r"(?:的|之间|之|有何|有什么|有哪些|有没有|有无|如何|怎样|怎么|在哪些方面|主要|相互|是|有|做|作|进行|一?个){0,4}"
    rf"{_DIFFERENCE}(?:之处|的地方|点)?(?:在于|在|是|有)?(?:什么|哪里|哪些|何处|何在|如何|怎样)?[吗呢]?$"
)
_ASKING = re.compile(r"^(?:请|试|帮我)?(?:分析|简述|论述)?(?:比较|对比|对照)(?:一下|分析)?")
_COMPARED_WITH = re.compile(r"^[与跟和同](?P<other>.+?)(?:相比|比较|对比)起?来?[,:]?(?P<tail>.+)")
_JOINTS = tuple(
    re.compile(joint)
    for joint in (
        "与(?!会|否)",
        "跟(?!随|踪)",
        "(?<![共总调缓柔温议媾讲饱附])和(?!平|约|谈|解|睦|议|好|谐)",
        "(?<![共相不合])同(?!样|时|意|志|盟|情|治|年|一|等|济|业|胞|行|学|事|类)",
        "以及|及(?!其|时)",
        "、",
    )
)
_SHARED = re.compile(r"[,:]|(?<=.)对于?(?![策手抗象外日华])(?=.)")
"""What ends the words of both before the first side."""
_SIDE_ENDS = re.compile(
    r"的|[,、;:]|之间|两者|二者|两人|二人|双方|各自|在|于|关于|对(?![策手抗象外日华])|$"
)

_ASPECT = (
    r"(?:[,\s]+(?P<rest>(?:in|as|on|with|over|about|regarding|concerning|when|to|towards?|during"
    r"|for|at)\s.*))?$"
)
_HOW_DO = r"^(?:how|in\s+what\s+(?:ways?|respects?))\s+(?:do|does|did|is|are|was|were)\s+"
_DIFFER = r"\s+(?:differ|compare|contrast|different)"
_BETWEEN = r"\b(?:differences?|similarit(?:y|ies)|distinction|contrast|comparison)\s+between\s+"
_ENGLISH = tuple(
    re.compile(pattern + _ASPECT)
    for pattern in (
        r"^(?:please\s+)?(?:compare|contrast)\s+(?P<one>.+?)\s+(?:and|with|to|versus)\s+(?P<other>.+?)",
        _BETWEEN + r"(?P<one>.+?)\s+and\s+(?P<other>.+?)",
        _HOW_DO + r"(?P<one>.+?)" + _DIFFER + r"\s+(?:from|to|with)\s+(?P<other>.+?)",
        _HOW_DO + r"(?P<one>.+?)\s+and\s+(?P<other>.+?)" + _DIFFER,
        r"^what\s+(?:distinguishe[sd]|sets?)\s+(?P<one>.+?)\s+(?:apart\s+)?from\s+(?P<other>.+?)",
    )
)

_ABOUT = r"(?:[,\s]+(?P<rest>(?:в|во|по|на|при|относительно|к|ко|о|об)\s.*))?$"
_UNLIKE = r"(?:отлича\w+|различа\w+|различны|разнились|разнятся|расходились)"
_BY_WHAT = r"^(?:чем|как|в\s+чем)\s+"
_BETWIXT = r"\b(?:разниц|различи|отличи|сходств|сравнени)\w+\s+(?:был[иоа]\s+)?между\s+"
_RUSSIAN = tuple(
    re.compile(pattern + _ABOUT)
    for pattern in (
        _BY_WHAT + _UNLIKE + r"\s+(?P<one>.+?)\s+(?:от|и)\s+(?P<other>.+?)",
        _BY_WHAT + r"(?P<one>.+?)\s+" + _UNLIKE + r"\s+от\s+(?P<other>.+?)",
        _BY_WHAT + r"(?P<one>.+?)\s+и\s+(?P<other>.+?)\s+" + _UNLIKE,
        r"^(?:сравни|сопостав)(?:ть|те|ь|ьте|ить)?\s+(?P<one>.+?)\s+(?:и|с|со)\s+(?P<other>.+?)",
        _BETWIXT + r"(?P<one>.+?)\s+и\s+(?P<other>.+?)",
    )
)


def sides_of(question: str) -> Sides | None:
    """Return the two sides that a question compares; None where it compares nothing."""
    question = question.strip(_AROUND)
    folded = fold(question)
    found = _chinese_sides(question, folded) or _other_sides(question, folded)
    if found is None:
        return None
    fits = all(0 < len(side) <= _LONGEST_SIDE for side in (found.one, found.other))
    return found if fits and fold(found.one) != fold(found.other) else None


def _chinese_sides(question: str, folded: str) -> Sides | None:
    """Return the sides that 与, 和, 同 or their like join, where 不同, 比较 or their like ask."""
    asking, asked = _ASKING.match(folded), _ASKED.search(folded)
    with_one = _COMPARED_WITH.match(folded)
    if with_one:
        cut = with_one.start("tail")
        ends = _end_of_side(folded, cut, len(folded))
        other = question[with_one.start("other") : with_one.end("other")]
        return Sides(question[cut:ends], other, _without_asked(question[ends:]))
    if not asking and not asked:
        return None
    start = asking.end() if asking else 0
    stop = asked.start() if asked and asked.start() > start else len(folded)
    for joint in _JOINTS:
        match = joint.search(folded, start + 1, stop)
        if match:
            begin = max([start, *(m.end() for m in _SHARED.finditer(folded, start, match.start()))])
            ends = _end_of_side(folded, match.end(), stop)
            rest = f"{question[start:begin]} {question[ends:stop]}"
            one, other = question[begin : match.start()], question[match.end() : ends]
            return Sides(one.strip(), other.strip(), rest.strip(f"{_AROUND}的"))
    return None


def _end_of_side(folded: str, start: int, stop: int) -> int:
    match = _SIDE_ENDS.search(folded, start + 1, stop)
    return match.start() if match else stop


def _without_asked(text: str) -> str:
    match = _ASKED.search(fold(text))
    return (text[: match.start()] if match else text).strip(f"{_AROUND}的")


def _other_sides(question: str, folded: str) -> Sides | None:
    for pattern in (*_ENGLISH, *_RUSSIAN):
        match = pattern.search(folded)
        if match:
            said = {
                name: question[slice(*match.span(name))] if match[name] else ""
                for name in ("one", "other", "rest")
            }
            return _shared_head(said["one"], said["other"], said["rest"])
    return None


def _shared_head(one: str, other: str, rest: str) -> Sides:
    """Return the sides with what is said of both moved to the rest.

    In "A's and B's methods" it stands behind the second, in "the methods of A and B" and
    «методы А и Б» before the first: small words, where the second begins with a capital.
    """
    possessive = re.fullmatch(r"(.+?['’]s?)\s+(.+)", other)
    if possessive and re.search(r"['’]s?$", one):
        return Sides(one, possessive[1], f"{possessive[2]} {rest}".strip())
    head = re.match(r"(?:[^\W\dA-ZА-Я]\w*\s+)+(?=[A-ZА-Я])", one)
    if head and other[:1].isupper():
        return Sides(one[head.end() :], other, f"{head.group()} {rest}".strip())
    return Sides(one, other, rest)
