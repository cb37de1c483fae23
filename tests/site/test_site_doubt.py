"""What the archive is not sure of is shown as such: a district only the source suggests, a year only the date does."""

from dataclasses import replace
from pathlib import Path

import pytest
from site_archive import BINH_LUC, BINH_LUC_SOURCE, Site, article_id, district, text, year

from archive.annotate import Annotations
from archive.publish import publish
from archive.store import Store, Version

URL = "https://binhluc.example/hop-mat"
SURE = Annotations(places=[district(BINH_LUC)], school_years=[year("2023-2024", True)])
UNSURE = Annotations(
    places=[replace(district(BINH_LUC), role="source", count=0)],
    school_years=[replace(year("2023-2024", True), evidence="inferred")],
)


@pytest.mark.parametrize(("annotations", "shown"), [(SURE, False), (UNSURE, True)], ids=["sure", "unsure"])
def test_an_article_says_what_is_only_concluded(tmp_path: Path, annotations: Annotations, shown: bool) -> None:
    store = Store(tmp_path / "archive.db")
    article = text("Họp mặt nhà giáo", "Công đoàn các trường họp mặt.", published="2023-11-20")
    with store.transaction():
        store.put(
            BINH_LUC_SOURCE,
            Version(article_id(URL), URL, 1, "2023-11-21T00:00:00+00:00", article, annotations),
        )
    store.close()
    publish(tmp_path / "archive.db", tmp_path / "union-news.db")
    site = Site(tmp_path / "union-news.db")
    page = site.get(f"/bai/{article_id(URL)}").text
    assert "Huyện Bình Lục" in page
    assert "Năm học 2023-2024" in page
    assert ("theo nguồn, bài không nêu tên" in page) is shown
    assert ("suy từ ngày đăng" in page) is shown
    site.close()


def test_an_undated_article_is_no_news_on_the_home_page(site: Site) -> None:
    assert "Thông báo không ghi ngày" not in site.get("/").text
    assert "Thông báo không ghi ngày" in site.get("/tim-kiem", q="Tháng Công nhân").text
