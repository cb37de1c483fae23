"""Captures out as WARC and in again, and WARC files that other programs wrote, whole and harmful ones."""

import gzip
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from warcio.warcwriter import WARCWriter

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.decisions import NOTHING_DECIDED
from archive.errors import ArchiveError
from archive.rebuild import rebuild
from archive.sources import Source, load_sources
from archive.warc.export import export_warc
from archive.warc.intake import Imported, import_warcs
from archive.warc.reading import records_of
from tests.conftest import Operator
from tests.sites.content import RECORDS, articles
from tests.sites.pages import Site
from tests.sites.server import SampleWeb
from tests.sites.systems import SYSTEMS

WARCIO = Path(sys.executable).parent / "warcio"
SOURCE = Source(
    id="a.b", name="Cổng huyện", family="listing", site="https://a.example.vn", listing=("/tin",),
    aliases=("cu.example.vn",),
)  # fmt: skip
PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40


def page(number: int = 1, text: str = "Công đoàn trường tổng kết năm học 2022-2023.") -> bytes:
    return PAGE.format(f"Tin công đoàn số {number}", text).encode()


def sample_captures() -> Iterator[tuple[Capture, list[Capture]]]:
    """All articles of two sample sites with the files they link, and a later capture of the one that was edited."""
    sources = {source.id: source for source in load_sources([RECORDS.parent])}
    for name in ("mau.dam-ha", "mau.thuong-tin"):
        source = sources[name]
        for hour, edited in ((1, False), (9, True)):
            site = Site(name, source.site, edited=edited)
            for number, article in enumerate(site.articles):
                if edited and not article.edited:
                    continue
                path = SYSTEMS[name].article_path(article)
                one = Capture(
                    source,
                    url=f"{source.site}{path}" + ("?utm_source=zalo" if number % 3 else ""),
                    final_url=source.site + path,
                    fetched=f"2026-0{hour}-{number + 1:02}T08:00:00.123+00:00",
                    body=site.page(path).body,
                    headers=(("Content-Type", "text/html; charset=utf-8"), ("X-Tên", "bỏ"), ("X-Two", "one\r\ntwo")),
                    listed="20/11/2025" if number % 2 else None,
                    tls="verified" if number % 2 else None,
                )
                address = f"{source.site}/tep/{number % 4}.pdf"
                headers = (("Content-Type", "application/pdf"), ("Content-Encoding", "gzip"), ("Content-Length", "7"))
                body = PDF + bytes([number % 4])
                attached = replace(one, url=address, final_url=address, body=body, listed=None, headers=headers)
                shared = replace(attached, url=f"{source.site}/tep/chung.pdf", final_url=f"{source.site}/tep/chung.pdf")
                shared = replace(shared, body=PDF)
                yield one, [[], [attached], [shared, attached], [attached, shared]][number % 4]


@pytest.fixture
def filled(operator: Operator) -> Operator:
    """An operator whose folder holds the captures of two sample sites, and the archive built from them."""
    with closing(CaptureStore(operator.folder.crawl_db)) as captures:
        for one, files in sample_captures():
            captures.put(one, files)
    rebuild(operator.folder.crawl_db, operator.folder.archive_db, decisions=NOTHING_DECIDED)
    return operator


def contents(archive_db: Path) -> list[Any]:
    """Everything that archive.db says, but for the numbers of captures."""
    said = []
    with closing(sqlite3.connect(archive_db)) as connection:
        for table in ("articles", "revisions", "article_places", "article_school_years", "sources"):
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            kept = [place for place, name in enumerate(names) if name != "capture"]
            said.append(sorted(repr([row[place] for place in kept]) for row in cursor))
    assert said[0]
    return said


def warcio(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([WARCIO, *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.soak
def test_an_export_imported_into_an_empty_folder_gives_the_same_archive(filled: Operator, tmp_path: Path) -> None:
    warc = tmp_path / "tin.warc.gz"
    exported = filled.run("union-archive", "export", "--warc", warc)
    assert exported.returncode == 0, exported.stderr
    with closing(CaptureStore(filled.folder.crawl_db)) as captures:
        before = {
            (one.url, one.final_url, one.fetched, one.sha256, one.listed, one.tls, one.source.id) for one in captures
        }
        links = {captures.get(one).url: [file.url for file in captures.files_of(one)] for one in captures.page_ids()}
    assert sum(map(len, links.values())) > 20
    assert re.fullmatch(rf"{warc}: {len(before)} captures, \d+\.\d MB\n", exported.stdout)
    assert exported.stderr == ""

    other = Operator(replace(filled.folder, root=tmp_path / "other"))
    imported = other.run("union-archive", "import-warc", warc)
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.startswith(f"{len(before)} captures imported, 0 known; left out: 1 warcinfo\n")
    with closing(CaptureStore(other.folder.crawl_db)) as captures:
        after = {
            (one.url, one.final_url, one.fetched, one.sha256, one.listed, one.tls, one.source.id) for one in captures
        }
        assert after == before
        files = {captures.get(one).url: [file.url for file in captures.files_of(one)] for one in captures.page_ids()}
        assert files == links
    assert contents(other.folder.archive_db) == contents(filled.folder.archive_db)
    assert other.run("union-archive", "verify").returncode == 0
    assert other.run("union-archive", "rebuild").returncode == 0
    assert contents(other.folder.archive_db) == contents(filled.folder.archive_db)

    again = other.run("union-archive", "import-warc", warc, "--json")
    assert again.returncode == 0
    figures = json.loads(again.stdout)
    assert (figures["new"], figures["known"], figures["articles"]) == (0, len(before), {})
    assert contents(other.folder.archive_db) == contents(filled.folder.archive_db)


@pytest.mark.parametrize("name", ["tin.warc.gz", "tin.warc"])
def test_warcio_accepts_an_export(filled: Operator, tmp_path: Path, name: str) -> None:
    with closing(CaptureStore(filled.folder.crawl_db)) as captures:
        written = export_warc(captures, tmp_path / name)
    checked = warcio("check", "--verbose", tmp_path / name)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 2 * written + 1
    fields = "warc-type,warc-record-id,warc-concurrent-to,warc-target-uri,warc-date,http:status,http:content-length"
    indexed = warcio("index", "--fields", fields, tmp_path / name)
    assert indexed.returncode == 0
    records = [json.loads(line) for line in indexed.stdout.splitlines()]
    assert records[0]["warc-type"] == "warcinfo"
    responses = {record["warc-record-id"]: record for record in records if record["warc-type"] == "response"}
    assert len(responses) == written
    notes = {record["warc-concurrent-to"] for record in records if record["warc-type"] == "metadata"}
    assert notes == responses.keys()
    files = [record for record in responses.values() if record["warc-target-uri"].endswith(".pdf")]
    assert files
    assert all(responses[file["warc-concurrent-to"]]["http:status"] == "200" for file in files)
    assert {file["http:content-length"] for file in files} == {str(len(PDF)), str(len(PDF) + 1)}
    assert all(record["warc-date"].endswith("T08:00:00.123Z") for record in responses.values())


def test_an_export_of_one_source(filled: Operator, tmp_path: Path) -> None:
    done = filled.run("union-archive", "export", "--warc", tmp_path / "a.warc.gz", "--source", "mau.dam-ha")
    assert done.returncode == 0
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures:
        import_warcs([tmp_path / "a.warc.gz"], captures)
        assert {one.source.id for one in captures} == {"mau.dam-ha"}
        assert captures.verify() == []


@pytest.mark.soak
def test_an_export_replaces_nothing_and_leaves_nothing_half_done(filled: Operator, tmp_path: Path) -> None:
    (tmp_path / "there.warc.gz").write_text("mine")
    for name, source, told in (
        (
            "there.warc.gz",
            "mau.dam-ha",
            r"there.warc.gz: this file is there already; move it away, or name another one",
        ),
        (
            "new.warc.gz",
            "mau.khong-co",
            r"mau.khong-co: there are no captures of this source; see `union-archive status`",
        ),
        (
            "no/new.warc.gz",
            "mau.dam-ha",
            r"new.warc.gz: cannot be written \(No such file or directory\); .*another folder",
        ),
    ):
        done = filled.run("union-archive", "export", "--warc", tmp_path / name, "--source", source)
        assert done.returncode == 1
        assert re.search(told, done.stderr)
        assert done.stderr.count("\n") == 1
    assert (tmp_path / "there.warc.gz").read_text() == "mine"
    with closing(CaptureStore(filled.folder.crawl_db)) as captures:
        captures.connection.execute("UPDATE captures SET sha256 = 'x' WHERE id = (SELECT max(id) FROM captures)")
        with pytest.raises(ArchiveError, match="not what was stored"):
            export_warc(captures, tmp_path / "new.warc.gz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "there.warc.gz"]


def write(path: Path, *records: tuple[str, str, bytes, dict[str, str]], gzipped: bool = True) -> Path:
    """A WARC as other programs write it: (type, address, HTTP block or content, record headers)."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gzipped)
        for kind, url, block, headers in records:
            writer.write_record(
                writer.create_warc_record(
                    url, kind, payload=io.BytesIO(block), length=len(block),
                    warc_headers_dict={"WARC-Date": "2023-06-01T01:02:03Z", **headers},
                )
            )  # fmt: skip
    return path


def response(body: bytes, status: str = "200 OK", headers: str = "Content-Type: text/html; charset=utf-8") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body


def imported(tmp_path: Path, warc: Path, source: Source | None = SOURCE) -> tuple[Imported, list[Capture]]:
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures:
        found = import_warcs([warc], captures, source)
        assert captures.verify() == []
        return found, list(captures)


def test_only_whole_pages_of_the_source_are_taken_and_the_rest_is_counted(tmp_path: Path) -> None:
    site = SOURCE.site
    warc = write(
        tmp_path / "a.warc.gz",
        ("warcinfo", "", b"software: other\r\n", {}),
        ("request", f"{site}/1", b"GET /1 HTTP/1.1\r\nHost: a.example.vn\r\n\r\n", {}),
        ("response", f"{site}/1?fbclid=9", response(page(1)), {"WARC-Date": "2023-06-01T08:02:03.5+07:00"}),
        ("response", "https://www.a.example.vn:443/2", response(page(2)), {}),
        ("response", "http://cu.example.vn/3", response(page(3)), {}),
        ("response", "https://b.example.vn/4", response(page(4)), {}),
        ("response", f"{site}/5", response(page(5), "404 Not Found"), {}),
        ("response", f"{site}/6", response(b"", "301 Moved", "Location: /1"), {}),
        ("response", f"{site}/7.css", response(b"a{content:'<b>'}", headers="Content-Type: text/css"), {}),
        ("response", f"{site}/8.pdf", response(PDF, headers="Content-Type: application/pdf"), {}),
        ("response", f"{site}/tin", response(page(9)), {}),
        ("response", f"{site}/", response(page(9)), {}),
        ("response", f"{site}/10", response(page(10)), {"WARC-Truncated": "length"}),
        ("response", f"{site}/11", response(page(11), headers="Content-Type: text/html\r\nContent-Length: 9999"), {}),
        ("response", f"{site}/12", response(gzip.compress(page(12))[:-9], headers="Content-Encoding: gzip"), {}),
        ("response", f"{site}/13", response(page(13), headers="Content-Encoding: rot13"), {}),
        ("response", f"{site}/14", response(b"<html>" + b" " * (8 << 20)), {}),
        ("response", f"{site}/15", response(page(15)), {"WARC-Date": "hôm qua"}),
        ("response", f"{site}/16", response(page(16)), {"WARC-Block-Digest": "sha1:" + "A" * 32}),
        ("resource", f"{site}/17", page(17), {}),
        ("metadata", f"{site}/18", b"outlink: /1\r\n", {}),
        ("metadata", f"{site}/18", b"[" * 100_000, {}),
        ("spam", f"{site}/19", b"x", {}),
        ("response", "dns:a.example.vn", b"a.example.vn. 60 IN A 192.0.2.1\r\n", {}),
        ("revisit", f"{site}/1", response(b""), {}),
    )  # fmt: skip
    found, captures = imported(tmp_path, warc)
    assert [(one.url, one.fetched, one.body) for one in captures] == [
        ("https://www.a.example.vn:443/2", "2023-06-01T01:02:03.000+00:00", page(2)),
        ("http://cu.example.vn/3", "2023-06-01T01:02:03.000+00:00", page(3)),
        (f"{site}/1?fbclid=9", "2023-06-01T01:02:03.500+00:00", page(1)),
    ]
    assert all(one.final_url == one.url for one in captures)
    assert all(one.source == SOURCE and one.status == 200 and one.tls is None for one in captures)
    assert (found.new, found.known, found.faults) == (3, 0, [])
    assert found.left_out == {
        "warcinfo": 1, "request": 1, "resource": 1, "metadata": 2, "revisit": 1, "other record": 1, "other host": 1,
        "status 404": 1, "status 301": 1, "not HTML": 2, "front page or listing": 2, "cut short": 3,
        "unknown content encoding": 1, "larger than 8 MB": 1, "no usable date": 1, "not what its digest says": 1,
        "no usable address": 1,
    }  # fmt: skip
    assert imported(tmp_path, warc)[0].known == 3


ENCODINGS = {
    "/gzip": ("Content-Encoding: gzip", gzip.compress(page(1))),
    "/x-gzip": ("Content-Encoding: x-gzip", gzip.compress(page(1))),
    "/deflate": ("Content-Encoding: deflate", zlib.compress(page(1))),
    "/raw-deflate": ("Content-Encoding: deflate", zlib.compress(page(1))[2:-4]),
    "/identity": ("Content-Encoding: identity", page(1)),
    "/plain-labelled-gzip": ("Content-Encoding: gzip", page(1)),
    "/plain-labelled-chunked": ("Transfer-Encoding: chunked", page(1)),
    "/chunked": ("Transfer-Encoding: chunked", b"10\r\n" + page(1)[:16] + b"\r\n%x\r\n" % (len(page(1)) - 16)
                 + page(1)[16:] + b"\r\n0\r\n\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("path", ENCODINGS)
@pytest.mark.parametrize("gzipped", [True, False])
def test_transfer_and_content_encodings_are_undone(tmp_path: Path, path: str, gzipped: bool) -> None:
    headers, body = ENCODINGS[path]
    block = response(body, headers=f"Content-Type: text/html\r\n{headers}")
    warc = write(tmp_path / "a.warc", ("response", SOURCE.site + path, block, {}), gzipped=gzipped)
    found, captures = imported(tmp_path, warc)
    assert found.left_out == {}
    assert [one.body for one in captures] == [page(1)]


class ChunkedGzip(BaseHTTPRequestHandler):
    """Answers every path with a page, gzipped and in chunks of 50 bytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        for header in ("Content-Type: text/html", "Content-Encoding: gzip", "Transfer-Encoding: chunked"):
            self.send_header(*header.split(": "))
        self.end_headers()
        packed = gzip.compress(page(int(self.path[1:])))
        for start in range(0, len(packed), 50):
            chunk = packed[start : start + 50]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_what_warcio_captured_of_a_server_that_chunks_and_gzips(tmp_path: Path) -> None:
    script = (
        "import sys, urllib.request\nfrom warcio.capture_http import capture_http\n"
        "with capture_http(sys.argv[1]):\n"
        "    for url in sys.argv[2:]: urllib.request.urlopen(url).read()\n"
    )
    with served(ChunkedGzip) as address:
        urls = [f"{address}/{number}" for number in (1, 2, 3)]
        subprocess.run([sys.executable, "-c", script, tmp_path / "a.warc.gz", *urls], check=True, timeout=60)
        found, captures = imported(tmp_path, tmp_path / "a.warc.gz", replace(SOURCE, site=address))
    assert [(one.final_url, one.body) for one in captures] == [(urls[n - 1], page(n)) for n in (1, 2, 3)]
    assert found.left_out == {"request": 3}


@pytest.mark.soak
@pytest.mark.skipif(not shutil.which("wget"), reason="needs wget")
def test_what_wget_crawled_becomes_articles(sample: Operator, web: SampleWeb, tmp_path: Path) -> None:
    site = "mau.dam-ha"
    options = ["-q", "-r", "-l", "9", "-P", tmp_path / "wget", f"--warc-file={tmp_path / 'wget'}"]
    subprocess.run(["wget", *options, web.addresses[site]], check=False, timeout=60)
    done = sample.run("union-archive", "import-warc", tmp_path / "wget.warc.gz", "--source", site, "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["articles"]["new"] == len(articles(site))
    assert figures["left_out"]["request"] > figures["new"]
    with closing(sqlite3.connect(sample.folder.archive_db)) as connection:
        titles = {row[0] for row in connection.execute("SELECT title FROM articles")}
    assert {article.title for article in articles(site)} <= titles


def test_a_file_that_ends_anywhere_else_than_behind_a_record_is_named(tmp_path: Path) -> None:
    whole = write(
        tmp_path / "a.warc.gz",
        ("response", f"{SOURCE.site}/1", response(page(1)), {}),
        ("response", f"{SOURCE.site}/2", response(page(2)), {}),
    ).read_bytes()
    second = whole.index(b"\x1f\x8b\x08", 3)
    silent = []
    for length in range(1, len(whole)):
        (tmp_path / "b.warc.gz").write_bytes(whole[:length])
        with suppress(ArchiveError):
            list(records_of(tmp_path / "b.warc.gz", None))
            silent.append(length)
    assert silent == [second]


@pytest.mark.parametrize(
    ("harm", "told", "kept"),
    [
        (lambda warc: warc[:-5], "damaged or cut off at byte", 2),
        (lambda warc: warc[: len(warc) // 2 + 20], "damaged or cut off at byte", 1),
        (lambda warc: gzip.compress(gzip.decompress(warc)), "compressed in one piece; run `warcio recompress`", 1),
        (lambda warc: gzip.decompress(warc)[:-30], "damaged or cut off at byte", 1),
        (lambda warc: warc + b"<html>", "this is no WARC at byte", 2),
        (lambda warc: "Đây không phải WARC.\n".encode() * 99, "this is no WARC at its beginning", 0),
        (lambda warc: gzip.compress(b"PK\x03\x04" * 99), "this is no WARC at its beginning", 0),
        (lambda warc: b"", "there is no record in it", 0),
        (lambda warc: b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "does not say how long it is", 0),
        (lambda warc: gzip.compress(b"WARC/1.0\r\nX: " + b"x" * (9 << 20)), "this is no WARC at its beginning", 0),
        (lambda warc: gzip.compress(b"WARC/1.0\r\n" + b"x: y\r\n" * (1 << 20)), "this is no WARC at its beginning", 0),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_and_what_stood_before_stays(tmp_path: Path, harm: Any, told: str, kept: int) -> None:
    whole = write(
        tmp_path / "a.warc.gz",
        ("response", f"{SOURCE.site}/1", response(page(1)), {}),
        ("response", f"{SOURCE.site}/2", response(page(2)), {}),
    ).read_bytes()
    (tmp_path / "b.warc.gz").write_bytes(harm(whole))
    found, captures = imported(tmp_path, tmp_path / "b.warc.gz")
    (fault,) = found.faults
    assert fault.startswith(f"{tmp_path / 'b.warc.gz'}: ")
    assert told in fault
    assert "\n" not in fault
    assert len(captures) == kept


@pytest.mark.soak
def test_a_small_file_that_unpacks_to_gigabytes_is_left_out(tmp_path: Path) -> None:
    packer, packed = zlib.compressobj(9, zlib.DEFLATED, 31), io.BytesIO()
    for _ in range(1024):
        packed.write(packer.compress(b"<" * (1 << 20)))
    packed.write(packer.flush())
    bomb = packed.getvalue()
    both = "Content-Encoding: gzip\r\nTransfer-Encoding: chunked"
    warc = write(
        tmp_path / "a.warc.gz",
        ("response", f"{SOURCE.site}/1", response(bomb, headers="Content-Encoding: gzip"), {}),
        ("response", f"{SOURCE.site}/2", response(b"%x\r\n%s\r\n0\r\n\r\n" % (len(bomb), bomb), headers=both), {}),
    )
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom tests.test_warc import *\n"
        "resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))\n"
        "print(imported(Path(sys.argv[1]), Path(sys.argv[2]))[0].left_out)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path, warc], capture_output=True, text=True, timeout=60)
    assert done.stdout == "Counter({'larger than 8 MB': 2})\n", done.stderr


def test_one_bad_file_among_good_ones_and_a_missing_one(sample: Operator, web: SampleWeb, tmp_path: Path) -> None:
    site = "mau.dam-ha"
    article = articles(site)[0]
    path = SYSTEMS[site].article_path(article)
    good = write(
        tmp_path / "good.warc", ("response", web.addresses[site] + path, response(web.page(site, path).body), {})
    )
    (tmp_path / "bad.warc.gz").write_bytes(b"x")
    done = sample.run(
        "union-archive", "import-warc", tmp_path / "bad.warc.gz", tmp_path / "none.warc", good, "--source", site
    )
    assert done.returncode == 1
    assert done.stdout.startswith("1 captures imported, 0 known; left out: nothing\n1 captures: 1 new articles")
    assert [line.split(": ", 1)[0] for line in done.stderr.splitlines()] == [
        str(tmp_path / "bad.warc.gz"), str(tmp_path / "none.warc"),
    ]  # fmt: skip


@pytest.mark.soak
def test_whose_pages_they_are_must_be_said(sample: Operator, tmp_path: Path) -> None:
    warc = write(tmp_path / "a.warc.gz", ("response", "https://a.example.vn/1", response(page(1)), {}))
    done = sample.run("union-archive", "import-warc", warc)
    assert done.returncode == 1
    assert done.stderr == (
        f"{warc}: it holds responses without the record of their source; say whose they are with --source ID\n"
    )
    done = sample.run("union-archive", "import-warc", warc, "--source", "mau.khong-co")
    assert done.returncode == 1
    assert done.stderr.startswith("mau.khong-co: no source has this id; see `scrapy list`")


@pytest.mark.parametrize(
    "wrong",
    [
        {"fetched": "2024-W01-1"}, {"fetched": "2024-13-01T00:00:00+00:00"}, {"fetched": None}, {"tls": "maybe"},
        {"asked": "javascript:alert(1)"}, {"asked": "https://[::1"}, {"files": "x"}, {"files": [1]}, {"listed": 5},
        {"listed": "\ud800"}, {"source": None}, {"source": {"id": "a.b"}}, {"family": "no-such"}, {"home": "999"},
        {"site": "https://["}, {"aliases": "x"}, {"extra": 1},
    ],
)  # fmt: skip
def test_metadata_that_would_break_the_archive_is_left_out(tmp_path: Path, wrong: dict[str, Any]) -> None:
    note: dict[str, Any] = {
        "format": "union-news-archive capture 1", "source": json.loads(SOURCE.to_json()), "asked": None, "listed": None,
        "fetched": "2024-05-01T08:00:00.000+00:00", "tls": None, "file": False, "files": [],
    }  # fmt: skip
    name = "<urn:uuid:5d3c6bd2-4d2c-4a5c-8c3b-0f4f6a3c2b11>"
    whole = {**note, **{key: value for key, value in wrong.items() if key in note}}
    if more := {key: value for key, value in wrong.items() if key not in note}:
        whole["source"] = whole["source"] | more
    for said, expected in ((note, 1), (whole, 0)):
        warc = write(
            tmp_path / f"{expected}.warc",
            ("metadata", f"{SOURCE.site}/1", json.dumps(said).encode(), {"WARC-Concurrent-To": name}),
            ("response", f"{SOURCE.site}/1", response(page(1)), {"WARC-Record-ID": name}),
        )
        (tmp_path / "crawl.db").unlink(missing_ok=True)
        found, captures = imported(tmp_path, warc, None)
        assert len(captures) == expected
        assert found.left_out == ({} if expected else {"metadata of ours that is not usable": 1})


def test_a_file_that_was_left_out_is_missed_and_its_page_stays(tmp_path: Path) -> None:
    big = replace(
        next(sample_captures())[0], body=b"%PDF" + b"x" * (9 << 20), url="http://x.vn/a", final_url="http://x.vn/a"
    )
    with closing(CaptureStore(tmp_path / "a.db")) as captures:
        captures.put(next(sample_captures())[0], [big])
        export_warc(captures, tmp_path / "a.warc")
    found, kept = imported(tmp_path, tmp_path / "a.warc", None)
    assert found.left_out == {"warcinfo": 1, "larger than 8 MB": 1, "file of a page, not in the WARC": 1}
    assert [one.url for one in kept] == [next(sample_captures())[0].url]


def test_a_file_that_is_a_page_too_comes_back_as_both(tmp_path: Path) -> None:
    first, second = (pair[0] for pair, _ in zip(sample_captures(), range(2), strict=False))
    with closing(CaptureStore(tmp_path / "a.db")) as captures:
        captures.put(second)
        captures.put(first, [second])
        export_warc(captures, tmp_path / "a.warc")
    imported(tmp_path, tmp_path / "a.warc", None)
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures:
        assert len(captures.page_ids()) == len(captures.ids()) == 2
        ((page_id, file_id),) = captures.attachments()
        assert (captures.get(page_id).url, captures.get(file_id).url) == (first.url, second.url)
