"""Pages that are no content, each of its kind, and articles and lists that only look like them."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from archive import ingest
from archive.capture import Capture
from archive.extract.blocked import blocked, notices, whole
from archive.sources import Source
from tests.conftest import SHARED
from tests.sites import content
from tests.sites.pages import Site
from tests.sites.systems import SYSTEMS

GOLDEN = Path(__file__).parent / "blocked"
PAGES = sorted(GOLDEN.glob("*/*.html"))
KINDS = {path: None if path.parent.name == "article" else path.parent.name.replace("-", " ") for path in PAGES}
SOURCE = Source(id="a.b", name="Cổng huyện", family="listing", site="https://a.example.vn", listing=("/tin",))


def capture(body: bytes, **fields: object) -> Capture:
    made = Capture(SOURCE, f"{SOURCE.site}/tin/1", f"{SOURCE.site}/tin/1", "2023-09-20T00:00:00.000+00:00", body)
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_page_has_its_kind(path: Path) -> None:
    assert blocked(path.read_bytes()) == KINDS[path]


def test_every_kind_has_pages() -> None:
    assert {kind for kind in KINDS.values() if kind} == {kind.name for kind in notices().kinds}
    assert len([kind for kind in KINDS.values() if kind]) >= 25
    assert len([kind for kind in KINDS.values() if not kind]) >= 10


def test_no_page_of_the_sample_web_is_blocked() -> None:
    found = {}
    for name, system in SYSTEMS.items():
        paths = ["/", *map(system.listing_path, range(1, 5)), *map(system.article_path, content.articles(name))]
        for path in (*paths, "/lien-he", "/van-ban", "/so-do-cong"):
            page = Site(name, "http://sample.example.vn").page(path)
            if page.status == 200:
                found[name, path] = blocked(page.body)
        assert blocked(Site(name, "http://sample.example.vn").page("/dang-nhap").body) == "login"
        missing = Site(name, "http://sample.example.vn").page("/khong-co")
        assert missing.status == 302 or blocked(missing.body) == "not found"
    assert len(found) > 80
    assert {page: kind for page, kind in found.items() if kind} == {}


RECORDED = [*(SHARED / "pages").glob("*/*.html"), *(SHARED / "replay").glob("*/*.html")]
ANSWERS = [path for path in (SHARED / "replay").glob("*/*.body") if b"<html" in path.read_bytes()[:1000].lower()]


@pytest.mark.skipif(not RECORDED, reason="no ../shared beside this checkout")
def test_no_recorded_page_is_blocked_but_those_that_were_not_there() -> None:
    assert {path.name: kind for path in RECORDED if (kind := blocked(path.read_bytes()))} == {}
    for path in ANSWERS:
        status = int(path.with_suffix(".headers").read_text().split()[1])
        assert blocked(path.read_bytes()) == ("not found" if status == 404 else None)
        assert whole(path.read_bytes())


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, None), (401, "login"), (403, "challenge"), (404, "not found"), (410, "not found"), (429, "challenge"),
     (500, "error"), (502, "error"), (304, None)],
)  # fmt: skip
def test_the_status_tells_where_the_page_does_not(status: int, kind: str | None) -> None:
    assert blocked(b"<html><body><p>Xin ch\xc3\xa0o</p></body></html>", status=status) == kind
    assert blocked(b"", status=status) == kind


def test_a_page_says_more_than_its_status() -> None:
    maintenance = (GOLDEN / "maintenance" / "website-dang-bao-tri.html").read_bytes()
    assert blocked(maintenance, status=503) == "maintenance"
    assert blocked((GOLDEN / "not-found" / "apache.html").read_bytes(), status=403) == "not found"


def test_a_header_tells() -> None:
    assert blocked(b"<html></html>", headers={"CF-Mitigated": "challenge"}) == "challenge"
    assert blocked(b"<html></html>", headers={"Server": "cloudflare", "CF-Ray": "1"}) is None


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig", "cp1258"])
def test_a_notice_in_any_charset(charset: str) -> None:
    tones_behind = "Trang không tô\u0300n ta\u0323i"
    page = f"<html><head><title>{tones_behind}</title></head><body><p>{tones_behind}.</p></body></html>"
    assert blocked(page.encode(charset)) == "not found"


@pytest.mark.parametrize(
    ("body", "complete"),
    [
        (b"<html><body><p>a</p></body></html>", True),
        (b"<html><body><p>a</p></BODY >\n\n", True),
        (b"<html><body><p>a</p>< / html >", True),
        (b"<p>a</p></html><!-- cached at 08:00 --><script>dem()</script>\n", True),
        ("<p>a</p></html>".encode("utf-16"), True),
        (b"<p>a</p></html>" + b" " * 4000, False),
        (b"<html><body><p>a</p>", False),
        (b"<html><body></htm", False),
        (b"<p>&lt;/html&gt;</p>", False),
        (b"", False),
    ],
)
def test_a_whole_page_has_an_end(body: bytes, complete: bool) -> None:
    assert whole(body) is complete


def test_a_page_cut_in_the_middle_is_not_whole() -> None:
    page = (GOLDEN / "article" / "huong-dan-dang-nhap.html").read_bytes()
    assert whole(page)
    assert not any(whole(page[:length]) for length in range(0, len(page) - len(b"</body></html>\n"), 97))


@pytest.mark.parametrize(
    "scrap",
    [
        "<",
        "<p",
        "<a>",
        "<div>",
        "<title>",
        "<h1>Lỗi",
        "<script>document.cookie",
        "không tồn tại ",
        "&#244;",
        "404 -",
        "'",
    ],
)
def test_hostile_pages_take_linear_time(scrap: str) -> None:
    body = f"<title>Lỗi</title>{scrap * (250_000 // len(scrap))}".encode()
    started = time.process_time()
    assert blocked(body) in (None, *(kind.name for kind in notices().kinds))
    assert time.process_time() - started < 5


def test_ingest_names_what_it_refuses() -> None:
    login = (GOLDEN / "login" / "liferay.html").read_bytes()
    assert ingest.read(capture(login)).reason == f"{ingest.BLOCKED}login page"
    missing = (GOLDEN / "not-found" / "trong-khung-cong.html").read_bytes()
    assert ingest.read(capture(missing)).reason == ingest.SOFT_404
    assert ingest.read(capture((GOLDEN / "article" / "404-suat-qua.html").read_bytes())).article


@pytest.mark.parametrize("path", [path for path in PAGES if KINDS[path]], ids=lambda path: path.stem)
def test_ingest_takes_no_notice_for_an_article(path: Path) -> None:
    reading = ingest.read(capture(path.read_bytes()))
    assert reading.article is None
    assert reading.reason == ingest.SOFT_404 if KINDS[path] == "not found" else f"{ingest.BLOCKED}{KINDS[path]} page"


@pytest.mark.parametrize("bad", [b"\xff\xfe", "\ufffd\ufffd".encode()])
def test_a_damaged_article_is_not_stored_silently(bad: bytes) -> None:
    page = (GOLDEN / "article" / "404-suat-qua.html").read_bytes()
    in_body = page.replace("đoàn viên.".encode(), "đoàn ".encode() + bad + b"vi\xc3\xaan.")
    assert ingest.read(capture(in_body)).reason == ingest.DAMAGED
    in_menu = page.replace("Góp ý".encode(), "Góp ".encode() + bad, 1)
    assert ingest.read(capture(in_menu)).article
