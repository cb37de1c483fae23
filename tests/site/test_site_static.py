"""The static copy: every link of every file leads to a file, a plain file server below any path is enough, its search
finds what the server's finds."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree
from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser
from site_archive import METADATA, Site
from static_links import Copy, plain_server

from archive.cli import main
from archive.errors import ArchiveError
from archive.static import Static, write_static
from archive.static.addresses import Addresses, file_of, relative
from archive.static.pages import Place, static_page
from archive.text import fold

pytestmark = pytest.mark.soak

ADDRESS = "https://tin.example/kho"
CHROMIUM = shutil.which("chromium")
ADDRESSES = Addresses(
    {
        "huyen": frozenset({"dam-ha-quang-ninh"}),
        "tinh": frozenset({"quang-ninh"}),
        "nam-hoc": frozenset({"2021-2022"}),
        "nguon": frozenset({"ha-nam", "ha-nam/loi"}),
    },
    frozenset({"nam"}),
    {"ha-nam.tinh": "/nguon/ha-nam/#nguon-ha-nam.tinh"},
)


@pytest.fixture(scope="module")
def copy(site_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Static:
    folder = tmp_path_factory.mktemp("static") / "kho"
    done: list[tuple[int, int]] = []
    written = write_static(site_db, folder, lambda *step: done.append(step), address=f"{ADDRESS}/", metadata=METADATA)
    assert done == [(n, written.articles) for n in range(1, written.articles + 1)]
    return written


def ids(site_db: Path) -> list[str]:
    with closing(sqlite3.connect(site_db)) as db:
        return [row[0] for row in db.execute("SELECT id FROM articles")]


def test_every_link_leads_to_a_file(copy: Static) -> None:
    """Also every link with a fragment to an element, and every whole address of ours to what is there."""
    checked = Copy(copy.folder, ADDRESS)
    assert len(set(checked.links())) > 10 * copy.articles
    assert checked.broken() == []


def test_a_link_checker_finds_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "bai" / "x").mkdir(parents=True)
    (tmp_path / "index.html").write_text('<a href="bai/x/#la">1</a><a href="bai/x/#co">2</a><a href="../ngoai/">3</a>')
    (tmp_path / "bai/x/index.html").write_text('<p id="co"></p><img src="anh.png"><a href="../../?q=1">4</a>')
    (tmp_path / "feed.atom").write_text(
        f'<feed><link href="{ADDRESS}/bai/y"/><link href="https://khac.example/"/></feed>'
    )
    assert [link.removeprefix("https://tin.example") for _, link in Copy(tmp_path, ADDRESS).broken()] == [
        "/kho/bai/x/#la",
        "/ngoai/",
        "/kho/?q=1",
        "/kho/bai/x/anh.png",
        "/kho/bai/y",
    ]


def test_feeds_and_sitemaps_name_what_is_there(copy: Static, site_db: Path) -> None:
    named = set()
    for file in (*copy.folder.rglob("*.atom"), *copy.folder.glob("sitemap*.xml")):
        root = etree.fromstring(file.read_bytes())
        named |= {node.get("href") for node in root.iter("{*}link") if node.get("rel") != "via"}
        named |= {node.text for node in root.iter("{*}loc")}
    assert {f"{ADDRESS}/bai/{article}" for article in ids(site_db)} <= named
    for address in named:
        path = address.removeprefix(ADDRESS)
        assert path != address, address
        assert (copy.folder / file_of(path)).is_file(), address


def test_articles_and_citations_are_the_servers(copy: Static, site: Site, site_db: Path) -> None:
    for article in ids(site_db):
        path = f"/bai/{article}"
        mine = LexborHTMLParser((copy.folder / file_of(path)).read_text("utf-8"))
        served = LexborHTMLParser(site.get(path).text)
        assert mine.css_first("article").text() == served.css_first("article").text().replace(
            "http://localhost", ADDRESS
        )
        for name in ("bib", "ris", "csl.json", "json", "txt"):
            body = (copy.folder / file_of(f"{path}.{name}")).read_bytes()
            assert body == site.get(f"{path}.{name}").content.replace(b"http://localhost", ADDRESS.encode())
        for version in json.loads((copy.folder / f"bai/{article}.json").read_text("utf-8"))["versions"]:
            assert (copy.folder / file_of(f"{path}/ban-luu/{version['version']}")).is_file()


def test_a_district_lists_all_its_articles(copy: Static, site: Site) -> None:
    found = site.json("/tim-kiem.json", huyen="dam-ha-quang-ninh")
    pages = (copy.folder / "huyen/dam-ha-quang-ninh").rglob("index.html")
    listed = "".join(page.read_text("utf-8") for page in pages)
    assert found["results"]
    assert [one["id"] for one in found["results"] if f"bai/{one['id']}/" not in listed] == []


def test_no_page_runs_what_is_not_ours(copy: Static) -> None:
    for file in copy.folder.rglob("*.html"):
        policy = LexborHTMLParser(file.read_text("utf-8")).css_first('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None
        assert "default-src 'self'" in (policy.attributes["content"] or "")
    assert not [file for file in copy.folder.rglob("*") if file.is_file() and b".invalid" in file.read_bytes()]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/", "/"),
        ("/bai/abc", "/bai/abc/"),
        ("/bai/abc/ban-luu/2#doan-3", "/bai/abc/ban-luu/2/#doan-3"),
        ("/bai/abc/ban-luu/2.warc.gz", None),
        ("/bai/abc.csl.json", "/bai/abc.csl.json"),
        ("/tim-kiem", "/tim-kiem/"),
        ("/tim-kiem?huyen=dam-ha-quang-ninh&nam-hoc=2021-2022", "/huyen/dam-ha-quang-ninh/"),
        ("/tim-kiem?tinh-nay=quang-ninh", "/tinh/quang-ninh/"),
        ("/tim-kiem?nguon=a", "/nguon/"),
        ("/tim-kiem?nguon=ha-nam.tinh", "/nguon/ha-nam/#nguon-ha-nam.tinh"),
        ("/nguon/ha-nam/loi", "/nguon/ha-nam/loi/"),
        ("/nguon/ha-noi", None),
        ("/tim-kiem?huyen=khong-co", None),
        ("/huyen/dam-ha-quang-ninh?ke-thua=1", None),
        ("/huyen/dam-ha-quang-ninh.atom", "/huyen/dam-ha-quang-ninh.atom"),
        ("/bieu-do/nam.csv", "/bieu-do/nam.csv"),
        ("/so-lieu.xlsx", None),
        ("/union-news", None),
        ("/huyen/khong-co", None),
    ],
)
def test_addresses(address: str, found: str | None) -> None:
    assert ADDRESSES.found(address) == found


def test_relative() -> None:
    assert relative("/bai/x/", "/huyen/y/") == "../../huyen/y/"
    assert relative("/", "/") == "./"
    assert relative("/bai/x/", "/") == "../../"
    assert relative("/huyen/", "/bai/x.bib") == "../bai/x.bib"
    assert relative("/bai/x/", "/bai/x/ban-luu/1/#a") == "ban-luu/1/#a"


def test_what_needs_a_server_is_no_link() -> None:
    page = static_page(
        '<head></head><main><a rel="nofollow" href="/tim-kiem.csv?q=x" class="k">a &amp; <b>b</b></a>'
        '<form action="/so-lieu">f</form></main>',
        Place("/so-lieu/", ADDRESSES),
    )
    assert '<span class="k">a &amp; <b>b</b></span>' in page
    assert "<form" not in page
    assert 'href="../tim-kiem/"' in page


def test_a_folder_of_others_is_left_alone(site_db: Path, tmp_path: Path) -> None:
    (tmp_path / "anh.jpg").write_text("x")
    with pytest.raises(ArchiveError, match="holds other things"):
        write_static(site_db, tmp_path, address=ADDRESS, metadata=METADATA)
    with pytest.raises(ArchiveError, match="no address"):
        write_static(site_db, tmp_path / "x", address="tin.example", metadata=METADATA)
    assert [path.name for path in tmp_path.iterdir()] == ["anh.jpg"]


def test_a_copy_that_fails_leaves_the_old_one(site_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "kho"
    old.mkdir()
    (old / "copy.json").write_text("{}")

    def fail(done: int, total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_static(site_db, old, fail, address=ADDRESS, metadata=METADATA)
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]
    assert [path.name for path in old.iterdir()] == ["copy.json"]


@pytest.fixture(scope="module")
def served(copy: Static) -> Iterator[str]:
    """The copy below a path of a plain file server."""
    with plain_server(copy.folder.parent) as root:
        yield f"{root}{copy.folder.name}/"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_a_reader_searches_it_in_a_browser(served: str) -> None:
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("requestfailed", lambda request: said.append(request.url))
        page.on("response", lambda answer: said.append(answer.url) if answer.status >= 400 else None)
        page.goto(served)
        for words in ("dam ha", "Đầm Hà"):
            page.fill("form[role=search] input[name=q]", words)
            page.click("form[role=search] button")
            page.wait_for_selector("#ket-qua li")
            titles = page.locator("#ket-qua li").all_inner_texts()
            assert any("đầm hà" in text.lower() for text in titles)
            marked = page.locator("#ket-qua mark").all_inner_texts()
            assert {"dam", "ha"} >= {fold(word).strip(".,;:()“”") for word in marked}
        assert marked[0].lower() == "đầm"  # spelt with accents: the articles that are spelt so come first
        page.click("#ket-qua li a")
        page.wait_for_selector("article h1")
        page.click("article .chips a")
        page.wait_for_selector("main h1")
        page.goto(f"{served}tim-kiem/?q=khongcotunao")
        page.wait_for_selector("#so-ket-qua:not(:empty)")
        assert page.locator("#ket-qua li").count() == 0
        browser.close()
    assert said == []


def test_publish_writes_the_copy(archive_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_ARCHIVE_DATA", str(tmp_path))
    shutil.copy(archive_db, tmp_path / "archive.db")
    asked = ["publish", "--static", str(tmp_path / "kho"), "--metadata", str(METADATA), "--json"]
    alone = CliRunner().invoke(main, asked)
    assert alone.exit_code == 2
    assert "--address" in alone.output
    found = CliRunner().invoke(main, [*asked, "--address", ADDRESS])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["static"]["files"] > 100
    assert (tmp_path / "kho" / "index.html").is_file()
