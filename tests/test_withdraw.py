"""Removal on request: what is withdrawn is nowhere any more, the fact that it was stays, and nothing brings it back."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.backup import backup, restore
from archive.bulk import write_bulk
from archive.captures import CaptureStore
from archive.decisions import read_decisions, read_withdrawals
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.kept import kept
from archive.publications import back
from archive.rebuild import rebuild
from archive.verify import verify
from archive.warc.export import export_warc
from archive.warc.intake import import_warcs
from archive.withdraw import withdraw
from archive.withdrawals import after, still_in
from tests.conftest import Operator
from tests.crawler.test_harvest import query
from tests.filled import put, take
from tests.test_ingest import SOURCE
from tests.withdrawing import (
    REASON,
    WORD,
    holds,
    marked,
    new_publication,
    served,
    the_id,
    told,
    withdrawable,
    write_by_hand,
)

pytestmark = pytest.mark.soak


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return withdrawable(tmp_path / "data")


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
    write_by_hand(folder, "x,,vì thế,2026-11-23,\nabcdefghij23,,vì thế,hôm qua,maybe")
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
    identifier = the_id(folder)
    write_by_hand(folder, f"{identifier},,{REASON},2026-11-23,")
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
