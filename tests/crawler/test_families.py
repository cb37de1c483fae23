"""Families: golden walks through their own methods and through a real harvest, and what becomes of a bad listing."""

import json
import sqlite3
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path

import pytest

from archive.sources import families
from crawler import settings
from crawler.items import Refused
from tests.conftest import Operator
from tests.crawler.walks import (
    NAMES,
    SITE,
    Answer,
    Walked,
    golden,
    path_of,
    register,
    respond,
    served,
    spider_of,
    starts,
    walk,
)

ARTICLE = """<html><head><title>Họp mặt lần {n}</title></head><body><main><article>
<h1 class="entry-title">Họp mặt lần {n}</h1><p>Sáng nay, công đoàn {n} trường học trên địa bàn huyện gặp mặt đầu năm học
mới, trao {n} suất quà cho con đoàn viên vượt khó và bàn việc của năm.</p><p>Chủ tịch công đoàn cảm ơn các thầy cô
đã góp sức, và mong {n} tổ công đoàn giữ được những việc làm thiết thực cho đoàn viên.</p></article></main></body>
</html>"""


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_walk(name: str) -> None:
    site = golden(name)
    walked = walk(spider_of(site.source), site.pages)
    assert walked == Walked(site.asked, site.articles, site.refused, site.failed)


def test_every_family_has_a_golden_walk() -> None:
    assert {golden(name).source["family"] for name in NAMES} == set(families())


@pytest.mark.soak
def test_a_harvest_walks_the_same_ways(operator: Operator, tmp_path: Path) -> None:
    with ExitStack() as stack:
        sites = {name: stack.enter_context(served()) for name in NAMES}
        walks = {name: golden(name, site.address) for name, site in sites.items()}
        for name, site in sites.items():
            articles = {path: article(number) for number, path in enumerate(walks[name].articles, 40)}
            site.pages |= articles | walks[name].pages
        register(operator, tmp_path, *(found.source for found in walks.values()))
        done = operator.run("scrapy", "harvest", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["source"]: row for row in json.loads(done.stdout)}
    with closing(sqlite3.connect(operator.folder.crawl_db)) as connection:
        found = connection.execute("SELECT source, url, state FROM frontier").fetchall()
    for name, walked in walks.items():
        asked = [path for path in sites[name].asked if path not in walked.articles and path != "/robots.txt"]
        assert sorted(asked) == sorted(walked.asked), name
        assert {path_of(url) for source, url, state in found if source == f"vang.{name}"} == set(walked.articles), name
        assert rows[f"vang.{name}"]["new"] == len(walked.articles), rows[f"vang.{name}"]
        ended = {reason: count for reason, count in rows[f"vang.{name}"]["refused"].items() if "feed or" not in reason}
        assert ended == dict.fromkeys(walked.refused, 1), name


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500), "HTTP 500"),
        (Answer(403), "HTTP 403"),
        (Answer(body=b""), "the listing is empty or no page"),
        (Answer(body=b"%PDF-1.4"), "the listing is empty or no page"),
        (Answer(body=b"<html><body>hello</body></html>"), "neither a feed nor a sitemap"),
        (Answer(body=b"[" * 100_000), "the listing is empty or no page"),
        (Answer(body=b'[{"link": "https://ngoai.example.vn/a/"}]'), "names no article"),
        (Answer(body=b'{"code": "rest_no_route"}'), "the listing is empty or no page"),
        (Answer(body=b'<rss version="2.0"><channel></channel></rss>'), "names no article"),
        (
            Answer(body=b"<sitemapindex><sitemap><loc>/wp-sitemap-users-1.xml</loc></sitemap></sitemapindex>"),
            "names no",
        ),
    ],
    ids=["error", "blocked", "empty", "pdf", "page", "deep", "other-host", "no-json", "empty-feed", "users"],
)
def test_a_way_in_that_fails_gives_way_to_the_next_and_the_last_is_lost(answer: Answer, reason: str) -> None:
    spider = spider_of({"id": "a", "name": "A", "family": "wordpress", "site": SITE, "listing": ["/"]})
    (request,) = starts(spider)
    tried = [path_of(request.url).split("?")[0]]
    while instead := next(iter(spider.parse(respond(request.url, answer, request)))):
        if isinstance(instead, Refused):
            break
        assert instead.meta["instead"]
        request = instead
        tried.append(path_of(request.url))
    assert tried == ["/wp-json/wp/v2/posts", "/feed/", "/wp-sitemap.xml", "/"]
    assert isinstance(instead, Refused)
    assert instead.lost
    if reason != "neither a feed nor a sitemap":
        assert reason in instead.reason


def article(number: int) -> Answer:
    return Answer(200, {"Content-Type": "text/html"}, ARTICLE.replace("{n}", str(number)).encode())


@pytest.mark.soak
def test_a_flood_blocker_has_nothing_to_block(operator: Operator, tmp_path: Path) -> None:
    """NukeViet's own blocks whoever asks 40 times in 60 s or 150 times in 300 s."""
    with served() as site:
        walked = golden("nukeviet", site.address)
        more = "".join(f"<url><loc>{site.address}/tin-tuc/bai-{n}.html</loc></url>" for n in range(100, 130))
        news = walked.pages["/sitemap-vi.news.xml"].body.replace(b"</urlset>", f"{more}</urlset>".encode())
        site.pages |= walked.pages | {"/sitemap-vi.news.xml": Answer(200, {"Content-Type": "text/xml"}, news)}
        site.pages |= {path: article(number) for number, path in enumerate(walked.articles, 40)}
        site.pages |= {f"/tin-tuc/bai-{n}.html": article(n) for n in range(100, 130)}
        register(operator, tmp_path, walked.source)
        operator.environment["UNION_ARCHIVE_DELAY"] = str(settings.DOWNLOAD_DELAY)
        done = operator.run("scrapy", "harvest", timeout=400)
    assert done.returncode == 0, done.stderr
    assert len(site.times) >= 42
    gaps = [after - before for before, after in pairwise(site.times)]
    # One request may reach a busy server late and the next one on time: ten in a row may not.
    assert min(gaps) > 0.5 * settings.DOWNLOAD_DELAY
    assert min(map(sum, zip(*(gaps[at:] for at in range(10)), strict=False))) > 0.95 * 10 * settings.DOWNLOAD_DELAY
    for seconds, most in ((60, 40), (300, 150)):
        assert max(sum(start <= one < start + seconds for one in site.times) for start in site.times) < most
