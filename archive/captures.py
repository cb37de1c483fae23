"""The captures in crawl.db: pages and the files they link, each with the record of its source, and the addresses of
pages with the ids of their articles. How the bytes are kept small: archive/compression.py.

An address with an article id is a page's; one without is that of a file, which only hangs on pages. Bytes are stored
once a source and hash: a capture with the same ones says in `same_as` which row holds them.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.addresses import article_id, canonical
from archive.capture import Capture
from archive.capture_rows import ERASED, RESTORE, SELECT, capture_of, described
from archive.capture_schema import need_captures as need_captures
from archive.capture_schema import open_crawl_db as open_crawl_db
from archive.compression import Dictionaries, Dictionary
from archive.database import explained
from archive.errors import ArchiveError, DamagedError, PurgedError
from archive.sources import Source


class CaptureStore:
    """Captures in a database file, or on a connection of the caller's, on which it never commits."""

    def __init__(self, where: str | Path | sqlite3.Connection):
        """Open or make the store. Raises ArchiveError when the file is locked, read-only, or too new."""
        self.path = None if isinstance(where, sqlite3.Connection) else Path(where)
        self.connection = where if isinstance(where, sqlite3.Connection) else open_crawl_db(Path(where))
        self.dictionaries = Dictionaries(self.connection)
        self._record: tuple[Source | None, str] = None, ""

    def close(self) -> None:
        if self.path:
            self.connection.close()

    def put(self, capture: Capture, files: Sequence[Capture] = ()) -> int:
        """Store a page and the files it links, and return the page's id; the same capture twice is one."""
        with self._transaction():
            attached = [self._put_file(file) for file in files]
            page = self._put(capture)
            if attached:
                self.connection.executemany(
                    "INSERT OR IGNORE INTO attachments (page, file, place) VALUES (?, ?, ?)",
                    [(page, file, place) for place, file in enumerate(attached)],
                )
            return page

    def put_file(self, capture: Capture) -> int:
        """Store a file whose page follows, and return its id; the same bytes at the same address are one capture."""
        with self._transaction():
            return self._put_file(capture)

    def get(self, capture_id: int) -> Capture:
        """Read a capture back. Raises ArchiveError when it is not there, DamagedError when its bytes are not what was
        stored."""
        return capture_of(self._row(capture_id), self.dictionaries)

    def without_bytes(self, capture_id: int) -> Capture:
        """What is known of a capture but for its bytes and headers, which may be damaged. Raises as `get` does."""
        return described(self._row(capture_id))

    def __iter__(self) -> Iterator[Capture]:
        """All captures, pages and files, in the order of their time."""
        return map(self.get, self.ids())

    def ids(self, sources: Collection[str] = ()) -> list[int]:
        """The ids of all captures, pages and files, in the order of their time; of these sources alone, if any."""
        rows = self.connection.execute(
            "SELECT id FROM captures WHERE ?1 = '[]' OR record IN (SELECT id FROM source_records"
            " WHERE source IN (SELECT value FROM json_each(?1))) ORDER BY fetched, id",
            (json.dumps(list(sources)),),
        )
        return [row[0] for row in rows]

    def ids_after(self, moment: str) -> list[int]:
        """The captures that are dated after a moment."""
        rows = self.connection.execute("SELECT id FROM captures WHERE fetched > ? ORDER BY id", (moment,))
        return [row[0] for row in rows]

    def newest_before(self, capture_id: int, moment: str) -> str | None:
        """The newest time, up to a moment, of what was captured before this one; None when nothing was."""
        row = self.connection.execute(
            "SELECT max(fetched) FROM captures WHERE id < ? AND fetched <= ?", (capture_id, moment)
        ).fetchone()
        return str(row[0]) if row[0] else None

    def page_ids(self) -> list[int]:
        """The ids of the pages, in the order of their time: what articles are read from."""
        rows = self.connection.execute(
            "SELECT captures.id FROM captures JOIN addresses ON addresses.id = address"
            " WHERE article IS NOT NULL ORDER BY fetched, captures.id"
        )
        return [row[0] for row in rows]

    def files_of(self, capture_id: int) -> list[Capture]:
        """The files a page links, in the order they were put with it; those that were erased are left out."""
        rows = self.connection.execute("SELECT file FROM attachments WHERE page = ? ORDER BY place", (capture_id,))
        files = []
        for row in rows.fetchall():
            with suppress(PurgedError):
                files.append(self.get(row["file"]))
        return files

    def attachments(self) -> list[tuple[int, int]]:
        """Which page (its id) links which files, in their order."""
        rows = self.connection.execute("SELECT page, file FROM attachments ORDER BY page, place")
        return [(row["page"], row["file"]) for row in rows]

    def file_at(self, url: str, source: Source) -> Capture | None:
        """The newest capture of the file at an address; None when there is none."""
        row = self.connection.execute(
            "SELECT captures.id FROM captures JOIN addresses ON addresses.id = address WHERE addresses.url = ?"
            " ORDER BY fetched DESC, captures.id DESC LIMIT 1",
            (canonical(url, source),),
        ).fetchone()
        return self.get(row["id"]) if row else None

    def verify(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """Read every capture and follow every link; the faults found, one line each, none when all is well."""
        faults, ids = [], self.ids()
        for done, capture_id in enumerate(ids, start=1):
            try:
                self.get(capture_id)
            except PurgedError:
                pass  # erased on request
            except ArchiveError as error:
                faults.append(str(error))
            if progress:
                progress(done, len(ids))
        lost = self.connection.execute(
            "SELECT page, file FROM attachments WHERE page NOT IN (SELECT id FROM captures)"
            " OR file NOT IN (SELECT id FROM captures)"
        )
        faults += [f"file {row['file']} of page {row['page']}: one of them is missing; {RESTORE}" for row in lost]
        return faults

    def article_of(self, capture: Capture) -> str:
        """The id of a page's article: the one its address has had, for ever; else what its identity gives."""
        return self._article(canonical(capture.final_url, capture.source), capture)

    def set_gone(self, url: str, source: Source, when: str | None) -> None:
        """Note when a known address was found to be gone; None: it is there again."""
        with self._transaction():
            self.connection.execute("UPDATE addresses SET gone_at = ? WHERE url = ?", (when, canonical(url, source)))

    def gone(self) -> dict[str, str]:
        """The articles whose addresses are gone, with the time that was found; one living address keeps an article."""
        rows = self.connection.execute(
            "SELECT article, max(gone_at) AS gone_at FROM addresses JOIN (SELECT DISTINCT address FROM captures)"
            " ON address = addresses.id WHERE article IS NOT NULL GROUP BY article HAVING count(gone_at) = count(*)"
        )
        return {row["article"]: row["gone_at"] for row in rows}

    def _put(self, capture: Capture) -> int:
        final = canonical(capture.final_url, capture.source)
        address = self._put_addresses(capture, final, self._article(final, capture))
        sha256 = capture.sha256
        known = self.connection.execute(
            "SELECT id FROM captures WHERE address = ? AND fetched = ? AND sha256 = ?",
            (address, capture.fetched, sha256),
        ).fetchone()
        return int(known["id"]) if known else self._insert(capture, address, sha256, is_page=True)

    def _put_file(self, capture: Capture) -> int:
        address = self._put_addresses(capture, canonical(capture.final_url, capture.source), None)
        sha256 = capture.sha256
        known = self.connection.execute(
            "SELECT id FROM captures WHERE address = ? AND sha256 = ? ORDER BY id", (address, sha256)
        ).fetchone()
        return int(known["id"]) if known else self._insert(capture, address, sha256, is_page=False)

    def _insert(self, capture: Capture, address: int, sha256: str, *, is_page: bool) -> int:
        source = capture.source
        headers = json.dumps(capture.headers, ensure_ascii=False).encode()
        same_as, dictionary = self._holder(source.id, sha256)
        if same_as is None and is_page:
            dictionary = self.dictionaries.choose(source.id, capture.body, headers)
        compress = self.dictionaries.compress
        cursor = self.connection.execute(
            "INSERT INTO captures (record, address, url, final_url, fetched, status, headers, listed, sha256, size,"
            " dictionary, body, tls, same_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.put_record(source),
                address,
                capture.url,
                capture.final_url,
                capture.fetched,
                capture.status,
                compress(headers, dictionary),
                capture.listed,
                sha256,
                len(capture.body),
                dictionary and dictionary.id,
                compress(capture.body, dictionary) if same_as is None else b"",
                capture.tls,
                same_as,
            ),
        )
        return int(cursor.lastrowid or 0)

    def _holder(self, source: str, sha256: str) -> tuple[int | None, Dictionary | None]:
        """The capture of this source that holds the same bytes, with its dictionary."""
        row = self.connection.execute(
            "SELECT captures.id, dictionaries.id, dictionaries.sha256 FROM captures"
            " JOIN source_records ON source_records.id = captures.record"
            " LEFT JOIN dictionaries ON dictionaries.id = dictionary"
            " WHERE captures.sha256 = ? AND same_as IS NULL AND source_records.source = ? AND captures.body <> ?",
            (sha256, source, ERASED),
        ).fetchone()
        if row is None:
            return None, None
        return row[0], Dictionary(row[1], row[2]) if row[1] is not None else None

    def _row(self, capture_id: int) -> sqlite3.Row:
        try:
            row: sqlite3.Row | None = self.connection.execute(SELECT, (capture_id,)).fetchone()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "decode" not in str(error):  # a lock, the disk
                raise
            raise DamagedError(f"capture {capture_id}", f"crawl.db is damaged there ({error})", RESTORE) from error
        if row is None:
            raise ArchiveError(f"capture {capture_id}", "there is no such capture", "check the number")
        return row

    def _article(self, final: str, capture: Capture) -> str:
        row = self._address(final)
        return str(row["article"]) if row and row["article"] else article_id(capture.final_url, capture.source)

    def _put_addresses(self, capture: Capture, final: str, article: str | None) -> int:
        """The id of the address that was asked for; it and the final one name this article from now on, unless they
        have named another one before. No article: it is a file's."""
        final_id = self._put_address(final, article)
        if capture.url == capture.final_url:
            return final_id
        return self._put_address(canonical(capture.url, capture.source), article)

    def _put_address(self, url: str, article: str | None) -> int:
        row = self._address(url)
        if row is None:
            cursor = self.connection.execute("INSERT INTO addresses (url, article) VALUES (?, ?)", (url, article))
            return int(cursor.lastrowid or 0)
        if row["article"] is None and article:
            self.connection.execute("UPDATE addresses SET article = ? WHERE id = ?", (article, row["id"]))
        return int(row["id"])

    def _address(self, url: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.connection.execute(
            "SELECT id, article FROM addresses WHERE url = ?", (url,)
        ).fetchone()
        return row

    def put_record(self, source: Source) -> int:
        """The id of a source's record, which is kept from now on, in the transaction of who calls."""
        if self._record[0] is not source:  # a crawl puts thousands of captures with one record
            self._record = source, source.to_json()
        record = self._record[1]
        row = self.connection.execute("SELECT id FROM source_records WHERE record = ?", (record,)).fetchone()
        if row:
            return int(row["id"])
        insert = "INSERT INTO source_records (source, record) VALUES (?, ?)"
        return int(self.connection.execute(insert, (source.id, record)).lastrowid or 0)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing in a file of ours; on a connection of the caller's, his transaction goes on."""
        if self.path is None:
            yield
            return
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                yield
