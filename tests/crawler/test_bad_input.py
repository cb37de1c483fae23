"""Bad records, bad pages, bad databases, a port in use: one clear line, a status other than 0, nothing harmed."""

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.folder import DataFolder
from tests.conftest import Operator
from tests.sites.server import SampleWeb

GOOD = """<html><head><title>Công đoàn trường học họp mặt đầu năm</title></head><body>
<h1 class="detail-title">Công đoàn trường học họp mặt đầu năm</h1><span class="format_date">05/09/2023</span>
<div class="__MASTERCMS_CONTENT"><p>Sáng 5/9, công đoàn các trường học trên địa bàn huyện gặp mặt đầu năm học mới,
trao 40 suất quà cho con đoàn viên vượt khó.</p></div></body></html>"""


@contextmanager
def serving(pages: dict[str, tuple[int, str, bytes]]) -> Iterator[str]:
    """A site of these pages: path → status, content type or location, body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = pages.get(self.path, (404, "text/html", b"<h1>404</h1>"))
            self.send_response(status)
            self.send_header("Location" if 300 <= status < 400 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def page(body: str = GOOD, kind: str = "text/html; charset=utf-8", status: int = 200) -> tuple[int, str, bytes]:
    return status, kind, body.encode()


def listing(*paths: str) -> tuple[int, str, bytes]:
    return page("".join(f"<div><a href='{path}'>Công đoàn trường học họp mặt</a></div>" for path in paths))


def register(operator: Operator, folder: Path, site: str, family: str = "mastercms") -> None:
    (folder / "records").mkdir(exist_ok=True)
    (folder / "records" / "bad.yml").write_text(
        f"- {{id: bad.site, name: Trang thử, family: {family}, site: '{site}', listing: [/tin], enabled: true}}\n",
        "utf-8",
    )
    operator.environment |= {
        "UNION_ARCHIVE_SOURCES": str(folder / "records"),
        "UNION_ARCHIVE_ALLOW_PRIVATE": site.removeprefix("http://"),
        "UNION_ARCHIVE_DELAY": "0.01",
    }


def stored(operator: Operator) -> int:
    with closing(sqlite3.connect(operator.folder.archive_db)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ((404, "text/html", b"<h1>404</h1>"), "HTTP 404"),
        ((500, "text/html", b"<h1>500</h1>"), "HTTP 500"),
        ((200, "text/html", b"  "), "empty page"),
        ((200, "text/html", b"%PDF-1.4 ..."), "not HTML"),
        ((302, "/", b""), "redirected to the front page"),
        (page("<h1>Đăng nhập</h1><p>Tên, mật khẩu</p>"), "no article on the page"),
    ],
    ids=["404", "500", "empty", "no-html", "front-page", "no-article"],
)
def test_a_bad_page_is_named_and_the_others_are_stored(
    operator: Operator, tmp_path: Path, bad: tuple[int, str, bytes], told: str
) -> None:
    pages = {"/tin": listing("/tot-1.html", "/xau-2.html"), "/tot-1.html": page(), "/xau-2.html": bad}
    pages["/"] = page("<h1>Trang chủ</h1>")
    with serving(pages) as site:
        register(operator, tmp_path, site)
        done = operator.run("scrapy", "harvest")
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"bad.site: {told}")
        assert "/xau-2.html" in line
        assert "asked again next run" in line
        assert stored(operator) == 1
        pages["/xau-2.html"] = page(GOOD.replace("đầu năm", "cuối năm"))
        assert operator.run("scrapy", "harvest").returncode == 0
        assert stored(operator) == 2


@pytest.mark.soak
@pytest.mark.parametrize(
    ("bad", "state", "told"),
    [
        ((404, "text/html", b"<h1>404</h1>"), "refused", "HTTP 404"),
        ((500, "text/html", b"<h1>500</h1>"), "failed", "HTTP 500"),
        ((200, "text/html", b"  "), "failed", "empty page"),
        ((200, "text/html", b"%PDF-1.4 ..."), "refused", "not HTML"),
        ((302, "/", b""), "refused", "redirected to the front page or a listing"),
    ],
    ids=["404", "500", "empty", "no-html", "front-page"],
)
def test_the_generic_family_refuses_what_may_be_no_article_and_names_what_failed(
    operator: Operator, tmp_path: Path, bad: tuple[int, str, bytes], state: str, told: str
) -> None:
    pages = {"/tin": listing("/tot", "/xau"), "/tot": page(), "/xau": bad, "/": page("<h1>Trang chủ</h1>")}
    with serving(pages) as site:
        register(operator, tmp_path, site, "listing")
        done = operator.run("scrapy", "harvest", "--json")
    assert done.returncode == (1 if state == "failed" else 0)
    (row,) = json.loads(done.stdout)
    assert row[state] == {told: 1}
    assert stored(operator) == 1


@pytest.mark.soak
@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ((404, "text/html", b"<h1>404</h1>"), "listing: HTTP 404"),
        ((500, "text/html", b"<h1>500</h1>"), "listing: HTTP 500"),
        ((200, "text/html", b""), "listing: the listing is empty"),
        ((200, "application/pdf", b"%PDF-1.4 ..."), "listing: the listing is empty or no page"),
        ((302, "/", b""), "listing: the listing redirects to the front page"),
        (page("<p>Không có gì ở đây</p>"), "listing: names no article"),
    ],
    ids=["404", "500", "empty", "no-html", "front-page", "no-link"],
)
@pytest.mark.parametrize("family", ["mastercms", "listing"])
def test_a_bad_listing_fails_the_source_and_keeps_the_archive(
    operator: Operator, tmp_path: Path, bad: tuple[int, str, bytes], told: str, family: str
) -> None:
    pages = {"/tin": listing("/tot-1.html"), "/tot-1.html": page(), "/": page("<h1>Trang chủ</h1>")}
    with serving(pages) as site:
        register(operator, tmp_path, site, family)
        assert operator.run("scrapy", "harvest").returncode == 0
        pages["/tin"] = bad
        done = operator.run("scrapy", "harvest")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"bad.site: {told}")
    assert stored(operator) == 1


@pytest.mark.soak
def test_a_site_that_does_not_answer_is_named(operator: Operator, tmp_path: Path) -> None:
    register(operator, tmp_path, "http://127.0.0.1:9")
    done = operator.run("scrapy", "harvest")
    assert done.returncode == 1
    assert done.stderr.startswith("bad.site: listing: ")
    assert "refused" in done.stderr


@pytest.mark.soak
def test_a_private_address_is_never_asked(operator: Operator, tmp_path: Path) -> None:
    with serving({"/tin": listing("/tot-1.html"), "/tot-1.html": page()}) as site:
        register(operator, tmp_path, site)
        operator.environment["UNION_ARCHIVE_ALLOW_PRIVATE"] = ""
        done = operator.run("scrapy", "harvest")
    assert done.returncode == 1
    assert "leads to no public address" in done.stderr


@pytest.mark.soak
def test_a_redirect_to_another_port_is_not_followed(operator: Operator, tmp_path: Path) -> None:
    with serving({"/inside": page()}) as internal:
        pages = {
            "/tin": listing("/tot-1.html", "/ra-2.html"),
            "/tot-1.html": page(),
            "/ra-2.html": (302, f"{internal}/inside", b""),
        }
        with serving(pages) as site:
            register(operator, tmp_path, site)
            done = operator.run("scrapy", "harvest")
    assert stored(operator) == 1
    assert "leads to no public address" in done.stdout


@pytest.mark.soak
@pytest.mark.parametrize("command", [("scrapy", "list"), ("scrapy", "harvest"), ("scrapy", "crawl", "bad.site")])
@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("family", "sharepint", "no family is called 'sharepint'"),
        ("home", '"999"', "no district or province with code '999'"),
    ],
)
def test_a_bad_record_stops_the_command_with_one_line(
    operator: Operator, tmp_path: Path, command: tuple[str, ...], field: str, value: str, told: str
) -> None:
    register(operator, tmp_path, "http://127.0.0.1:9")
    records = tmp_path / "records" / "bad.yml"
    record = "- {id: bad.site, name: X, family: listing, home: '352', site: 'http://127.0.0.1:9', listing: [/tin]}"
    old = {"family": "listing", "home": "'352'"}[field]
    records.write_text(record.replace(f"{field}: {old}", f"{field}: {value}"), "utf-8")
    done = operator.run(*command)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "bad.yml: bad.site" in line
    assert told in line
    assert not operator.folder.root.exists()


def test_a_duplicate_id_is_named(operator: Operator, tmp_path: Path) -> None:
    register(operator, tmp_path, "http://127.0.0.1:9")
    records = tmp_path / "records" / "bad.yml"
    (tmp_path / "records" / "other.yml").write_text(records.read_text("utf-8"), "utf-8")
    done = operator.run("scrapy", "list")
    assert done.returncode == 1
    assert "other.yml: bad.site: id: another record has this id" in done.stderr


@pytest.mark.soak
@pytest.mark.parametrize(
    "command", [("scrapy", "harvest"), ("scrapy", "crawl", "mau.dam-ha"), ("union-archive", "build")]
)
@pytest.mark.parametrize("name", ["crawl.db", "archive.db"])
def test_a_database_of_a_newer_version_is_left_alone(sample: Operator, command: tuple[str, ...], name: str) -> None:
    assert sample.run("scrapy", "harvest", "mau.binh-luc").returncode == 0
    path = sample.folder.root / name
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    done = sample.run(*command)
    assert done.returncode == 1
    *log, line = done.stderr.splitlines()
    assert not log or command[1] == "crawl"
    assert line.startswith(str(path))
    assert "newer version" in line
    assert "upgrade" in line
    assert stored(sample) == 14


@pytest.mark.soak
def test_a_folder_that_cannot_be_written_is_named(sample: Operator) -> None:
    nowhere = Operator(DataFolder(Path("/proc/nowhere")), sample.environment)
    for command in (("scrapy", "harvest"), ("scrapy", "crawl", "mau.dam-ha")):
        done = nowhere.run(*command)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("/proc/nowhere")
        assert "Traceback" not in done.stderr


def test_two_harvests_do_not_overlap(sample: Operator) -> None:
    sample.folder.root.mkdir()
    with sample.folder.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = sample.run("scrapy", "harvest")
    assert done.returncode == 1
    assert "another harvest, build or rebuild is at work" in done.stderr
    assert "wait until it ends" in done.stderr


def test_an_unknown_source_is_wrong_usage(sample: Operator) -> None:
    done = sample.run("scrapy", "harvest", "mau.dam-hà")
    assert done.returncode == 2
    assert "no source has the id mau.dam-hà; `scrapy list` shows them" in done.stderr


def test_crawl_of_an_unknown_source_is_wrong_usage(operator: Operator) -> None:
    done = operator.run("scrapy", "crawl", "nix")
    assert done.returncode == 2
    assert "no source has the id 'nix'; `scrapy list` shows them" in done.stderr
    assert "Traceback" not in done.stderr
    assert not operator.folder.root.exists()


def test_the_sample_web_names_a_port_in_use(web: SampleWeb) -> None:
    port = int(web.addresses["mau.dam-ha"].rsplit(":", 1)[1])
    with pytest.raises(OSError, match=f"port {port} .* is in use"):
        SampleWeb({"mau.dam-ha": port})


@pytest.mark.soak
def test_harvest_reports_as_json_too(sample: Operator) -> None:
    done = sample.run("scrapy", "harvest", "--json", "mau.binh-luc")
    (row,) = json.loads(done.stdout)
    assert row["source"] == "mau.binh-luc"
    assert row["state"] == "ok"
    assert row["refused"] == {"no article on the page": 2}
