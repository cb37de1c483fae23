"""The sample web itself: it serves what its article files say, and those files are sound as truth."""

from __future__ import annotations

import csv
import re
import socket
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from tests.sites import SampleWeb
from tests.sites.content import Article, articles, records
from tests.sites.server import FIXED_PORTS
from tests.sites.systems import SYSTEMS

GAZETTEER = Path(__file__).parents[1] / "archive" / "data" / "gazetteer" / "districts.csv"
ALL = [article for site in SYSTEMS for article in articles(site)]
EDITED = next(article for article in ALL if article.edited)
DELETABLE = next(article for article in ALL if article.deletable)

each_site = pytest.mark.parametrize("site", SYSTEMS)
each_article = pytest.mark.parametrize("article", ALL, ids=lambda one: f"{one.site}-{one.key}")


@pytest.fixture(scope="module")
def running() -> Iterator[SampleWeb]:
    """The sample web on free ports, one for all tests here."""
    with SampleWeb() as sites:
        yield sites


@pytest.fixture
def web(running: SampleWeb) -> SampleWeb:
    """The sample web with its switches off."""
    running.edited = running.deleted = False
    return running


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow no redirect: the test wants to see it."""


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an address, whatever the status."""
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def address(web: SampleWeb, article: Article) -> str:
    return web.addresses[article.site] + SYSTEMS[article.site].article_path(article)


def walk(web: SampleWeb, site: str) -> tuple[list[str], int]:
    """The article addresses of a site in the order of its listing pages, and how many pages there were."""
    system = SYSTEMS[site]
    queue, seen, found = [web.addresses[site] + system.listing_path(1)], set(), []
    while queue:
        page = queue.pop(0)
        if page in seen:
            continue
        seen.add(page)
        for link in LexborHTMLParser(get(page)[1]).css("a[href]"):
            target = urljoin(page, link.attributes["href"])
            if not target.startswith(web.addresses[site]):
                continue
            route = system.route(target.removeprefix(web.addresses[site]))
            if route and route.kind == "listing":
                queue.append(target)
            elif route and route.kind == "article" and target not in found:
                found.append(target)
    return found, len(seen)


@each_site
def test_listing_leads_to_all_articles(web: SampleWeb, site: str) -> None:
    found, pages = walk(web, site)
    assert found == [address(web, article) for article in articles(site)]
    assert len(found) == 14
    assert pages >= 3


@each_site
def test_home_robots_login_and_head(web: SampleWeb, site: str) -> None:
    base = web.addresses[site]
    assert get(base + "/")[0] == 200
    assert get(base + "/robots.txt")[1] == "User-agent: *\nDisallow: /dang-nhap\n"
    assert get(base + "/dang-nhap")[0] == 200
    status, body, headers = get(base + SYSTEMS[site].listing_path(1), method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000


@each_site
def test_unknown_address(web: SampleWeb, site: str) -> None:
    status, body, headers = get(web.addresses[site] + "/khong-co-trang-nay")
    if SYSTEMS[site].lost_and_found:
        assert (status, headers["Location"]) == (302, "/")
    else:
        assert status == 404
        assert "Không tìm thấy" in body


@each_article
def test_page_shows_the_article(web: SampleWeb, article: Article) -> None:
    status, body, _ = get(address(web, article))
    text = unicodedata.normalize("NFC", LexborHTMLParser(body).text().replace("\u00a0", " "))
    assert status == 200
    for line in (article.title, article.lead or "", *article.captions):
        assert line in text
    for line in article.paragraphs:
        assert all(cell in text for cell in line.split(" | "))


@each_article
def test_date_is_where_it_says(web: SampleWeb, article: Article) -> None:
    """In the head of the page, in the listing, or nowhere: related lists show the dates of others only."""
    system, base = SYSTEMS[article.site], web.addresses[article.site]
    assert (article.published is None) == (article.date_shown is None)
    page = get(address(web, article))[1]
    head = re.split("Tin khác<|Các bài liên quan<|Tin liên quan<", page)[0]
    shown = re.search(r'class="(?:date|ngaydang|format_date)">(?:Ngày )?\d\d[/-]\d\d[/-]\d{4}', head)
    assert bool(shown) == (article.date_shown == "page")
    listings = "".join(get(base + system.listing_path(number))[1] for number in (1, 2, 3))
    day = article.day()
    if day is not None:
        assert day in listings or day.replace("/", "-") in listings


def test_edited_switch(web: SampleWeb) -> None:
    before = get(address(web, EDITED))[1]
    web.edited = True
    after = get(address(web, EDITED))[1]
    new = [line for line in EDITED.after_edit().paragraphs if line not in EDITED.paragraphs]
    assert new
    assert all(line in after and line not in before for line in new)


def test_deleted_switch(web: SampleWeb) -> None:
    web.deleted = True
    assert get(address(web, DELETABLE))[0] == 404
    assert address(web, DELETABLE) not in walk(web, DELETABLE.site)[0]
    web.deleted = False
    assert get(address(web, DELETABLE))[0] == 200


@each_site
def test_validators(web: SampleWeb, site: str) -> None:
    url = address(web, articles(site)[0])
    _, first, headers = get(url)
    _, second, again = get(url)
    assert first != second, "the visit counter stands still"
    assert headers.get("ETag") == again.get("ETag")
    assert ("ETag" in headers) == SYSTEMS[site].validators
    if "ETag" in headers:
        assert get(url, **{"If-None-Match": headers["ETag"]})[0] == 304
        assert get(url, **{"If-None-Match": '"other"'})[0] == 200


def test_edit_changes_one_etag_only(web: SampleWeb) -> None:
    """The other pages stay as they were, so that a second crawl finds exactly one new text."""
    urls = [address(web, article) for article in articles(EDITED.site)]
    before = [get(url)[2]["ETag"] for url in urls]
    web.edited = True
    after = [get(url)[2]["ETag"] for url in urls]
    changed = [url for url, old, new in zip(urls, before, after, strict=True) if old != new]
    assert changed == [address(web, EDITED)]


def test_nid_is_the_identity(web: SampleWeb) -> None:
    article = articles("mau.dam-ha")[0]
    base = web.addresses[article.site]
    answer = get(f"{base}/donvi/huyendamha/Trang/ChiTietTinTuc.aspx?nid={article.id}&title=ten-khac.html")
    assert answer[0] == 200
    assert article.title in answer[1]


def test_requests_are_recorded(web: SampleWeb) -> None:
    get(web.addresses["mau.binh-luc"] + "/Pages/tin-tuc.aspx?Page=2", method="HEAD")
    assert web.requests[-1] == ("mau.binh-luc", "HEAD", "/Pages/tin-tuc.aspx?Page=2", 200)


def test_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"port {port} of 127\.0\.0\.1, wanted by .*thuong-tin, is in use"):
            SampleWeb({"mau.thuong-tin": port})


def test_written_records_point_at_this_web(web: SampleWeb, tmp_path: Path) -> None:
    written = yaml.safe_load(web.write_records(tmp_path / "sources").read_text(encoding="utf-8"))
    assert {record["id"]: record["site"] for record in written} == web.addresses
    for new, committed in zip(written, records(), strict=True):
        assert {**new, "site": committed["site"]} == committed
    assert sorted(FIXED_PORTS.values()) == [18101, 18102, 18103, 18104, 18105]


# The article files as truth


def test_slugs_and_numbers_are_unique() -> None:
    assert len({article.slug for article in ALL}) == len(ALL) == 70
    numbers = [(article.site, article.id) for article in ALL if article.id is not None]
    assert len(set(numbers)) == len(numbers)


@each_site
def test_newest_first(site: str) -> None:
    days = [article.published[:10] for article in articles(site) if article.published]
    assert days == sorted(days, reverse=True)
    assert days[-1] < "2019"
    assert days[0] > "2025"


def test_nine_in_ten_are_dated() -> None:
    assert sum(article.published is not None for article in ALL) >= 63


@each_site
def test_every_quirk_on_every_site(site: str) -> None:
    quirks = {quirk for article in articles(site) for quirk in article.quirks}
    assert quirks == {"br-paragraphs", "word-paste", "nfd", "nbsp"}
    kinds = [kind for article in articles(site) for block in article.blocks for kind in block]
    assert {"p", "ul", "table", "image", "caption"} <= set(kinds)
    assert kinds.count("caption") >= 2
    assert any(article.published is None for article in articles(site))


@each_article
def test_truth_is_in_the_text(article: Article) -> None:
    """Every district it is said to name exists and is named; its school years are the ones written in it."""
    with GAZETTEER.open(encoding="utf-8", newline="") as file:
        names = {row["district_code"]: row["district"] for row in csv.DictReader(file)}
    assert all(names[code] in article.text for code in article.districts)
    written = re.findall(r"(?:[Nn]ăm học|NH) (\d{4}) ?[-–] ?(\d{4})", article.text)
    assert {f"{start}-{end}" for start, end in written} == {entry["year"] for entry in article.school_years}
    assert {entry["role"] for entry in article.school_years} <= {"past", "ahead", "mention"}


def test_texts_are_nfc() -> None:
    for file in (Path(__file__).parent / "sites" / "articles").glob("*.yml"):
        text = file.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), file.name
