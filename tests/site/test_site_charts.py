"""The charts: drawings that a phone and a screen reader can use, each with its numbers and a CSV file."""

import csv
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from site_archive import Site

from archive.site.places import svg
from archive.site.places.charts import KINDS, Chart, Line, as_csv
from archive.site.places.svg import Point

HOSTILE = '<script>alert(1)</script> & "x"'


def drawn(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


@pytest.mark.parametrize("draw", [svg.columns, svg.curve, svg.rows])
@pytest.mark.parametrize("count", [0, 1, 2, 8, 40, 300])
def test_a_drawing_is_one_named_picture(draw: Callable[..., str], count: int) -> None:
    points = [Point(f"{HOSTILE} {place}", place) for place in range(count)]
    root = drawn(draw(points, name="a", title=HOSTILE, description=HOSTILE))
    assert root.get("role") == "img"
    assert [root.find(name).text for name in ("title", "desc")] == [HOSTILE, HOSTILE]  # type: ignore[union-attr]
    assert root.get("aria-labelledby") == "a-t a-d"
    assert [root.find(name).get("id") for name in ("title", "desc")] == ["a-t", "a-d"]  # type: ignore[union-attr]
    for element in root.iter():
        assert not {"style", "onclick", "href", "fill", "stroke"} & set(element.attrib)
        for value in element.attrib.values():
            assert "nan" not in value
            assert value != "-0"


def test_columns_are_as_high_as_their_values() -> None:
    root = drawn(svg.columns([Point("a", 5), Point("b", 10), Point("c", 0)], name="a", title="t", description="d"))
    heights = [float(bar.get("height", "")) for bar in root.iter("rect")]
    assert heights == [80, 160, 0]
    assert [text.text for text in root.iter("text")] == ["a", "5", "b", "10", "c", "0"]
    for bar in root.iter("rect"):
        assert float(bar.get("y", "")) + float(bar.get("height", "")) == svg.HEIGHT - svg.BOTTOM


def test_rows_are_as_wide_as_their_values() -> None:
    root = drawn(
        svg.rows([Point("a", 10), Point("b", 5)], name="a", title="t", description="d", number=lambda n: f"{n}!")
    )
    assert [bar.get("width") for bar in root.iter("rect")] == ["100%", "50%"]
    assert [text.text for text in root.iter("text")] == ["a", "10!", "b", "5!"]


def test_nothing_but_zeros_is_drawn() -> None:
    for draw in (svg.columns, svg.curve, svg.rows):
        drawn(draw([Point("a", 0), Point("b", 0)], name="a", title="t", description="d"))


def test_many_points_keep_their_labels_apart() -> None:
    points = [Point(f"{1990 + place}", place) for place in range(40)]
    words = [text.text for text in drawn(svg.columns(points, name="a", title="t", description="d")).iter("text")]
    assert len(words) == 40 // 3 + 2
    assert "2029" in words, "the newest keeps its label"
    assert "39" in words, "the highest keeps its number"


@pytest.mark.parametrize("count", [1, 5, 8, 16, 17, 40, 300])
def test_a_phone_shows_as_many_labels_as_fit(count: int) -> None:
    points = [Point("2019–20", place) for place in range(count)]
    root = drawn(svg.curve(points, name="a", title="t", description="d"))
    labels = [text for text in root.iter("text") if text.get("class") == "label"]
    assert labels
    assert sum(len(text.text or "") for text in labels) <= svg.PHONE + 8


def test_the_page_has_every_chart_with_its_table(site: Site) -> None:
    page = site.get("/bieu-do").text
    assert re.findall(r'<section id="([a-z-]+)">', page) == list(KINDS)
    for name in ("nam", "nam-hoc", "huyen", "nguon"):
        assert f'<svg class="plot" role="img" aria-labelledby="ve-{name}-t ve-{name}-d"' in page
        assert f'href="/bieu-do/{name}.csv"' in page
    assert '<th scope="row"><a href="/tim-kiem?nam=2020">2020</a></th><td>3</td>' in page
    assert '<th scope="row"><a href="/nam-hoc/2019-2020">2019-2020</a></th><td>2</td>' in page
    assert '<a href="/huyen/binh-luc-ha-nam">Huyện Bình Lục, Hà Nam</a></th><td>3</td>' in page
    assert '<a href="/tim-kiem?nguon=ha-nam.binh-luc">LĐLĐ huyện Bình Lục</a></th><td>6</td>' in page
    assert "1 bài không rõ ngày không có ở đây" in page


@pytest.mark.parametrize("name", KINDS)
def test_csv(site: Site, name: str) -> None:
    response = site.get(f"/bieu-do/{name}.csv")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert len(head) == 2
    assert all(int(row[1]) > 0 for row in rows)


def test_csv_in_words(site: Site) -> None:
    rows = list(csv.reader(io.StringIO(site.get("/bieu-do/nam.csv").content.decode("utf-8-sig"))))
    assert rows[0] == ["Năm", "Số bài"]
    assert ["2020", "3"] in rows
    assert sum(int(row[1]) for row in rows[1:]) == 11, "one of twelve is undated"
    assert site.get("/bieu-do/nam.csv", lang="en").content.decode("utf-8-sig").startswith("Year,Articles")
    assert site.get("/bieu-do/khong-co.csv").status_code == 404


def test_csv_runs_nothing_in_a_spreadsheet() -> None:
    text = as_csv(Chart("nguon", "rows", (Line('=HYPERLINK("x")', 1, None),), 1), "a", "b")
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1] == ['\'=HYPERLINK("x")', "1"]
