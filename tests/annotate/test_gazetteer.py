"""The gazetteer is complete and consistent."""

import re
from datetime import date

import pytest

from archive.annotate import gazetteer


def test_counts() -> None:
    assert len(gazetteer.provinces) == 63
    assert len(gazetteer.districts) == 696
    assert len(gazetteer.provinces_2025) == 34
    assert len(gazetteer.communes_2025()) == 3321
    assert len(gazetteer.communes()) == 10035


def test_types_of_districts() -> None:
    types = [d.type for d in gazetteer.districts]
    counts = {name: types.count(name) for name in ("Huyện", "Thành phố", "Thị xã", "Quận")}
    assert counts == {"Huyện": 508, "Thành phố": 87, "Thị xã": 52, "Quận": 49}


def test_every_district_has_its_province() -> None:
    known = {p.code: p.name for p in gazetteer.provinces}
    for district in gazetteer.districts:
        assert known[district.province_code] == district.province
    for district in gazetteer.former:
        assert gazetteer.province(district.province_code) is not None


def test_every_province_went_into_one_of_2025() -> None:
    known = {p.code: p.name for p in gazetteer.provinces_2025}
    for province in gazetteer.all_provinces():
        assert known[province.province_2025_code] == province.province_2025
    for district in gazetteer.all_districts():
        assert known[district.province_2025_code] == district.province_2025


def test_keys_are_unique() -> None:
    keys = [(d.code, d.valid_to) for d in gazetteer.all_districts()]
    assert len(keys) == len(set(keys))
    assert len({p.code for p in gazetteer.provinces}) == 63


def test_slugs_are_unique_address_parts() -> None:
    for units in (gazetteer.all_districts(), gazetteer.provinces, gazetteer.all_provinces()):
        slugs = [unit.slug for unit in units]
        assert len(slugs) == len(set(slugs))
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_every_commune_lies_in_a_district() -> None:
    codes = {d.code for d in gazetteer.districts}
    assert {c.district_code for c in gazetteer.communes()} <= codes


@pytest.mark.parametrize(
    ("code", "valid_to", "slug"),
    [
        ("352", "", "binh-luc-ha-nam"),
        ("447", "", "ky-anh-huyen-ha-tinh"),
        ("449", "", "ky-anh-thi-xa-ha-tinh"),
        ("760", "", "quan-1-ho-chi-minh"),
        ("279", "", "thuong-tin-ha-noi"),
        ("279", "2008-08-01", "thuong-tin-ha-tay"),
        ("681", "2025-01-01", "da-huoai-lam-dong-2025"),
        ("019", "2013-12-28", "tu-liem-ha-noi"),
    ],
)
def test_slugs(code: str, valid_to: str, slug: str) -> None:
    district = gazetteer.district(code, valid_to)
    assert district is not None
    assert district.slug == slug


def test_a_code_alone_is_the_district_in_force_else_the_latest() -> None:
    assert [d.full_name for code in ("352", "204", "019") if (d := gazetteer.district(code))] == [
        "Huyện Bình Lục", "Huyện Hoành Bồ", "Quận Nam Từ Liêm",
    ]  # fmt: skip
    assert gazetteer.district("999") is None


def test_the_district_of_a_day() -> None:
    then, now = gazetteer.district_at("279", date(2007, 1, 1)), gazetteer.district_at("279", None)
    assert then is not None
    assert now is not None
    assert (then.province, now.province) == ("Hà Tây", "Hà Nội")


def test_provinces() -> None:
    ha_nam, ha_tay = gazetteer.province("35"), gazetteer.province("28")
    assert ha_nam is not None
    assert (ha_nam.name, ha_nam.full_name, ha_nam.slug, ha_nam.province_2025) == (
        "Hà Nam", "Tỉnh Hà Nam", "ha-nam", "Ninh Bình",
    )  # fmt: skip
    assert ha_tay is not None
    assert ha_tay.valid_to == "2008-08-01"
    hue, before = gazetteer.province("46"), gazetteer.province("46", "2025-01-01")
    assert hue is not None
    assert before is not None
    assert (hue.name, before.name) == ("Huế", "Thừa Thiên Huế")


def test_homes() -> None:
    assert all(map(gazetteer.is_home, ("352", "35", "204", "28")))
    assert not any(map(gazetteer.is_home, ("", "0", "999", "Hà Nam", "00")))
    assert gazetteer.home_province("352") == "35"
    assert gazetteer.home_province("35") == "35"
    assert gazetteer.home_province("x") == gazetteer.home_province(None) == ""
