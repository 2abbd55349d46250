"""Yes or no, one thing or the other: the sentence that decides, and what it decides.

A sentence is said to affirm or to deny where that can be told: it has the words of what is
asked, and nothing in it speaks of wishes, reports or plans. Where it cannot, a question is for
the sentences that say it, as any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.answering.checking import Claim, verify
from rag.answering.evidence import is_answered, weigh_sentences
from rag.answering.picking.naming import signs_of
from rag.answering.picking.picked import Picked, escape, quoted
from rag.language import clauses, covered, tagged, tokens
from rag.language.catalog import say
from rag.language.polarity import negations, supposes, turned_negation
from rag.language.tables import Pattern, stop_words
from rag.language.text import fold, has_han
from rag.questions import Kind, Manner, Want, is_choice, whether
from rag.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.picking.picked import Sources
    from rag.questions import Question, Whether

_LOOKED_AT = 5
"""Of the best sentences, those that may decide."""
_MARGIN = 4.0
"""How far below the best one's score the one that decides may be."""
_COVERED = 0.85
"""Share of what is asked that a sentence says which decides it."""
_OWN = 0.5
"""The same of the words around two sides: one may be a turn of speech."""
_REPORTS = Pattern("{claims.reports}")
_OWNED = "的之"
_NO_SUBJECT = ("m", "t", "d", "v", "p", "r")
"""Kinds of the first word of a clause that leaves out its subject, or has a pronoun for it."""
_VERBAL = ("v", "d")
_LEADING, _LEAST_SUBJECT = 3, 2
"""Characters in which a word of saying or wishing leads to a Chinese clause, and of the shortest
name of who did something."""
_CLAUSE_END = re.compile(r"[,.;:!?。、]")
_NEGATION = Pattern("{polarity.negation}")
_DENIES_NOTHING = Pattern("{claims.denies_nothing}")
_SOFTENS = Pattern("{deciding.softens}")
_CAPITAL = re.compile(r"(?<![\w'’-])[A-ZÀ-ÞА-ЯЁ][^\W\d_]*")
_PRONOUN = Pattern(r"^\W*{claims.pronouns}")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|«[^»]*»|\"[^\"]*\"")


def pick_decision(question: Question, sources: Sources) -> Picked | None:
    """Return the sentence that decides a question, with what it decides in the lead.

    None where none does for sure, or the books are in another language: then the sentences that
    say it are left to speak.
    """
    asked = whether(question.sought.words)
    if question.foreign or negations(asked.claim):
        return None
    search = sources.search(question)
    evidence = weigh_sentences(search, Kind.OTHER)
    if not is_answered(search, evidence):
        return None
    language = question.language
    aliases = [
        group for book in sources.library.books(question.book_ids) for group in book.record.aliases
    ]
    for item in evidence[:_LOOKED_AT]:
        if item.score < evidence[0].score - _MARGIN:
            break
        if asked.sides:
            side = _side(asked, asked.sides, item)
            lead = say("answers.one_side", language, side=escape(side)) if side else ""
        else:
            affirms = _affirms(asked.claim, item, aliases)
            keys = {True: "answers.affirms", False: "answers.denies"}
            lead = "" if affirms is None else say(keys[affirms], language)
        if lead:
            return Picked((quoted(item),), lead=lead, found=search.found)
    return None


def pick_side(question: Question, sources: Sources) -> Picked | None:
    """Return what decides a question that offers two sides, whatever it was found to want.

    None for any other, and where nothing decides it.
    """
    fact = question.manner is Manner.FACT and question.kind is Kind.OTHER
    if question.want is not Want.PASSAGE or not fact or not is_choice(question.sought.words):
        return None
    return pick_decision(question, sources)


def _affirms(claim: str, item: Evidence, aliases: Sequence[Sequence[str]]) -> bool | None:
    """Return whether a sentence affirms a claim, False where it denies it; None for neither.

    It says all of the claim, or, where it has a pronoun, all but what the sentence before it
    says; and it names nobody else of whom it may say that.
    """
    if not clauses(item.text):
        return None
    clause = _deciding(claim, item.text)
    said = item.text[: item.text.rindex(clause) + len(clause)]
    leans = any(_PRONOUN.search(fold(part)) for part in clauses(said))
    ground = _context(item) if leans else item.text
    if covered(claim, tokens(ground)) < _COVERED or _is_said_only(claim, item.text):
        return None
    said = ground[: ground.rindex(clause) + len(clause)]
    unsure = _SOFTENS.search(fold(clause)) or _DENIES_NOTHING.search(fold(clause))
    if unsure or _others(claim, said) or _is_anothers(claim, said):
        return None
    if turned_negation(claim, [clause]):
        return False
    if len(_NEGATION.findall(fold(clause))) > len(_NEGATION.findall(fold(claim))):
        return None  # 不满意 may deny, and 不仅 does not
    whole = _with_subject(claim, said, clause)
    texts = [ground] if whole is None else [whole]
    found = verify(Claim(claim, (1,)), texts, aliases=aliases)
    return True if found.verdict is Verdict.SUPPORTED else None


def _subject(claim: str, said: str) -> str:
    """Return as much of the beginning of a Chinese claim as a text says, folded."""
    folded, there = fold(claim), fold(said)
    ends = (end for end in range(len(folded), 1, -1) if folded[:end] in there)
    return folded[: next(ends, 0)]


def _is_anothers(claim: str, said: str) -> bool:
    """Return whether what is said may be of somebody who only belongs to whom a claim names.

    A name is followed by 的 or 's, or in Russian stands in another case than in the claim.
    """
    folded = fold(said)
    if has_han(said):
        subject = _subject(claim, said)
        own = fold(claim)[len(subject) : len(subject) + 1]
        return bool(subject) and own not in _OWNED and _owns(subject, folded, f"[{_OWNED}]")
    names = [fold(word) for word in _CAPITAL.findall(claim)]
    names = [name for name in names if name not in stop_words("opening")]
    return any(_owns(name, folded, "['’]") or not _stands(name, folded) for name in names)


def _owns(name: str, folded: str, sign: str) -> bool:
    return bool(re.search(rf"{re.escape(name)}{sign}", folded))


def _stands(name: str, folded: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", folded))


def _with_subject(claim: str, said: str, clause: str) -> str | None:
    """Return a Chinese clause with its subject, which stands in an earlier one, put before it.

    It begins with a verb, a time or a pronoun; the subject begins its clause, but for what its
    bearer is, and a verb follows it. None where a clause has a subject of its own.
    """
    subject = _subject(claim, said)
    before, _, _ = fold(said).rpartition(fold(clause))
    start = before.rfind(subject) if subject else -1
    if start < 0 or not has_han(clause) or subject in fold(clause):
        return None
    first = tagged(clause)[0]
    behind = tagged(_CLAUSE_END.split(before[start + len(subject) :])[0])
    signs = signs_of(said, start, start + len(subject))
    begins = signs.titled or not before[:start] or bool(_CLAUSE_END.match(before[start - 1]))
    if not first[1].startswith(_NO_SUBJECT) or not begins:
        return None
    if behind and not behind[0][1].startswith(_VERBAL):
        return None
    return f"{subject}{clause.removeprefix(first[0]) if first[1] == 'r' else clause}"


def _deciding(claim: str, text: str) -> str:
    """Return the clause of a sentence that has most of a claim, the last of several."""
    asked = tokens(claim)
    return max(reversed(clauses(text)), key=lambda part: len(asked & tokens(part)))


def _others(claim: str, text: str) -> bool:
    """Return whether a text names somebody whom a claim does not: persons, as a tagger tells them.

    In other scripts than Chinese it is any word with a capital that is not a small word.
    """
    if has_han(text):
        names = (word for word, kind in tagged(text) if kind.startswith("nr") and len(word) > 1)
        return any(name not in fold(claim) for name in names)
    capitals = (word for word in _CAPITAL.findall(text) if fold(word) not in stop_words("opening"))
    asked = tokens(claim)
    return any(not tokens(word) <= asked for word in capitals)


def _side(asked: Whether, sides: tuple[str, str], item: Evidence) -> str | None:
    """Return the one of two sides that a sentence affirms; None for neither, or both."""
    text = item.text
    there = tokens(text)
    denied = frozenset[str]().union(*(one.scope for one in negations(text)))
    rest = asked.claim
    for side in sides:
        rest = rest.replace(side, " ")
    if covered(rest, tokens(_context(item))) < _OWN or _is_said_only(" ".join(sides), text):
        return None
    own = [tokens(one) - tokens(other) for one, other in (sides, sides[::-1])]
    said = [bool(mine) and mine <= there and not mine & denied for mine in own]
    affirmed = [side for side, is_said in zip(sides, said, strict=True) if is_said]
    return affirmed[0] if len(affirmed) == 1 else None


def _is_said_only(claim: str, text: str) -> bool:
    """Return whether a sentence says only that somebody said, wished or planned what is asked.

    What does so stands in the clause that has most of the claim, or in one before it, unless a
    new sentence begins there: he, she, or, where nothing ahead of it leads to it, who the claim
    is of (岛民要求减税，省政府没有同意; not: 有人说，省政府没有同意).
    """
    for quotation in _QUOTED.findall(text):
        if covered(claim, tokens(quotation)) >= _OWN:
            return True
    parts = clauses(text)
    last = parts.index(_deciding(claim, text)) if parts else -1
    for place in range(last, -1, -1):
        if supposes(parts[place]) or _REPORTS.search(fold(parts[place])):
            return True
        if _PRONOUN.search(fold(parts[place])):
            break
        if place and _begins_anew(claim, parts[place], parts[place - 1]):
            break
    return False


def _begins_anew(claim: str, clause: str, before: str) -> bool:
    """Return whether a Chinese clause tells of what who a claim is of did about what others wished.

    It begins with who that is, the clause before speaks of the rest of the claim, and neither
    begins nor ends with a word of saying or wishing (据说, 如果), which would lead to it.
    """
    who = _subject(claim, clause)
    if len(who) < _LEAST_SUBJECT or not has_han(clause) or not fold(clause).startswith(who):
        return False
    leads = any(
        supposes(end) or _REPORTS.search(fold(end))
        for end in (before[:_LEADING], before[-_LEADING:])
    )
    return not leads and bool((tokens(claim) - tokens(clause)) & tokens(before))


def _context(item: Evidence) -> str:
    """Return a sentence behind the one before it in its passage."""
    spans = item.found.stored.sentences
    before = spans[max(0, spans.index(item.span) - 1)]
    return item.found.passage.text[before.start : item.span.end]
