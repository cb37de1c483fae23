"""Recorded real sites, a WordPress and a NukeViet, by the generic family: every article once, title and date."""

import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import SHARED, Operator

REPLAY = SHARED / "replay"
WORDPRESS = ("wordpress-twentytwentyone", 8081, ["/"], r"/20\d\d/\d\d/\d\d/[^/]+/")
NUKEVIET = (
    "nukeviet-4.5", 8082,
    ["/tin-tuc/", "/hoat-dong-cong-doan/", "/cong-doan-truong-hoc/", "/van-ban/", "/thi-dua/"],
    r"/[^/]+/[^/]+-\d+\.html",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not REPLAY.is_dir(), reason="no ../shared beside this checkout")


@contextmanager
def replayed(name: str, port: int) -> Iterator[None]:
    server = subprocess.Popen([sys.executable, REPLAY / "replay.py", REPLAY / name, str(port)], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        server.kill()
        server.wait()
        if server.stderr:
            server.stderr.close()


def articles_of(name: str, pattern: str) -> set[str]:
    rows = [line.split("\t") for line in (REPLAY / name / "INDEX.tsv").read_text("utf-8").splitlines()]
    return {path for path, status, *_ in rows if status == "200" and re.fullmatch(pattern, path)}


@pytest.mark.parametrize(("name", "port", "listing", "pattern"), [WORDPRESS, NUKEVIET], ids=["wordpress", "nukeviet"])
def test_a_recorded_site_through_the_generic_family(
    operator: Operator, tmp_path: Path, name: str, port: int, listing: list[str], pattern: str
) -> None:
    records = tmp_path / "sources"
    records.mkdir()
    (records / "replay.yml").write_text(
        f"- {{id: replay, name: Bản ghi, family: listing, site: 'http://127.0.0.1:{port}',"
        f" listing: {json.dumps(listing)}, enabled: true}}\n",
        "utf-8",
    )
    operator.environment |= {
        "UNION_ARCHIVE_SOURCES": str(records),
        "UNION_ARCHIVE_ALLOW_PRIVATE": f"127.0.0.1:{port}",
        "UNION_ARCHIVE_DELAY": "0.01",
    }
    wanted = articles_of(name, pattern)
    assert len(wanted) == 36
    with replayed(name, port):
        done = operator.run("scrapy", "harvest")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(operator.folder.archive_db)) as connection:
        rows = connection.execute("SELECT url, title, published FROM articles").fetchall()
    stored = {url.removeprefix(f"http://127.0.0.1:{port}"): (title, published) for url, title, published in rows}
    assert set(stored) == wanted
    assert len(rows) == len(wanted)
    assert all(title and published for title, published in stored.values())
    if name == WORDPRESS[0]:
        assert {path: published[:10].replace("-", "/") for path, (_, published) in stored.items()} == {
            path: path[1:11] for path in wanted
        }
