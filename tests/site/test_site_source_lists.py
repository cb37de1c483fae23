"""The lists of /nguon: by province and state, in pages that stay light, and what was crawled and gave nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from site_archive import BINH_LUC_SOURCE, Page, Site, build, text
from site_sources import shown

from archive.captures import CaptureStore
from archive.publish import publish
from archive.runs import RunRow
from archive.site.places.outline import Condition, SourceEntry
from archive.site.sources.lists import PER_PAGE, STATES, Wanted, every_page, read_wanted, source_list
from archive.sources import REGISTRY, Source, load_sources
from archive.text import fold
from tests.conftest import Operator
from tests.run_rows import NOW, run, write_runs

MANY = 700
LIMIT = 100_000
"""Bytes of a page of ours at most."""
FAILED = {"state": "failed", "reason": "HTTP 500: x", "failed": {"HTTP 500": 1}}


def records() -> list[Source]:
    """Seven hundred: those of the registry, and as many more as that takes, with its longest names."""
    real = load_sources([REGISTRY])
    longest = sorted(real, key=lambda source: -len(source.name + source.site))
    more = [replace(longest[n % 50], id=f"{longest[n % 50].id}-{n}") for n in range(max(0, MANY - len(real)))]
    return [*real, *more][:MANY]


def states(sources: list[Source]) -> Iterator[RunRow]:
    """Each third fails, each fourth is blocked, each fifth was not looked at; the others are well."""
    behind = (datetime.now(UTC) - NOW) / timedelta(days=1)
    blocked = {"state": "failed", "reason": "x", "failed": {"listing: blocked: challenge page": 1}}
    for number, source in enumerate(sources):
        if number % 3 == 0:
            yield from (run(source.id, days - behind, **FAILED) for days in (3, 2, 1))  # type: ignore[arg-type]
        else:
            days = 40 if number % 5 == 0 else 1
            yield run(source.id, days - behind, **(blocked if number % 4 == 0 else {}))  # type: ignore[arg-type]


def pages(sources: list[Source]) -> Iterator[Page]:
    for source in sources:
        row = replace(BINH_LUC_SOURCE, id=source.id, name=source.name, home=source.home, site=source.site)
        yield f"https://x.example/{source.id}", row, text("Bài", "chữ", published="2026-11-20"), [], [], "2026-11-21"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, sources = tmp_path_factory.mktemp("many"), records()
    crawl_db = write_runs(folder / "crawl.db", states(sources))
    publish(build(folder / "archive.db", pages(sources)), folder / "union-news.db", crawl_db=crawl_db)
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def links(page: str, pattern: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(rf'href="(/nguon{pattern})"', page)]


def walked(site: Site, address: str | None) -> Iterator[str]:
    """The pages of a list."""
    while address:
        yield (page := site.get(address).text)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None


@pytest.mark.soak
def test_no_page_of_many_sources_is_heavy(many: Site) -> None:
    rows = []
    for address in ("/nguon", "/nguon?lang=en"):
        found = list(walked(many, address))
        assert max(len(page.encode()) for page in found) < LIMIT
        rows.append([row for page in found for row in re.findall(r'<tr id="nguon-([^"]+)"', page)])
    assert len(rows[0]) == len(set(rows[0])) == MANY, "every source stands on one page"
    assert rows[1] == rows[0]


@pytest.mark.soak
def test_neither_is_any_narrower_list(many: Site) -> None:
    seen: set[str] = set()
    waiting = {"/nguon?lang=en"}
    while waiting:
        seen |= waiting
        found = [page for address in waiting for page in walked(many, address)]
        assert max(len(page.encode()) for page in found) < LIMIT
        waiting = {link for page in found for link in links(page, '[^"]*lang=en')} - seen
    assert len(seen) > 200, "provinces, states, and both"


def test_a_list_is_narrowed_by_links_alone(many: Site) -> None:
    page = many.get("/nguon/ha-nam").text
    assert "<h1>Nguồn tin: Hà Nam</h1>" in page
    (narrower,) = links(page, "/ha-nam/loi")
    narrow = many.get(narrower).text
    assert "<h1>Nguồn tin: Hà Nam – Lỗi</h1>" in narrow
    rows = re.findall(r'<tr id="nguon-([^"]+)"', narrow)
    assert 0 < len(rows) < len(re.findall(r'<tr id="nguon-([^"]+)"', page))
    assert all("Lỗi từ" in row for row in re.findall(r"<tr id=.*?</tr>", narrow, re.S))
    assert links(narrow, "/loi") and links(narrow, "/ha-nam"), "and wider again"
    all_failing = many.get("/nguon/loi").text
    headings = re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', all_failing)
    assert headings[0] == "Toàn quốc" and "Cần chú ý" not in headings and headings[1:] == sorted(headings[1:], key=fold)


@pytest.mark.parametrize(
    "address", ["/nguon/khong-co", "/nguon/ha-nam/khong-co", "/nguon/loi/ha-nam", "/nguon?trang=99", "/nguon?trang=x"]
)
def test_what_is_no_list(many: Site, address: str) -> None:
    answer = many.get(address)
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text


def test_a_source_that_never_gave_an_article_is_listed(tmp_path: Path) -> None:
    behind = (datetime.now(UTC) - NOW) / timedelta(days=1)
    (known,) = load_sources([REGISTRY])[:1]
    store = CaptureStore(tmp_path / "crawl.db")
    store.put_record(replace(known, id="moi.mo", name="Trang mới mở", home="352", site="https://moimo.example"))
    store.put_record(replace(known, id="moi.hong", name="Trang mới hỏng", home=None, site="https://moihong.example"))
    store.connection.commit()
    store.close()
    runs = [run("moi.mo", 1 - behind), run("moi.hong", 1 - behind, **FAILED), run("khong.ten", 1 - behind)]  # type: ignore[arg-type]
    write_runs(tmp_path / "crawl.db", runs)
    publication = publish(
        build(tmp_path / "archive.db", []), tmp_path / "union-news.db", crawl_db=tmp_path / "crawl.db"
    )
    assert publication.articles == 0
    site = Site(tmp_path / "union-news.db")
    page = site.get("/nguon").text
    said = {
        source: " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for source, row in re.findall(r'<tr id="nguon-([^"]+)">(.*?)</tr>', page, re.S)
    }
    assert said == {
        "moi.hong": f"Trang mới hỏng moihong.example 0 – {shown(1)} Lần gần nhất hỏng từ {shown(1)} Chưa có bài",
        "khong.ten": f"khong.ten 0 – {shown(1)} Chưa có bài",
        "moi.mo": f"Trang mới mở Huyện Bình Lục · moimo.example 0 – {shown(1)} Chưa có bài",
    }
    assert "/tim-kiem?nguon=" not in page, "there is nothing to search in it"
    assert len(re.findall(r"<tr id=", site.get("/nguon/chua-co-bai").text)) == 3
    rows = site.json("/union-news/source_health.json", _shape="array")
    assert {row["source"]: row["articles"] for row in rows} == dict.fromkeys(said, 0)
    site.close()


@pytest.mark.soak
def test_a_crawl_that_finds_nothing_leaves_the_name_of_its_source(watched_sample: Operator) -> None:
    path = Path(watched_sample.environment["UNION_ARCHIVE_SOURCES"]) / "sample.yml"
    records = yaml.safe_load(path.read_text("utf-8"))
    (nothing,) = (record for record in records if record["id"] == "mau.dam-ha")
    nothing["links"] = "khong-co-bai-nao"
    path.write_text(yaml.safe_dump(records, allow_unicode=True), "utf-8")
    watched_sample.run("scrapy", "harvest", "mau.dam-ha", "mau.cao-phong")
    done = watched_sample.run("union-archive", "publish")
    assert done.returncode == 0, done.stderr
    site = Site(watched_sample.folder.site_db)
    page = site.get("/nguon").text
    assert re.search(r'<tr id="nguon-mau.dam-ha">.*?' + re.escape(nothing["name"]) + ".*?Chưa có bài", page, re.S)
    site.close()


def entries(*conditions: str, province: str | None = "Hà Nam") -> list[SourceEntry]:
    return [
        SourceEntry(f"s.{n}", f"Nguồn {n}", "35", None, province, None, 1, 0, None, None, None, (Condition(name),))
        for n, name in enumerate(conditions)
    ]


def test_addresses_and_lists_are_each_others() -> None:
    for wanted in (Wanted(), Wanted("ha-nam"), Wanted(None, "silent"), Wanted("toan-quoc", "followed")):
        assert read_wanted(wanted.address.split("/")[2:], None) == wanted
    assert Wanted("ha-nam", "blocked", 3).address == "/nguon/ha-nam/bi-chan?trang=3"
    assert len(set(STATES.values())) == len(STATES)
    assert [read_wanted(["ha-nam"], page) for page in ("0", "-1", "1e3", "²", "9" * 20)] == [None] * 5
    found = entries(*["followed"] * (PER_PAGE + 1), "silent")
    first = source_list(found, Wanted())
    assert first and first.pages == 2 and first.previous is None and first.following == "/nguon?trang=2"
    assert [group.troubled for group in first.groups] == [True, False]
    assert source_list(found, Wanted(page=3)) is None
    addresses = [one.wanted.address for one in every_page(found)]
    assert len(addresses) == len(set(addresses)) == 6 + 4
    assert source_list([], Wanted(None, "silent")) is not None
