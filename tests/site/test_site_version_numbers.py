"""A version keeps its number for ever, whatever is captured, imported or said of its source afterwards."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from archive.decisions import read_decisions
from archive.folder import DataFolder
from archive.publish import publish
from archive.rebuild import rebuild
from tests.filled import EDITED, LATER, page, put, take
from tests.site.site_archive import Site
from tests.test_ingest import SOURCE

OLD = "Bản đầu tiên của bài, đăng trước khi kho bắt đầu đọc trang này, chưa nói đến năm học 2022-2023."
BEFORE_ALL = "2023-05-25T00:00:00.000+00:00"


def paragraphs(html: str) -> list[str]:
    return re.findall(r'id="d\d+">(.*?) <a class="anchor"', html)


def texts(folder: DataFolder) -> dict[int, list[str]]:
    """Number → text of the versions of the article, in the order they are listed; the article's page shows the last."""
    publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    site = Site(folder.site_db)
    try:
        (found,) = site.json("/tim-kiem.json", q="nhìn lại năm thứ 1")["results"]
        record = site.json(f"/bai/{found['id']}.json")
        numbers = [entry["version"] for entry in record["versions"]]
        shown = {n: paragraphs(site.get(f"/bai/{found['id']}/ban-luu/{n}").text) for n in numbers}
        assert record["version"] == numbers[-1]
        assert record["body"].split("\n\n") == shown[numbers[-1]]
        assert f"/ban-luu/{numbers[-1]}" in site.get(f"/bai/{found['id']}.bib").text
        return shown
    finally:
        site.close()


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path)
    put(made, page(1), page(1, EDITED, fetched=LATER))
    take(made)
    return made


def test_what_is_imported_from_an_earlier_day_takes_the_next_number(folder: DataFolder) -> None:
    before = texts(folder)
    assert list(before) == [1, 2]
    put(folder, page(1, OLD, fetched=BEFORE_ALL))
    take(folder)
    after = texts(folder)
    assert list(after) == [3, 1, 2]
    assert {number: after[number] for number in before} == before
    assert OLD in after[3] and OLD not in after[1] + after[2]
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder))
    assert texts(folder) == after


def test_an_earlier_capture_of_the_same_text_changes_no_number(folder: DataFolder) -> None:
    before = texts(folder)
    put(folder, page(1, fetched=BEFORE_ALL))
    take(folder)
    assert texts(folder) == before
    assert list(texts(folder)) == [1, 2]


def test_a_text_that_comes_back_is_a_version_of_its_own(folder: DataFolder) -> None:
    put(folder, page(1, fetched="2023-08-01T00:00:00.000+00:00"))
    take(folder)
    found = texts(folder)
    assert list(found) == [1, 2, 3]
    assert found[3] == found[1]


def test_what_a_record_allows_now_holds_for_what_was_captured_before(folder: DataFolder) -> None:
    def shown(**changes: str) -> tuple[str, str]:
        records = [replace(SOURCE, **changes)] if changes else []
        publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db, records=records)
        site = Site(folder.site_db)
        try:
            (found,) = site.json("/tim-kiem.json", q="nhìn lại năm thứ 1")["results"]
            return site.json(f"/bai/{found['id']}.json")["body"], site.get("/nguon").text
        finally:
            site.close()

    assert EDITED in shown()[0]
    body, sources = shown(show="record", name="Tên mới của nguồn")
    assert body == ""
    assert "Tên mới của nguồn" in sources
    assert EDITED in shown(show="full")[0]
