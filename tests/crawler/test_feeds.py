"""Feeds and sitemaps without a network: what they name, when, and that a hostile one harms nothing."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response, TextResponse

from crawler import feeds
from crawler.links import ListedLink, Unreadable

SITE = "https://a.example.vn"
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{}</channel></rss>'


def answer(body: str | bytes, path: str = "/x") -> Response:
    return Response(SITE + path, body=body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<?xml version="1.0"?><rss version="2.0"/>', "feed"),
        ("\n<!-- <html> --><?xml-stylesheet href='x'?><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>', "feed"),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "feed"),
        ('\ufeff<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9">', "sitemap"),
        ("<sitemapindex\n>", "sitemap"),
        ("<!DOCTYPE html><html><head><link type='application/rss+xml'></head></html>", None),
        ('[{"link": "<rss>"}]', None),
        ("", None),
        ("%PDF-1.4", None),
    ],
)
def test_the_root_says_what_it_is(body: str, kind: str | None) -> None:
    assert feeds.kind_of(answer(body)) == kind
    assert feeds.kind_of(TextResponse(SITE, body=body.encode(), headers={"Content-Type": "text/html"})) == kind


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Sun, 02 Jun 2024 00:29:59 +0000", "2024-06-02T07:29:59+07:00"),
        ("Sun, 02 Jun 2024 20:29:59 GMT", "2024-06-03T03:29:59+07:00"),
        ("Sun, 02 Jun 2024 07:29:59", "2024-06-02T07:29:59+07:00"),
        ("2024-06-02T00:29:59Z", "2024-06-02T07:29:59+07:00"),
        ("2024-06-02T07:29:59", "2024-06-02T07:29:59+07:00"),
        (" 2024-06-02 ", "2024-06-02"),
        ("05/09/2023 14:30", "2023-09-05T14:30:00+07:00"),
        ("Thứ ba, 05/09/2023", "2023-09-05"),
        ("9/5/2023 2:30:00 PM", None),
        ("2024-13-45", None),
        ("Mon, 31 Dec 9999 23:59:59 -1200", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_a_date_is_told_in_vietnam(written: str, told: str | None) -> None:
    assert feeds.told(written) == told


@given(st.text(max_size=40))
def test_no_text_breaks_a_date(text: str) -> None:
    told = feeds.told(text)
    assert told is None or feeds.told(told) == told


def test_a_publication_is_no_change() -> None:
    page = feeds.read(answer(RSS.format("<item><link>/a</link><pubDate>Sun, 02 Jun 2024 00:00 +0700</pubDate></item>")))
    assert page.links == [ListedLink(f"{SITE}/a", "2024-06-02T00:00:00+07:00", None)]


def test_a_sitemap_that_was_written_today_says_nothing_of_its_articles() -> None:
    entries = "".join(f"<url><loc>{SITE}/{n}</loc><lastmod>2026-11-23T06:00:00Z</lastmod></url>" for n in range(11))
    assert {link.changed for link in feeds.read(answer(SITEMAP.format(entries))).links} == {None}
    several = entries.replace("06:00", "07:00", 1)
    assert None not in {link.changed for link in feeds.read(answer(SITEMAP.format(several))).links}


def test_links_that_are_none_are_left_out() -> None:
    entries = "".join(
        f"<url><loc>{href}</loc></url>"
        for href in ("http://[::1", "http://a.example.vn:99999/", "", "  /tên bài  ", f"{SITE}/b#c")
    )
    found = [link.url for link in feeds.read(answer(SITEMAP.format(entries))).links]
    assert found == [f"{SITE}/t%C3%AAn%20b%C3%A0i", f"{SITE}/b#c"]


def test_a_packed_sitemap_is_read_and_a_bomb_is_not() -> None:
    entry = f"<url><loc>{SITE}/a</loc></url>"
    packed = gzip.compress(SITEMAP.format(entry).encode())
    assert [link.url for link in feeds.read(answer(packed, "/sitemap.xml.gz")).links] == [f"{SITE}/a"]
    bomb = packed + gzip.compress(b" " * (16 << 20)) * 12
    tracemalloc.start()
    with pytest.raises(Unreadable, match="larger than 8 MB"):
        feeds.read(answer(bomb))
    assert feeds.kind_of(answer(bomb)) is None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50 << 20
    with pytest.raises(Unreadable, match="broken"):
        feeds.read(answer(b"\x1f\x8b\x08" + b"x" * 100))


LAUGHS = (
    "<!DOCTYPE x ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    + "]>"
)


@pytest.mark.parametrize("shell", [RSS, SITEMAP, "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>"])
def test_a_feed_that_declares_entities_is_not_read(shell: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("so-bi-mat")
    external = f'<!DOCTYPE x [<!ENTITY a10 SYSTEM "{secret.as_uri()}"><!ENTITY % b SYSTEM "{secret.as_uri()}">%b;]>'
    entries = (
        f"<item><link>{SITE}/&a10;</link></item><entry><link href='{SITE}/&a10;'/></entry>"
        f"<url><loc>{SITE}/&a10;</loc></url><item><link>{SITE}/b</link></item>"
    )
    for doctype in (LAUGHS, external):
        text = shell.format(entries)
        text = text.replace("?>", f"?>{doctype}", 1) if "?>" in text else doctype + text
        # A parser would stop at a hundred megabytes, a second of silence later.
        with pytest.raises(Unreadable, match="declares entities"):
            feeds.read(answer(text))


def test_a_body_is_never_taken_for_the_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "<rss>").write_text(RSS.format(f"<item><link>{SITE}/bi-mat</link></item>"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable, match="a broken feed"):
        feeds.read(answer("<rss>"))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (RSS.format("<item><link>/a</link><title>Một & hai</title></item><item><link>/b</link></item>"), ["/a", "/b"]),
        (RSS.format("<item><link>/a</link></item><item><link>/bai-12</link></item>")[:-41], ["/a"]),
        (RSS.format("<item><link>/a</link></item>") + "<!-- lưu đệm -->", ["/a"]),
        (SITEMAP.format("<url><loc>/a</loc></url><url><loc>/b?x=1&y=2</loc></url>"), ["/a", "/b?x=1&y=2"]),
        (SITEMAP.format("<url><loc><![CDATA[/b?x=1&y=2]]></loc></url>"), ["/b?x=1&y=2"]),
        (SITEMAP.format("<url><loc>/b?x=1&amp;y=2&#38;z=3</loc></url>"), ["/b?x=1&y=2&z=3"]),
        (SITEMAP.format("<url><loc>/a</loc></url><url><loc>/bai-12</loc></url>")[:-25], ["/a"]),
        ("<urlset><url><loc>/a</loc></url></urlset>", ["/a"]),
        (RSS.format("<item><link>/tiếng-việt</link></item>"), ["/ti%E1%BA%BFng-vi%E1%BB%87t"]),
        (
            RSS.format("<item><link>/\xe9</link></item>").replace("utf-8", "iso-8859-1").encode("latin-1"),
            ["/%C3%A9"],
        ),
    ],
    ids=["stray", "cut", "comment", "stray-sitemap", "cdata", "escaped", "cut-sitemap", "plain", "utf-8", "latin-1"],
)
def test_broken_xml_gives_what_it_can(body: str | bytes, found: list[str]) -> None:
    links = [link.url.removeprefix(SITE) for link in feeds.read(answer(body)).links]
    assert links == found


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (RSS.format("<item><link>/a</link></item>" * 200_000), "a feed with more than 50000 <"),
        (SITEMAP.format("<url><loc>/a</loc></url>" * 140_000), "a sitemap of more than 50000 entries"),
        (SITEMAP.format("<url><loc>/a</loc></url>" * 200_000), "a sitemap with more than 600000 <"),
        (SITEMAP.format("<a>" * 700_000), "a sitemap with more than 600000 <"),
        (RSS.format("&" * 600_000), "a feed with more than 500000 &"),
        (RSS.format(f"<item {'a=1 ' * 300_000}/>"), "an endless tag"),
        ("<html><body>404</body></html>", "neither a feed nor a sitemap"),
        ("<r\x00ss>", "neither a feed nor a sitemap"),
    ],
    ids=["entries-feed", "entries-sitemap", "tags-sitemap", "nested", "signs", "attributes", "page", "binary"],
)
def test_what_is_too_much_or_none_is_refused_by_name(body: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        feeds.read(answer(body))
