"""Removal on request: what is withdrawn is nowhere any more, the fact that it was stays, and nothing brings it back."""

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from gzip import GzipFile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from archive.backup import backup, restore
from archive.bulk import write_bulk
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.decisions import read_decisions, read_withdrawals
from archive.errors import ArchiveError, PurgedError
from archive.folder import DataFolder
from archive.kept import kept
from archive.publications import back, publish_and_keep
from archive.rebuild import rebuild
from archive.serve import datasette
from archive.verify import verify
from archive.warc.export import export_warc
from archive.warc.intake import import_warcs
from archive.withdraw import withdraw
from archive.withdrawals import after, still_in
from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import query
from tests.filled import page, put, take
from tests.test_captures import file
from tests.test_ingest import PAGE, SOURCE

pytestmark = pytest.mark.soak

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


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    with closing(CaptureStore(made.crawl_db)) as captures:
        captures.put(marked(), [replace(file(), source=SOURCE)])
    put(made, marked(AGAIN, "Bản sau."), *(page(number) for number in range(1, 4)))
    assert take(made) == []
    new_publication(made)
    new_publication(made)
    write_bulk(made.site_db)
    return made


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


def test_the_word_is_everywhere_before(folder: DataFolder) -> None:
    found = told(folder, identifier := the_id(folder))
    article = f"/bai/{identifier}"
    assert {
        "archive.db",
        "union-news.db",
        article,
        f"{article}/ban-luu/1.bib",
        "/union-news/sentences.csv?_size=max",
    } <= found
    assert {f"{article}/ban-luu/1.warc.gz", "tin-cong-doan.jsonl.gz", "/tai-ve/tin-cong-doan.jsonl.gz"} <= found


def test_a_whole_article_is_gone_for_good(folder: DataFolder, tmp_path: Path) -> None:
    identifier, articles = the_id(folder), query(folder.archive_db, "SELECT count(*) FROM articles")[0][0]
    with closing(CaptureStore(folder.crawl_db)) as captures:
        export_warc(captures, warc := tmp_path / "before.warc.gz")
    done = withdraw(folder, identifier, REASON)
    assert (done.whole, done.versions, done.captures_erased, done.reprints) == (True, 2, 0, ())
    assert done.removed[0] == str(folder.site_db.with_name("bulk"))
    assert len(done.removed) == 2  # and the publication before the current one
    assert [line.partition(":")[0] for line in done.to_do] == [
        "the site shows it until the next publication",
        "the files to take away are gone",
        "the captures still hold it",
        "backups, static twins and WARC files made before still hold it",
    ]
    withdrawals = read_withdrawals(folder)
    assert still_in(folder.site_db, withdrawals) == [identifier]
    assert after(withdrawals, "2020-01-01T00:00:00+00:00") and not after(withdrawals, "2999-01-01")
    new_publication(folder)
    write_bulk(folder.site_db)
    assert still_in(folder.site_db, withdrawals) == []
    assert len(kept(folder.site_db)) == 1
    with pytest.raises(ArchiveError, match="is kept"):
        back(folder.site_db, withdrawals)
    assert told(folder, identifier) == set()

    answers = served(folder, identifier)
    page_of, data = answers[f"/bai/{identifier}"], answers[f"/bai/{identifier}.json"].json()
    assert {path: answer.status_code for path, answer in answers.items() if path.startswith(f"/bai/{identifier}")} == {
        path: 410 for path in answers if path.startswith(f"/bai/{identifier}")
    }
    assert REASON in page_of.text and SOURCE.name in page_of.text and "Bài đã được gỡ" in page_of.text
    assert "This article was withdrawn" in answers[f"/bai/{identifier}?lang=en"].text
    assert (data["status"], data["reason"], data["source_name"]) == (410, REASON, SOURCE.name)
    assert "gỡ toàn văn theo yêu cầu: 1" in answers["/gioi-thieu"].text
    assert identifier not in answers["/sitemap-1.xml"].text
    with closing(sqlite3.connect(folder.site_db)) as db:
        notes = dict(db.execute("SELECT key, value FROM publication"))
    assert (notes["articles"], notes["withdrawn"]) == (str(articles - 1), "1")

    # a rebuild, the same page again, an older export, a backup: none of them brings it back
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder))
    put(folder, marked("2024-02-05T00:00:00.000+00:00", "Bản ba."))
    assert take(folder) == []
    with closing(CaptureStore(folder.crawl_db)) as captures:
        import_warcs([warc], captures)
    assert take(folder) == []
    new_publication(folder)
    assert told(folder, identifier) == set()
    backup(folder, tmp_path / "backup")
    restore(tmp_path / "backup", other := DataFolder(tmp_path / "other"))
    new_publication(other)
    assert told(other, identifier) == set()
    assert served(other, identifier)[f"/bai/{identifier}"].status_code == 410
    assert verify(other, seed=1).problems == []


def test_a_passage_is_struck_wherever_it_stands(folder: DataFolder) -> None:
    identifier = the_id(folder)
    done = withdraw(folder, identifier, REASON, passage=WORD)
    assert (done.whole, done.versions) == (False, 2)
    new_publication(folder)
    assert told(folder, identifier) == set()
    answers = served(folder, identifier)
    article = answers[f"/bai/{identifier}.json"].json()
    assert "Chị […] ở huyện Bình Lục" in article["body"] and article["title"].startswith(
        "Công đoàn trường học và chị […]"
    )
    assert "Hội nghị bế mạc." in article["body"]
    assert [one["reason"] for one in article["withdrawn_passages"]] == [REASON]
    assert "Một đoạn của bài đã được gỡ" in answers[f"/bai/{identifier}"].text
    assert REASON in answers[f"/bai/{identifier}.txt"].text
    assert answers[f"/bai/{identifier}/ban-luu/1.warc.gz"].status_code == 404  # the captured bytes hold the passage
    before = query(folder.archive_db, "SELECT body, changed FROM articles ORDER BY id")
    found = query(folder.archive_db, "SELECT article, value FROM article_figures ORDER BY 1, 2")
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder))
    assert query(folder.archive_db, "SELECT body, changed FROM articles ORDER BY id") == before
    assert query(folder.archive_db, "SELECT article, value FROM article_figures ORDER BY 1, 2") == found
    put(folder, marked("2024-02-05T00:00:00.000+00:00", "Bản ba."))
    take(folder)
    new_publication(folder)
    assert told(folder, identifier) == set()
    assert verify(folder, seed=1).problems == []


@pytest.mark.parametrize("passage", ["", WORD])
def test_a_purge_erases_the_captured_bytes(folder: DataFolder, tmp_path: Path, passage: str) -> None:
    identifier = the_id(folder)
    with closing(CaptureStore(folder.crawl_db)) as captures:
        export_warc(captures, warc := tmp_path / "before.warc.gz")
        pages = [one for one in captures.ids() if captures.get(one).body == marked().body]
        dictionaries = captures.connection.execute("SELECT count(*) FROM dictionaries").fetchone()[0]
    hashes = query(folder.crawl_db, "SELECT id, sha256, size FROM captures ORDER BY id")
    done = withdraw(folder, identifier, REASON, passage=passage, purge=True)
    assert done.captures_erased == 3  # two versions, and the file that hangs on the first
    assert query(folder.crawl_db, "SELECT id, sha256, size FROM captures ORDER BY id") == hashes
    with closing(CaptureStore(folder.crawl_db)) as captures:
        with pytest.raises(PurgedError, match="erased on request"):
            captures.get(pages[0])
        kept = [captures.get(one).body for one in captures.ids() if one not in pages and one > 3]
        assert len(kept) == 3 and dictionaries == 1
        assert not any(WORD.encode() in content for content in dictionaries_of(captures))
        assert captures.verify() == []
        assert export_warc(captures, tmp_path / "after.warc.gz") == 3
    texts = query(folder.archive_db, "SELECT body FROM articles ORDER BY id")
    faults: list[str] = []
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder), faults=faults)
    assert faults == []
    assert query(folder.archive_db, "SELECT body FROM articles ORDER BY id") == texts
    with closing(CaptureStore(folder.crawl_db)) as captures:
        assert import_warcs([warc], captures).faults == []
    assert take(folder) == []
    new_publication(folder)
    assert told(folder, identifier) == set()
    assert verify(folder, seed=1).problems == []
    with closing(CaptureStore(folder.crawl_db)) as captures:
        assert not any(WORD.encode() in captures.get(one).body for one in captures.ids() if not erased(captures, one))


def erased(captures: CaptureStore, capture_id: int) -> bool:
    try:
        captures.get(capture_id)
    except PurgedError:
        return True
    return False


def dictionaries_of(captures: CaptureStore) -> list[bytes]:
    import zstandard

    rows = captures.connection.execute("SELECT content FROM dictionaries").fetchall()
    return [zstandard.ZstdDecompressor().decompress(row[0]) for row in rows]


def test_reprints_are_listed_for_decision(folder: DataFolder) -> None:
    identifier = the_id(folder)
    long = " ".join(f"Công đoàn cơ sở số {n} của huyện khen thưởng {n} tập thể trong năm." for n in range(20))
    address = f"{SOURCE.site}/tin/dang-lai"
    put(folder, marked("2024-03-01T00:00:00.000+00:00", long))
    put(folder, replace(marked("2024-03-02T00:00:00.000+00:00", long + " Hết."), url=address, final_url=address))
    take(folder)
    (one,) = withdraw(folder, identifier, REASON).reprints
    assert one.source == SOURCE.name and one.here > 0.9 and one.there > 0.9
    assert query(folder.archive_db, "SELECT count(*) FROM reprint_articles WHERE article = ?", identifier)[0][0] == 0


@pytest.mark.parametrize(
    ("article", "reason", "passage", "said"),
    [
        ("không-có", REASON, "", "is no article's id"),
        ("abcdefghij23", REASON, "", "the archive holds no such article"),
        ("", " ", "", "is empty"),
        ("", REASON, "!!!", "is no text"),
        ("", REASON, "lời không có ở đâu", "no version of"),
        ("", f"vì {WORD}", WORD, "it holds the passage"),
    ],
)
def test_a_request_that_cannot_be_carried_out(
    folder: DataFolder, article: str, reason: str, passage: str, said: str
) -> None:
    with pytest.raises(ArchiveError, match=said):
        withdraw(folder, article or the_id(folder), reason, passage=passage)
    assert not (folder.decisions / "withdrawals.csv").exists()


def test_bad_rows_are_named(folder: DataFolder) -> None:
    folder.decisions.mkdir(exist_ok=True)
    path = folder.decisions / "withdrawals.csv"
    path.write_text("article,passage,reason,date,purge\nx,,vì thế,2026-11-23,\nabcdefghij23,,vì thế,hôm qua,maybe\n")
    with pytest.raises(ArchiveError) as error:
        read_decisions(folder)
    assert [line.split(": ")[1:3] for line in str(error.value).splitlines()] == [
        ["line 2", "article"],
        ["line 3", "date"],
        ["line 3", "purge"],
    ]
    with pytest.raises(ArchiveError, match="line 2"):
        new_publication(folder)


def test_a_row_that_was_written_by_hand_holds_from_the_next_publication(folder: DataFolder) -> None:
    folder.decisions.mkdir(exist_ok=True)
    identifier = the_id(folder)
    (folder.decisions / "withdrawals.csv").write_text(
        f"article,passage,reason,date,purge\n{identifier},,{REASON},2026-11-23,\n"
    )
    new_publication(folder)
    assert told(folder, identifier) == set()
    assert not folder.site_db.with_name("bulk").exists()


def test_the_command_says_what_it_did(operator: Operator, folder: DataFolder) -> None:
    asked = ("union-archive", "withdraw", the_id(folder), "--reason", REASON)
    done = operator.run(*asked)
    assert done.returncode == 0, done.stderr
    assert "the whole text is withdrawn from 2 versions" in done.stdout
    assert "run `union-archive publish`" in done.stdout
    assert not holds(done.stdout.encode())
    again: dict[str, Any] = json.loads(operator.run(*asked, "--purge", "--json").stdout)
    assert (again["versions"], again["captures_erased"]) == (0, 3)
