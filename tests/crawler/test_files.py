"""The files of an article: fetched once, kept with its page, read where they are all it has."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.captures import CaptureStore
from tests.conftest import Operator
from tests.crawler.test_harvest import contents
from tests.sites.small import Reply, article, listing, register, small_site

PDFS = Path(__file__).parent.parent / "extract" / "pdf"
PDF = {"Content-Type": "application/pdf"}
PLAN = Reply((PDFS / "ke-hoach.pdf").read_bytes(), headers=PDF)
DOC = Reply(b"\xd0\xcf\x11\xe0" + b"van ban" * 400, headers={"Content-Type": "application/msword"})
LINK = "<p>Chi tiết: <a href='/van-ban/ke-hoach.pdf'>Kế hoạch</a></p>"


def harvest(operator: Operator) -> dict[str, Any]:
    (row,) = json.loads(operator.run("scrapy", "harvest", "--json").stdout)
    return row


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def files(operator: Operator) -> list[str]:
    with closing(CaptureStore(operator.folder.crawl_db)) as store:
        return [file.url.rsplit("/", 1)[1] for page in store.page_ids() for file in store.files_of(page)]


@pytest.mark.soak
def test_the_files_of_a_body_are_kept_with_it_and_asked_for_once(operator: Operator, tmp_path: Path) -> None:
    extra = f"{LINK}<p><a href='/van-ban/mau.doc'>Mẫu</a> <a href='/lien-he'>Liên hệ</a></p>"
    with small_site({"/tin": listing("/a-1.html", "/b-2.html")}) as site:
        site.pages |= {"/a-1.html": article("Hội nghị", extra=extra), "/b-2.html": article("Đại hội", extra=LINK)}
        site.pages |= {"/van-ban/ke-hoach.pdf": PLAN, "/van-ban/mau.doc": DOC}
        register(operator, tmp_path, site)
        assert harvest(operator)["new"] == 2
        harvest(operator)
        asked = [path for path in site.paths() if path.startswith("/van-ban")]
        assert sorted(asked) == ["/van-ban/ke-hoach.pdf", "/van-ban/mau.doc"]
        assert "/lien-he" not in site.paths()
    assert sorted(files(operator)) == ["ke-hoach.pdf", "ke-hoach.pdf", "mau.doc"]
    assert rows(operator.folder.archive_db, "SELECT count(*) FROM articles") == [(2,)]
    assert operator.run("union-archive", "verify").returncode == 0


def test_a_slow_file_of_many_articles_is_asked_for_once(operator: Operator, tmp_path: Path) -> None:
    def slowly() -> Reply:
        time.sleep(0.5)
        return PLAN

    paths = [f"/tin-{number}.html" for number in range(6)]
    with small_site({"/tin": listing(*paths), "/van-ban/ke-hoach.pdf": slowly}) as site:
        site.pages |= {path: article(f"Hội nghị thứ {place}", extra=LINK) for place, path in enumerate(paths)}
        register(operator, tmp_path, site)
        assert harvest(operator)["new"] == len(paths)
        assert len(site.asked("/van-ban/ke-hoach.pdf")) == 1
    assert files(operator) == ["ke-hoach.pdf"] * len(paths)


@pytest.mark.soak
def test_an_article_that_is_a_pdf_alone_is_read_and_rebuilt(operator: Operator, tmp_path: Path) -> None:
    page = article("Kế hoạch tổ chức hội nghị", text=" ", extra="<p><a href='/van-ban/ke-hoach.pdf'>Tải về</a></p>")
    wanted = json.loads((PDFS / "ke-hoach.json").read_text("utf-8"))
    with small_site({"/tin": listing("/a-1.html"), "/a-1.html": page, "/van-ban/ke-hoach.pdf": PLAN}) as site:
        register(operator, tmp_path, site)
        assert harvest(operator)["new"] == 1
        ((kind, body),) = rows(operator.folder.archive_db, "SELECT kind, body FROM articles")
        assert (kind, body) == ("pdf", "\n\n".join(["Tải về", *wanted]))
        again = harvest(operator)
        assert (again["edited"], again["unchanged"]) == (0, 1)
    before = contents(operator.folder.archive_db)
    operator.folder.archive_db.unlink()
    assert operator.run("union-archive", "rebuild").returncode == 0
    assert contents(operator.folder.archive_db) == before


@pytest.mark.soak
def test_a_file_that_fails_is_counted_and_comes_with_a_later_run(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/tin": listing("/a-1.html"), "/a-1.html": article("Hội nghị", extra=LINK)}) as site:
        register(operator, tmp_path, site)
        first = harvest(operator)
        assert (first["new"], first["refused"]) == (1, {"file: HTTP 404": 1})
        assert files(operator) == []
        site.pages["/van-ban/ke-hoach.pdf"] = PLAN
        harvest(operator)
        assert files(operator) == ["ke-hoach.pdf"]
    assert rows(operator.folder.archive_db, "SELECT revisions FROM articles") == [(1,)]


@pytest.mark.soak
def test_a_file_that_never_comes_is_given_up(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/tin": listing("/a-1.html"), "/a-1.html": article("Hội nghị", extra=LINK)}) as site:
        register(operator, tmp_path, site)
        for _ in range(5):
            assert harvest(operator)["state"] == "ok"
        assert len(site.asked("/van-ban/ke-hoach.pdf")) == 3


@pytest.mark.soak
@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply("<html><h1>Đăng nhập</h1></html>".encode()), "file: a web page instead"),
        (Reply(b"", headers=PDF), "file: a web page instead"),
        (Reply(b"%PDF" + b"x" * (9 << 20), headers=PDF), "file: larger than 8 MB"),
        (Reply(b"", 302, {"Location": "http://169.254.169.254/x.pdf"}), "file: not asked"),
    ],
    ids=["login", "empty", "large", "inside"],
)
def test_what_is_no_file_is_not_kept(operator: Operator, tmp_path: Path, reply: Reply, told: str) -> None:
    pages = {"/tin": listing("/a-1.html"), "/a-1.html": article("Hội nghị", extra=LINK), "/van-ban/ke-hoach.pdf": reply}
    with small_site(pages) as site:
        register(operator, tmp_path, site)
        row = harvest(operator)
    assert row["new"] == 1
    assert next(iter(row["refused"])).startswith(told)
    assert files(operator) == []


def test_files_of_another_host_are_kept_and_a_private_one_is_not(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/ke-hoach.pdf": PLAN}) as media, small_site({"/mat.pdf": PLAN}) as inside:
        links = f"<a href='{media.address}/ke-hoach.pdf'>Một</a> <a href='{inside.address}/mat.pdf'>Hai</a>"
        pages = {"/tin": listing("/a-1.html"), "/a-1.html": article("Hội nghị", extra=f"<p>Chi tiết: {links}</p>")}
        with small_site(pages) as site:
            register(operator, tmp_path, site)
            operator.environment["UNION_ARCHIVE_ALLOW_PRIVATE"] += "," + media.address.removeprefix("http://")
            harvest(operator)
        assert inside.hits == []
    assert files(operator) == ["ke-hoach.pdf"]


@pytest.mark.parametrize(("media", "kept"), [(True, ["anh.jpg"]), (False, [])])
def test_pictures_are_kept_where_the_record_says_so(
    operator: Operator, tmp_path: Path, media: bool, kept: list[str]
) -> None:
    picture = Reply(b"\xff\xd8\xff" + b"jpeg" * 200, headers={"Content-Type": "image/jpeg"})
    page = article("Hội nghị", extra="<p><img src='/anh/anh.jpg'></p><p>Ảnh: Xuân An</p>")
    with small_site({"/tin": listing("/a-1.html"), "/a-1.html": page, "/anh/anh.jpg": picture}) as site:
        register(operator, tmp_path, site, media=media)
        harvest(operator)
    assert files(operator) == kept
