"""A data folder filled without a network: captures, archive, decisions, publication. And what goes bad in one."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.decisions import read_decisions
from archive.folder import DataFolder
from archive.publish import publish
from archive.rebuild import catch_up
from crawler.tables import migrations as crawling
from tests.test_captures import file
from tests.test_ingest import SOURCE, capture

FURNITURE = "source,text,reason,date\na.b,Chia sẻ bài viết,nút của trang,2026-11-23\n"


def page(number: int, text: str = "", **more: str) -> Capture:
    """The capture of one article; another text is a later version of it."""
    address = f"{SOURCE.site}/tin/bai-{number}"
    words = text or f"Công đoàn cơ sở thứ {number} của huyện tổng kết năm học 2022-2023, khen {number} tập thể."
    made = capture(words, title=f"Công đoàn trường học nhìn lại năm thứ {number}", date="20/05/2023")
    day = f"2023-06-{1 + number % 28:02}T00:00:00.000+00:00"
    return replace(made, url=address, final_url=address, **{"fetched": day, **more})  # type: ignore[arg-type]


def fill(root: Path, articles: int = 5) -> DataFolder:
    """A data folder with articles, one of them in two versions, a file, a decision, a publication."""
    folder = DataFolder(root)
    put(folder, *(page(number) for number in range(1, articles + 1)), page(1, EDITED, fetched=LATER))
    with closing(CaptureStore(folder.crawl_db)) as captures:
        captures.put(page(2), [replace(file(), source=SOURCE)])
        crawling.apply(Database(captures.connection))
        captures.connection.execute(
            "INSERT INTO frontier (article, source, url, state, first_seen) VALUES ('x', 'a.b', 'u', 'new', 'f')"
        )
        captures.connection.commit()
    folder.decisions.mkdir(exist_ok=True)
    (folder.decisions / "furniture.csv").write_text(FURNITURE, "utf-8")
    take(folder)
    publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    return folder


EDITED = "Công đoàn các trường trong huyện tổng kết năm học 2022-2023 và khen thưởng nhiều tập thể."
LATER = "2023-07-01T00:00:00.000+00:00"


def put(folder: DataFolder, *pages: Capture) -> list[int]:
    with closing(CaptureStore(folder.crawl_db)) as captures:
        return [captures.put(one) for one in pages]


def take(folder: DataFolder) -> list[str]:
    """Build; the faults."""
    faults: list[str] = []
    catch_up(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder), faults=faults)
    return faults


DAMAGE = "UPDATE captures SET body = CAST(substr(body, 1, 20) || x'00' || substr(body, 22) AS BLOB) WHERE id = {}"
"""Makes one byte of a capture another one, as a bad disk does."""


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
