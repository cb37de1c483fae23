"""The gazetteer is complete and consistent."""

import re
from datetime import date

import pytest

from archive.annotate import gazetteer, gazetteer_links
from archive.annotate.gazetteer_links import links_from, links_to, old_communes, predecessors, successors
from archive.annotate.gazetteer_names import variants
from archive.annotate.names import canon_name


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


def test_every_district_reaches_its_communes() -> None:
    islands = {"Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"}  # had no communes beneath them
    then, now = set(), set()
    for unit in gazetteer.districts:
        before, after = old_communes(unit), successors(unit)
        assert after, unit
        assert bool(before) == (unit.name not in islands), unit
        if before:
            # what a district became is what its communes became
            assert {c.code for c in after} == {c.code for old in before for c in successors(old)}, unit
        then.update(before)
        now.update(after)
    assert then == set(gazetteer.communes())
    assert now == set(gazetteer.communes_2025())


def test_every_former_district_reaches_its_communes() -> None:
    for unit in gazetteer.former:
        assert successors(unit), unit
        assert old_communes(unit), unit


def test_every_commune_of_2025_has_its_districts_in_its_province() -> None:
    for commune in gazetteer.communes_2025():
        homes = predecessors(commune)
        assert homes
        assert {d.province_2025_code for d in homes} == {commune.province_code}
        assert all(commune in successors(d) for d in homes)
    several = [c for c in gazetteer.communes_2025() if len(predecessors(c)) > 1]
    assert len(several) == 299
    assert not any(map(predecessors, gazetteer.communes()))


@pytest.mark.parametrize(
    ("code", "districts"),
    [
        # Same names in two districts: read in the resolutions of 16 June 2025.
        ("30259", "877"), ("30604", "892"), ("20242", "492"), ("13753", "359"), ("31777", "949"), ("14818", "381"),
    ],
)  # fmt: skip
def test_a_commune_has_the_districts_of_its_resolution(code: str, districts: str) -> None:
    assert " ".join(d.code for d in gazetteer_links.predecessors_of(code)) == districts


def test_links_lead_from_a_known_unit_to_a_known_unit() -> None:
    for row in gazetteer.rows("links.csv"):
        unit = gazetteer.province if len(row["from_code"]) == 2 else gazetteer.district
        old, new = unit(row["from_code"], row["from_valid_to"]), unit(row["to_code"], row["to_valid_to"])
        assert old is not None, row
        assert new is not None, row
        assert row["date"] == old.valid_to
        assert not new.valid_to or new.valid_to > old.valid_to
        assert any(link.to_code == new.code and link.kind == row["kind"] for link in links_from(old))
        assert any(link.from_code == old.code for link in links_to(new))


def test_every_former_unit_has_a_link() -> None:
    for unit in (*gazetteer.former, *(p for p in gazetteer.all_provinces() if p.valid_to)):
        assert links_from(unit), unit


def test_links_of_2025() -> None:
    binh_luc, ha_nam = gazetteer.district("352"), gazetteer.province("35")
    assert binh_luc is not None
    assert ha_nam is not None
    assert {(link.kind, link.date) for link in (*links_from(binh_luc), *links_from(ha_nam))} == {("2025", "2025-07-01")}
    assert {c.name for c in successors(binh_luc)} == {"Bình Lục", "Bình Mỹ", "Bình An", "Bình Giang", "Bình Sơn"}
    ninh_binh = next(p for p in gazetteer.provinces_2025 if p.name == "Ninh Bình")
    assert [link.from_code for link in links_to(ninh_binh)] == ["35", "36", "37"]
    assert links_from(ninh_binh) == ()
    first = successors(binh_luc)[0]
    assert {len(link.from_code) for link in links_to(first)} == {3, 5}
    assert links_from(first) == ()


def test_binh_luc_has_both_its_provinces() -> None:
    binh_luc = gazetteer.district("352")
    assert binh_luc is not None
    assert (binh_luc.province, binh_luc.province_2025) == ("Hà Nam", "Ninh Bình")
    assert [p.name for p in gazetteer_links.provinces_of("37")] == ["Hà Nam", "Nam Định", "Ninh Bình"]
    assert [p.name for p in gazetteer_links.provinces_of("01")] == ["Hà Nội", "Hà Tây"]


@pytest.mark.parametrize(
    ("code", "valid_to", "kind", "heirs"),
    [
        ("019", "2013-12-28", "split", "019 021"),
        ("474", "2025-01-01", "split", "474 475"),
        ("754", "2018-04-12", "renamed", "754"),
        ("763", "2021-01-01", "merged", "769"),
        ("279", "2008-08-01", "moved", "279"),
        ("681", "2025-01-01", "merged", "682"),
        ("448", "2025-01-01", "merged", "445 436"),
        ("555", "2005-01-20", "upgraded", "555"),
    ],
)
def test_what_became_of_a_former_district(code: str, valid_to: str, kind: str, heirs: str) -> None:
    unit = gazetteer.district(code, valid_to)
    assert unit is not None
    links = links_from(unit)
    assert ({link.kind for link in links}, " ".join(link.to_code for link in links)) == ({kind}, heirs)
    known = [d for link in links if (d := gazetteer.district(link.to_code, ""))]
    assert {c.code for c in successors(unit)} == {c.code for d in known for c in successors(d)}


@pytest.mark.parametrize(
    ("code", "day", "name", "kind"),
    [
        ("019", "2010-05-01", "Từ Liêm", "Huyện"),
        ("019", "2015-05-01", "Nam Từ Liêm", "Quận"),
        ("474", "2019-05-01", "Huế", "Thành phố"),
        ("474", "2025-03-01", "Thuận Hóa", "Quận"),
        ("754", "2015-05-01", "Tân Thành", "Huyện"),
        ("754", "2025-05-01", "Phú Mỹ", "Thành phố"),
        ("769", "2020-05-01", "Quận 2", "Quận"),
        ("769", "2021-05-01", "Thủ Đức", "Thành phố"),
        ("762", "2020-05-01", "Thủ Đức", "Quận"),
        ("682", "2024-05-01", "Đạ Tẻh", "Huyện"),
    ],
)
def test_a_code_on_a_day(code: str, day: str, name: str, kind: str) -> None:
    unit = gazetteer.district_at(code, date.fromisoformat(day))
    assert unit is not None
    assert (unit.name, unit.type) == (name, kind)


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("28", "2007-05-01", "Hà Tây"), ("46", "2019-05-01", "Thừa Thiên Huế"), ("46", "2025-05-01", "Huế"),
        ("01", "2007-05-01", "Hà Nội"),
    ],
)  # fmt: skip
def test_a_province_on_a_day(code: str, day: str, name: str) -> None:
    unit = gazetteer.province_at(code, date.fromisoformat(day))
    assert unit is not None
    assert unit.name == name


def test_the_first_day_is_given_where_it_is_known() -> None:
    first = {
        code: unit.valid_from for code in ("019", "021", "279", "769", "352") if (unit := gazetteer.district(code))
    }
    assert first == {"019": "2013-12-28", "021": "2013-12-28", "279": "2008-08-01", "769": "2021-01-01", "352": ""}
    assert {p.name: p.valid_from for p in gazetteer.all_provinces() if p.valid_from} == {"Huế": "2025-01-01"}
    assert {unit.valid_from for unit in (*gazetteer.provinces_2025, *gazetteer.communes_2025())} == {"2025-07-01"}
    assert not any(c.valid_from for c in gazetteer.communes())
    for unit in gazetteer.all_districts():
        assert not unit.valid_to or unit.valid_from < unit.valid_to


def test_communes_then_and_now_have_keys_of_their_own() -> None:
    keys = {(c.code, c.valid_to) for c in (*gazetteer.communes(), *gazetteer.communes_2025())}
    assert len(keys) == 10035 + 3321


def test_former_types() -> None:
    assert [(old.type, old.valid_to) for old in gazetteer.former_types("723")] == [
        ("Huyện", "2013-12-29"), ("Thị xã", "2023-04-10"),
    ]  # fmt: skip
    assert [old.valid_to for old in gazetteer.former_types("75")] == ["2026-04-30"]
    assert gazetteer.former_types("352") == ()
    names = {c.code: c.name for c in gazetteer.communes_2025()}
    for row in gazetteer.rows("type_history.csv"):
        unit = gazetteer.district(row["code"]) or gazetteer.province(row["code"])
        assert (unit.name if unit else names[row["code"]]) == row["name"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("353", {"Lí Nhân"}),
        ("540", {"Qui Nhơn"}),
        ("281", {"Ứng Hoà"}),
        ("643", {"BMT", "Ban Mê Thuột", "Buôn Mê Thuột"}),
        ("352", set()),
        ("66", {"Đắc Lắc", "Đăk Lăk", "Dak Lak", "Daklak"}),
        ("79", {"HCM", "TPHCM"}),
    ],
)
def test_variants(code: str, expected: set[str]) -> None:
    unit = gazetteer.province(code) or gazetteer.district(code)
    assert unit is not None
    assert expected <= set(variants(unit))
    assert expected or not variants(unit)


def test_a_variant_is_read_as_its_name() -> None:
    aliases = {row["alias"] for row in gazetteer.rows("place_aliases.csv")}
    for unit in (*gazetteer.all_provinces(), *gazetteer.all_districts(), *gazetteer.communes_2025()):
        for variant in variants(unit):
            assert variant in aliases or canon_name(variant) == canon_name(unit.name), (unit.name, variant)


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
