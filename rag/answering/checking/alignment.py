"""Whether a claim says no more than a sentence of the text, and in the same order; pure.

Other checks look for what is false in a claim; this one asks that every word of it can be
laid beside a word of one sentence, clause by clause. Whoever adds, exchanges or turns round
something fails it, whether or not a table knows the words. What fails it may still be right,
said in other words: that is for a reader to judge. The tables are about languages.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.answering.checking.actors import TITLE, Told, same_actor
from rag.language import clauses, split_sentences, stem, tokens, without_numbers
from rag.language.names import has_name, known_names, same_word, without_names
from rag.language.numbers import UNITS, Bound, Kind, comparable, equal, quantities
from rag.language.polarity import same_sense, supposes
from rag.language.tables import Pattern, stop_words, words
from rag.language.text import HAN, fold, is_han

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIGHT = Pattern("{claims.light}")
"""Chinese words that a claim may add without saying more."""
_CAUSE = Pattern("{claims.causes}")
_WISH = Pattern("{claims.wishes}")
"""What is wanted in Russian, whose word for it is that of a purpose too."""
_COUNTED = re.compile("0(?:" + "|".join(sorted(UNITS, key=len, reverse=True)) + "|人次)(?![长员])")
"""A number with what it counts, which is compared with the number: 三十四箱."""
_EQUALS = re.compile(f"^([{HAN}]{{2,}}?)(?:就?是|成为|名叫|名为|叫做)([{HAN}]{{2,}})$")
"""What is said to be something else, in either order."""
_TELL = "(?:说|道|指出|认为|表示|承认|答复|回答|解释|称|报告|声明)"
_TELLS = re.compile(f"([{HAN}]{{1,6}}?){_TELL}说?")
"""A clause that only says who says what the next one says."""
_PASSIVE = re.compile("(?:[由被]|[受遭]到?)(?!于|伤|训|害|难|灾|聘|迫)")
_WHEN = re.compile(
    r"(?:当|同|次|翌|这|那|第二|全|今|去)?[\d〇零一二两三四五六七八九十百半几数多]{0,5}个?年?"
    r"(?:[春夏秋冬][天季]?|[年月](?:[底初末])?|[天年月日][以之][后前内间])"
)
"""A part of a sentence that only tells when: 当年秋天, 两个月以后."""
_TOPIC = 8
"""Signs at the beginning of a sentence in which that stands which it is about."""
_FLOATING = frozenset("春夏秋冬日月年周")
"""Signs of times that may stand anywhere in a clause."""
_NUMBER_WEIGHT = 4
"""How many words a number counts for where two clauses are compared."""
_TERM = 4
"""Signs of a longer name of something: 临时办法."""
_NAME = 2
"""Signs at the beginning of what a name or noun is told by."""
_MOVED = 2
"""Signs that may not stand in another order: a name has two."""


def strays(claim: str, cited: Sequence[str], aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether a claim says more than the texts' sentences, or says it in another order.

    Each clause is laid beside the sentence that shares most with it; ``aliases`` are the
    spellings of every known name.
    """
    sentences = split_sentences(cited)
    if not sentences:
        return True
    return causes(claim, sentences) or any(
        _strays(clause, claim, sentences, aliases)
        for clause in parts(claim)
        if not _stands_apart(clause, sentences)
    )


def _stands_apart(clause: str, sentences: Sequence[str]) -> bool:
    """Return whether a clause only says who tells something, or what somebody is, as a text does.

    某人说 stands where the text has 某人 and a word for saying right behind; 某人是某官 where it
    has 某官某人.
    """
    told, turned = _TELLS.fullmatch(clause.strip()), _EQUALS.search(clause.strip())
    if told:
        said = re.compile(f"{re.escape(fold(told[1]))}[^，。；]{{0,5}}{_TELL}")
        return any(said.search(fold(text)) for text in sentences)
    if turned is None:
        return False
    return any(fold(f"{turned[2]}{turned[1]}") in fold(text) for text in sentences)


def causes(claim: str, sentences: Sequence[str]) -> bool:
    """Return whether a claim gives a cause where no sentence like it does."""
    if not _CAUSE.search(_WISH.sub(r"\1 ", fold(claim))):
        return False
    like = [text for text in sentences if tokens(text) & tokens(claim)] or sentences
    return not any(_CAUSE.search(fold(text)) for text in like)


def _strays(
    clause: str, claim: str, sentences: Sequence[str], aliases: Sequence[Sequence[str]]
) -> bool:
    said = signs(clause)
    if not said:
        return False
    plain = without_names(clause, known_names(clause, aliases))
    best = max(range(len(sentences)), key=lambda k: _share(clause, plain, sentences[k]))
    sentence, before = sentences[best], sentences[best - 1] if best else ""
    part = max(parts(sentence) or [sentence], key=lambda text: _share(clause, plain, text))
    if not same_sense(clause, part) or (supposes(part) and not supposes(clause)):
        return True
    if (
        out_of_order(claim, sentence, foreign=False)
        or _numbered_otherwise(clause, part, sentence)
        or _disordered(clause, part, sentence)
    ):
        return True
    told = Told(part, sentence, before)
    if not same_actor(clause, claim, told, aliases):
        return True
    near = known_names(TITLE.sub("", clause), aliases)
    known = [group for group in near if has_name(group, sentence) or has_name(group, before)]
    rest = [k for k, sign in enumerate(said) if not _among(sign, signs(sentence))]
    if rest and known:
        said = signs(without_names(clause, known))
        rest = [k for k, sign in enumerate(said) if not _among(sign, signs(sentence))]
    own = signs(part)
    borrowed = [k for k, sign in enumerate(said) if k not in rest and not _among(sign, own)]
    kept = [k for k in range(len(said)) if k not in rest and k not in borrowed]
    if any(not _among(said[k], signs(told.lead)) for k in borrowed):
        return True
    if borrowed and own[:1] and not _among(own[0], said) and borrowed[-1] < min(kept, default=0):
        return True  # the part is about something else than what is named
    if rest and rest == [0, 1] and _is_called(said, sentences[:best]):
        return False
    return bool(rest) and not _names_the_topic(
        said[: rest[-1] + 1], said[rest[-1] + 1 :], part, before
    )


def _is_called(said: Sequence[str], before: Sequence[str]) -> bool:
    """Return whether what a clause opens with is a longer name that an earlier sentence has."""
    name = "".join(said[:_TERM])
    return len(said) > _TERM and any(name in "".join(signs(text)) for text in before)


def _share(clause: str, plain: str, text: str) -> tuple[int, int]:
    """Return how much of a clause a text says: of it without names, and of the whole."""
    there = quantities(text)
    numbers = [item for item in quantities(clause) if not item.weak]
    alike = sum(any(equal(item, other) for other in there) for item in numbers)
    said = signs(TITLE.sub("", plain))
    return _shared(said, signs(text)) + _NUMBER_WEIGHT * alike, _shared(signs(clause), signs(text))


def _numbered_otherwise(clause: str, part: str, sentence: str) -> bool:
    """Return whether a number of a clause does not stand in this part of the text.

    A year or an ordinal may stand before it in the sentence where the part has none.
    """
    here, lead = quantities(part), quantities(sentence[: max(0, sentence.find(part))])
    return any(
        not any(comparable(item, other) and equal(item, other) for other in here)
        and not (
            item.kind in (Kind.YEAR, Kind.ORDINAL)
            and any(comparable(item, other) and equal(item, other) for other in lead)
            and not any(comparable(item, other) for other in here)
        )
        for item in quantities(clause)
        if not item.weak and item.bound is not Bound.ABOUT
    )


def parts(sentence: str) -> list[str]:
    """Return the clauses of a sentence, a date by itself together with the next one."""
    found: list[str] = []
    alone = ""
    for text in clauses(sentence):
        dated = quantities(text)
        if _WHEN.fullmatch(text.strip()) or (
            dated and sum(item.end - item.start for item in dated) + 2 >= len(text.strip())
        ):
            alone += f"{text}，"
        else:
            found.append(alone + text)
            alone = ""
    return [*found, alone] if alone else found


def _names_the_topic(head: Sequence[str], tail: Sequence[str], part: str, before: str) -> bool:
    """Return whether a clause only names what a part of the text leaves to the sentence before.

    ``head`` then opens that sentence, and nothing of the part is left out for it.
    """
    own = [sign for sign in signs(part) if sign]
    opening = "|".join(signs(before)[:_TOPIC])
    return bool(tail) and tail[0] in own[:1] and "|".join(head) in opening


def out_of_order(claim: str, sentence: str, *, foreign: bool) -> bool:
    """Return whether numbers stand in another order in a claim than in a sentence.

    A year may stand anywhere; in another language only numbers of one kind keep their order.
    """
    stated = [item for item in quantities(claim) if not item.weak]
    there = quantities(sentence)
    number = (Kind.NUMBER, Kind.BARE)
    every = [(*number, Kind.ORDINAL, Kind.SHARE)] if not foreign else [number, (Kind.SHARE,)]
    for kinds in (*every, (Kind.YEAR,)):
        values = [item.value for item in there if item.kind in kinds]
        at = [values.index(i.value) for i in stated if i.kind in kinds and i.value in values]
        if any(b < a for a, b in pairwise(at)):
            return True
    return False


@cache
def _same() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return Chinese words that say the same, and the sign that stands for them all."""
    pairs = (item.partition("=") for item in words("claims.same"))
    return tuple((re.compile(pattern), sign) for sign, _, pattern in pairs)


@lru_cache(maxsize=8192)
def signs(text: str) -> tuple[str, ...]:
    """Return a text as signs that can be laid beside another's: characters, and stems of words.

    Words that say the same have one sign; numbers and what says little have none.
    """
    folded = _COUNTED.sub("0", without_numbers(text))
    for pattern, sign in _same():
        folded = pattern.sub(sign, folded)
    folded = _LIGHT.sub(" ", folded)
    return tuple(
        piece if is_han(piece) else stem(piece)
        for piece in re.findall(rf"[{HAN}]|(?:(?![{HAN}])[^\W\d_])+", folded)
        if piece not in stop_words("light")
    )


def _among(sign: str, there: Sequence[str]) -> bool:
    return sign in there or any(same_word(sign, other) for other in there)


def _shared(said: Sequence[str], there: Sequence[str]) -> int:
    return sum((Counter(said) & Counter(there)).values())


def _disordered(clause: str, part: str, sentence: str) -> bool:
    """Return whether signs that a clause and a sentence share stand in another order.

    Where only one of the two is in the passive voice, it is read as if it were active.
    """
    mine, theirs = _PASSIVE.search(clause), _PASSIVE.search(part)
    if mine and not theirs:
        return _turned(clause[: mine.start()], clause[mine.end() :], part)
    if theirs and not mine:
        return _turned(part[: theirs.start()], part[theirs.end() :], clause)
    turned = _EQUALS.search(clause.strip())
    return _moved(signs(clause), signs(sentence)) and not (
        turned and not _moved(signs(f"{turned[2]}是{turned[1]}"), signs(part))
    )


def _turned(patient: str, rest: str, active: str) -> bool:
    """Return whether a passive clause says otherwise than an active one.

    ``rest`` is what stands behind the passive mark, who did it first: it keeps its order, and
    who did it stands before to whom.
    """
    plain = signs(active)
    agent = [plain.index(sign) for sign in signs(rest)[:_NAME] if sign in plain]
    suffers = [plain.index(sign) for sign in signs(patient)[-_NAME:] if sign in plain]
    if agent and suffers and min(agent) > max(suffers) and "把" not in active:
        return True
    return _moved(signs(rest), plain)


def _moved(said: Sequence[str], there: Sequence[str]) -> bool:
    said, there = ([sign for sign in row if sign not in _FLOATING] for row in (said, there))
    both = Counter(said) & Counter(there)
    row = [0] * (len(there) + 1)
    for sign in said:  # the length of the longest common subsequence, row by row
        above, row = row, [0]
        for k, other in enumerate(there):
            row.append(above[k] + 1 if sign == other else max(above[k + 1], row[k]))
    moved = sum(both.values()) - row[-1]
    return moved >= (_MOVED if all(map(is_han, both)) else 1)
