"""The crawler's tables of crawl.db, from their first form to the newest: the frontier, the walks, the runs."""

from sqlite_utils import Database, Migrations

migrations = Migrations("frontier")


@migrations()
def m001_frontier(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE frontier (article TEXT PRIMARY KEY, source TEXT NOT NULL, url TEXT NOT NULL,"
        " state TEXT NOT NULL CHECK (state IN ('new', 'ok', 'refused', 'gone', 'error')), reason TEXT, listed TEXT,"
        " published TEXT, etag TEXT, last_modified TEXT, first_seen TEXT NOT NULL, fetched TEXT, missing_since TEXT,"
        " fails INTEGER NOT NULL DEFAULT 0)"
    )
    db.conn.execute("CREATE INDEX frontier_source ON frontier(source, state)")
    db.conn.execute("CREATE TABLE walks (source TEXT PRIMARY KEY, backfill_done TEXT)")


@migrations()
def m002_runs(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE runs (id INTEGER PRIMARY KEY, source TEXT NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL,"
        " state TEXT NOT NULL, reason TEXT, requests INTEGER NOT NULL, pages INTEGER NOT NULL, bytes INTEGER NOT NULL,"
        " new INTEGER NOT NULL, edited INTEGER NOT NULL, unchanged INTEGER NOT NULL, refused TEXT NOT NULL,"
        " failed TEXT NOT NULL)"
    )
    db.conn.execute("CREATE INDEX runs_source ON runs(source, started)")


@migrations()
def m003_due(db: Database) -> None:
    """When an address is asked again, the date it is ordered by, the hash of its last answer."""
    db.conn.execute("ALTER TABLE frontier ADD COLUMN dated TEXT")
    db.conn.execute("ALTER TABLE frontier ADD COLUMN due TEXT")
    db.conn.execute("ALTER TABLE frontier ADD COLUMN sha256 TEXT")
    db.conn.execute("UPDATE frontier SET dated = published, due = fetched WHERE state = 'ok'")
    db.conn.execute("CREATE INDEX frontier_due ON frontier(source, due)")
    db.conn.execute("CREATE INDEX frontier_dated ON frontier(source, dated)")


@migrations()
def m004_fill(db: Database) -> None:
    """What the pages of a run held: article pages read, how many of them had a title, a date, a body, its length."""
    for column in ("not_modified", "gone", "read", "titled", "dated", "bodied", "body_length"):
        db.conn.execute(f"ALTER TABLE runs ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")


@migrations()
def m005_listings(db: Database) -> None:
    """The validators of listings, feeds and sitemaps, to ask for them only when they have changed."""
    db.conn.execute(
        "CREATE TABLE listings (source TEXT NOT NULL, url TEXT NOT NULL, etag TEXT, last_modified TEXT,"
        " PRIMARY KEY (source, url))"
    )


@migrations()
def m006_files(db: Database) -> None:
    """The files of articles that could not be fetched, and how often that was tried."""
    db.conn.execute(
        "CREATE TABLE missing_files (source TEXT NOT NULL, url TEXT NOT NULL, fails INTEGER NOT NULL,"
        " reason TEXT NOT NULL, PRIMARY KEY (source, url))"
    )
