"""The tile maps: every province once, shaded by its number, a list for those who do not see."""

import re
from collections import Counter

from site_archive import Site

from archive.annotate import gazetteer
from archive.site.places.provinces import legend, shade
from archive.units import tile_rows


def test_tiles_hold_every_province_once_and_each_has_its_own_square() -> None:
    for name, provinces in (("34", gazetteer.provinces_2025), ("63", gazetteer.provinces)):
        rows = [row for row in tile_rows() if row["map"] == name]
        assert sorted(row["code"] for row in rows) == sorted(province.code for province in provinces)
        assert len({(row["row"], row["column"]) for row in rows}) == len(rows)
        assert max(int(row["column"]) for row in rows) <= 7
        assert max(int(row["row"]) for row in rows) <= 22
        places = {row["code"]: int(row["row"]) for row in rows}
        assert places["12"] < places["01"] < places["40"] < places["48"] < places["79"] < places["96"]


def test_home_shows_the_country_as_a_list_of_links(site: Site) -> None:
    page = site.get("/").text
    (tiles,) = re.findall(r'<ul class="tiles".*?</ul>', page, re.S)
    assert tiles.count("<li") == 34
    assert re.search(r'<a href="/tinh/ninh-binh" title="Tỉnh Ninh Bình"><span>Ninh Bình</span> <b>3</b></a>', tiles)
    assert 'href="/tinh#ban-do-63"' in page
    assert 'aria-labelledby="nam-hoc-t nam-hoc-d"' in page
    assert Counter(re.findall(r'<li class="r\d+ c\d+ (s\d)"', tiles))["s0"] == 34 - 4
    both = site.get("/tinh").text
    assert both.count('<li class="r') == 34 + 63


def test_shades() -> None:
    assert [shade(count, 32) for count in (0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 32)] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert legend(32) == [(0, 0, 0), (1, 1, 2), (2, 3, 4), (3, 5, 8), (4, 9, 16), (5, 17, 32)]
    assert legend(0) == [(0, 0, 0)]
    for most in (1, 2, 3, 7, 28, 1000):
        for number, low, high in legend(most):
            assert {shade(count, most) for count in range(low, high + 1)} == {number}, most
