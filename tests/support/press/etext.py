"""The press prints what e-texts are made of: paragraphs on one line, or broken into lines."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

STOCK = {
    "zh": (
        "港口的旧法庭处罚了守灯人。", "盐路在入冬以前关闭，商人都走了。", "“你去吗？”他问。",
        "那一年没有运粮船到来；城里的人很着急。", "北风把一盏灯吹落海中。",
    ),
    "zh-Hant": (
        "舊港的法庭處罰了守燈人。", "鹽路在入冬以前關閉，商人都走了。", "「你去嗎？」他問。",
        "那一年沒有運糧船到來。",
    ),
    "en": (
        "The harbour court fined the keeper of the lamp.", "The salt road closed early that year.",
        "No grain ship came, and the town was afraid.", "Mr. Gran wrote to Dr. Pei about it.",
    ),
    "ru": (
        "Портовый суд наказал смотрителя.", "Соляной путь закрылся до зимы.",
        "В тот год, т. е. в 1894 г., суда не пришли.", "«Кто пойдёт?» — спросил он.",
    ),
}  # fmt: skip
"""Whole sentences, by language."""


def paragraph(language: str, chance: Random, sentences: int = 0) -> str:
    """Return a paragraph of so many sentences, or of some."""
    count = sentences or chance.randint(3, 9)
    space = "" if language.startswith("zh") else " "
    return space.join(chance.choice(STOCK[language]) for _ in range(count))


def wrapped(text: str, width: int = 70) -> str:
    """Return a paragraph broken into lines of no more letters than a width."""
    return "\n".join(textwrap.wrap(text, width))
