"""Recorded real sites, a WordPress and a NukeViet, each by its own family and by the generic one: every article once,
with title and date."""

import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SHARED, Operator
from tests.crawler.probes import allow, probed
from tests.crawler.walks import register

REPLAY = SHARED / "replay"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded site: the record for its own family, the listings the generic one needs, its articles' addresses, and
    how much its own family asks for beside robots.txt and the articles."""

    name: str
    port: int
    family: str
    listing: list[str]
    listings: list[str]
    pattern: str
    pages: int
    home: str | None = None


WORDPRESS = Recorded(
    "wordpress-twentytwentyone", 8081, "wordpress", ["/"], ["/"], r"/20\d\d/\d\d/\d\d/[^/]+/",
    pages=12,  # REST as we ask for it is not recorded; the feed has four pages, the fifth is 404; six files
)  # fmt: skip
NUKEVIET = Recorded(
    "nukeviet-4.5", 8082, "nukeviet", ["/tin-tuc/"],
    ["/tin-tuc/", "/hoat-dong-cong-doan/", "/cong-doan-truong-hoc/", "/van-ban/", "/thi-dua/"],
    r"/[^/]+/[^/]+-\d+\.html",
    pages=9,  # the index and the news sitemap, the category's three pages; four files
    home="268",  # the address in its footer
)  # fmt: skip
SITES = pytest.mark.parametrize("site", [WORDPRESS, NUKEVIET], ids=["wordpress", "nukeviet"])

pytestmark = pytest.mark.skipif(not REPLAY.is_dir(), reason="no ../shared beside this checkout")


@pytest.mark.soak
@SITES
def test_a_recorded_site_through_its_own_family(operator: Operator, tmp_path: Path, site: Recorded) -> None:
    row = harvest(operator, tmp_path, site, site.family, site.listing)
    check_articles(operator, site)
    assert row["requests"] == 1 + site.pages + 36
    assert row["failed"] == {}
    assert set(row["refused"]) <= {"HTTP 404: the listing ends", "file: HTTP 404"}


@pytest.mark.soak
@SITES
def test_a_recorded_site_through_the_generic_family(operator: Operator, tmp_path: Path, site: Recorded) -> None:
    harvest(operator, tmp_path, site, "listing", site.listings)
    check_articles(operator, site)


@SITES
def test_probe_knows_a_recorded_site(operator: Operator, tmp_path: Path, site: Recorded) -> None:
    address, path = f"http://127.0.0.1:{site.port}", site.listing[0]
    allow(operator, tmp_path, address)
    with replayed(site.name, site.port):
        (seen,) = probed(operator, address + path)
    assert seen["family"] == site.family
    assert seen["reasons"][0].startswith("generator ")
    assert seen["article"]["published"]
    assert seen["paging"]["works"]
    assert seen["feeds"][0]["dated"] == seen["feeds"][0]["entries"] > 0
    assert seen["sitemap"]["kind"] == "sitemap index"
    (record,) = yaml.safe_load(seen["record"])
    assert (record["family"], record["listing"]) == (site.family, [path])
    assert record.get("home") == site.home


def harvest(operator: Operator, folder: Path, site: Recorded, family: str, listing: list[str]) -> dict[str, Any]:
    """The row of a harvest over a recorded site."""
    address = f"http://127.0.0.1:{site.port}"
    register(operator, folder, {"id": "ghi", "name": "Bản ghi", "family": family, "site": address, "listing": listing})
    with replayed(site.name, site.port):
        done = operator.run("scrapy", "harvest", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    return dict(row)


def check_articles(operator: Operator, site: Recorded) -> None:
    """Every article is there once, with title and date; where the address has the date, with that one."""
    with closing(sqlite3.connect(operator.folder.archive_db)) as connection:
        rows = connection.execute("SELECT url, title, published FROM articles").fetchall()
    stored = {url.removeprefix(f"http://127.0.0.1:{site.port}"): (title, published) for url, title, published in rows}
    wanted = articles_of(site.name, site.pattern)
    assert len(wanted) == len(rows) == 36
    assert set(stored) == wanted
    assert all(title and published for title, published in stored.values())
    if site is WORDPRESS:
        assert all(path[1:11] == published[:10].replace("-", "/") for path, (_, published) in stored.items())


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
