"""A follow-up as a question that can be asked by itself, by general rules; pure.

What it leans on (a person, a year, a thing, an item of what was quoted) is put in its
place, taken from the earlier questions and from what was answered to them. The tables are
about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.language.dates import years_of
from rag.language.names import Name, is_thing, known_spellings, names_in, spelt_for
from rag.language.text import HAN, bigrams, language_of, token_set
from rag.questions.asking import content_words
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.language.names import Known
    from rag.types import Turn

_MOST_TURNS = 12
"""Turns that are looked back at: nobody leans on what was said before those."""
_ENOUGH = 4
"""Words of a question that make it clear without the one before, if no pronoun is in it."""
_WHO = re.compile(
    r"谁|誰|何人|哪一?位|哪[个個]人|什么人|什麼人|\bwhom?\b|\bwhich\s+(?:[a-z]+\s+)?[a-z]+(?:er|or|ist|man)\b|\bкто\b|\bкого\b|\bкем\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"那一?年|(?:这|這|当|當|同)一?年|\b(?:in\s+)?(?:that|the)\s+same\s+year\b|\b(?:in\s+)?that\s+year\b"
    r"|\b(?:в\s+)?т(?:ом|от)\s+(?:же\s+)?год\w*",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"那[时時](?:候)?|当时|當時|那[天个個]月?|\bat\s+(?:that|the\s+same)\s+time\b|\bthat\s+(?:day|month)\b"
    r"|\bв\s+то\s+(?:же\s+)?время\b|\bв\s+тот\s+(?:же\s+)?день\b",
    re.IGNORECASE,
)
_HE = re.compile(
    r"(?<![其吉])[他她](?:们|們)?"
    r"|\b(?:he|she|they|him|them|hers?|his|their)\b"
    r"|\b(?:он|она|они|его|её|ее|их|ему|ей|им|нём|нем|ней|них|ним|него|неё|нее|нему)\b",
    re.IGNORECASE,
)
_IT = re.compile(
    rf"(?<![其吉])[它牠](?:们|們)?|[这這那](?:[个個件条條份项項座艘家所种種场場次些里裡])(?=[{HAN}])|(?<=[^{HAN}])[该該](?=[{HAN}])"
    r"|^[该該其](?![中他实實余餘次])"
    r"|\b(?:its|this|these|there)\b|\bthose\b(?!\s+(?:who|of|in|that)\b)|\bit\b(?!\s+(?:true|is|was)\b)"
    r"|\bthat\b(?=\s*[?.,]|\s+(?:happen|one\b))"
    r"|\b(?:оно|этот|эта|это|этого|этой|этом|там|туда)\b",
    re.IGNORECASE,
)
_NO_IT = re.compile(
    r"\b(?:was|were|is|are)\s+there\b|\bthere\s+(?:was|were|is|are)\b|\bis\s+it\s+true\b",
    re.IGNORECASE,
)
_BINDS = re.compile(
    r"(?:he|she|they|his|their|its|он|она|они|его|её|ее|их)\b|her\s+[^\W\d_]"
    r"|it\s+(?:will|would|had|has|can|could|did|does|must)\b"
    r"|[他她它]们?[的]|(?<=[，,说說称稱])[他她它]",
    re.IGNORECASE,
)
"""Pronouns that stand for a name before them in the same sentence; an object is another's."""
_OF_THEM = re.compile(
    r"^其中|^这些|^這些|\bof\s+(?:them|these|those)\b|\bиз\s+них\b", re.IGNORECASE
)
_ON = re.compile(
    r"^(?:那么|那麼|那|然后|然後|后来|後來|之后|之後|接着|接著|随后|隨後|还有|還有|再|又|此后|此後"
    r"|结果|結果)[，, ]*"
    r"|^(?:and|but|so|then|what\s+else|afterwards|after\s+that)\b[, ]*"
    r"|^(?:а|и|но|затем|потом|ну)\b[, ]*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:那么|那麼|那|还有|還有)?(?P<zh>[^，。？?]{1,24}?)(?:呢|怎么样|怎麼樣|又如何|又怎样|又怎樣)[？?]?$"
    r"|^(?:and\s+|but\s+|so\s+)?(?:what|how)\s+about\s+(?P<en>.{2,60}?)\s*\??$"
    r"|^and\s+(?P<en2>(?:in\s+|for\s+|the\s+)?(?:[^\W\d_]|\d|[ '’-]){2,40}?)\s*\?$"
    r"|^а\s+(?:(?:как|что)\s+насч[её]т\s+|что\s+[су]\s+)?"
    r"(?P<ru>(?:[^\W\d_]|\d|[ '’-]){2,40}?)\s*\?$",
    re.IGNORECASE,
)
_TURNS_TO = re.compile(
    r"^(?:那么|那麼|那)?([^，。？?他她它]{1,20}?)呢[，,？?]+\s*(\S.+)$"
    r"|^(?:and\s+|but\s+|so\s+)?(?:what|how)\s+about\s+([^?,]{2,60}?)[?,]+\s*(\S.+)$"
    r"|^(?:а|и)\s+([^?,]{2,60}?)\?\s+(\S.+)$",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:did|do|does|was|were|is|are|had|has|have|who|when|where|why|how|what|which"
    r"|кто|что|где|когда|почему|зачем|как|какой|какая|какое|какие|каком|сколько|чем|куда)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"^(?:那么|那麼|那)?第(?P<zh>[一二三四五两兩1-5])[个個条條项項点點种種]"
    r"(?=[呢是在怎如的又为為何有叫？?，, ]|$)"
    r"|\bthe\s+(?P<en>first|second|third|fourth|last|other)(?:\s+one)\b"
    r"|\b(?P<ru>перв|втор|трет|четв[её]рт|последн)(?:ый|ой|ая|ое|ого|ом|ий|ья|ую|ему|яя)(?=\s*\?)",
    re.IGNORECASE,
)
_COUNT = {
    **{sign: k for k, sign in enumerate("一二三四五")}, **{str(k + 1): k for k in range(5)},
    "两": 1, "兩": 1, "first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "other": 1,
    "перв": 0, "втор": 1, "трет": 2, "четверт": 3, "четвёрт": 3, "последн": -1,
}  # fmt: skip
_LIST = re.compile(
    r"[^，。；：、“”\s]{1,20}(?:、[^，。；：、“”\s]{1,20}?)+(?=[和与及、，。；：]|$)[^，。；：]{0,12}"
)
_MARKED = re.compile(
    r"(?:^|[，。；：\s])(?:第[一二三四五]|[一二三四五]是|其[一二三四五]|[（(][一二三四五\d][)）])[，、]?(?P<item>[^。；]{2,60})"
)
_SUBJECT = re.compile(
    r"^(?:在|从|從|请问|請問)?(.{2,14}?)(?=是|在|有|于|於|为|為|曾|从|從|被|由|把|向|怎|如何|什么|什麼|哪|何|多少|几|幾|谁|誰|呢|[？?]|第)"
)

_UNFIT = re.compile(r"[了过過]|年|谁|誰|哪|何|第.+[章节節]|[里裡中]$")
"""What no subject of a question holds."""
_EMPTY = re.compile(
    r"[的呢吗嗎啊了事还還又]|发生|發生|出现|出現|情况|情況|结果|結果|\b(?:happen(?:ed|s)?|else|about|after|next|do)\b"
    r"|\b(?:произошло|случилось|происходило|ещё|еще|дальше|было|делал\w?|сделал\w?|стало|ним|ней)\b",
    re.IGNORECASE,
)
"""Words that ask on and name nothing."""
_LATER = re.compile("后来|後來|随后|隨後|此后|此後")


@dataclass(frozen=True, slots=True)
class Followed:
    """A question as it can be asked by itself, and what of it is the reader's own.

    ``own`` are the words of a follow-up without those that lean; it is None for a question
    that leans on nothing. ``asked`` is the question as it was put.
    """

    text: str
    own: str | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An earlier question as it could be asked by itself, and what was quoted to it.

    ``near`` is what was quoted, by how near to the first it stands. ``topic`` is what it was
    about: that of the question before where it took it over.
    """

    question: str
    said: tuple[str, ...]
    near: tuple[str, ...]
    topic: str


@dataclass(slots=True)
class _Talk:
    """What was said so far, and the names that are known."""

    known: Known
    exchanges: list[_Exchange] = field(default_factory=list)
    _names: dict[str, list[Name]] = field(default_factory=dict)

    def names(self, text: str) -> list[Name]:
        """Return the names of a text; each text is looked through once."""
        if text not in self._names:
            self._names[text] = names_in(text, self.known)
        return self._names[text]

    def resolve(self, question: str) -> Followed:
        """Return a question with what it leans on in its place."""
        if not self.exchanges or not leans(question, self.known):
            return Followed(question)
        turned = _TURNS_TO.match(question)
        if turned:
            other = next(group for group in turned.groups()[::2] if group)
            rest = next(group for group in turned.groups()[1::2] if group)
            pattern = _HE if _HE.search(rest) else _IT
            if match := pattern.search(rest):
                return Followed(_put(rest, match, other))
            return Followed(_joined(other, rest))
        return self._item(question) or self._swapped(question) or self._filled(question)

    def _item(self, question: str) -> Followed | None:
        """Return the question about the first, second … of what was quoted."""
        match = _ITEM.search(question)
        if not match:
            return None
        key = next(group for group in match.groups() if group).lower()
        number = _COUNT[key]
        for exchange in reversed(self.exchanges):
            items = _items(exchange.said)
            if -1 <= number < len(items) and len(items) > 1:
                rest = _ON.sub("", _ITEM.sub(" ", question))
                own = "" if _is_bare(rest) else rest.strip(" ，,？?呢")
                return Followed(_joined(items[number], own), own)
        return None

    def _swapped(self, question: str) -> Followed | None:
        """Return the last question, asked of something else (那苏联方面呢？)."""
        match = _ABOUT.search(question)
        if not match:
            return None
        other = next(group for group in match.groups() if group).strip()
        if _leaning_word(other) or _is_bare(other) or _VERBS.search(other):
            return None
        other = re.sub(r"^(?:in|for)\s+", "", _ON.sub("", other), flags=re.IGNORECASE)
        before = self.exchanges[-1].question
        years = years_of(other)
        if years and years_of(before):
            old = str(years_of(before)[0])
            if old in before:
                return Followed(before.replace(old, str(years[0])), other)
        known = self.names(before)
        new = self.names(other)
        alike = [name for name in known if not new or name.person is new[0].person]
        if alike:
            name = alike[0]
            text = f"{before[: name.start]}{_gap(before, other)}{other}{before[name.end :]}"
            return Followed(" ".join(text.split()), other)
        subject = _SUBJECT.match(before)
        if subject and not years:
            return Followed(f"{other}{before[subject.end(1) :]}", other)
        return Followed(_joined(other, before), other)

    def _filled(self, question: str) -> Followed:
        """Return a question with years and names in the place of what stands for them."""
        language = language_of(question)
        text = question
        own = question
        carried: list[str] = []
        for pattern in (_YEAR, _THEN):
            if pattern.search(text):
                year = self._year()
                own = pattern.sub(" ", own)
                if year is not None:
                    text = pattern.sub(_year_words(year, language), text, count=1)
                    carried.append(str(year))
        if not _OF_THEM.search(text):
            for pattern, person in ((_HE, True), (_IT, False)):
                match = _free(pattern, text, self.known)
                if match:
                    own = pattern.sub(" ", own)
                    name = self._name(person=person)
                    if name:
                        text = _put(text, match, spelt_for(name, language))
                        carried.append(name.text)
                    break
        own = " ".join(_OF_THEM.sub(" ", _ON.sub("", own)).split()).strip(" ，,")
        own = "" if _is_bare(own) else own
        if carried:
            if language in (Language.ZH, Language.ZH_HANT) and not own:
                # 发生 is found by itself, and 年发 nowhere.
                text = re.sub(r"(?<=年)[还還又]?(?=[发發])", "，", text)
            plain = _LATER.sub("", own)
            if not _is_bare(plain):  # when it came after what was said is not what is asked
                text, own = _LATER.sub("", text), plain
            return Followed(" ".join(text.split()), own)
        text = _ON.sub("", text)
        alone = self.names(text) or len(bigrams(content_words(own))) >= _ENOUGH
        if alone and not _OF_THEM.search(text) and not _leaning_word(text, self.known):
            return Followed(text)
        return Followed(_joined(self.exchanges[-1].topic, text), own)

    def _year(self) -> int | None:
        """Return the year that was spoken of last: asked, or else answered.

        Of several in a sentence, the one whose clause has most of the question's words.
        """
        for exchange in reversed(self.exchanges):
            words = token_set(exchange.question)
            if years := years_of(exchange.question):
                return years[0]
            for said in exchange.near:
                dated = [clause for clause in re.split("[，,；;]", said) if years_of(clause)]
                if dated:
                    return years_of(max(dated, key=lambda each: len(words & token_set(each))))[0]
        return None

    def _name(self, *, person: bool) -> Name | None:
        """Return who or what was spoken of last; None for a thing among several."""
        for exchange in reversed(self.exchanges):
            asked = [n for n in self.names(exchange.question) if n.person is person]
            told = [
                name
                for sentence in exchange.said[:1]
                for name in self.names(sentence)
                if name.person is person
            ]
            if person and _WHO.search(exchange.question):
                there = [name for name in told if not any(name.same(other) for other in asked)]
                told, asked = asked, there
            if not person and any(not name.same(asked[0]) for name in asked[1:]):
                return None
            for names in (asked, told if person else []):
                if names:
                    return names[0]
            subject = _SUBJECT.match(exchange.question)
            fits = subject and not _UNFIT.search(subject[1]) and not _is_bare(subject[1])
            no_person = _WHO.search(exchange.question) or (subject and is_thing(subject[1]))
            if subject and fits and not (person and no_person):
                return Name(subject[1], 0, len(subject[1]), (), person=person)
        return None


def follow(question: str, turns: Sequence[Turn], aliases: Sequence[Sequence[str]] = ()) -> Followed:
    """Return a question so that it can be asked by itself after earlier turns.

    One that leans on them (a pronoun, "那年", "and the second one?", "那苏联方面呢？") has
    their names, years and things put in; any other stays as it is. ``turns`` are oldest
    first; ``aliases`` are groups of spellings of one name.
    """
    talk = _Talk(known_spellings(aliases))
    for turn in turns[-_MOST_TURNS:]:
        asked = talk.resolve(turn.question)
        cited = turn.answer.citations
        said = tuple(one.quote for one in cited) or tuple(s.text for s in turn.answer.sentences)
        places = [one.start or 0 for one in cited]
        by_place = sorted(zip(said, places, strict=False), key=lambda it: abs(it[1] - places[0]))
        near = tuple(quote for quote, _ in by_place) or said
        before = talk.exchanges[-1].topic if talk.exchanges else ""
        taken_over = before and asked.text.startswith(f"{before} ")
        topic = before if taken_over else _topic(asked.text)
        talk.exchanges.append(_Exchange(asked.text, said, near, topic))
    return replace(talk.resolve(question), asked=question)


def leans(question: str, known: Known = ()) -> bool:
    """Return whether a question cannot be understood without what was said before it."""
    return bool(
        _leaning_word(question, known)
        or _ON.search(question)
        or _OF_THEM.search(question)
        or _ITEM.search(question)
        or re.search(r"呢\s*[？?]?$", question)
        or re.match(r"(?:what|how)\s+about\b", question, re.IGNORECASE)
        or _is_bare(question)
    )


def _topic(question: str) -> str:
    """Return what a question is about, without the words that make it one."""
    return " ".join(re.sub(r"[|？?。]+", " ", content_words(question)).split())


def _leaning_word(text: str, known: Known = ()) -> bool:
    if _YEAR.search(text) or _THEN.search(text):
        return True
    return any(_free(pattern, text, known) for pattern in (_HE, _IT))


def _is_bare(text: str) -> bool:
    """Return whether nothing is in a text that could be asked after (为什么？)."""
    kept = _ON.sub("", _EMPTY.sub("|", text).strip("| "))
    return not bigrams(content_words(kept))


def _items(said: Sequence[str]) -> list[str]:
    """Return the items that were quoted: those that a sentence lists, or the sentences."""
    for sentence in said:
        marked = [match["item"] for match in _MARKED.finditer(sentence)]
        if len(marked) > 1:
            return marked
        listed = _LIST.search(sentence)
        if listed and listed.group().count("、") + bool(re.search("[和与及]", listed.group())) > 1:
            return [item for item in re.split("、|以及|[和与及]", listed.group()) if item]
    return list(said)


def _put(text: str, match: re.Match[str], name: str) -> str:
    """Return a text with a name for the word that stands for it."""
    ending = "'s" if match.group().lower() in ("his", "their", "its") else ""
    return f"{text[: match.start()]}{name}{ending}{text[match.end() :]}"


def _free(pattern: re.Pattern[str], text: str, known: Known) -> re.Match[str] | None:
    """Return the first pronoun of a text that stands for nothing named before it there."""
    plain = _NO_IT.sub(lambda match: " " * len(match.group()), text)
    for match in pattern.finditer(plain):
        if not _BINDS.match(plain, match.start()) or not names_in(text[: match.start()], known):
            return match
    return None


def _year_words(year: int, language: Language) -> str:
    if language is Language.EN:
        return f"in {year}"
    return f"в {year} году" if language is Language.RU else f"{year}年"


def _gap(text: str, other: str) -> str:
    return "" if language_of(text + other) in (Language.ZH, Language.ZH_HANT) else " "


def _joined(one: str, other: str) -> str:
    return f"{one} {other}".strip()
