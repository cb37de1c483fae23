"""The home of a source: as a person names it, and as a site gives itself away."""

import pytest

from archive.errors import ArchiveError
from crawler.probing.homes import guess, resolve


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("352", "352"),
        ("01", "01"),
        ("Bình Lục", "352"),
        ("  bình   LỤC ", "352"),
        ("binh luc", "352"),
        ("huyện Bình Lục, Hà Nam", "352"),
        ("huyen binh luc, ha nam", "352"),
        ("Bình Lục, Ninh Bình", "352"),
        ("Châu Thành, Long An", "808"),
        ("tỉnh Hà Giang", "02"),
        ("Thành phố Hà Giang", "024"),
        ("TP. Hà Giang", "024"),
        ("Hoà Bình, tỉnh Hoà Bình", "148"),
        ("Quận 1", "760"),
        ("Q.1", "760"),
        ("TPHCM", "79"),
        ("Phù Mỹ", "545"),
        ("Hà Tây", "28"),
        ("national", None),
    ],
)
def test_a_person_may_write_a_home_in_many_ways(text: str, code: str | None) -> None:
    assert resolve(text) == code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hà Giang", ["02 Tỉnh Hà Giang", "024 Thành phố Hà Giang"]),
        ("Châu Thành", ["808 Huyện Châu Thành, Long An", "942 Huyện Châu Thành, Sóc Trăng", "name, province"]),
        ("phu my", ["545 Huyện Phù Mỹ, Bình Định", "754 Thành phố Phú Mỹ"]),
        ("Kỳ Anh", ["447 Huyện Kỳ Anh", "449 Thị xã Kỳ Anh"]),
        ("Thiên Đường", ["no district or province is called so", "districts.csv"]),
        ("Bình Lục, Cà Mau", ["no district or province is called so"]),
        ("", ["no district or province is called so"]),
    ],
)
def test_what_several_bear_or_none_is_told_not_guessed(text: str, told: list[str]) -> None:
    with pytest.raises(ArchiveError) as error:
        resolve(text)
    for part in told:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://binhluc.hanam.gov.vn/Pages/tin-tuc.aspx", "352"),
        ("https://www.quangninh.gov.vn/donvi/huyendamha/Trang/Tin.aspx?Cat=82", "200"),
        ("https://congdoanlaichau.org.vn/", "12"),
        ("https://ldldtinhhoabinh.org.vn/", "17"),
        ("https://hagiang.gov.vn/", "02"),
        ("https://hochiminhcity.gov.vn/", "79"),
        ("https://baria-vungtau.gov.vn/tin", "77"),
        ("https://laodongthudo.vn/cong-doan", None),
        ("https://congdoan.vn/tin-tuc", None),
        ("https://tanuyen.gov.vn/", None),  # Bình Dương's or Lai Châu's
        ("http://127.0.0.1:8081/", None),
    ],
)
def test_an_address_gives_its_place_away(url: str, code: str | None) -> None:
    home = guess(url, [])
    assert (home and home.code) == code


def test_the_sites_own_words_are_read_in_turn_and_named() -> None:
    texts = [("its title", "Tin tức"), ("its banner", "Cổng thông tin điện tử huyện Cao Phong")]
    home = guess("http://127.0.0.1/", texts)
    assert home is not None
    assert home.code == "154"
    assert "its banner names it" in home.why


def test_a_province_is_taken_where_no_district_is_named_and_none_where_several_are() -> None:
    federation = [("its title", "Liên đoàn Lao động tỉnh Hoà Bình")]
    home = guess("http://127.0.0.1/", federation)
    assert home is not None
    assert home.code == "17"
    assert guess("http://127.0.0.1/", [("its title", "huyện Cao Phong và huyện Lạc Sơn kết nghĩa")]) is None


def test_a_district_needs_no_province_in_the_text_when_the_address_has_it() -> None:
    home = guess("https://ubnd.quangninh.gov.vn/", [("its banner", "Trang tin huyện Đầm Hà")])
    assert home is not None
    assert home.code == "200"
