"""What a survey makes of a site, over pages given as they are: paging, articles, articles that are no listing."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from archive.sources import Source
from crawler.probing import page, records, report
from crawler.probing.errors import ProbeError
from crawler.probing.propose import propose
from crawler.probing.survey import Survey, survey
from tests.sites.small import Reply, article, listing

SITE = "https://a.example.vn"
TWO = "<a href='/tin?page=2'>2</a>"
POSTBACK = "<a onclick=\"__doPostBack('g','Page$2')\">2</a>"
ONE = {"/mot-1.html": article("Họp mặt đầu năm")}


class Pages:
    """Answers as a site of these pages would, whose host with www leads to the one without."""

    user_agent = "test"

    def __init__(self, pages: Mapping[str, Reply]):
        self.pages = pages

    async def __call__(self, url: str, **meta: object) -> Response:
        url = url.replace("://www.", "://")
        reply = self.pages.get(url.removeprefix(SITE), Reply(b"<h1>404</h1>", 404))
        if reply.status == 599:
            raise ProbeError(url, "no answer in time", "try later")
        request = Request(url, meta=dict(meta))
        return HtmlResponse(url, status=reply.status, headers=reply.headers, body=reply.body, request=request)


def surveyed(pages: Mapping[str, Reply], **fields: object) -> Survey:
    record = Source(**({"id": "a", "name": "A", "family": "mastercms", "site": SITE, "listing": ("/tin",)} | fields))
    return asyncio.run(survey(Pages(pages), f"{SITE}/tin", record))  # type: ignore[arg-type]


def html(body: str, title: str = "") -> HtmlResponse:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return HtmlResponse(f"{SITE}/tin", body=text, encoding="utf-8")


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        (ONE | {"/tin": listing("/mot-1.html")}, []),
        (ONE | {"/tin": listing("/mot-1.html", more=TWO), "/tin?page=2": listing("/hai-2.html")}, []),
        (
            ONE | {"/tin": listing("/mot-1.html", more=TWO), "/tin?page=2": listing("/mot-1.html")},
            ["paging does not work: https://a.example.vn/tin?page=2: 1 articles, 0 of them new"],
        ),
        (
            ONE | {"/tin": listing("/mot-1.html", more=TWO)},
            ["paging does not work: https://a.example.vn/tin?page=2: HTTP 404"],
        ),
        (
            ONE | {"/tin": listing("/mot-1.html", more=TWO), "/tin?page=2": Reply(status=599)},
            ["paging does not work: https://a.example.vn/tin?page=2: no answer in time"],
        ),
        (ONE | {"/tin": listing("/mot-1.html", more=POSTBACK)}, ["postback '2'"]),
        (ONE | {"/tin": listing("/mot-1.html", more="<a href='#' onclick='more()'>Xem thêm</a>")}, ["'Xem thêm'"]),
        ({"/tin": listing("/mot-1.html"), "/mot-1.html": Reply(b"x", 500)}, ["/mot-1.html: HTTP 500)"]),
        ({"/tin": listing("/mot-1.html")}, ["no article could be read (https://a.example.vn/mot-1.html: HTTP 404)"]),
        ({"/tin": listing()}, ["no article could be read (the listing names none)"]),
        (
            {"/tin": listing("/mot-1.html"), "/mot-1.html": article("Họp mặt", day="")},
            ["the article read has no date (https://a.example.vn/mot-1.html)"],
        ),
    ],
    ids=["one-page", "two", "same", "gone", "slow", "postback", "script", "error", "no-article", "no-links", "undated"],
)  # fmt: skip
def test_what_is_missing_is_said_exactly(pages: dict[str, Reply], told: list[str]) -> None:
    found = [cause for cause, _ in report.missing(surveyed(pages))]
    assert len(found) == len(told)
    assert all(part in cause for part, cause in zip(told, found, strict=True))


def test_an_article_after_pages_that_are_none_is_found_and_these_are_told() -> None:
    pages = {"/tin": listing("/khong-1.html", "/co-2.html"), "/co-2.html": article("Họp mặt đầu năm")}
    sample = surveyed(pages).sample
    assert sample.url == f"{SITE}/co-2.html"
    assert sample.refused == ((f"{SITE}/khong-1.html", "HTTP 404"),)


def test_an_article_a_crawl_would_not_keep_is_shown_and_said_so() -> None:
    found = surveyed(ONE | {"/tin": listing("/mot-1.html")}, keep=("bóng đá",))
    assert found.sample.article is not None
    assert "none of the record's keep words" in "\n".join(report.lines(found, None))


def test_the_ways_a_crawl_would_try_first_are_told() -> None:
    posts = b'[{"link": "https://a.example.vn/ba/", "date_gmt": "2023-09-05T01:00:00"}]'
    rest = "/wp-json/wp/v2/posts?per_page=100&orderby=date&_fields=link,date_gmt,modified_gmt&page=1"
    front = Reply(b"<html><body><article><a href='/mot/'>Mot</a></article></body></html>")
    pages = {"/": front, "/mot/": article("Họp mặt"), "/ba/": article("Tập huấn")}

    async def look(pages: Mapping[str, Reply]) -> Survey:
        record = Source(id="a", name="A", family="wordpress", site=SITE, listing=("/",))
        return await survey(Pages(pages), f"{SITE}/", record)  # type: ignore[arg-type]

    closed = asyncio.run(look(pages))
    assert closed.way.entrance is closed.first
    assert closed.way.refused[0] == (SITE + rest, "HTTP 404")
    assert f"not at {SITE}{rest}: HTTP 404" in "\n".join(report.lines(closed, None))
    open_ = asyncio.run(look(pages | {rest: Reply(posts, headers={"Content-Type": "application/json"})}))
    assert open_.way.entrance.url == SITE + rest
    assert [link.url for link in open_.way.links] == [f"{SITE}/ba/"]
    assert open_.paging.works


def test_what_comes_from_the_web_steers_no_terminal() -> None:
    found = surveyed(ONE | {"/tin": listing("/mot-1.html")})
    robots = replace(found.detected, reasons=("generator \x1b[31mrot",))
    assert "\x1b" not in "\n".join(report.lines(replace(found, detected=robots), None))


def test_a_certificate_that_was_not_verified_is_missing() -> None:
    found = surveyed(ONE | {"/tin": listing("/mot-1.html")})
    told = [cause for cause, _ in report.missing(replace(found, tls="expired"))]
    assert told == ["its certificate cannot be verified: expired"]


HOSTILE = "<script>alert(1)</script>\u2028 'x': [y] # z\n  enabled: true\n\x85- id: b.c\n" + "dài " * 200


def test_what_a_page_calls_itself_cannot_break_out_of_its_record() -> None:
    pages = ONE | {
        "/tin": listing("/mot-1.html", more=f"<a href='/'>{HOSTILE}</a><meta name=generator content='{HOSTILE}'>")
    }
    proposal = propose(surveyed(pages), set(), ("352",))
    assert proposal.source.enabled is False
    assert proposal.id == "ha-nam.binh-luc"
    assert proposal.text.count("\n- ") == 0
    assert max(map(len, proposal.text.splitlines())) < 400


def test_a_host_that_leads_to_another_becomes_its_alias() -> None:
    pages = ONE | {"/tin": listing("/mot-1.html")}
    found = asyncio.run(survey(Pages(pages), "https://www.a.example.vn/tin"))  # type: ignore[arg-type]
    source = propose(found, set(), ("352",)).source
    assert (source.site, source.aliases, source.listing) == (SITE, ("www.a.example.vn",), ("/tin",))


@pytest.mark.parametrize(
    ("taken", "identifier"),
    [
        (set(), "ha-nam.binh-luc"),
        ({"ha-nam.binh-luc"}, "ha-nam.binh-luc.cong-thong-tin"),
        ({"ha-nam.binh-luc", "ha-nam.binh-luc.cong-thong-tin"}, "ha-nam.binh-luc.a-example-vn"),
    ],
)
def test_an_id_that_is_taken_is_not_proposed(taken: set[str], identifier: str) -> None:
    found = surveyed(ONE | {"/tin": listing("/mot-1.html")})
    assert propose(found, taken, ("352",)).id == identifier


def test_a_mixed_portal_gets_keep_words_and_a_unions_listing_none() -> None:
    mixed = surveyed(ONE | {"/tin": listing("/mot-1.html")})
    assert "keep: [công đoàn, LĐLĐ, Liên đoàn Lao động]" in propose(mixed, set(), ("352",)).text
    title = Reply(listing("/mot-1.html").body.replace(b"<body>", "<title>Tin LĐLĐ huyện</title><body>".encode()))
    assert "keep:" not in propose(surveyed(ONE | {"/tin": title}), set(), ("352",)).text


@pytest.mark.parametrize(
    ("body", "marks"),
    [
        ("<a href='/tin/p2'>Trang sau</a>", ["'Trang sau'"]),
        ("<a href='/tin/p2'>Tiếp &raquo;</a>", ["'Tiếp »'"]),
        ("<div class='phantrang'><a href='/tin/p2'>»</a></div>", ["'»'"]),
        ("<a class='next' data-slide='next' href='#anh'>Next</a>", []),
        ("<div class='slider'><a href='#'>›</a></div>", []),
        ("<a href='/video'>Xem thêm</a><a href='/tin/2'>2</a>", []),
        ("<a href='/mot-1.html'>Tiếp tục đổi mới hoạt động công đoàn</a>", []),
    ],
)
def test_what_says_that_a_listing_goes_on(body: str, marks: list[str]) -> None:
    assert page.next_marks(html(body)) == marks


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<a href='/'>Trang chủ</a><a href='/'>Trang tin huyện A</a>", "Trang tin huyện A"),
        ("<a href='/'><img alt='Cổng thông tin điện tử huyện A' src=x></a>", "Cổng thông tin điện tử huyện A"),
        ("<p>CỔNG THÔNG TIN ĐIỆN TỬ HUYỆN A (MẪU)</p>", "CỔNG THÔNG TIN ĐIỆN TỬ HUYỆN A"),
        ("<a href='/#chinh'>Đến nội dung</a>", "a.example.vn"),
    ],
)
def test_a_sites_name(body: str, told: str) -> None:
    assert page.site_name(html(body)) == told


def test_only_the_owners_lines_tell_its_place() -> None:
    news = "<ul><li>LĐLĐ quận Hà Đông trao quà</li></ul><p><b>Địa chỉ:</b> phố Ga, huyện Thường Tín, Hà Nội</p>"
    told = dict(page.self_descriptions(html(news)))
    assert told["its owner's address"] == "Địa chỉ: phố Ga, huyện Thường Tín, Hà Nội"


RECORDS = """# Đầu tệp
- id: a.mot   # giữ
  name: Một
  family: listing
  site: https://mot.example.vn
  listing: [/]
  # enabled: false
  enabled: false  # chưa
# của hai
- {id: a.hai, name: "enabled: false", family: listing, site: https://hai.example.vn, listing: [/]}
- name: Ba
  id: a.tam
  family: listing
  site: https://ba.example.vn
  listing: [/]"""


@pytest.mark.parametrize(
    ("identifier", "old", "new"),
    [
        ("a.mot", "  enabled: false  # chưa", "  enabled: true  # chưa"),
        ("a.hai", "- {id: a.hai", "- {enabled: true, id: a.hai"),
        ("a.tam", "- name: Ba\n", "- enabled: true\n  name: Ba\n"),
    ],
)
def test_enabling_changes_one_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identifier: str, old: str, new: str
) -> None:
    monkeypatch.setenv("UNION_ARCHIVE_SOURCES", str(tmp_path))
    file = tmp_path / "a.yml"
    file.write_text(RECORDS, "utf-8")
    assert records.enable(identifier) == file
    assert file.read_text("utf-8") == RECORDS.replace(old, new, 1)
    assert [other.name for other in tmp_path.iterdir()] == ["a.yml"]
