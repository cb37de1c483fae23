"""Corrections in archive.db: what is shown is corrected, what was captured and its versions are not."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive import ingest
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.corrections import Correction, Field
from archive.decisions import NOTHING_DECIDED, Decisions
from archive.store import Store
from tests.conftest import Operator
from tests.crawler.test_harvest import contents, harvest, query
from tests.test_decisions import correct
from tests.test_ingest import capture

EDITED = "Công đoàn các trường trong huyện tổng kết năm học 2022-2023 và khen thưởng."
LATER = "2023-06-05T00:00:00.000+00:00"


def under(values: dict[Field, str], identifier: str) -> Decisions:
    rows = tuple(Correction(identifier, name, value, "đọc nhầm", "2026-11-23") for name, value in values.items())
    return Decisions(corrections={identifier: rows})


def built(folder: Path, values: dict[Field, str], *order: Capture) -> dict[str, list[tuple[object, ...]]]:
    """What an archive holds whose captures came in this order, each read at once."""
    folder.mkdir()
    with closing(CaptureStore(folder / "crawl.db")) as captures, closing(Store(folder / "archive.db")) as store:
        for one in order:
            captures.put(one)
            decisions = under(values, captures.article_of(one)) if values else NOTHING_DECIDED
            ingest.build(captures, store, decisions=decisions)
        tables = ("articles", "revisions", "article_places", "article_school_years", "corrections")
        return {
            table: sorted((tuple(row) for row in store.connection.execute(f"SELECT * FROM {table}")), key=repr)
            for table in tables
        }


VALUES: dict[Field, str] = {
    "title": "Công đoàn trường học huyện Nho Quan",
    "published": "2023-05-21",
    "author": "Lan Chi",
    "provinces": "37",
    "school-years": "2021-2022 past; 2022-2023",
}


def test_the_article_is_corrected_and_its_versions_are_not(tmp_path: Path) -> None:
    pages = (capture(), replace(capture(EDITED), fetched=LATER))
    plain, found = built(tmp_path / "a", {}, *pages), built(tmp_path / "b", VALUES, *pages)
    assert found["revisions"] == plain["revisions"]
    assert len(found["revisions"]) == 2
    (article,) = found["articles"]
    identifier = article[0]
    assert article[3:7] == (VALUES["title"], "2023-05-21", "correction", "Lan Chi")
    assert EDITED in article
    assert {(row[1], row[6], row[9]) for row in found["article_places"]} == {
        ("372", "about", "cue"),
        ("37", "about", "correction"),
    }
    assert [row[1:5] for row in found["article_school_years"]] == [
        ("2021-2022", "past", "correction", 1),
        ("2022-2023", "past", "correction", 0),
    ]
    assert {row[:3] for row in found["corrections"]} == {(identifier, *item) for item in VALUES.items()}
    assert plain["corrections"] == []


@pytest.mark.parametrize("values", [VALUES, {}], ids=["corrected", "plain"])
def test_the_order_of_arrival_makes_no_difference(tmp_path: Path, values: dict[Field, str]) -> None:
    first, second = capture(), replace(capture(EDITED), fetched=LATER)
    again = replace(capture(), fetched="2023-06-09T00:00:00.000+00:00")
    orders = [(first, second, again), (again, second, first), (second, first, again)]
    assert [len(built(tmp_path / f"{n}", values, *order)["revisions"]) for n, order in enumerate(orders)] == [3] * 3
    shown = []
    for n, order in enumerate(orders):
        found = built(tmp_path / f"again{n}", values, *order)
        shown.append({name: rows for name, rows in found.items() if name != "revisions"})
    assert shown[0] == shown[1] == shown[2]


def test_an_unchanged_page_stays_unchanged_under_a_correction(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures, closing(Store(tmp_path / "archive.db")) as store:
        captures.put(capture())
        decisions = under(VALUES, captures.article_of(capture()))
        assert ingest.build(captures, store, decisions=decisions) == {"new": 1}
        captures.put(replace(capture(), fetched=LATER))
        assert ingest.build(captures, store, decisions=decisions) == {"same": 1}
        article = ingest.read(capture()).article
        assert article
        assert store.latest_hash(captures.article_of(capture())) == article.text_hash
        ((title,),) = store.connection.execute("SELECT title FROM articles").fetchall()
    assert title == VALUES["title"]


@pytest.mark.soak
def test_harvest_rebuild_and_a_second_harvest_are_under_the_same_corrections(sample: Operator) -> None:
    harvest(sample, "mau.thuong-tin")
    identifier, title = query(sample.folder.archive_db, "SELECT id, title FROM articles ORDER BY id LIMIT 1")[0]
    correct(
        sample.folder,
        f"article,field,value,reason,date\n{identifier},published,2019-08-31,vì thế,2026-11-23\n"
        f"{identifier},districts,352,vì thế,2026-11-23\nabcdefghij23,author,,vì thế,2026-11-23\n",
    )
    done = sample.run("union-archive", "rebuild")
    assert done.returncode == 0, done.stderr
    assert [line.removeprefix(f"{sample.folder.decisions}/") for line in done.stderr.splitlines()] == [
        "corrections.csv: line 4: article: the archive holds no article abcdefghij23, its author is corrected in vain;"
        " copy the id from the article's address, or take the row out"
    ]
    said = "SELECT title, published, published_from FROM articles WHERE id = ?"
    assert query(sample.folder.archive_db, said, identifier) == [(title, "2019-08-31", "correction")]
    rebuilt = contents(sample.folder.archive_db)
    sample.folder.archive_db.unlink()
    done = sample.run("union-archive", "build")
    assert done.returncode == 0, done.stderr
    assert contents(sample.folder.archive_db) == rebuilt
    revisions = query(sample.folder.archive_db, "SELECT * FROM revisions")
    harvest(sample, "mau.thuong-tin", "--full")
    assert query(sample.folder.archive_db, "SELECT * FROM revisions") == revisions
    assert query(sample.folder.archive_db, said, identifier) == [(title, "2019-08-31", "correction")]
