"""Whether somebody is said to have done what the text tells of him, and not of another; pure.

Known names alone are followed, through pronouns and clauses without a subject; where more
than one could be meant, nothing is borne out. The tables are about languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.names import has_name, known_names, name_pattern
from rag.language.tables import Pattern
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_AT = Pattern("{claims.to_place}")
"""What stands before a place rather than before somebody who does something."""
_OF = Pattern("{claims.of_place}")
"""What stands behind a country or place that only tells where somebody is from."""
_PRONOUN = Pattern(r"{claims.pronouns}")
TITLE = re.compile("《[^《》]*》")
_OFFICE = re.compile(
    "[^的之与和同及、，]{0,4}(?:长|使|知府|同知|知县|督|抚|领事|首相|总统|总理|主席|书记|司令"
    "|将军|元帅|国王|皇帝|商人|人)"
)
"""What stands between a place and the holder of an office there: 某地知府某人."""
_LONGEST_OFFICE = 8
_HEAD = 4
"""Characters at the beginning of a clause among which a pronoun is what the clause is about."""


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a text, the sentence that it is of, and the one before."""

    part: str
    sentence: str
    before: str

    @property
    def lead(self) -> str:
        """What of the sentence stands before the part."""
        return self.sentence[: max(0, self.sentence.find(self.part))]


def same_actor(clause: str, claim: str, told: Told, aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether the names of a claim's clause are those that a part of a text is about."""
    mine = known_names(claim, aliases)
    near = known_names(TITLE.sub("", clause), aliases)
    part, sentence, before = told.part, told.sentence, told.before
    absent = [group for group in near if not has_name(group, part)]
    if absent and len(absent) < len(near):
        order = [
            first_place(sentence, group)
            for group in sorted(near, key=lambda g: first_place(clause, g))
        ]
        if all(has_name(group, told.lead) for group in absent) and not _PRONOUN.search(fold(part)):
            return order == sorted(order)
        return _named_by_pronoun(clause, part, near, absent)
    if not absent:
        return not (near and others(part, mine, aliases))
    if others(part, mine, aliases):
        return False
    if len(absent) == 1 and absent[0] == referent(told, aliases):
        return True
    inside = [group for group in absent if has_name(group, told.lead)]
    if inside == absent:
        return not (_PRONOUN.search(fold(told.lead)) or others(sentence, mine, aliases))
    return all(has_name(group, before + told.lead) for group in absent) and not others(
        before + sentence, mine, aliases
    )


def referent(told: Told, aliases: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Return the name that a part without one is about: its sentence's, or the last one's, topic.

    None where a pronoun stands between the two, so that it may be somebody else.
    """
    lead, before, part = told.lead, told.before, told.part
    if not lead.strip() or not known_names(lead, aliases):
        if _PRONOUN.search(fold(before)) or known_names(lead, aliases):
            return None
        return _topic(before, aliases) if _PRONOUN.search(fold(part)[:_HEAD]) else None
    return None if _PRONOUN.search(fold(lead)) else _topic(lead, aliases)


def _topic(text: str, aliases: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Return the first known name of a text that is no place and belongs to nothing else."""
    folded = fold(text)
    found = [
        (match.start(), group)
        for group in known_names(text, aliases)
        for name in group
        for match in name_pattern(fold(name)).finditer(folded)
        if not (
            _AT.search(folded[: match.start()])
            or _OF.match(folded[match.end() :])
            or re.match("的|'s|同知|知府|知县", folded[match.end() :])
        )
    ]
    return min(found)[1] if found else None


def _named_by_pronoun(
    clause: str,
    part: str,
    near: Sequence[tuple[str, ...]],
    absent: Sequence[tuple[str, ...]],
) -> bool:
    """Return whether the one pronoun of a part stands where a clause has the name that it lacks."""
    pronouns = list(_PRONOUN.finditer(fold(part)))
    if len(pronouns) != 1 or len(absent) != 1 or len(near) != 2:
        return False
    [present] = [group for group in near if group not in absent]
    before = first_place(part, present) < pronouns[0].start()
    return before == (first_place(clause, present) < first_place(clause, absent[0]))


def others(text: str, mine: Collection[tuple[str, ...]], aliases: Sequence[Sequence[str]]) -> bool:
    """Return whether a text has another known name than ``mine`` that may do what is told.

    A place that something is at, or that somebody is from, is none.
    """
    folded = fold(TITLE.sub(lambda title: "\0" * len(title[0]), text))
    own = [
        found.start()
        for group in mine
        for name in group
        for found in name_pattern(fold(name)).finditer(folded)
    ]
    for group in known_names(folded, aliases):
        if group in mine:
            continue
        for name in group:
            for found in name_pattern(fold(name)).finditer(folded):
                behind = folded[found.end() :]
                holds = any(
                    0 < start - found.end() <= _LONGEST_OFFICE
                    and _OFFICE.fullmatch(folded[found.end() : start])
                    for start in own
                )
                if not (holds or _AT.search(folded[: found.start()]) or _OF.match(behind)):
                    return True
    return False


def first_place(text: str, spellings: Sequence[str]) -> int:
    """Return where a name first stands in a text, or its length."""
    folded = fold(text)
    return min(
        (m.start() for name in spellings for m in name_pattern(fold(name)).finditer(folded)),
        default=len(text),
    )
