"""A follow-up as a question that can be asked by itself, by general rules; pure.

What it leans on (a person, a year, a thing, an item of what was quoted) is put in its
place, taken from the earlier questions and from what was answered to them. The tables are
about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from rag.language import member_of, members_in
from rag.language.catalog import say
from rag.language.dates import years_of
from rag.language.names import Name, is_thing, known_spellings, names_in, spelt_for
from rag.language.numbers import chinese_number, spelt_number
from rag.language.tables import Pattern, stop_words, words
from rag.language.text import HAN, bigrams, fold, language_of, token_set
from rag.questions.asking import content_words
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.language.names import Known
    from rag.types import Citation, Turn

_MOST_TURNS = 12
"""Turns that are looked back at: nobody leans on what was said before those."""
_NAMED_ITEM = 1
"""Words that an item may be called by: the third reason."""
_ENOUGH = 4
"""Words of a question that make it clear without the one before, if no pronoun is in it."""
_WHO = Pattern("{following.who}", re.IGNORECASE)
_YEAR = Pattern("{following.year}", re.IGNORECASE)
_THEN = Pattern("{following.then}", re.IGNORECASE)
_HE = Pattern("{following.he}", re.IGNORECASE)
_IT = Pattern(
    f"[这這那](?:[个個件条條份项項座艘家所种種场場次些里裡])(?=[{HAN}])|(?<=[^{HAN}])[该該](?=[{HAN}])|{{following.it}}",
    re.IGNORECASE,
)
_NO_IT = Pattern("{following.no_it}", re.IGNORECASE)
_BINDS = Pattern("{following.binds}", re.IGNORECASE)
"""Pronouns that stand for a name before them in the same sentence; an object is another's."""
_OF_THEM = Pattern("{following.of_them}", re.IGNORECASE)
_ON = Pattern("{following.on}", re.IGNORECASE)
_ABOUT = Pattern("{following.about}", re.IGNORECASE)
_TURNS_TO = Pattern("{following.turns_to}", re.IGNORECASE)
_ITEM = Pattern("{following.item}", re.IGNORECASE)
_LIST = Pattern("{following.listed}")
_MARKED = Pattern("{following.marked}")
_SUBJECT = Pattern("{following.subject}")
_DESCRIBED = Pattern("{following.described}", re.IGNORECASE)
"""Who somebody is that a description names: the first director."""

_UNFIT = Pattern("{following.unfit}")
"""What no subject of a question holds."""
_EMPTY = Pattern("{following.empty}", re.IGNORECASE)
"""Words that ask on and name nothing."""
_LATER = Pattern("{following.later}")


@dataclass(frozen=True, slots=True)
class Followed:
    """A question as it can be asked by itself, and what of it is the reader's own.

    ``own`` are the words of a follow-up without those that lean; it is None for a question
    that leans on nothing.
    """

    text: str
    own: str | None = None


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An earlier question as it could be asked by itself, and what was quoted to it.

    ``near`` is what was quoted, by how near to the first it stands, and ``before`` the text of
    the paragraph before the first: what dates it, where it has no date. ``topic`` is what it was
    about: that of the question before where it took it over.
    """

    question: str
    said: tuple[str, ...]
    near: tuple[str, ...]
    before: str
    topic: str


@dataclass(slots=True)
class _Talk:
    """What was said so far, and the names that are known.

    ``described`` is whoever was last put in by what a question calls him.
    """

    known: Known
    exchanges: list[_Exchange] = field(default_factory=list)
    described: Name | None = None
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
        number = _place_of(key)
        for exchange in reversed(self.exchanges):
            items = _members(exchange.said) or _items(exchange.said)
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
        if _leaning_word(other) or _is_bare(other) or _has_verb(other):
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
                    said = say("dates.in_year", language, year=year)
                    text = pattern.sub(said, text, count=1)
                    carried.append(str(year))
        if not _OF_THEM.search(text):
            for pattern, person in ((_HE, True), (_IT, False)):
                match = _free(pattern, text, self.known)
                if match:
                    own = pattern.sub(" ", own)
                    name = self._name(person=person)
                    if name:
                        text = _put(text, match, spelt_for(name, language))
                        if name is self.described:  # words of the reader's own, and enough of them
                            return Followed(" ".join(text.split()))
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
            first, *others = exchange.near or ("",)
            if not years_of(first) and (told := years_of(exchange.before)):
                return told[-1]
            for said in (first, *others):
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
                if not asked and not told and exchange.said and (name := self._who(exchange)):
                    return name
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

    def _who(self, exchange: _Exchange) -> Name | None:
        """Return who was answered to a question after a person.

        The one known name that the question had not, or else what the question calls him.
        """
        asked = self.names(exchange.question)
        new = [
            name
            for name in self.names(exchange.said[0])
            if name.group and not is_thing(name.text) and not any(map(name.same, asked))
        ]
        if len(new) == 1:
            return new[0]
        match = _DESCRIBED.search(exchange.question)
        if match is None:
            return None
        described = next(group for group in match.groups() if group)
        self.described = Name(described, 0, len(described), (), person=True)
        return self.described


def follow(
    question: str,
    turns: Sequence[Turn],
    aliases: Sequence[Sequence[str]] = (),
    texts: Mapping[str, str] = MappingProxyType({}),
) -> Followed:
    """Return a question so that it can be asked by itself after earlier turns.

    One that leans on them (a pronoun, "那年", "and the second one?", "那苏联方面呢？") has
    their names, years and things put in; any other stays as it is. ``turns`` are oldest
    first; ``aliases`` are groups of spellings of one name, ``texts``
    those of the books by their ids.
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
        above = _above(cited[0], texts) if cited else ""
        talk.exchanges.append(_Exchange(asked.text, said, near, above, topic))
    return talk.resolve(question)


def of_somebody(question: str) -> bool:
    """Return whether a question is about somebody whom it does not name (他后来做了什么？)."""
    return _HE.search(question) is not None


def _above(citation: Citation, texts: Mapping[str, str]) -> str:
    """Return the text of the paragraph that stands before what is cited."""
    before = texts.get(citation.record.id, "")[: citation.start or 0]
    return before[before.rfind("\n") + 1 :]


def item_of(question: str) -> int | None:
    """Return which item a question asks for and nothing else: 0 for the first, -1 for the last.

    None where it asks for none, or for something about one.
    """
    match = _ITEM.search(question)
    if not match:
        return None
    rest = content_words(_ON.sub("", _ITEM.sub(" ", question)))
    if len(bigrams(rest)) > _NAMED_ITEM:
        return None
    return _place_of(next(group for group in match.groups() if group).lower())


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


def _has_verb(text: str) -> bool:
    """Return whether a text of letters has a verb of a question, or a word that asks."""
    return not stop_words("verb").isdisjoint(re.findall(r"\w+", text.lower()))


def _is_bare(text: str) -> bool:
    """Return whether nothing is in a text that could be asked after (为什么？)."""
    kept = _ON.sub("", _EMPTY.sub("|", text).strip("| "))
    return not bigrams(content_words(kept))


def _members(said: Sequence[str]) -> list[str]:
    """Return the members of what was quoted as an enumeration, empty where nothing was.

    What announces them is none; lines behind a colon bear no signs.
    """
    inside = next((found for one in said if (found := members_in(one))), [])
    if inside:
        return inside
    signed = [one for one in said if (sign := member_of(one)) and sign.number > 0]
    if len(signed) > 1:
        return signed
    announced = bool(said) and fold(said[0]).rstrip().endswith(":")
    return list(said[1:]) if announced else []


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


def _free(pattern: Pattern, text: str, known: Known) -> re.Match[str] | None:
    """Return the first pronoun of a text that stands for nothing named before it there."""
    plain = _NO_IT.sub(lambda match: " " * len(match.group()), text)
    for match in pattern.finditer(plain):
        if not _BINDS.match(plain, match.start()) or not names_in(text[: match.start()], known):
            return match
    return None


def _place_of(said: str) -> int:
    """Return which item is meant by a small word or sign: 0 for the first, -1 for the last."""
    if said in words("following.last"):
        return -1
    if said in words("following.other"):
        return 1
    number = chinese_number(fold(said)) or spelt_number(said)
    return (number or 1) - 1


def _gap(text: str, other: str) -> str:
    return "" if language_of(text + other) in (Language.ZH, Language.ZH_HANT) else " "


def _joined(one: str, other: str) -> str:
    return f"{one} {other}".strip()
