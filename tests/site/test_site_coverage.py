"""Why a cell of a district's grid is empty: the rule, and what pages say of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from site_archive import BINH_LUC_SOURCE, Page, Site, article_id, build, text

from archive.publish import publish
from archive.runs import RunRow
from archive.site.places.coverage import Gap, Known, gap, known, time_of, year_of, years_between
from archive.store import SourceRow
from tests.run_rows import NOW, run, write_runs

HEALTHY = replace(BINH_LUC_SOURCE, id="ha-nam.binh-luc", home="352")
LOST = replace(BINH_LUC_SOURCE, id="quang-ninh.dam-ha", name="LĐLĐ huyện Đầm Hà", home="200")
NATIONAL = replace(BINH_LUC_SOURCE, id="bao.lao-dong", name="Báo Lao Động", home=None)


def words(html: str) -> str:
    """What a reader sees of a page or a part of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def row(page: str, year: str) -> str:
    """A line of a district's grid as a reader sees it."""
    (found,) = re.findall(rf'<tr[^>]*>\s*<th scope="row">{year}</th>.*?</tr>', page, re.S)
    return words(found)


def past_day(years: int) -> str:
    return (datetime.now(UTC) - timedelta(days=365 * years)).date().isoformat()


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three districts: one whose source is followed, one whose source has been shut for years, one without any."""
    folder = tmp_path_factory.mktemp("gaps")

    def page(number: int, source: SourceRow, day: str, districts: list[str], years: list[str]) -> Page:
        return (
            f"https://x.example/{number}",
            source,
            text(f"Bài số {number}", "Một câu.", published=day),
            districts,
            years,
            f"{past_day(1)}T03:00:00+00:00",
        )

    first = [
        page(1, HEALTHY, "2018-03-05", ["352"], ["2017-2018"]),
        page(2, HEALTHY, "2021-10-10", ["352"], ["2021-2022"]),
        page(3, LOST, "2018-10-10", ["200"], ["2018-2019"]),
        page(4, NATIONAL, "2019-10-10", ["279", "250"], ["2019-2020"]),
    ]
    runs = [run(HEALTHY.id, 0), run(NATIONAL.id, 0)]
    runs += [
        run(LOST.id, days, state="failed", reason="x", failed={"listing: blocked: challenge page": 1})
        for days in (365 * 5, 30, 1)
    ]
    behind = (datetime.now(UTC) - NOW) / timedelta(days=1)
    crawl_db = write_runs(folder / "crawl.db", [_later(one, behind) for one in runs])
    publish(build(folder / "archive.db", first), folder / "union-news.db", crawl_db=crawl_db)
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def _later(one: RunRow, days: float) -> RunRow:
    ended = (datetime.fromisoformat(one.ended) + timedelta(days=days)).isoformat(timespec="milliseconds")
    return replace(one, started=ended, ended=ended)


def test_empty_cells_say_why(gaps: Site) -> None:
    healthy = gaps.get("/huyen/binh-luc-ha-nam").text
    assert row(healthy, "2021-2022") == "2021-2022 1"
    assert row(healthy, "2019-2020") == ("2019-2020 – Không có bài: nguồn của huyện đã được thu thập suốt thời gian ấy")
    lost = gaps.get("/huyen/dam-ha-quang-ninh").text
    shut = "/".join(reversed(past_day(5).split("-")))
    assert row(lost, "2019-2020").startswith("2019-2020 – Không có bài: nguồn")
    assert row(lost, "2023-2024") == f"2023-2024 – Mất trang: không vào được nguồn của huyện từ {shut}"
    nobody = gaps.get("/huyen/thuong-tin-ha-noi").text
    assert row(nobody, "2019-2020") == "2019-2020 1"
    assert row(nobody, "2020-2021").startswith("2020-2021 – Chưa thu thập")
    assert "Kho không thu thập trang nào của riêng huyện này" in nobody
    for page in (healthy, lost, nobody):
        assert "Vì sao một ô trống?" in page
        assert "Năm học tính từ 01/09 đến 31/08" in page


def test_a_year_that_is_known_in_part_says_which(tmp_path: Path) -> None:
    page = (
        "https://x.example/1",
        HEALTHY,
        text("Một bài", "Câu.", published="2018-03-05"),
        [],
        [],
        "2020-01-01T00:00:00+00:00",
    )
    publish(build(tmp_path / "archive.db", [page]), tmp_path / "union-news.db")
    one = Site(tmp_path / "union-news.db")
    seen = one.get("/huyen/binh-luc-ha-nam").text
    assert "nguồn của huyện chỉ có từ 05/03/2018 đến 05/03/2018" in row(seen, "2017-2018")
    assert row(seen, "2018-2019").startswith("2018-2019 – Chưa thu thập"), "its copies end in March 2018"
    one.close()


@pytest.mark.parametrize(
    ("sources", "year", "expected"),
    [
        ([], "2019-2020", Gap("not_crawled")),
        ([Known(date(2018, 1, 1), date(2026, 1, 1), False)], "2019-2020", Gap("none_found")),
        ([Known(date(2018, 1, 1), date(2020, 8, 20), False)], "2019-2020", Gap("none_found")),
        (
            [Known(date(2018, 1, 1), date(2020, 5, 1), False)],
            "2019-2020",
            Gap("none_found_partly", "2019-09-01", "2020-05-01"),
        ),
        (
            [Known(date(2020, 2, 3), date(2026, 1, 1), False)],
            "2019-2020",
            Gap("none_found_partly", "2020-02-03", "2020-08-31"),
        ),
        ([Known(date(2021, 1, 1), date(2026, 1, 1), False)], "2019-2020", Gap("not_crawled")),
        ([Known(date(2017, 1, 1), date(2018, 5, 1), True)], "2019-2020", Gap("site_gone", "2018-05-01")),
        ([Known(date(2017, 1, 1), date(2018, 5, 1), False)], "2019-2020", Gap("not_crawled")),
        (
            [Known(date(2017, 1, 1), date(2018, 5, 1), True), Known(date(2019, 1, 1), date(2026, 1, 1), False)],
            "2019-2020",
            Gap("none_found"),
        ),
        ([Known(date(2018, 1, 1), date(2026, 11, 20), False)], "2026-2027", Gap("none_found")),
    ],
)
def test_the_rule(sources: list[Known], year: str, expected: Gap) -> None:
    assert gap(sources, year, date(2026, 11, 23)) == expected


def test_what_is_known_of_a_source() -> None:
    assert known(None, None, "2026-01-01", None) is None
    assert known("2018-01-02T08:00:00+07:00", "2020-01-01", "2026-01-01T00:00:00+00:00", None) == Known(
        date(2018, 1, 2), date(2026, 1, 1), False
    )
    assert known("2018-01-02", "2020-01-01", "2026-01-01", "2024-05-06T00:00:00") == Known(
        date(2018, 1, 2), date(2024, 5, 6), True
    )
    assert known("2018-01-02", "2020-01-01", None, None) == Known(date(2018, 1, 2), date(2020, 1, 1), False)
    assert time_of("2019-2020") == (date(2019, 9, 1), date(2020, 8, 31))
    assert [year_of(date(2020, 8, 31)), year_of(date(2020, 9, 1))] == ["2019-2020", "2020-2021"]
    assert years_between("2018-2019", "2020-2021") == ["2018-2019", "2019-2020", "2020-2021"]


def test_ids_of_articles_are_as_elsewhere(gaps: Site) -> None:
    assert f'href="/bai/{article_id("https://x.example/2")}"' in gaps.get("/huyen/binh-luc-ha-nam").text
