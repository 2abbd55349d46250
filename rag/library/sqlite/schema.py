"""What SQLite adds to the tables of the library: its index of words, and its earlier versions."""

from __future__ import annotations

from rag.library.tables import FIFTH, SECOND, SIXTH, TABLES, THIRD

APPLICATION_ID = 0x53485A48
"""``SHZH``: tells our files from other SQLite files."""

WORDS = """
-- The tokens of rag.language.text.bigrams, one space between. The tokenizer "ascii" takes every
-- character beyond ASCII as part of a word, so a token goes in and is found whole.
CREATE VIRTUAL TABLE words USING fts5 (tokens, tokenize = 'ascii');
"""

ALL_TABLES = TABLES + WORDS

_FOURTH = """
ALTER TABLE books ADD COLUMN source TEXT;
ALTER TABLE removed ADD COLUMN book TEXT;
ALTER TABLE removed ADD COLUMN source TEXT;
"""

UPGRADES = {
    1: "ALTER TABLE pages ADD COLUMN image TEXT;" + SECOND,
    2: THIRD,
    3: _FOURTH,
    4: FIFTH,
    5: "ALTER TABLE books ADD COLUMN added TEXT;" + SIXTH,
}
"""For each earlier version what makes of its tables those of the next; nothing kept is lost."""
