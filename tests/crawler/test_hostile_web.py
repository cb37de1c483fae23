"""One harvest of the hostile web: what is healthy is stored, what is not is counted, nothing inside is reached."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.folder import DataFolder
from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import contents, query
from tests.processes import Watch, marked, new_mark
from tests.sites.hostile import SITES, UNREACHABLE, HostileWeb
from tests.sites.hostile.manners import DATED, FORBIDDEN, PAUSE, SLOW, WAITS, Changing
from tests.sites.hostile.site import Link, Site

pytestmark = pytest.mark.soak

SECONDS = 180
MEMORY = 400
"""MB that the harvest may have with all its processes."""
PAGES_A_RUN = 200
FAST = (f"-sCLOSESPIDER_PAGECOUNT={PAGES_A_RUN}", "-sDOWNLOAD_TIMEOUT=2")
"""The project's limits, lowered so that what takes them does not take hours."""
LISTED = [site for site in SITES if not site.id.startswith("bay.")]
"""Those whose listing names each link once; the traps name them under addresses without end."""


@dataclass(frozen=True)
class Harvest:
    """What came of it."""

    operator: Operator
    web: HostileWeb
    rows: dict[str, dict[str, Any]]
    told: str
    seconds: float
    memory: float

    def articles(self, source: str) -> dict[str, tuple[str, str, str | None]]:
        """Address → title, body, date of the articles stored of a source."""
        rows = query(
            self.operator.folder.archive_db,
            "SELECT url, title, body, published FROM articles WHERE source = ?",
            source,
        )
        return {url: (title, body, published) for url, title, body, published in rows}

    def frontier(self, source: str) -> dict[str, tuple[str, str | None]]:
        """Path → state and reason of the addresses known of a source."""
        rows = query(self.operator.folder.crawl_db, "SELECT url, state, reason FROM frontier WHERE source = ?", source)
        site = self.web.servers[source].address
        return {url.removeprefix(site): (state, reason) for url, state, reason in rows}


def run(operator: Operator, *arguments: str) -> tuple[str, str, float, float]:
    """A harvest from outside: its output, what it said of failures, seconds, MB."""
    mark = new_mark()
    environment = os.environ | operator.environment | mark | {"UNION_ARCHIVE_DATA": str(operator.folder.root)}
    command = [str(Path(sys.executable).parent / "scrapy"), "harvest", "--json", *FAST, *arguments]
    started = time.monotonic()
    with Watch(mark) as watch:
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        finally:
            for pid in marked(mark):
                os.kill(pid, signal.SIGKILL)
    return done.stdout, done.stderr, time.monotonic() - started, watch.memory


@pytest.fixture(scope="module")
def harvest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harvest]:
    place = tmp_path_factory.mktemp("hostile")
    with HostileWeb() as web:
        operator = Operator(DataFolder(place / "data"), web.environment(place / "sources"))
        output, told, seconds, memory = run(operator)
        rows = {row["source"]: row for row in json.loads(output)}
        yield Harvest(operator, web, rows, told, seconds, memory)


def test_it_ends_by_itself_within_its_memory(harvest: Harvest) -> None:
    assert harvest.seconds < SECONDS
    assert harvest.memory < MEMORY
    assert harvest.rows.keys() == harvest.web.servers.keys()
    assert "Traceback" not in harvest.told


def test_nobody_was_reached_inside_or_elsewhere(harvest: Harvest) -> None:
    assert harvest.web.inside.hits == []
    assert harvest.web.inside.connections == 0
    assert harvest.web.elsewhere.hits == []
    hosts = {url.split("/")[2] for (url,) in query(harvest.operator.folder.crawl_db, "SELECT final_url FROM captures")}
    assert hosts <= {server.address.partition("://")[2] for server in harvest.web.servers.values()}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_every_healthy_article_is_stored_once_with_its_text(harvest: Harvest, site: Site) -> None:
    stored = sorted(harvest.articles(site.id).values(), key=str)
    required = sorted(((one.title, one.body, one.published) for one in site.articles.values()), key=str)
    titles = {title for title, *_ in required}
    assert [row for row in stored if row[0] in titles] == required
    assert {title for title, *_ in stored} <= {one.title for one in site.allowed}


@pytest.mark.parametrize(
    ("site", "link"),
    [pytest.param(site, link, id=f"{site.id}-{link.name}") for site in LISTED for link in site.links if link.reason],
)
def test_every_bad_page_is_counted_under_its_name(harvest: Harvest, site: Site, link: Link) -> None:
    state, reason = harvest.frontier(site.id)[link.path]
    if link.article and state == "ok":
        bodies = {title: body for title, body, _ in harvest.articles(site.id).values()}
        assert all(text in bodies[link.article.title] for text in link.article.paragraphs)
        return
    assert state in ("refused", "error", "new")
    if state == "new":  # put off to a later run
        reason = " ".join(harvest.rows[site.id]["refused"])
    assert link.reason
    assert re.search(link.reason, reason or ""), reason
    assert not [url for url in harvest.articles(site.id) if url.endswith(link.path)]


@pytest.mark.parametrize("site", LISTED, ids=lambda site: site.id)
def test_what_the_listing_names_is_stored_refused_or_failed(harvest: Harvest, site: Site) -> None:
    row = harvest.rows[site.id]
    listings = sum(number for reason, number in row["failed"].items() if reason.startswith("listing: "))
    feeds = sum(number for reason, number in row["refused"].items() if reason.startswith("feed"))
    counted = sum(row["refused"].values()) + sum(row["failed"].values()) - listings - feeds
    known = harvest.frontier(site.id)
    assert row["new"] + counted == len(known)
    assert {link.path for link in site.links} <= known.keys()
    assert not [path for path, (state, reason) in known.items() if state in ("refused", "error") and not reason]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_a_reason_is_a_short_name_not_an_address_or_an_exception(harvest: Harvest, site: Site) -> None:
    row = harvest.rows[site.id]
    for reason in (*row["refused"], *row["failed"]):
        assert len(reason) <= 100
        assert not re.search(r"https?://|[<>\[]|Error\b|Failure", reason.replace("listing: ", ""))


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_nothing_strange_is_stored(harvest: Harvest, site: Site) -> None:
    for url, (title, body, published) in harvest.articles(site.id).items():
        assert url.startswith(harvest.web.servers[site.id].address)
        for text in (title, body):
            assert unicodedata.is_normalized("NFC", text)
            assert not re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ufffd\u200b\ufeff\ud800-\udfff]", text)
            assert not re.search(r"[ÃÂÆ]|áº|á»", text)  # utf-8 read as latin-1
        assert published is None or "2000" < published < "2026"
    links = query(harvest.operator.folder.archive_db, "SELECT links FROM articles WHERE source = ?", site.id)
    assert all(link["url"].startswith("http") for (text,) in links for link in json.loads(text))


@pytest.mark.parametrize("site", [site for site in SITES if site.id.startswith("bay.")], ids=lambda site: site.id)
def test_a_trap_is_left(harvest: Harvest, site: Site) -> None:
    assert len(harvest.web.servers[site.id].hits) <= PAGES_A_RUN + 20
    addresses = [url.rpartition("/")[2].partition("?")[0] for url in harvest.articles(site.id)]
    assert len(addresses) == len(set(addresses)) == len(site.links)


def test_known_marks_of_a_visitor_are_no_addresses(harvest: Harvest) -> None:
    hits = harvest.web.servers["bay.phien"].hits
    assert len(hits) <= 24 + 5 + 1
    assert not [url for url in harvest.articles("bay.phien") if re.search("(?i)session|sessid|utm_|fbclid", url)]


@pytest.mark.parametrize("site", UNREACHABLE, ids=lambda site: site.id)
def test_a_site_that_must_be_left_alone_fails_by_name(harvest: Harvest, site: Site) -> None:
    assert [hit.target for hit in harvest.web.servers[site.id].hits if hit.target != "/robots.txt"] == []
    row = harvest.rows[site.id]
    assert row["state"] == "failed"
    assert re.search("TLS|come back", row["reason"])
    assert f"{site.id}: {row['reason']}" in harvest.told


def test_an_exception_for_a_certificate_is_remembered_with_the_capture(harvest: Harvest) -> None:
    tls = query(harvest.operator.folder.crawl_db, "SELECT DISTINCT tls FROM captures WHERE url LIKE 'https:%'")
    assert tls == [("unverified",)]


@pytest.mark.parametrize("path", [WAITS, DATED])
def test_a_pause_is_kept_by_the_whole_site(harvest: Harvest, path: str) -> None:
    hits = harvest.web.servers["xau.phep-tac"].hits
    first = next(place for place, hit in enumerate(hits) if hit.target == path)
    assert hits[first + 1].when - hits[first].when >= PAUSE - 0.1
    assert sum(hit.target == path for hit in hits) == 2


def test_what_is_put_off_or_forbidden_is_asked_once_or_never(harvest: Harvest) -> None:
    hits = [hit.target for hit in harvest.web.servers["xau.phep-tac"].hits]
    assert not [target for target in hits if target.startswith(FORBIDDEN)]
    for name in ("mai-quay-lai", "ngay-mai", "403", "404", "410"):
        assert len([target for target in hits if target.startswith(f"/{name}-")]) == 1, name


def test_crawl_delay_is_kept(harvest: Harvest) -> None:
    moments = [hit.when for hit in harvest.web.servers[SLOW.id].hits if hit.target != "/robots.txt"]
    assert len(moments) > 4
    # All together: one that a busy machine sees late seems near to the next.
    assert moments[-1] - moments[0] >= 0.9 * (len(moments) - 1)


def test_a_page_that_sends_on_by_meta_refresh_is_not_followed(harvest: Harvest) -> None:
    hits = [hit.target for hit in harvest.web.servers["xau.chuyen-huong"].hits]
    assert len([target for target in hits if target.startswith("/meta-")]) <= 2 * 2  # asked once, and once if cut


def test_later_one_is_gone_one_edited_and_no_other_changed(harvest: Harvest) -> None:
    harvest.web.later()
    site = "xau.thay-doi"
    server = harvest.web.servers[site]
    server.hits.clear()
    before = contents(harvest.operator.folder.archive_db)
    output, _, _, _ = run(harvest.operator, site)
    (row,) = json.loads(output)
    assert (row["new"], row["edited"], row["failed"]) == (0, 1, {})
    assert [number for reason, number in row["refused"].items() if "410" in reason] == [1]
    assert row["not_modified"] >= 1
    after = contents(harvest.operator.folder.archive_db)
    assert len(after["revisions"]) == len(before["revisions"]) + 1
    stored = {title: body for title, body, _ in harvest.articles(site).values()}
    assert stored[Changing.edited.title] == Changing.edit().body
    assert stored[Changing.gone.title] == Changing.gone.body
    assert stored[Changing.counted.title] == Changing.counted.body


def test_a_name_that_leads_inside_is_not_followed(operator: Operator, tmp_path: Path) -> None:
    """DNS rebinding: a public name that a name server points at this machine. Not a byte is sent."""
    with HostileWeb() as web:
        inside = web.inside
        port = inside.address.rpartition(":")[2]
        site = f"http://tin-tuc.example:{port}"
        operator.environment |= web.environment(tmp_path / "sources") | {"PYTHONPATH": str(tmp_path / "names")}
        (tmp_path / "sources" / "hostile.yml").write_text(
            f"- {{id: ten.vao-trong, name: Tên dẫn vào trong, family: listing, site: '{site}', listing: [/tin],"
            " enabled: true}\n",
            "utf-8",
        )
        (tmp_path / "names").mkdir()
        (tmp_path / "names" / "sitecustomize.py").write_text(
            "import socket\n"
            "true_name = socket.gethostbyname\n"
            "true_info = socket.getaddrinfo\n"
            "def here(name): return '127.0.0.1' if str(name).startswith('tin-tuc.') else name\n"
            "socket.gethostbyname = lambda name: true_name(here(name))\n"
            "socket.getaddrinfo = lambda name, *rest, **more: true_info(here(name), *rest, **more)\n",
            "utf-8",
        )
        resolved = operator.run("python", "-c", "import socket; print(socket.gethostbyname('tin-tuc.example'))")
        assert resolved.stdout == "127.0.0.1\n"
        assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"
        done = operator.run("scrapy", "harvest", "--json", "-sRETRY_TIMES=0")
        assert done.returncode == 1
        assert inside.connections == 0
        assert "no public address" in done.stderr
