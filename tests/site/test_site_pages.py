"""The pages: home, article, versions, about, and what is not there."""

import json
import re

import pytest
from site_archive import HIDDEN_WORD, HOSTILE_TITLE, Site, article_id

MEETING = "/bai/" + article_id("https://damha.example/hoi-nghi")
REVISED = "/bai/" + article_id("https://binhluc.example/cao-phong")
UNDATED = "/bai/" + article_id("https://binhluc.example/khong-ngay")
HOSTILE = "/bai/" + article_id("javascript:alert(2)")
GONE = "/bai/" + article_id("https://binhluc.example/tong-ket")
EXCERPT = "/bai/" + article_id("https://bao.example/trich")
RECORD = "/bai/" + article_id("https://tm.example/muc")


def words(html: str) -> str:
    """What a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_home(site: Site) -> None:
    page = site.get("/")
    assert page.status_code == 200
    assert page.text.count('type="search"') == 1
    assert "12 bài viết 4 nguồn 4 huyện 4 năm học" in words(page.text)
    assert "Kết nghĩa giữa hai huyện" in page.text
    assert 'href="/union-news"' in page.text
    assert re.search(r"Xuất bản ngày \d\d/\d\d/\d{4}", page.text)


def test_article(site: Site) -> None:
    page = site.get(MEETING)
    assert page.status_code == 200
    seen = words(page.text)
    for part in (
        "Hội nghị đánh giá công tác phối hợp giữa LĐLĐ và Phòng GD&amp;ĐT huyện Đầm Hà",
        "17/09/2020 · LĐLĐ huyện Đầm Hà",
        "Tác giả: Quốc Nghị",
        "Theo: Trung tâm TT&amp;VH Đầm Hà",
        "Lưu ngày 20/09/2020 · 1 bản lưu",
        "Chú thích ảnh Các tập thể có thành tích xuất sắc Quang cảnh hội nghị",
    ):
        assert part in seen
    assert page.text.count('<p class="lead" id="d1">Ngày 17/9/2020') == 1
    assert words(page.text[page.text.index("<body") :]).count("Ngày 17/9/2020") == 1, "the lead is not repeated"
    assert '<p id="d2">Trong năm học 2019 – 2020, các Công đoàn' in page.text
    assert 'href="/huyen/dam-ha-quang-ninh"' in page.text
    assert 'href="/nam-hoc/2019-2020"' in page.text
    assert '<a href="https://damha.example/hoi-nghi" rel="nofollow noopener">' in page.text


def test_article_json(site: Site) -> None:
    article = site.json(f"{MEETING}.json")
    assert article["title"].startswith("Hội nghị")
    assert article["url"] == "https://damha.example/hoi-nghi"
    assert article["page"] == f"http://localhost{MEETING}"
    assert article["published"] == "2020-09-17"
    assert article["body"].startswith(article["lead"])
    assert article["captions"] == ["Các tập thể có thành tích xuất sắc", "Quang cảnh hội nghị"]
    assert article["districts"] == [{"slug": "dam-ha-quang-ninh", "name": "Huyện Đầm Hà", "province": "Quảng Ninh"}]
    assert article["provinces"] == [{"slug": "quang-ninh", "name": "Tỉnh Quảng Ninh", "province": "Quảng Ninh"}]
    assert article["school_years"] == ["2019-2020", "2020-2021"]
    assert article["versions"] == [
        {
            "version": 1,
            "captured": "2020-09-20T03:00:00+00:00",
            "sha256": None,
            "page": f"http://localhost{MEETING}/ban-luu/1",
        }
    ]


def test_article_text(site: Site) -> None:
    response = site.get(f"{MEETING}.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    head, lead, *rest = response.text.split("\n\n")
    assert head.splitlines() == [
        "Hội nghị đánh giá công tác phối hợp giữa LĐLĐ và Phòng GD&ĐT huyện Đầm Hà",
        "Ngày đăng: 17/09/2020",
        "Tác giả: Quốc Nghị",
        "Theo: Trung tâm TT&VH Đầm Hà",
        "Nguồn: LĐLĐ huyện Đầm Hà",
        "Địa chỉ gốc: https://damha.example/hoi-nghi",
        f"Địa chỉ lâu dài: http://localhost{MEETING}",
        "Lưu ngày 20/09/2020",
    ]
    assert lead.startswith("Ngày 17/9/2020")
    assert len(rest) == 3


def test_an_undated_article_says_so(site: Site) -> None:
    assert "Không rõ ngày đăng · LĐLĐ huyện Bình Lục" in words(site.get(UNDATED).text)
    assert "Không rõ ngày đăng" in site.get(f"{UNDATED}.txt").text
    assert site.json(f"{UNDATED}.json")["published"] is None


def test_versions(site: Site) -> None:
    newest = words(site.get(REVISED).text)
    assert "Công đoàn Cao Phong được khen" in newest
    assert "Lưu ngày 10/07/2022 · 2 bản lưu" in newest, "20:00 UTC is the next day in Vietnam"
    first = words(site.get(f"{REVISED}/ban-luu/1").text)
    assert "Đây là bản lưu 1 trong 2 bản, lưu ngày 02/07/2022. Xem bản hiện tại" in first
    assert "Bản đầu: 10 tập thể" in first
    assert "Bản sau" not in first
    assert "Huyện Cao Phong" not in first, "places and years are those of the newest text"
    second = words(site.get(f"{REVISED}/ban-luu/2").text)
    assert "Bản sau: 12 tập thể" in second
    assert "Đây là bản lưu" not in second


def test_a_gone_article_says_so(site: Site) -> None:
    assert "Bài này không còn trên trang gốc (kiểm tra ngày 03/02/2023)" in words(site.get(GONE).text)


def test_hostile_text_is_text(site: Site) -> None:
    page = site.get(HOSTILE).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;img src=x onerror=alert(3)&gt;" in page
    assert "&lt;b&gt;chữ&lt;/b&gt;" in page
    assert page.count("<script") == page.count('<script type="application/ld+json">') == 1, "data, escaped, no program"
    assert page.count("</script") == 1
    assert 'href="javascript' not in page
    assert "Xem bài gốc" not in page
    assert json.loads(site.get(f"{HOSTILE}.json").text)["title"] == HOSTILE_TITLE


@pytest.mark.parametrize(
    ("path", "sentence"),
    [(EXCERPT, "kho chỉ hiển thị trích đoạn"), (RECORD, "kho chỉ hiển thị thông tin về bài")],
)
def test_a_source_that_shows_less(site: Site, path: str, sentence: str) -> None:
    page = site.get(path).text
    assert sentence in page
    assert "Chỉ trích đoạn" in page, "its own words on rights"
    for suffix in ("", ".json", ".txt", "/ban-luu/1"):
        assert HIDDEN_WORD not in site.get(path + suffix).text
    assert 'href="javascript' not in site.get("/nguon").text


@pytest.mark.parametrize(
    ("path", "heading", "place"),
    [
        ("/huyen/dam-ha-quang-ninh", "Huyện Đầm Hà", "/tim-kiem?huyen=dam-ha-quang-ninh"),
        ("/tinh/quang-ninh", "Tỉnh Quảng Ninh", "/tim-kiem?tinh=quang-ninh"),
        ("/nam-hoc/2019-2020", "Năm học 2019-2020", "/tim-kiem?nam-hoc=2019-2020"),
    ],
)
def test_places_and_years_are_pages_and_lead_to_their_search(site: Site, path: str, heading: str, place: str) -> None:
    response = site.get(path)
    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in response.text
    assert f'href="{place}"' in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/bai/khong-co",
        "/bai/khong-co.txt",
        f"{MEETING}.pdf",
        f"{MEETING}/ban-luu/9",
        f"{MEETING}/ban-luu/0",
        f"{MEETING}/ban-luu/x",
        "/huyen/khong-co",
        "/tinh/khong-co",
        "/nam-hoc/1066-1067",
        "/khong-co",
        "/khong/co/gi",
        "/tim-kiem.xml",
        "/bai/a%00b",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(site: Site, path: str) -> None:
    response = site.get(path)
    if response.status_code == 302:  # Datasette's answer to a percent sign
        response = site.get(response.headers["location"])
    assert response.status_code == 404
    assert "Không tìm thấy" in response.text
    assert '<html lang="vi">' in response.text


@pytest.mark.parametrize("path", ["/bai/khong-co.json", "/khong-co.json"])
def test_json_that_is_not_there(site: Site, path: str) -> None:
    response = site.get(path)
    assert response.status_code == 404
    assert response.json()["ok"] is False
