"""Places and years in a query, days of publication, fields that complete, what is offered where nothing is found."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from site_archive import BINH_LUC_SOURCE, DAM_HA, Page, Site, build, text
from test_site_truth import TRUTH, truth

from archive.publish import publish
from archive.site.search import statements
from archive.site.search.guesses import near_words

__all__ = ["truth"]


def chips(page: str) -> list[str]:
    found = re.findall(r'<a class="read"[^>]*><small>([^<]*)</small>\s*([^<]*?)\s*<span', page)
    return [f"{unescape(kind)}: {unescape(label)}" for kind, label in found]


def offered(page: str) -> dict[str, str]:
    """Label → address of what may have been meant."""
    notes = re.findall(r'<p class="note">(?:Nhiều nơi|Chỉ xem)(.*?)</p>', page, re.DOTALL)
    return {
        unescape(label): unescape(address)
        for note in notes
        for address, label in re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', note)
    }


def test_a_district_and_a_school_year_become_filters_that_can_be_taken_off(truth: Site) -> None:
    page = truth.get("/tim-kiem", q="dam ha 2019-2020").text
    assert chips(page) == ["Năm học: 2019-2020", "Huyện: Huyện Đầm Hà (Quảng Ninh)"]
    off = re.search(r'<a class="read" href="([^"]+)"', page)
    assert off is not None
    assert parse_qs(urlsplit(unescape(off[1])).query) == {"q": ["dam ha 2019-2020"], "loc": ["khong"]}
    assert chips(truth.get(unescape(off[1])).text) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("hội nghị huyện Đầm Hà", ["Huyện: Huyện Đầm Hà (Quảng Ninh)"]),
        ("hoi nghi dam ha", ["Huyện: Huyện Đầm Hà (Quảng Ninh)"]),
        ("hội nghị h. Đầm Hà, Quảng Ninh", ["Huyện: Huyện Đầm Hà (Quảng Ninh)"]),
        ("năm học 2019/2020", ["Năm học: 2019-2020"]),
        ("nam hoc 19-20", ["Năm học: 2019-2020"]),
        ("2019 — 2020", ["Năm học: 2019-2020"]),
        ("mái ấm tỉnh Hà Nam", ["Tỉnh (trước hoặc sau 01/07/2025): Hà Nam"]),
        ("giỗ tổ Châu Thành Bến Tre", ["Huyện: Huyện Châu Thành (Bến Tre)"]),
        ("Đầm Hà", []),
        ("hội nghị đám hạ", []),
        ('hội nghị "Đầm Hà"', []),
        ('"2019-2020"', []),
        ("nhiệm kỳ 2019-2020", []),
        ("giai đoạn 2019-2020", []),
        ("19-20", []),
        ("2019-2021", []),
        ("1901-1902", []),
        ("giỗ tổ Châu Thành", []),
        ("thống nhất kế hoạch", []),
        ("van ban moi", []),
        ("vì hòa bình", []),
    ],
)
def test_what_becomes_a_filter(truth: Site, query: str, expected: list[str]) -> None:
    assert chips(truth.get("/tim-kiem", q=query).text) == expected


def test_a_name_alone_is_searched_for_and_its_place_offered(truth: Site) -> None:
    page = truth.get("/tim-kiem", q="dam ha").text
    found = offered(page)
    assert list(found) == ["Huyện Đầm Hà (Quảng Ninh)"]
    assert parse_qs(urlsplit(found["Huyện Đầm Hà (Quảng Ninh)"]).query) == {"huyen": ["dam-ha-quang-ninh"]}


def test_places_that_share_a_name_are_offered_and_none_is_taken(truth: Site) -> None:
    page = truth.get("/tim-kiem", q="giỗ tổ nghề Châu Thành").text
    assert "Nhiều nơi cùng tên" in page
    found = offered(page)
    assert set(found) == {"Huyện Châu Thành (Bến Tre)", "Huyện Châu Thành (Trà Vinh)"}
    query = parse_qs(urlsplit(found["Huyện Châu Thành (Bến Tre)"]).query)
    assert query == {"q": ["giỗ tổ nghề Châu Thành"], "huyen": ["chau-thanh-ben-tre"], "loc": ["khong"]}
    alone = offered(truth.get("/tim-kiem", q="Chau Thanh").text)
    assert parse_qs(urlsplit(alone["Huyện Châu Thành (Trà Vinh)"]).query) == {"huyen": ["chau-thanh-tra-vinh"]}


def test_a_commune_leads_to_its_district_and_is_no_filter(truth: Site) -> None:
    page = truth.get("/tim-kiem", q="xã Quảng Tân").text
    assert chips(page) == []
    assert "Xã Quảng Tân (Huyện Đầm Hà, Quảng Ninh)" in offered(page)


def test_every_filter_in_the_query_keeps_its_address(truth: Site) -> None:
    page = truth.get("/tim-kiem", q="hoi nghi dam ha", nam="2020", tu="01/01/2020").text
    for address in re.findall(r'href="(/tim-kiem\?[^"]+)"', page):
        assert truth.get(unescape(address)).status_code == 200


def test_undated_articles_are_told_and_offered(truth: Site) -> None:
    page = truth.get("/tim-kiem", q="thông báo", tu="2010-01-01", den="31/12/2010").text
    assert "<h2>2 bài" in page
    assert "Gồm cả 1 bài không rõ ngày đăng" in page
    assert "01/01/2010 – 31/12/2010" in page
    offer = re.search(r'href="([^"]*khong-ngay=1[^"]*)"', page)
    assert offer is not None
    with_them = truth.get(unescape(offer[1])).text
    assert "<h2>3 bài" in with_them
    assert 'aria-checked="true"' in with_them
    assert truth.json("/tim-kiem.json", tu="2010-01-01", den="2010-12-31")["total"] == 2
    assert truth.json("/tim-kiem.json", tu="2050-01-01")["total"] == 0
    assert truth.json("/tim-kiem.json", den="1990-01-01")["total"] == 0
    assert truth.json("/tim-kiem.json", den="2050-01-01")["total"] == len(TRUTH["records"]) - 3


def test_one_day_holds_what_was_published_on_it(truth: Site) -> None:
    assert truth.json("/tim-kiem.json", tu="2020-06-15", den="15/6/2020")["total"] == 1


@pytest.mark.parametrize(
    ("typed", "guess"),
    [("tuyen duong nha gaio", "tuyen duong nha giao"), ("hoi dienn", "hoi dien"), ("congdoan", "cong doan")],
)
def test_a_slip_is_guessed_at(truth: Site, typed: str, guess: str) -> None:
    page = truth.get("/tim-kiem", q=typed).text
    assert "Có phải bạn muốn tìm" in page
    (address,) = re.findall(rf'href="([^"]+)" rel="nofollow">{guess}</a>', page)
    assert truth.get(unescape(address)).text.count("<h3>") > 0


def test_nothing_is_guessed_where_something_is_found(truth: Site) -> None:
    assert "Có phải bạn muốn tìm" not in truth.get("/tim-kiem", q="hội diễn").text
    assert "Có phải bạn muốn tìm" not in truth.get("/tim-kiem", q="zzzzzzzzzz").text


def test_near_words() -> None:
    known = {"doan": 9, "toan": 3, "dan": 5, "giao": 2}
    assert near_words("daon", known) == ["doan", "dan"]
    assert near_words("doan", known) == ["dan", "toan"]
    assert near_words("giaoow", known) == ["giao"]
    assert near_words("2019", known) == []


def labels(site: Site, typed: str, **more: str) -> list[str]:
    found = site.json("/goi-y.json", q=typed, **more)["suggestions"]
    return [f"{one['label']} ({one['hint']})" if one["hint"] else one["label"] for one in found]


def test_suggestions_need_no_accents_and_know_old_places(truth: Site) -> None:
    district = "Huyện Đầm Hà (Quảng Ninh)"
    for typed in ("dam", "đầm", "ĐẦM H", "dam ha", "huyện đ", "huyen dam", "Đam ha"):
        assert district in labels(truth, typed), typed
    assert district not in labels(truth, "đám")
    assert "Tỉnh Hà Nam" in labels(truth, "ha n")
    assert labels(truth, "2019") == labels(truth, "năm học 2019-") == ["2019-2020"]
    assert labels(truth, "19/20") == labels(truth, "2019–20") == ["2019-2020"]
    assert labels(truth, "dam", truong="them-nam-hoc") == []
    assert labels(truth, "2019", truong="them-noi") == []
    assert labels(truth, "") == labels(truth, "zzz") == []
    assert len(labels(truth, "h")) <= 10
    (first,) = [one for one in truth.json("/goi-y.json", q="dam ha")["suggestions"] if one["parameter"] == "huyen"]
    assert first == {
        "parameter": "huyen", "value": "dam-ha-quang-ninh", "label": "Huyện Đầm Hà", "hint": "Quảng Ninh",
        "articles": first["articles"],
    }  # fmt: skip
    assert truth.json("/tim-kiem.json", huyen="dam-ha-quang-ninh")["total"] == first["articles"]


def test_the_fields_work_without_the_script(truth: Site) -> None:
    sent = truth.get("/tim-kiem", q="hội nghị", **{"them-noi": "dam ha", "them-nam-hoc": ""})
    assert sent.status_code == 302
    assert parse_qs(urlsplit(sent.headers["location"]).query) == {"q": ["hội nghị"], "huyen": ["dam-ha-quang-ninh"]}
    year = truth.get("/tim-kiem", **{"them-nam-hoc": "19-20"})
    assert parse_qs(urlsplit(year.headers["location"]).query) == {"nam-hoc": ["2019-2020"]}
    several = truth.get("/tim-kiem", **{"them-noi": "Châu Thành"})
    assert several.status_code == 200
    assert set(offered(several.text)) == {"Huyện Châu Thành (Bến Tre)", "Huyện Châu Thành (Trà Vinh)"}
    unknown = truth.get("/tim-kiem", **{"them-noi": "Không Đâu"})
    assert "“Không Đâu”" in unknown.text


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("capped")
    written: list[Page] = [
        (f"https://x.example/{n}", BINH_LUC_SOURCE, text(f"Tin {n}", "Đầm Hà", published="2020-01-01"), [DAM_HA], [],
         "2021-01-01T00:00:00+00:00")
        for n in range(60)
    ]  # fmt: skip
    publish(build(folder / "archive.db", written), folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def test_a_large_result_is_counted_no_further_than_it_helps(many: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "CAP", 50)
    monkeypatch.setattr("archive.site.search.results.CAP", 50)
    page = many.get("/tim-kiem", q="dam ha").text
    assert "<h2>hơn 50 bài có “dam ha”</h2>" in page
    assert page.count("trong 50 bài mới nhất") >= 3
    assert re.search(r'rel="next"', page)
    monkeypatch.setattr(statements, "OTHERS_CAP", 40)
    assert "trong 40 bài mới nhất" in many.get("/tim-kiem", q="dam ha", nam="2020").text
    assert "Trang 1</span>" in page
    last = many.get("/tim-kiem", q="dam ha", trang=3).text
    assert last.count("<h3>") == 20
    assert 'rel="next"' not in last
    assert many.json("/tim-kiem.json", q="dam ha")["total"] == 60


def test_the_script_and_the_policy_agree(site: Site) -> None:
    page = site.get("/tim-kiem").text
    (address,) = re.findall(r'<script src="([^"]+)" defer></script>', page)
    script = site.get(address)
    assert script.headers["content-type"].startswith("text/javascript")
    assert "innerHTML" not in script.text, "what a server answers is never markup"


def test_the_years_of_publication_are_a_facet(truth: Site) -> None:
    page = truth.get("/tim-kiem", nam=["2010"]).text
    assert "Năm đăng" in page
    assert truth.json("/tim-kiem.json?nam=2010&nam=2011")["total"] == sum(
        record["date"] is not None and record["date"].year in (2010, 2011) for record in TRUTH["records"].values()
    )


def test_published_names_are_those_of_the_gazetteer(truth: Site, tmp_path: Path) -> None:
    rows = truth.json("/union-news/place_names.json", _shape="array", key="dam ha", level="district")
    assert [(row["name"], row["value"], row["kind"]) for row in rows] == [("đầm hà", "dam-ha-quang-ninh", "huyen")]
