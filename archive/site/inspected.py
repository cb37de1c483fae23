"""What Datasette would read a whole published file for, before it first answers and when it is asked for its hash."""

import hashlib
from contextlib import closing
from pathlib import Path

from archive.database import connect_read_only, explained

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_ANALYSED = "SELECT tbl, stat FROM sqlite_stat1"
_NOTES = "SELECT key, value FROM publication ORDER BY key"


def inspected(site_db: Path) -> dict[str, dict[str, object]]:
    """The content of an inspect file, {name of the database: …}: the rows of each table as they were counted when it
    was published, the size, and as its hash one of what the publication notes of itself. Raises ArchiveError."""
    with closing(connect_read_only(site_db)) as db, explained(site_db):
        analysed = db.execute(_ANALYSED).fetchall()
        counted = {row["tbl"]: int(row["stat"].split()[0]) for row in analysed}
        counted |= {"articles_fts": counted.get("articles", 0), "sqlite_stat1": len(analysed)}
        tables = [row["name"] for row in db.execute(_TABLES)]
        notes = repr(list(map(tuple, db.execute(_NOTES))))
    size = site_db.stat().st_size
    return {
        site_db.stem: {
            "file": site_db.name,
            "size": size,
            "hash": hashlib.sha256(f"{notes} {size}".encode()).hexdigest(),
            "tables": {table: {"count": counted.get(table, 0)} for table in tables},
        }
    }
