"""A published site whose sources fare in every way there is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from site_archive import BINH_LUC_SOURCE, Page, build, text

from archive.publish import publish
from archive.runs import RunRow
from archive.site.formats import VIETNAM
from tests.run_rows import NOW, run, write_runs

HOSTILE = 'Báo <script>alert(1)</script> & "bạn"'
LONG = "https://" + "-".join(["mot-ten-mien"] * 5) + ".example"
SOURCES = {
    "ha-nam.binh-luc": ("LĐLĐ huyện Bình Lục", "352", "https://binhluc.example"),
    "ha-nam.tinh": ("LĐLĐ tỉnh Hà Nam", "35", LONG),
    "ha-noi.phu-xuyen": ("Cổng TTĐT huyện Phú Xuyên", "280", "https://phuxuyen.example"),
    "quang-ninh.dam-ha": ("LĐLĐ huyện Đầm Hà", "200", "https://damha.example"),
    "quang-ninh.van-don": ("LĐLĐ huyện Vân Đồn", "203", "https://vandon.example"),
    "bao.doc-dia": (HOSTILE, None, "javascript:alert(1)"),
    "bao.cu": ("Báo Cũ", None, "https://baocu.example"),
}


def day(days_ago: int) -> str:
    """The date in Vietnam, which is what the pages show."""
    return (datetime.now(VIETNAM) - timedelta(days=days_ago)).date().isoformat()


def shown(days_ago: int) -> str:
    return "/".join(reversed(day(days_ago).split("-")))


def pages() -> Iterator[Page]:
    dates = {
        "ha-nam.binh-luc": ["2018-03-05", day(2), None],
        "ha-nam.tinh": ["2025-06-12T23:30:00+07:00"],
        "bao.cu": ["2017-01-01"],
        "bao.doc-dia": [None],
    }
    for source, (name, home, site) in SOURCES.items():
        row = replace(BINH_LUC_SOURCE, id=source, name=name, home=home, site=site)
        for place, published in enumerate(dates.get(source, [day(2)])):
            address = f"https://x.example/{source}/{place}"
            yield address, row, text(f"Bài {place}", "chữ", published=published), [], [], f"{day(41)}T00:00:00+00:00"


def runs() -> Iterator[RunRow]:
    """As of now, because a publication is judged when it is made."""
    behind = (datetime.now(UTC) - NOW) / timedelta(days=1)

    def ran(source: str, days_ago: int, **more: object) -> RunRow:
        return run(source, days_ago - behind, **more)  # type: ignore[arg-type]

    yield ran("ha-nam.binh-luc", 1, read=15, dated=12)
    yield ran("ha-nam.tinh", 1)
    yield ran("ha-noi.phu-xuyen", 9, read=50)
    yield ran("ha-noi.phu-xuyen", 1, read=20, dated=5)
    for days_ago in (4, 3, 2):
        yield ran("quang-ninh.dam-ha", days_ago, state="failed", reason="HTTP 500: x", failed={"HTTP 500": 1})
    yield ran("quang-ninh.van-don", 3, state="failed", reason="x", failed={"listing: blocked: challenge page": 1})
    yield ran("bao.doc-dia", 40)


def publish_watched(folder: Path) -> Path:
    """The published file; its crawl.db is gone, as on a public server."""
    crawl_db = write_runs(folder / "crawl.db", runs())
    publish(build(folder / "archive.db", pages()), folder / "union-news.db", crawl_db=crawl_db)
    crawl_db.unlink()
    return folder / "union-news.db"
