"""Names by their sound: pinyin, Wade-Giles, Palladius, and foreign names in Chinese."""

from __future__ import annotations

from rag.language.sounding.foreign import transliterating
from rag.language.sounding.listening import listen, names, syllables_of
from rag.language.sounding.syllables import pinyin_cuts

__all__ = ["listen", "names", "pinyin_cuts", "syllables_of", "transliterating"]
