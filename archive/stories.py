"""Which story each article belongs to, found out for the articles that are new or changed since it was last asked.

Comparing costs as much as reading a page, and only what is published needs it: a crawl leaves it to the publication.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from archive import minhash
from archive.database import connect, connect_read_only, explained
from archive.reprints import Reprints

AT_ONCE = 200
"""Articles in one transaction: a crawl that writes meanwhile waits for a quarter of a second at most."""

_WAITING = """
    SELECT w.article, a.title, a.body, a.published, a.first_seen
    FROM reprint_waiting AS w LEFT JOIN articles AS a ON a.id = w.article ORDER BY w.article LIMIT ?
"""


def compare_waiting(archive_db: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Compare the articles that wait for it; how many they were. A file in which none waits is only read.

    Killed in between it loses nothing: what is not done waits on. Raises ArchiveError.
    """
    with explained(archive_db), closing(connect_read_only(archive_db)) as connection:
        waiting = int(connection.execute("SELECT count(*) FROM reprint_waiting").fetchone()[0])
    if not waiting:
        return 0
    done = 0
    with explained(archive_db), closing(connect(archive_db)) as connection:
        reprints = Reprints(connection)
        while rows := connection.execute(_WAITING, (AT_ONCE,)).fetchall():
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                for article, title, body, published, first_seen in rows:
                    if title is None:
                        reprints.remove(article)
                    else:
                        reprints.put(article, minhash.read(title, body), published, first_seen)
                    connection.execute("DELETE FROM reprint_waiting WHERE article = ?", (article,))
            done += len(rows)
            if progress:
                progress(done, waiting)
    return done
