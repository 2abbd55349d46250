"""The tables of the library, and what must hold between them."""

from __future__ import annotations

VERSION = 6
APPLICATION_ID = 0x53485A48
"""``SHZH``: tells our files from other SQLite files."""

_SECOND = """
-- Stretches of the text that were read with little confidence.
CREATE TABLE doubts (
    book  TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (book, start)
) WITHOUT ROWID;

-- What a person says of printed pages. Pages are kept as they were read, and corrected when
-- they are read from here; so a correction outlives the book's being replaced or taken out.
CREATE TABLE corrections (
    book     TEXT NOT NULL,
    position INTEGER NOT NULL,
    first    INTEGER,                    -- index of a page; NULL: from the first
    last     INTEGER,                    -- NULL: to the last
    label    TEXT,                       -- NULL: no number
    shift    INTEGER,                    -- NULL: the page "first" bears the label
    begins   TEXT,                       -- how the page "first" begins
    ends     TEXT,                       -- how the page "last" begins
    PRIMARY KEY (book, position)
) WITHOUT ROWID;

CREATE TABLE conversations (
    id      TEXT PRIMARY KEY,
    owner   TEXT,
    created TEXT NOT NULL,               -- ISO 8601, UTC
    changed TEXT NOT NULL,
    title   TEXT NOT NULL
);

CREATE INDEX conversations_owner ON conversations (owner, changed);

CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    asked        TEXT NOT NULL,          -- ISO 8601, UTC
    question     TEXT NOT NULL,
    answer       TEXT NOT NULL,          -- JSON
    PRIMARY KEY (conversation, position)
);
"""

_THIRD = """
-- The words of a book with their vectors: what questions in other words and languages are
-- looked up in. Made from the passages, and made again where it is missing.
CREATE TABLE vocabularies (
    book    TEXT PRIMARY KEY REFERENCES books ON DELETE CASCADE,
    words   TEXT NOT NULL,               -- one on each line
    counts  BLOB NOT NULL,               -- int32: passages that hold the word
    vectors BLOB NOT NULL                -- float16, one row a word
);
"""

_FIFTH = """
-- A reader's own notes on stretches of a book; they outlive the book.
CREATE TABLE notes (
    id      TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    book    TEXT NOT NULL,
    start   INTEGER NOT NULL,
    "end"   INTEGER NOT NULL,
    quoted  TEXT NOT NULL,               -- JSON: the words of the book, those before and behind
    body    TEXT NOT NULL,               -- what the reader wrote; empty: a mark alone
    created TEXT NOT NULL,               -- ISO 8601, UTC
    changed TEXT NOT NULL
);

CREATE INDEX notes_owner ON notes (owner, book, start);

-- What readers say of answers and pages, for whoever mends the book.
CREATE TABLE reports (
    id       TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    made     TEXT NOT NULL,              -- ISO 8601, UTC
    done     TEXT,                       -- NULL: nobody has dealt with it
    book     TEXT,                       -- NULL: of no one book
    place    TEXT,                       -- NULL: of no one place
    question TEXT NOT NULL,
    answer   TEXT,                       -- JSON; NULL: not of an answer
    body     TEXT NOT NULL               -- in the reader's words; may be empty
);

CREATE INDEX reports_made ON reports (made);

-- Sets of books that have names.
CREATE TABLE shelves (
    name  TEXT PRIMARY KEY,
    books TEXT NOT NULL                  -- JSON: ids
) WITHOUT ROWID;

-- Who may come in by a name of his own.
CREATE TABLE readers (
    name    TEXT PRIMARY KEY,
    role    TEXT NOT NULL,               -- "gone": was removed; his row alone is left, nameless
    secret  TEXT,                        -- hash of the password; NULL: none chosen yet
    invited TEXT,                        -- until when a link lets him choose it; its digest
    agreed  INTEGER NOT NULL,            -- 1: his name may stand beside what he asked
    created TEXT NOT NULL                -- ISO 8601, UTC; no two are the same
) WITHOUT ROWID;
"""

_SIXTH = """
-- What a person says of a book's record, over what was read; as corrections, it outlives the book.
CREATE TABLE edits (
    book  TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,                 -- JSON: a text, persons, or null
    PRIMARY KEY (book, field)
) WITHOUT ROWID;
"""

TABLES = (
    """
-- The record. Offsets are in characters of books.text; the text of a passage, page or
-- footnote is a slice of it and is nowhere stored twice.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE books (
    id       TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,
    digest   TEXT NOT NULL,              -- of the source that the book was read from
    changed  INTEGER NOT NULL,           -- the generation that last changed its passages
    record   TEXT NOT NULL,              -- JSON
    body_end INTEGER NOT NULL,
    text     TEXT NOT NULL,
    source   TEXT,                       -- URI of the file; NULL: not known, or another book's now
    added    TEXT                        -- ISO 8601, UTC; NULL: before that was written down
);

CREATE TABLE removed (
    digest TEXT PRIMARY KEY,             -- of a source that was taken out by hand
    book   TEXT,                         -- the id it had; NULL: not known, or another book's now
    source TEXT                          -- as in books
) WITHOUT ROWID;

CREATE TABLE pages (
    book    TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    "index" INTEGER NOT NULL,
    label   TEXT,
    status  TEXT NOT NULL,
    start   INTEGER NOT NULL,
    "end"   INTEGER NOT NULL,
    part    TEXT,
    chapter TEXT,
    section TEXT,
    reasons TEXT NOT NULL,               -- JSON
    image   TEXT,                        -- of the page's picture, in the folder of pictures
    PRIMARY KEY (book, "index")
);

CREATE TABLE sections (
    book       TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    "index"    INTEGER NOT NULL,
    start      INTEGER NOT NULL,
    body       INTEGER NOT NULL,
    "end"      INTEGER NOT NULL,
    part       TEXT,
    chapter    TEXT,
    section    TEXT,
    subsection TEXT,
    PRIMARY KEY (book, "index")
);

CREATE TABLE footnotes (
    book     TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    position INTEGER NOT NULL,
    mark     TEXT NOT NULL,
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    page     INTEGER NOT NULL,
    anchor   INTEGER,
    PRIMARY KEY (book, position)
);

CREATE TABLE contents (
    book     TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    position INTEGER NOT NULL,
    number   TEXT,
    title    TEXT NOT NULL,
    level    INTEGER NOT NULL,
    page     TEXT,
    PRIMARY KEY (book, position)
);

CREATE TABLE problems (
    book     TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    text     TEXT NOT NULL,
    page     TEXT,
    PRIMARY KEY (book, position)
);

CREATE TABLE passages (
    number  INTEGER PRIMARY KEY,         -- also the rowid in words
    id      TEXT NOT NULL UNIQUE,
    book    TEXT NOT NULL REFERENCES books ON DELETE CASCADE,
    kind    TEXT NOT NULL,
    section INTEGER NOT NULL,
    start   INTEGER NOT NULL,
    "end"   INTEGER NOT NULL
);

CREATE INDEX passages_book ON passages (book, number);

CREATE TABLE vectors (
    passage          INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector           BLOB NOT NULL,      -- float32, little-endian
    sentences        BLOB NOT NULL,      -- int32 pairs: start and end in the passage
    sentence_vectors BLOB NOT NULL       -- float16, one row a sentence
);

-- The tokens of rag.language.text.bigrams, one space between. The tokenizer "ascii" takes every
-- character beyond ASCII as part of a word, so a token goes in and is found whole.
CREATE VIRTUAL TABLE words USING fts5 (tokens, tokenize = 'ascii');
"""
    + _SECOND
    + _THIRD
    + _FIFTH
    + _SIXTH
)

_FOURTH = """
ALTER TABLE books ADD COLUMN source TEXT;
ALTER TABLE removed ADD COLUMN book TEXT;
ALTER TABLE removed ADD COLUMN source TEXT;
"""

UPGRADES = {
    1: "ALTER TABLE pages ADD COLUMN image TEXT;" + _SECOND,
    2: _THIRD,
    3: _FOURTH,
    4: _FIFTH,
    5: "ALTER TABLE books ADD COLUMN added TEXT;" + _SIXTH,
}
"""For each earlier version what makes of its tables those of the next; nothing kept is lost."""

CONSISTENCY = {
    "{} passages in the library have no vector; add their books again.": """
        SELECT count(*) FROM passages LEFT JOIN vectors ON passage = number
        WHERE passage IS NULL""",
    "{} passages in the library are not in its index of words; add their books again.": """
        SELECT count(*) FROM passages LEFT JOIN words ON words.rowid = number
        WHERE words.rowid IS NULL""",
    "{} entries in the library's index of words belong to no passage; add the books again.": """
        SELECT count(*) FROM words LEFT JOIN passages ON words.rowid = number
        WHERE number IS NULL""",
    "{} passages in the library reach beyond their book's text; add their books again.": """
        SELECT count(*) FROM passages JOIN books ON book = books.id
        WHERE "end" > length(text)""",
}
"""For each sentence a query that counts what it complains of."""
