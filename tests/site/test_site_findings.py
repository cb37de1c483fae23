"""What was found in the articles, the stories told twice, the communes in a district's place: on pages and as data."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from site_archive import BINH_LUC_SOURCE, DAM_HA_SOURCE, EXCERPT_SOURCE, Site, article_id, text

from archive.annotate import annotate
from archive.corrections import Correction
from archive.extract.article import Article
from archive.publish import publish
from archive.store import SourceRow, Store, Version

STORY = (
    "Sáng nay, LĐLĐ huyện Bình Lục họp mặt 120 nữ cán bộ công đoàn các trường học trên địa bàn huyện.",
    "Trong năm học 2022-2023, toàn ngành có 57 CĐCS với 2.181 đoàn viên, vận động được 1,5 tỷ đồng xây mái ấm.",
    "LĐLĐ tỉnh tặng bằng khen cho 14 tập thể và 28 cá nhân có thành tích trong phong trào “Giỏi việc trường, đảm việc"
    " nhà”, trong đó có công đoàn Trường THCS Vũ Bản và công đoàn Trường Mầm non Bồ Đề.",
    "Các chị ôn lại truyền thống, trao đổi cách giữ sách cũ cho lớp sau và hẹn gặp lại ở hội diễn mùa thu tới.",
)
FIRST, COPY, AFTER, BEFORE, CUT = (
    "https://binhluc.example/hop-mat",
    "https://damha.example/hop-mat-lai",
    "https://binhluc.example/sau-2025",
    "https://binhluc.example/truoc-2025",
    "https://td.example/trich",
)
PAGES: list[tuple[str, SourceRow, Article, str]] = [
    (FIRST, BINH_LUC_SOURCE, text("Họp mặt nữ cán bộ công đoàn", *STORY, published="2023-10-19"), "2023-10-20"),
    (COPY, DAM_HA_SOURCE, text("Bình Lục họp mặt cán bộ nữ", *STORY, published="2023-10-21"), "2023-10-22"),
    (
        AFTER,
        BINH_LUC_SOURCE,
        text(
            "Trao nhà ở xã Bình Lục",
            "Công đoàn xã Bình Lục, tỉnh Ninh Bình bàn giao 1 căn nhà.",
            published="2025-09-10",
        ),
        "2025-09-11",
    ),
    (
        BEFORE,
        BINH_LUC_SOURCE,
        text(
            "Bình Lục tổng kết", "LĐLĐ huyện Bình Lục, tỉnh Hà Nam tổng kết năm học 2021-2022.", published="2022-06-10"
        ),
        "2022-06-11",
    ),
    (
        CUT,
        EXCERPT_SOURCE,
        text("Báo viết về Bình Lục", "Cả huyện Bình Lục có 35 đoàn viên mới.", lead="Tóm tắt.", published="2022-05-01"),
        "2022-05-02",
    ),
]
WRONG_DAY = Correction(article_id(BEFORE), "published", "2022-06-15", "trang ghi nhầm ngày", "2026-01-02", 2)
DISTRICT = "binh-luc-ha-nam"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("findings")
    fill(folder / "archive.db")
    publish(folder / "archive.db", folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def fill(path: Path) -> None:
    store = Store(path)
    for capture, (url, source, article, day) in enumerate(PAGES, start=1):
        published = date.fromisoformat(article.published or "")
        annotations = annotate(article.title, article.body, home=source.home, published=published)
        corrections = (WRONG_DAY,) if url == BEFORE else ()
        version = Version(article_id(url), url, capture, f"{day}T03:00:00+00:00", article, annotations, corrections)
        with store.transaction():
            store.put(source, version)
    store.close()


def table(site: Site, name: str, **params: object) -> list[dict[str, str]]:
    response = site.get(f"/union-news/{name}.csv", _size="max", **params)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text)))


def test_figures_are_a_table_with_sentence_article_and_date(found: Site) -> None:
    rows = [row for row in table(found, "figures_of_articles") if row["article"] == article_id(FIRST)]
    assert [(row["value"], row["unit"]) for row in rows] == [
        ("120", "cán bộ"), ("57", "CĐCS"), ("2181", "đoàn viên"), ("1500000000", "đồng"), ("14", "tập thể"),
        ("28", "cá nhân"),
    ]  # fmt: skip
    assert [row["sentence"] for row in rows] == [STORY[0], STORY[1], STORY[1], STORY[1], STORY[2], STORY[2]]
    assert {(row["award"], row["giver"]) for row in rows[4:]} == {("bằng khen", "LĐLĐ tỉnh")}
    assert {(row["published"], row["districts"], row["school_year"]) for row in rows} == {
        ("2023-10-19", "Huyện Bình Lục", "2022-2023")
    }


def test_movements_schools_and_organisations_are_tables_too(found: Site) -> None:
    def names(view: str) -> list[str]:
        return [row["name"] for row in table(found, view) if row["article"] == article_id(FIRST)]

    assert names("movements_of_articles") == ["Giỏi việc trường, đảm việc nhà"]
    assert names("schools_of_articles") == ["THCS Vũ Bản", "Mầm non Bồ Đề"]
    assert "LĐLĐ huyện Bình Lục" in names("organisations_of_articles")
    assert {row["sentence"] for row in table(found, "schools_of_articles")} == {STORY[2]}


def test_a_source_that_is_not_shown_in_full_gives_no_sentence(found: Site) -> None:
    (row,) = [row for row in table(found, "figures_of_articles") if row["article"] == article_id(CUT)]
    assert (row["value"], row["unit"], row["sentence"]) == ("35", "đoàn viên", "")
    assert "35 đoàn viên mới" not in found.get(f"/bai/{article_id(CUT)}").text
    assert "không hiển thị câu văn" in found.get(f"/bai/{article_id(CUT)}").text


def test_an_article_says_why(found: Site) -> None:
    record = found.json(f"/bai/{article_id(FIRST)}.json")
    whole = f"{record['title']}\n\n{record['body']}"
    for figure in record["figures"]:
        assert whole[figure["start"] : figure["end"]] in figure["sentence"]
    (place,) = [place for place in record["places"] if place["level"] == "district"]
    assert (place["role"], place["evidence"]) == ("about", "cue")
    assert whole[place["start"] : place["end"]] == "Bình Lục"
    (year,) = record["years"]
    assert whole[year["start"] : year["end"]] == "2022-2023"


def test_an_article_shows_its_figures_beside_their_sentences(found: Site) -> None:
    page = found.get(f"/bai/{article_id(FIRST)}").text
    assert "Số liệu (6)" in page
    assert "1.500.000.000 đồng" in page
    assert "bằng khen · LĐLĐ tỉnh" in page
    assert "Giỏi việc trường, đảm việc nhà" in page


def test_a_story_is_listed_once_with_its_other_places(found: Site) -> None:
    page = found.get("/tim-kiem", q="hop mat").text
    assert page.count('<h3><a href="/bai/') == 1
    assert f'<a href="/bai/{article_id(COPY)}">LĐLĐ huyện Đầm Hà</a>' in page
    assert "Bài đăng lại được gộp với bài đầu tiên: 1 mục" in page
    assert "<h2>2 bài có" in page
    everything = found.get("/tim-kiem").text
    assert everything.count('<h3><a href="/bai/') == len(PAGES) - 1
    assert found.get("/").text.count('<h3><a href="/bai/') == len(PAGES) - 1


def test_the_copy_is_listed_where_the_first_is_filtered_out(found: Site) -> None:
    for params in ({"q": "hop mat"}, {}):
        page = found.get("/tim-kiem", nguon="quang-ninh.dam-ha", **params).text
        assert f'<h3><a href="/bai/{article_id(COPY)}">' in page
        assert "gộp với bài đầu tiên" not in page


def test_data_holds_both(found: Site) -> None:
    assert found.json("/tim-kiem.json", q="hop mat")["total"] == 2
    assert {result["id"] for result in found.json("/tim-kiem.json", q="hop mat")["results"]} == {
        article_id(FIRST), article_id(COPY),
    }  # fmt: skip


def test_each_place_of_a_story_leads_to_the_other(found: Site) -> None:
    for here, there in ((FIRST, COPY), (COPY, FIRST)):
        page = found.get(f"/bai/{article_id(here)}").text
        assert "Cùng một bài, đăng ở nơi khác" in page
        assert f'href="/bai/{article_id(there)}"' in page
        assert "100 % lời văn bài này có ở đó" in page
    assert "đăng ở nơi khác" not in found.get(f"/bai/{article_id(AFTER)}").text


def test_a_communes_news_is_one_tick_away_from_its_old_district(found: Site) -> None:
    without = found.get("/tim-kiem", huyen=DISTRICT).text
    assert article_id(AFTER) not in without
    assert "Gồm cả 1 bài về xã, phường" in without
    assert 'aria-checked="false"' in without
    with_them = found.get("/tim-kiem", huyen=DISTRICT, **{"ke-thua": "1"}).text
    assert article_id(AFTER) in with_them
    assert 'aria-checked="true"' in with_them
    assert "địa bàn cũ: Huyện Bình Lục" in with_them
    assert "Gồm cả" not in found.get("/tim-kiem", q="hop mat", huyen=DISTRICT).text


def test_both_provinces_find_a_district(found: Site) -> None:
    old, new = {article_id(url) for url in (FIRST, COPY, BEFORE, CUT)}, {article_id(AFTER)}

    def ids(**params: str) -> set[str]:
        return {result["id"] for result in found.json("/tim-kiem.json", **params)["results"]}

    assert old <= ids(tinh="ha-nam")
    assert old | new <= ids(tinh="ninh-binh")
    assert old <= ids(**{"tinh-cu": "ha-nam"})
    assert not ids(**{"tinh-cu": "ha-nam"}) & new
    assert old | new <= ids(**{"tinh-nay": "ninh-binh"})
    assert 'href="/tim-kiem?tinh=ha-nam"' in found.get("/tinh/ha-nam").text


def test_a_correction_stands_on_the_page_with_its_reason(found: Site) -> None:
    page = found.get(f"/bai/{article_id(BEFORE)}").text
    assert "Sửa tay ngày 02/01/2026: ngày đăng. Lý do: trang ghi nhầm ngày" in page
    assert "15/06/2022" in page
    assert "10/06/2022" in found.get(f"/bai/{article_id(BEFORE)}/ban-luu/1").text
