"""A version of an article: its permanent page, what changed, and what was captured, to check and to download."""

import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from site_archive import METADATA, Site
from warcio.archiveiterator import ArchiveIterator

from archive import ingest
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.decisions import NOTHING_DECIDED
from archive.publish import publish
from archive.serve import datasette
from archive.sources import Source
from archive.store import Store

FULL = Source(
    id="ha-nam.binh-luc", name="LĐLĐ huyện Bình Lục", home="352", family="listing", site="https://binhluc.example",
    listing=("/tin",),
)  # fmt: skip
CUT = replace(FULL, id="bao.trich-doan", name="Báo Trích Đoạn", home=None, site="https://bao.example", show="excerpt")
STAYS = "LĐLĐ huyện Bình Lục tổng kết phong trào thi đua trong các trường học trên địa bàn huyện."
FIRST = "Năm học 2021-2022, có 10 tập thể được khen thưởng tại hội nghị."
THEN = "Năm học 2021-2022, có 12 tập thể và 3 cá nhân được khen thưởng tại hội nghị."
TITLE, NEW_TITLE = "Tổng kết phong trào thi đua", "Bình Lục tổng kết phong trào thi đua"


def capture(source: Source, day: int, title: str, *paragraphs: str) -> Capture:
    html = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        + "<script>alert(1)</script></article></body></html>"
    )
    url = f"{source.site}/tin/bai-viet-1.html"
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "phien=bi-mat"))
    return Capture(source, url, url, f"2022-07-{day:02}T03:00:00.000+00:00", html.encode(), headers=headers)


CAPTURES = (
    capture(FULL, 1, TITLE, STAYS, FIRST),
    capture(FULL, 8, NEW_TITLE, STAYS, THEN, "Thêm một đoạn mới ở cuối bài viết này."),
    capture(FULL, 9, NEW_TITLE, STAYS, THEN, "Thêm một đoạn mới ở cuối bài viết này.", "Và một đoạn nữa ở sau cùng."),
    capture(CUT, 2, "Bài của báo", STAYS, FIRST),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("versions")
    with closing(CaptureStore(data / "crawl.db")) as captures, closing(Store(data / "archive.db")) as store:
        for one in CAPTURES:
            captures.put(one)
            ingest.build(captures, store, decisions=NOTHING_DECIDED)
    publish(data / "archive.db", data / "union-news.db", crawl_db=data / "crawl.db")
    return data


@pytest.fixture(scope="module")
def beside(folder: Path) -> Iterator[Site]:
    """The site of a server that has crawl.db."""
    site = Site.__new__(Site)
    site.path, site.datasette = (
        folder / "union-news.db",
        datasette(folder / "union-news.db", METADATA, folder / "crawl.db"),
    )
    yield site
    site.close()


@pytest.fixture(scope="module")
def alone(folder: Path) -> Iterator[Site]:
    """The site of a server that has only the published file."""
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def address(site: Site, source: str) -> str:
    (found,) = (hit["id"] for hit in site.json("/tim-kiem.json", nguon=source)["results"])
    return f"/bai/{found}"


def seen(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_version_says_when_and_what_was_captured(beside: Site) -> None:
    path = address(beside, FULL.id)
    page = beside.get(f"{path}/ban-luu/1").text
    assert "Lưu lúc: 01/07/2022 10:00:00 (giờ Việt Nam, UTC+7)" in seen(page)
    assert hashlib.sha256(CAPTURES[0].body).hexdigest() in page
    assert 'href="https://web.archive.org/web/20220701030000*/https://binhluc.example/tin/bai-viet-1.html"' in page
    assert f'href="{path}/ban-luu/2" rel="next"' in page
    assert 'rel="prev"' not in page
    middle = beside.get(f"{path}/ban-luu/2").text
    assert f'href="{path}/ban-luu/1" rel="prev"' in middle
    assert f'href="{path}/ban-luu/3" rel="next"' in middle
    assert "captured 01/07/2022 10:00:00 (Vietnam time, UTC+7)" in beside.get(f"{path}/ban-luu/1", lang="en").text
    versions = beside.json(f"{path}.json")["versions"]
    assert [one["sha256"] for one in versions] == [one.sha256 for one in CAPTURES[:3]]


def test_every_paragraph_has_an_address(beside: Site) -> None:
    path = address(beside, FULL.id)
    version, article = beside.get(f"{path}/ban-luu/1").text, beside.get(path).text
    assert re.search(rf'<p id="d1">{re.escape(STAYS)} <a class="anchor" href="#d1"', version)
    assert 'href="#d2"' in version
    assert f'href="{path}/ban-luu/3#d4"' in article, "the article's paragraphs lead to those that do not change"
    english = beside.get(path, lang="en").text
    assert f'href="{path}/ban-luu/3?lang=en#d4"' in english


def test_what_changed_is_marked(beside: Site) -> None:
    path = address(beside, FULL.id)
    page = beside.get(f"{path}/ban-luu/2").text
    changes = page[page.index('class="change"') : page.index('class="record"')]
    assert "So với bản 1, lưu ngày 01/07/2022" in seen(changes)
    assert re.search(r"<del><span[^>]*> \[bỏ\] </span>10<", changes)
    assert re.search(r"<ins><span[^>]*> \[thêm\] </span>12<", changes)
    assert f"[bỏ] {TITLE}" in seen(changes)
    assert f"[thêm] {NEW_TITLE}" in seen(changes)
    assert "… 1 đoạn không đổi …" in seen(changes)
    assert STAYS not in changes
    assert 'class="change"' not in beside.get(f"{path}/ban-luu/1").text
    assert "[added]" in seen(beside.get(f"{path}/ban-luu/2", lang="en").text)


def test_the_captured_page_as_warc(beside: Site) -> None:
    path = address(beside, FULL.id)
    assert f'href="{path}/ban-luu/2.warc.gz"' in beside.get(f"{path}/ban-luu/2").text
    answer = beside.get(f"{path}/ban-luu/2.warc.gz")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/warc"
    assert answer.headers["content-disposition"] == f'attachment; filename="{path.removeprefix("/bai/")}-2.warc.gz"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    records = {
        record.rec_type: (record.content_stream().read(), record.http_headers)
        for record in ArchiveIterator(io.BytesIO(answer.content))
    }
    assert records["response"][0] == CAPTURES[1].body
    assert b"bi-mat" not in gzip.decompress(answer.content), "a cookie was for the crawler alone"


@pytest.mark.parametrize("version", ["0", "4", "99"])
def test_no_warc_of_a_version_that_is_not_there(beside: Site, version: str) -> None:
    assert beside.get(f"{address(beside, FULL.id)}/ban-luu/{version}.warc.gz").status_code == 404


def test_no_bytes_of_a_source_that_shows_less(beside: Site) -> None:
    path = address(beside, CUT.id)
    page = beside.get(f"{path}/ban-luu/1").text
    assert "warc.gz" not in page
    assert "Theo đề nghị của nguồn, không cho tải" in page
    assert hashlib.sha256(CAPTURES[3].body).hexdigest() in page
    assert beside.get(f"{path}/ban-luu/1.warc.gz").status_code == 404


def test_a_server_with_the_published_file_alone_says_so(alone: Site) -> None:
    path = address(alone, FULL.id)
    page = alone.get(f"{path}/ban-luu/1").text
    assert "warc.gz" not in page
    assert "Máy chủ này chỉ có cơ sở dữ liệu đã xuất bản" in page
    assert CAPTURES[0].sha256 in page
    answer = alone.get(f"{path}/ban-luu/1.warc.gz")
    assert answer.status_code == 404
    assert "Máy chủ này không có mã trang đã thu" in answer.text
    assert str(alone.path.parent) not in alone.get("/-/metadata.json").text


def test_another_crawl_db_gives_nothing(folder: Path, tmp_path: Path) -> None:
    """Numbers of captures are a file's own: the hash says whether these are the bytes."""
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures:
        for day in (1, 2, 3, 4):
            captures.put(capture(FULL, day, "Bài khác", STAYS))
    site = Site.__new__(Site)
    site.path, site.datasette = (
        folder / "union-news.db",
        datasette(folder / "union-news.db", METADATA, tmp_path / "crawl.db"),
    )
    assert site.get(f"{address(site, FULL.id)}/ban-luu/1.warc.gz").status_code == 404
    site.close()
    publish(folder / "archive.db", tmp_path / "union-news.db", crawl_db=tmp_path / "crawl.db")
    other = Site(tmp_path / "union-news.db")
    hashes = [one["sha256"] for one in other.json(f"{address(other, FULL.id)}.json")["versions"]]
    assert CAPTURES[0].sha256 not in hashes
    other.close()


def test_published_without_a_crawl_db(site: Site) -> None:
    """The hash is unknown then, and the page says so."""
    path = address(site, "bao.trich-doan")
    assert "Không có khi xuất bản." in site.get(f"{path}/ban-luu/1").text
