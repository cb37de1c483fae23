"""`scrapy probe` as a person runs it: what it tells of a site, what it fetches, what it writes and what it refuses."""

import json
import re
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml
from scrapy.exceptions import UsageError

from archive.sources import Source, load_sources
from crawler.commands.probe import chosen
from tests.conftest import ROOT, Operator
from tests.crawler.probes import allow, probed, records
from tests.sites import content
from tests.sites.server import SampleWeb
from tests.sites.small import Reply, article, listing, small_site
from tests.sites.systems import SYSTEMS

FAMILIES = {record["id"]: record["family"] for record in content.records()}
HOMES = {record["id"]: record["home"] for record in content.records()}


@pytest.fixture
def visitor(operator: Operator, web: SampleWeb, tmp_path: Path) -> Operator:
    """An operator who knows none of the sample sites yet."""
    return allow(operator, tmp_path, *web.addresses.values())


def listings(web: SampleWeb) -> dict[str, str]:
    return {site: web.addresses[site] + SYSTEMS[site].listing_path(1) for site in SYSTEMS}


@pytest.mark.soak
def test_the_five_systems_are_told(visitor: Operator, web: SampleWeb, tmp_path: Path) -> None:
    found = dict(zip(SYSTEMS, probed(visitor, *listings(web).values()), strict=True))
    for site, seen in found.items():
        (newest, *_) = content.articles(site)
        assert seen["family"] == FAMILIES[site]
        assert seen["tls"] == "plain http"
        assert seen["robots"]["status"] == 200
        assert seen["feeds"] == []
        assert seen["article"]["title"] == newest.title
        assert seen["article"]["published"][:10] == (newest.published or "")[:10]
        assert {place["code"] for place in seen["places"] if place["role"] == "about"} >= {HOMES[site]}
        assert {year["year"] for year in seen["school_years"]} >= {year["year"] for year in newest.school_years}
        assert seen["paging"]["works"]
        assert seen["paging"]["new"] == 5
        dates = {link["listed"] for link in seen["links"]}
        assert any(date and (newest.published or "")[:4] in date for date in dates)
        (record,) = yaml.safe_load(seen["record"])
        assert record["home"] == HOMES[site]
        assert record["enabled"] is False
    assert found["mau.dam-ha"]["validators"] == {"listing": ["ETag"], "article": ["ETag"]}
    assert found["mau.binh-luc"]["validators"] == {"listing": [], "article": []}
    assert not visitor.folder.root.exists()
    assert list(records(tmp_path).iterdir()) == []


def test_only_what_is_needed_is_fetched(visitor: Operator, web: SampleWeb) -> None:
    probed(visitor, listings(web)["mau.dam-ha"])
    asked = [request.path for request in web.requests]
    first = SYSTEMS["mau.dam-ha"].listing_path(1)
    assert asked.count(first) == 1
    assert asked.count("/robots.txt") == 2  # once to obey it, once to tell of it
    (one,) = (path for path in asked if "nid=" in path)
    assert set(asked) == {
        first, SYSTEMS["mau.dam-ha"].listing_path(2), one, "/robots.txt", "/sitemap.xml", "/rss", "/feed/", "/rss.xml",
    }  # fmt: skip


@pytest.mark.soak
def test_a_person_reads_it_in_sections(visitor: Operator, web: SampleWeb) -> None:
    done = visitor.run("scrapy", "probe", listings(web)["mau.binh-luc"])
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for told in (
        "Family      sharepoint", "generator Microsoft SharePoint", "TLS         plain http", "this page allowed",
        "none at /rss, /feed/, /rss.xml", "/sitemap.xml: HTTP 404", "listing: none; article: none",
        "5 of them new", "23/05/2025", "2025-05-23 (from: listing)", "Huyện Bình Lục, Hà Nam (about)",
        "2024-2025 (past)", 'home: "352"  # Huyện Bình Lục, Hà Nam: its banner names it',
        "name: Cổng thông tin điện tử huyện Bình Lục",
    ):  # fmt: skip
        assert told in done.stdout


@pytest.mark.soak
def test_add_puts_disabled_records_into_their_provinces_files(
    visitor: Operator, web: SampleWeb, tmp_path: Path
) -> None:
    file = records(tmp_path) / "ha-nam.yml"
    before = (
        "# Hà Nam.\n# Missing: much.\n- {id: ha-nam.a, name: A, family: listing, site: 'https://a.vn', listing: [/]}\n"
        "# the last one\n- id: ha-nam.z  # kept\n  name: Z\n  family: listing\n  site: https://z.vn\n  listing: [/]\n"
    )
    file.write_text(before, "utf-8")
    pages = listings(web)
    done = visitor.run("scrapy", "probe", "--add", pages["mau.binh-luc"], pages["mau.dam-ha"])
    assert done.returncode == 0, done.stderr
    assert f"ha-nam.binh-luc.cong-thong-tin: added to {file}, disabled" in done.stdout
    text = file.read_text("utf-8")
    added = text.partition("- id: ha-nam.binh-luc")[2].partition("# the last one")[0]
    assert text.replace(f"- id: ha-nam.binh-luc{added}", "") == before
    assert [source.id for source in load_sources([records(tmp_path)])] == [
        "ha-nam.a", "ha-nam.binh-luc.cong-thong-tin", "ha-nam.z", "quang-ninh.dam-ha.cong-thong-tin",
    ]  # fmt: skip
    assert re.match(r"# Quảng Ninh \(province 22; .*\n# Missing: ", (file.parent / "quang-ninh.yml").read_text("utf-8"))
    again = visitor.run("scrapy", "probe", "--add", pages["mau.binh-luc"])
    assert again.returncode == 1
    (line,) = again.stderr.splitlines()
    assert "ha-nam.binh-luc.cong-thong-tin has this listing; scrapy probe --enable ha-nam.binh-luc" in line
    assert file.read_text("utf-8") == text


@pytest.mark.soak
def test_without_a_home_nothing_is_added_until_one_is_named(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/tin": listing("/mot-1.html"), "/mot-1.html": article("Họp mặt đầu năm")}) as site:
        command = ("scrapy", "probe", "--add", f"{site.address}/tin")
        allow(operator, tmp_path, site.address)
        done = operator.run(*command)
        assert done.returncode == 1
        assert "nothing names its district or province; give --home NAME_OR_CODE, or --home national" in done.stderr
        assert list(records(tmp_path).iterdir()) == []
        assert operator.run(*command, "--home", "huyen thanh liem, ha nam").returncode == 0
    (source,) = load_sources([records(tmp_path)])
    assert (source.id, source.home) == ("ha-nam.thanh-liem", "351")


@pytest.mark.soak
def test_enable_writes_one_word(visitor: Operator, web: SampleWeb, tmp_path: Path) -> None:
    file = web.write_records(records(tmp_path))
    text = file.read_text("utf-8").replace("enabled: true", "enabled: false  # not yet")
    file.write_text(f"# Mẫu\n{text}", "utf-8")
    done = visitor.run("scrapy", "probe", "--enable", "mau.dam-ha")
    assert done.returncode == 0, done.stderr
    assert f"mau.dam-ha: enabled in {file}" in done.stderr
    head, mark, tail = f"# Mẫu\n{text}".partition("id: mau.dam-ha")
    assert file.read_text("utf-8") == head + mark + tail.replace("enabled: false", "enabled: true", 1)
    assert {source.id for source in load_sources([file.parent]) if source.enabled} == {"mau.dam-ha"}


@pytest.mark.soak
def test_enable_says_what_is_missing_and_writes_nothing(operator: Operator, tmp_path: Path) -> None:
    undated = Reply(article("Họp mặt đầu năm").body.replace(b"05/09/2023", b""))
    more = "<a href=\"javascript:__doPostBack('g','Page$2')\">2</a>"
    with small_site({"/tin": listing("/mot-1.html", more=more), "/mot-1.html": undated}) as site:
        allow(operator, tmp_path, site.address)
        file = records(tmp_path) / "thu.yml"
        text = f"- {{id: thu.mot, name: Một, family: mastercms, site: '{site.address}', listing: [/tin]}}\n"
        file.write_text(text, "utf-8")
        done = operator.run("scrapy", "probe", "--enable", "thu.mot")
    assert done.returncode == 1
    undated_line, paging_line, last_line = done.stderr.splitlines()
    assert f"the article read has no date ({site.address}/mot-1.html); name where it stands" in undated_line
    assert "paging does not work: none found, though the page goes on: postback '2'" in paging_line
    assert last_line == "thu.mot: not enabled, nothing was written"
    assert file.read_text("utf-8") == text


XML = {"Content-Type": "application/xml"}
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title>
<item><title>Một</title><link>{site}/mot-1.html</link><pubDate>Tue, 05 Sep 2023 08:00:00 +0700</pubDate></item>
<item><title>Hai</title><link>{site}/hai-2.html</link></item></channel></rss>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{site}/mot-1.html</loc><lastmod>2023-09-05</lastmod></url></urlset>"""


@pytest.mark.soak
def test_robots_feeds_and_sitemap_are_told(operator: Operator, tmp_path: Path) -> None:
    head = "<link rel='alternate' type='application/rss+xml' href='/comments/feed/'><link rel='alternate' type="
    head += "'application/atom+xml' href='/tin.rss'>"
    robots = "User-agent: *\nCrawl-delay: 0.2\nDisallow: /cam\nSitemap: {site}/ban-do.xml\n"
    with small_site({"/tin": listing("/mot-1.html", more=head), "/mot-1.html": article("Họp mặt")}) as site:
        site.pages |= {
            "/robots.txt": Reply(robots.format(site=site.address).encode(), headers={"Content-Type": "text/plain"}),
            "/tin.rss": Reply(FEED.format(site=site.address).encode(), headers=XML),
            "/ban-do.xml": Reply(SITEMAP.format(site=site.address).encode(), headers=XML),
        }
        allow(operator, tmp_path, site.address)
        seen, feed_itself = probed(operator, f"{site.address}/tin", f"{site.address}/tin.rss")
    assert seen["robots"] == {"status": 200, "crawl_delay": 0.2, "sitemaps": [f"{site.address}/ban-do.xml"]}
    (feed,) = seen["feeds"]
    assert (feed["url"], feed["kind"], feed["entries"], feed["dated"]) == (f"{site.address}/tin.rss", "feed", 2, 1)
    assert (seen["sitemap"]["kind"], seen["sitemap"]["entries"], seen["sitemap"]["dated"]) == ("sitemap", 1, 1)
    (record,) = yaml.safe_load(seen["record"])
    assert record["feeds"] == ["/tin.rss"]
    assert feed_itself["family"] == "feed"
    assert [link["url"] for link in feed_itself["links"]] == [
        f"{site.address}/mot-1.html",
        f"{site.address}/hai-2.html",
    ]
    assert "family: feed  # root rss" in feed_itself["record"]


NO_LISTINGS = {
    "/khong-co": (Reply(b"<h1>404</h1>", 404), "HTTP 404; check the address with a browser"),
    "/tu-choi": (Reply(b"<h1>no</h1>", 403), "HTTP 403; the site refuses us"),
    "/a.pdf": (Reply(b"%PDF-1.4 x", headers={"Content-Type": "application/pdf"}), "this is a PDF, no page"),
    "/a.jpg": (Reply(b"\xff\xd8\xff\xe0x", headers={"Content-Type": "image/jpeg"}), "this is image/jpeg and no page"),
    "/rong": (Reply(b"  "), "the page is empty"),
    "/cam": (listing("/mot-1.html"), "Forbidden by robots.txt; choose a page it allows"),
    "/bao-tri": (
        Reply("<title>Bảo trì</title><h1>Website đang bảo trì, mời quay lại sau</h1></body></html>".encode()),
        "this is no page of news: ",
    ),
    "/mot-1.html": (article("Họp mặt đầu năm"), "this is an article ('Họp mặt đầu năm'), no list of them; give the"),
    "/trong": (Reply(b"", 302, {"Location": "http://169.254.169.254/"}), "leads to no public address; only"),
}


@pytest.mark.soak
def test_what_is_no_listing_is_told_in_one_line_each(operator: Operator, tmp_path: Path) -> None:
    robots = Reply(b"User-agent: *\nDisallow: /cam\n", headers={"Content-Type": "text/plain"})
    with small_site({"/robots.txt": robots} | {path: reply for path, (reply, _) in NO_LISTINGS.items()}) as site:
        allow(operator, tmp_path, site.address)
        done = operator.run("scrapy", "probe", *(site.address + path for path in NO_LISTINGS))
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == len(NO_LISTINGS)
    for line, (path, (_, told)) in zip(lines, NO_LISTINGS.items(), strict=True):
        assert line.startswith(f"{site.address}{path}: ")
        assert told in line


@pytest.mark.soak
def test_the_listing_an_article_belongs_to_is_proposed(visitor: Operator, web: SampleWeb) -> None:
    sites = ("mau.dam-ha", "mau.phu-xuyen", "mau.cao-phong")
    pages = [web.addresses[site] + SYSTEMS[site].article_path(content.articles(site)[0]) for site in sites]
    done = visitor.run("scrapy", "probe", *pages)
    assert done.returncode == 1
    for site, line in zip(sites, done.stderr.splitlines(), strict=True):
        assert line.endswith(f"probe {listings(web)[site]}, which it names")


@pytest.mark.soak
def test_a_front_page_without_news_names_the_listing(visitor: Operator, web: SampleWeb) -> None:
    done = visitor.run("scrapy", "probe", web.addresses["mau.phu-xuyen"] + "/")
    assert done.returncode == 1
    assert f"names no article; probe {listings(web)['mau.phu-xuyen']}, which it names" in done.stderr
    assert "Family      liferay" in done.stdout
    assert "Record" not in done.stdout


@pytest.mark.soak
def test_a_bad_address_is_told_and_does_not_hide_the_others(visitor: Operator, web: SampleWeb) -> None:
    visitor.environment["UNION_ARCHIVE_ALLOW_PRIVATE"] += ",127.0.0.1:9"
    pages = ("http://127.0.0.1:9/tin", "http://127.0.0.1:10/tin", listings(web)["mau.binh-luc"])
    done = visitor.run("scrapy", "probe", "--json", *pages)
    assert done.returncode == 1
    refused, private = done.stderr.splitlines()
    assert refused == "http://127.0.0.1:9/tin: connection refused; check scheme and port, or try later"
    assert "http://127.0.0.1:10/tin: not asked: it leads to no public address; only" in private
    assert "UNION_ARCHIVE_ALLOW_PRIVATE" in private
    (seen,) = json.loads(done.stdout)
    assert seen["family"] == "sharepoint"


@pytest.mark.soak
def test_a_site_that_wants_more_patience_than_a_crawl_has_is_told(operator: Operator, tmp_path: Path) -> None:
    robots = Reply(b"User-agent: *\nCrawl-delay: 900\n", headers={"Content-Type": "text/plain"})
    with small_site({"/robots.txt": robots, "/tin": listing("/mot-1.html")}) as site:
        done = allow(operator, tmp_path, site.address).run("scrapy", "probe", f"{site.address}/tin")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "ended early: robots.txt asks for 900 s between two requests" in line


KNOWN = [Source(id="ha-nam.a", name="A", family="listing", site="https://a.example.vn", listing=("/tin", "/anh"))]


@pytest.mark.parametrize(
    ("urls", "options", "told"),
    [
        ([], {}, "name the address of a listing"),
        (["thanhliem.example.vn/tin"], {}, "is no web address; write https://host/path"),
        (["ftp://a.example.vn/"], {}, "is no web address"),
        (["https:///tin"], {}, "is no web address"),
        ([], {"enable": "nix"}, "no source has the id 'nix'; `scrapy list` shows them"),
        ([], {"enable": "ha-nam.a", "add": True}, "--enable probes a record as it stands"),
        (["https://a.example.vn/"], {"enable": "ha-nam.a"}, "--enable probes a record as it stands"),
    ],
)
def test_wrong_usage_is_told(urls: list[str], options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        chosen(urls, Namespace(**{"enable": None, "add": False, "home": None} | options), KNOWN)


def test_every_listing_of_a_record_is_looked_at() -> None:
    targets = chosen([], Namespace(enable="ha-nam.a", add=False, home=None), KNOWN)
    assert [target.url for target in targets] == ["https://a.example.vn/tin", "https://a.example.vn/anh"]


def test_wrong_usage_is_status_2(operator: Operator) -> None:
    done = operator.run("scrapy", "probe", "--home", "Châu Thành", "https://a.example.vn/")
    assert done.returncode == 2
    assert "several are called so: 708 Huyện Châu Thành, Tây Ninh; 808 Huyện Châu Thành, Long An" in done.stderr
    assert "Traceback" not in done.stderr
    assert not operator.folder.root.exists()


def test_help_has_examples(operator: Operator) -> None:
    told = operator.run("scrapy", "probe", "--help").stdout
    assert "Examples: scrapy probe https://" in " ".join(told.split())


@pytest.mark.soak
def test_the_registry_is_never_touched_by_a_probe(visitor: Operator, web: SampleWeb) -> None:
    files = sorted((ROOT / "crawler" / "sources").glob("*.yml"))
    before = [file.read_bytes() for file in files]
    visitor.run("scrapy", "probe", "--add", listings(web)["mau.cao-phong"])
    assert [file.read_bytes() for file in files] == before
