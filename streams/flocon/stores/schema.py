"""The schema of the SQLite store, as the list of steps that led to it.

A store remembers in `PRAGMA user_version` how many steps it has taken; opening it takes the rest. Steps are never
edited once released: a change of the schema is a new step at the end.
"""

from typing import Final

STEPS: Final = (
    """
    CREATE TABLE cursors (
        head TEXT NOT NULL,            -- fingerprint of the first bytes of the content
        digest TEXT NOT NULL,          -- fingerprint of all bytes read
        offset INTEGER NOT NULL,
        record BLOB NOT NULL,          -- the cursor, MessagePack
        PRIMARY KEY (head, digest)     -- key columns first: older SQLite's integrity check errs otherwise
    ) WITHOUT ROWID;

    CREATE TABLE coverage (            -- all posts read, also those of which nothing is kept
        platform TEXT NOT NULL,
        lang TEXT NOT NULL,
        minute INTEGER NOT NULL,       -- minutes since the epoch; -1 for posts without a time
        posts INTEGER NOT NULL,
        PRIMARY KEY (platform, lang, minute)
    ) WITHOUT ROWID;

    CREATE TABLE drops (               -- every record that gave no post, by reason
        feed TEXT NOT NULL,
        reason TEXT NOT NULL,
        records INTEGER NOT NULL,
        PRIMARY KEY (feed, reason)
    ) WITHOUT ROWID;

    CREATE TABLE code_counts (         -- posts in which a code stood alone: statistics only
        platform TEXT NOT NULL,
        code TEXT NOT NULL,
        day INTEGER NOT NULL,
        posts INTEGER NOT NULL,
        PRIMARY KEY (platform, code, day)
    ) WITHOUT ROWID;

    CREATE TABLE inbox (               -- screened, not yet applied
        seq INTEGER PRIMARY KEY,
        event_ms INTEGER,
        uid TEXT NOT NULL,
        op TEXT NOT NULL,
        record BLOB NOT NULL
    );
    CREATE INDEX inbox_order ON inbox (event_ms, uid, seq);

    CREATE TABLE inbox_volume (        -- volumes not yet applied, by tick
        tick INTEGER NOT NULL,
        platform TEXT NOT NULL,
        posts INTEGER NOT NULL,
        PRIMARY KEY (tick, platform)
    ) WITHOUT ROWID;

    CREATE TABLE posts (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        platform TEXT NOT NULL,
        created_ms INTEGER,
        ingested_ms INTEGER NOT NULL,
        author TEXT,
        decision TEXT NOT NULL,
        cluster TEXT,
        version TEXT,
        protected INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0,
        finding BLOB                   -- the finding, MessagePack; null once its text is deleted
    );
    CREATE INDEX posts_order ON posts (created_ms, uid);
    CREATE INDEX posts_cluster ON posts (cluster);
    CREATE INDEX posts_age ON posts (decision, ingested_ms);
    CREATE INDEX posts_author ON posts (author);

    CREATE VIRTUAL TABLE posts_text USING fts5 (
        text,                          -- canonical, emojis as words of their own
        names,                         -- what the emojis are called, in English and French
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So Sk'"
    );

    CREATE TABLE state (               -- tables of the pure stages
        stage TEXT NOT NULL,
        key TEXT NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (stage, key)
    ) WITHOUT ROWID;

    CREATE TABLE clusters_past (       -- campaigns the live state has forgotten
        root TEXT PRIMARY KEY,
        archived_ms INTEGER NOT NULL,  -- wall clock, from which retention counts
        record BLOB NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE outbox (
        key TEXT NOT NULL,             -- fingerprint:episode:sequence
        receiver TEXT NOT NULL,
        seq INTEGER NOT NULL,          -- order in which notifications were made
        record BLOB NOT NULL,
        state TEXT NOT NULL,           -- pending, sent, dead
        tries INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        PRIMARY KEY (receiver, key)
    ) WITHOUT ROWID;
    CREATE INDEX outbox_pending ON outbox (state, receiver, seq);

    CREATE TABLE audit (               -- append-only: what flocon removed, and why
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        what TEXT NOT NULL,
        detail TEXT NOT NULL
    );
    """,
)
