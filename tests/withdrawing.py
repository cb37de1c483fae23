"""A folder with an article to withdraw that says a word nothing else says, and where that word can still be found."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from gzip import GzipFile
from io import BytesIO
from pathlib import Path

import httpx

from archive.bulk import write_bulk
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.decisions import read_withdrawals
from archive.folder import DataFolder
from archive.publications import publish_and_keep
from archive.serve import datasette
from tests.conftest import ROOT
from tests.filled import page, put, take
from tests.test_captures import file
from tests.test_ingest import PAGE, SOURCE

WORD = "Zythumxuân"
SENTENCE = f"Chị {WORD} ở huyện Bình Lục và 17 tập thể được khen trong năm học 2022-2023."
REASON = "theo yêu cầu của người được nhắc"
AGAIN = "2024-01-05T00:00:00.000+00:00"


def marked(fetched: str = "2023-06-20T00:00:00.000+00:00", more: str = "") -> Capture:
    """A page that says the word in title, lead, text and caption; with enough around it to serve as dictionary."""
    body = PAGE.format(
        title=f"Công đoàn trường học và chị {WORD} nhìn lại một năm",
        date="20/05/2023",
        text=f"<p><b>{SENTENCE}</b></p><p>Công đoàn cơ sở khen 12 tập thể. {more}</p><p>{SENTENCE} Hội nghị bế mạc.</p>"
        f"<table><tr><td><img src='a.jpg'></td></tr><tr><td>Ảnh: chị {WORD}</td></tr></table>",
        author=f"Lan {WORD}",
    )
    address = f"{SOURCE.site}/tin/danh-dau"
    return Capture(SOURCE, address, address, fetched, body.encode() + b"<!-- " + b"khung trang " * 200 + b"-->")


def withdrawable(root: Path) -> DataFolder:
    """Two versions of the article, a file that hangs on the first, three other articles, two publications, files to
    take away."""
    made = DataFolder(root)
    with closing(CaptureStore(made.crawl_db)) as captures:
        captures.put(marked(), [replace(file(), source=SOURCE)])
    put(made, marked(AGAIN, "Bản sau."), *(page(number) for number in range(1, 4)))
    assert take(made) == []
    new_publication(made)
    new_publication(made)
    write_bulk(made.site_db)
    return made


def write_by_hand(folder: DataFolder, row: str) -> None:
    """A row of withdrawals.csv as a person appends it to a new file."""
    folder.decisions.mkdir(exist_ok=True)
    (folder.decisions / "withdrawals.csv").write_text(f"article,passage,reason,date,purge\n{row}\n")


def the_id(folder: DataFolder) -> str:
    with closing(CaptureStore(folder.crawl_db)) as captures:
        return captures.article_of(marked())


def served(folder: DataFolder, identifier: str) -> dict[str, httpx.Response]:
    """Every address of the site that could say something of an article."""
    article = f"/bai/{identifier}"
    ends = ["", ".json", ".txt", ".bib", ".ris", ".csl.json", "?lang=en"]
    ends += [f"/ban-luu/{n}{end}" for n in (1, 2) for end in ("", ".bib", ".ris", ".csl.json", ".warc.gz")]
    paths = [f"{article}{end}" for end in ends]
    for word in (WORD, "Binh Luc", ""):
        paths += [f"/tim-kiem{end}?q={word}" for end in ("", ".json", ".csv", ".jsonl", ".atom", ".bib", ".ris")]
        paths += [f"/union-news/articles.json?_search={word}", f"/goi-y.json?q={word}"]
    paths += ["/", "/feed.atom", "/so-lieu", "/so-lieu.csv", "/so-lieu.json", "/so-lieu.atom", "/gioi-thieu", "/nguon"]
    paths += [
        "/huyen",
        "/huyen/binh-luc",
        "/huyen/binh-luc.atom",
        "/tinh",
        "/nam-hoc",
        "/nam-hoc/2022-2023",
        "/bieu-do",
    ]
    paths += ["/sitemap.xml", "/sitemap-0.xml", "/sitemap-1.xml", "/tai-ve", "/union-news.db"]
    with closing(sqlite3.connect(folder.site_db)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    paths += [
        f"/union-news/{table}{end}" for table in tables for end in (".json?_shape=array&_size=max", ".csv?_size=max")
    ]
    bulk = folder.site_db.with_name("bulk")
    paths += [f"/tai-ve/{path.name}" for path in bulk.glob("*")]
    application = datasette(folder.site_db, ROOT / "metadata.yml", folder.crawl_db)

    async def all_of_them() -> dict[str, httpx.Response]:
        return {path: await application.client.get(path) for path in paths}

    found = asyncio.run(all_of_them())
    for database in application.databases.values():
        database.close()
    application.executor.shutdown()
    return found


def holds(content: bytes) -> bool:
    if content.startswith(b"\x1f\x8b"):
        with GzipFile(fileobj=BytesIO(content)) as file:
            content = file.read()
    text = content.decode("utf-8", "ignore").casefold()
    return WORD.casefold() in text or "zythumxuan" in text


def told(folder: DataFolder, identifier: str) -> set[str]:
    """Where the word still is: addresses of the site, files that are read or served."""
    files = [folder.archive_db, Path(f"{folder.archive_db}-wal"), *folder.site_db.parent.rglob("*")]
    found = {path.name for path in files if path.is_file() and holds(path.read_bytes())}
    echoed = f"q={WORD}"  # a page repeats what was asked
    return found | {path for path, answer in served(folder, identifier).items()
                    if echoed not in path and holds(answer.content)}  # fmt: skip


def new_publication(folder: DataFolder) -> None:
    withdrawals = read_withdrawals(folder)
    publish_and_keep(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db, withdrawals=withdrawals)
