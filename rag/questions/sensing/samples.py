"""Sample questions of every kind, from templates whose words vary: the form is to be learned."""

from __future__ import annotations

import random
import re
import tomllib
from calendar import month_name
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencc import OpenCC

from rag.questions.wanting import About, Sensed, Want

SAMPLES = Path(__file__).with_name("samples.toml")
"""What the samples are drawn from."""

_DRAWN = 4
"""Samples of a template with words to put in."""
_SLOT = re.compile(r"\{(\w+)\}")
_MARK = "？?！!。."
_MONTHS = {
    "zh": [str(number) for number in range(1, 13)],
    "en": list(month_name)[1:],
}
_NUMBERS = {
    "year": (1100, 2000),
    "year2": (1800, 2000),
    "day": (1, 28),
    "number": (1, 12),
}
"""Slots that are numbers, from and to."""
_CHINESE_NUMBERS = {
    "n": list("一二三四五六七八九十"),
    "small": ["元", "二", "三", "五", "十二", "二十六", "三十"],
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A question and what it wants."""

    text: str
    language: str
    sensed: Sensed


def draw(seed: int) -> list[Sample]:
    """Return the samples that a seed gives: the same for the same file."""
    content: dict[str, Any] = tomllib.loads(SAMPLES.read_text(encoding="utf-8"))
    slots = content.pop("slots")
    last = {Sensed(Want.LAST, About(name)): lists for name, lists in content.pop("last").items()}
    wanted = {Sensed(Want(name)): lists for name, lists in content.items()} | last
    words = {
        language: {name: listed.split("|") for name, listed in named.items()}
        | ({"month": _MONTHS[language]} if language in _MONTHS else {})
        | (_CHINESE_NUMBERS if language == "zh" else {})
        for language, named in slots.items()
    }
    chance = random.Random(seed)  # noqa: S311 -- nothing here is secret
    traditional = OpenCC("s2t")
    samples: list[Sample] = []
    for sensed, lists in wanted.items():
        for language, templates in lists.items():
            for template in filter(None, templates.splitlines()):
                forms = _forms(template, language, words[language], chance, traditional)
                samples.extend(Sample(text, language, sensed) for text in forms)
    return samples


def _forms(
    template: str,
    language: str,
    words: dict[str, list[str]],
    chance: random.Random,
    traditional: OpenCC,
) -> list[str]:
    """Return a template filled, with and without its mark, in small letters, in both scripts."""
    forms = []
    drawn = _DRAWN if "{" in template else 1
    for number in range(drawn):
        text = _SLOT.sub(lambda slot: _word(slot[1], words, chance), template)
        forms.append(text)
        bare = text.rstrip(_MARK)
        if bare != text and (number % 2 or drawn == 1):
            forms.append(bare)
        if language == "en" and number == 2:
            forms.append(bare.lower())
        if language == "zh" and number % 2 == 0:
            forms.append(traditional.convert(text))
    return forms


def _word(slot: str, words: dict[str, list[str]], chance: random.Random) -> str:
    """Return what is put in for a slot."""
    if slot in _NUMBERS:
        return str(chance.randint(*_NUMBERS[slot]))
    return chance.choice(words[slot])
