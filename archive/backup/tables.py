"""crawl.db without its captures: the small tables, whole in each backup. And what is counted of a database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.backup.segments import insert, new_database

CAPTURES = "captures"


def write_tables(crawl: sqlite3.Connection, path: Path) -> None:
    """Write crawl.db's schema and all tables but the captures to a new file, with the rowids they have: the frontier is
    walked in their order. Indexes are made again by `make_indexes`."""
    with closing(new_database(path, crawl)) as copy:
        for _, sql in _schema(crawl, "table"):
            copy.execute(sql)
        for table in tables_of(crawl):
            if table != CAPTURES:
                columns = _columns(crawl, table)
                listed = ", ".join(f'"{column}"' for column in columns)
                insert(copy, table, columns, crawl.execute(f'SELECT {listed} FROM "{table}"'))  # noqa: S608
        copy.execute("CREATE TABLE made_again (sql TEXT NOT NULL)")
        later = [(sql,) for kind in ("index", "view", "trigger") for _, sql in _schema(crawl, kind)]
        copy.executemany("INSERT INTO made_again VALUES (?)", later)
        copy.execute(f"PRAGMA user_version = {_pragma(crawl, 'user_version')}")
        copy.execute("COMMIT")


def make_indexes(crawl: sqlite3.Connection) -> None:
    """Make a restored crawl.db what it was, after its rows are in."""
    for (sql,) in crawl.execute("SELECT sql FROM made_again ORDER BY rowid").fetchall():
        crawl.execute(sql)
    crawl.execute("DROP TABLE made_again")


def tables_of(database: sqlite3.Connection) -> list[str]:
    return [name for name, _ in _schema(database, "table")]


def counts_of(database: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table: int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
        for table in tables_of(database)
    }


def schema_of(database: sqlite3.Connection) -> int:
    return int(_pragma(database, "user_version"))


def _schema(database: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    """Name and SQL of everything of a kind that is not SQLite's own, nor a virtual table's."""
    rows = database.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\' ORDER BY rowid",
        (kind,),
    )
    return [(row[0], row[1]) for row in rows]


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table, with its rowid where it has one that no column is."""
    info = database.execute(f'PRAGMA table_info("{table}")').fetchall()
    columns = [str(row[1]) for row in info]
    keys = [row for row in info if row[5]]
    if len(keys) == 1 and str(keys[0][2]).upper() == "INTEGER":
        return columns
    try:
        database.execute(f'SELECT rowid FROM "{table}" LIMIT 0')  # noqa: S608
    except sqlite3.OperationalError:  # the table is WITHOUT ROWID
        return columns
    return ["rowid", *columns]


def _pragma(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute(f"PRAGMA {name}").fetchone()[0])
