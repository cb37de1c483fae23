"""Whatever is asked, the answer is 200 or a sentence that says what is wrong with the question."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx import Response
from site_archive import Site

_FILE = Path(__file__).with_name("hostile.txt").read_text("utf-8").splitlines()
_LONG = [
    "x" * 10_000,
    "dam " * 2_500,
    "a" * 301,
    "a" * 300,
    "ạ" * 300,
    '"' * 300,
    "LĐLĐ " * 50,
    '"LĐLĐ" ' * 40,
    "-LĐLĐ " * 40,
]
HOSTILE = [*(json.loads(line) for line in _FILE if not line.startswith("#")), *_LONG]
FILTERS = ["huyen", "nam-hoc", "tinh", "tinh-cu", "tinh-nay", "nguon", "nam", "khong-ngay", "ke-thua", "loc", "lang"]
READ = ["tu", "den", "xep", "trang", "them-noi", "them-nam-hoc"]


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 200


def check(response: Response, typed: str) -> None:
    """200 or 400 with a sentence; and nothing that was typed is markup."""
    assert response.status_code in (200, 302, 400), response.text
    if "html" in response.headers["content-type"]:
        assert "<script>alert" not in response.text
        assert "<img" not in response.text
        assert "49" not in re.findall(r"Tìm “([^”]*)”", response.text), "a template was run"
        if "<" in typed or '"on' in typed:
            assert typed not in response.text
    elif response.status_code == 400:
        assert len(response.json()["error"]) > 20
    if response.status_code == 302:
        assert response.headers["location"].startswith("/tim-kiem")


@pytest.mark.soak
@pytest.mark.parametrize("parameters", [FILTERS, *([one] for one in READ)], ids=lambda some: some[0])
def test_nonsense_in_every_parameter(site: Site, parameters: list[str]) -> None:
    for value in HOSTILE:
        check(site.get("/tim-kiem", q="tổng kết", **dict.fromkeys(parameters, value[:1000])), value)


@pytest.mark.parametrize("parameter", ["q", "truong"])
def test_nonsense_to_complete(site: Site, parameter: str) -> None:
    for value in HOSTILE:
        response = site.get("/goi-y.json", **({"q": "d"} | {parameter: value}))
        assert response.status_code == 200
        assert len(response.json()["suggestions"]) <= 10


@pytest.mark.soak
def test_nonsense_as_a_path(site: Site) -> None:
    for value in HOSTILE:
        for start in ("/bai/", "/huyen/", "/nam-hoc/", "/tim-kiem", "/-/union-archive/"):
            response = site.get(start + quote(value[:500], safe="", errors="replace"))
            assert response.status_code in (200, 302, 400, 404), (start, value)
            assert "<script>alert" not in response.text


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("path", ["/tim-kiem", "/tim-kiem.json"])
def test_nonsense_is_answered(site: Site, path: str, query: str) -> None:
    response = site.get(path, q=query)
    check(response, query)
    assert response.status_code in (200, 400)
    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    if response.status_code == 400:
        assert "Câu tìm kiếm quá dài" in response.text


@pytest.mark.parametrize("query", HOSTILE)
def test_nonsense_in_datasettes_own_search_box(site: Site, query: str) -> None:
    response = site.get("/union-news/articles.json", _search=query)
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("parameter", ["huyen", "nam-hoc", "tinh", "nguon"])
def test_nonsense_as_a_filter_finds_nothing(site: Site, parameter: str, value: str) -> None:
    response = site.get("/tim-kiem", **{parameter: value})
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img" not in response.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("trang=0", "Số trang không hợp lệ"),
        ("trang=-1", "Số trang không hợp lệ"),
        ("trang=x", "Số trang không hợp lệ"),
        ("trang=99999999999999999999999", "Số trang không hợp lệ"),
        ("trang=²", "Số trang không hợp lệ"),
        ("xep=lung-tung", "Không có cách sắp xếp này"),
        ("tu=hom-qua", "Ngày không hợp lệ: tham số tu"),
        ("den=31/02/2020", "Ngày không hợp lệ: tham số den"),
        ("tu=2020-01-02&den=2020-01-01", "Khoảng ngày bị ngược"),
        ("&".join(f"huyen=x{n}" for n in range(51)), "Quá nhiều bộ lọc"),
        ("q=" + "x" * 10_000, "Câu tìm kiếm quá dài"),
    ],
)
def test_an_impossible_request_is_told_why(site: Site, query: str, sentence: str) -> None:
    page = site.get(f"/tim-kiem?{query}")
    assert page.status_code == 400
    assert sentence in page.text
    data = site.get(f"/tim-kiem.json?{query}")
    assert data.status_code == 400
    assert sentence in data.json()["error"]
