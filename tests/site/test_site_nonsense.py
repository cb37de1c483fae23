"""Whatever is asked, the answer is 200 or a sentence that says what is wrong with the question."""

import pytest
from site_archive import Site

HOSTILE = [
    '"',
    '""',
    '"""',
    "'",
    "''",
    "dam OR",
    "NOT ha",
    "AND",
    "dam NEAR(ha, 5)",
    "title:dam",
    "{title} : dam",
    "dam*",
    "^dam",
    "-dam",
    "(dam",
    "dam)",
    "a:b:c",
    "\\",
    "%",
    "_",
    ";DROP TABLE articles",
    "' OR 1=1 --",
    "\x00",
    "dam\x00ha",
    "\x02dam\x03",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "${7*7}",
    "x" * 10_000,
    "dam " * 2_500,
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "🙂",
    "\u202edam",
    "Ⅷ ² ½",
    "!!!",
    "a" * 301,
    '"' * 300,
]


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("path", ["/tim-kiem", "/tim-kiem.json"])
def test_nonsense_is_answered(site: Site, path: str, query: str) -> None:
    response = site.get(path, q=query)
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
