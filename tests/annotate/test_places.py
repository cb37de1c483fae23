"""Which places a sentence names. The sentences were written for these tests; codes are those of the
gazetteer."""

import unicodedata
from datetime import date

import pytest

from archive.annotate import ambiguous_places, find_places

# sentence, home, date, codes expected: districts of three digits, provinces of two
CUES = [
    ("Công đoàn huyện Kim Sơn khen thưởng nữ công tiêu biểu.", None, "2021-03-08", "376"),
    ("Ban Thường vụ LĐLĐ thành phố Cẩm Phả họp phiên thường kỳ.", None, "2021-03-08", "195"),
    ("Phòng GD&ĐT thị xã Đức Phổ tổ chức hội giảng.", None, "2021-03-08", "534"),
    ("UBND quận Ninh Kiều hỗ trợ giáo viên mầm non.", None, "2021-03-08", "916"),
    ("Huyện ủy Võ Nhai làm việc với công đoàn.", None, "2021-03-08", "170"),
    ("Thị ủy Nghi Sơn gặp mặt công nhân.", None, "2021-03-08", "407"),
    ("Thành ủy Phan Thiết chúc Tết đoàn viên.", None, "2021-03-08", "593"),
    ("Huyện đoàn Củ Chi phối hợp cùng công đoàn.", None, "2021-03-08", "783"),
    ("LĐLĐ huyên Vĩnh Tường phát động thi đua.", None, "2021-03-08", "252"),
    ("Huyện đảo Côn Đảo có thêm một công đoàn cơ sở.", None, "2021-03-08", "755"),
    ("LĐLĐ H. Gio Linh và TX. Hương Trà ký giao ước.", None, "2021-03-08", "466 480"),
    ("Công đoàn các trường ở Q.1 và Q. Gò Vấp hội thao.", None, "2021-03-08", "760 764"),
    ("LĐLĐ T.P Bảo Lộc ra mắt tổ tự quản.", None, "2021-03-08", "673"),
    ("LĐLĐ Tp. Sa Đéc tặng quà.", None, "2021-03-08", "867"),
    ("Thủ đô Hà Nội đón đoàn đại biểu.", None, "2021-03-08", "01"),
    ("Tỉnh ủy Bắc Kạn và Tỉnh đoàn Cao Bằng trao đổi kinh nghiệm.", None, "2021-03-08", "06 04"),
    ("Liên đoàn Lao động (LĐLĐ) huyện Tuần Giáo kiểm tra quý I.", None, "2021-03-08", "099"),
    ("Huyện Tiền hải tuyên dương giáo viên.", None, "2021-03-08", "342"),
]
ORGANISATIONS = [
    ("LĐLĐ Đoan Hùng trao Mái ấm Công đoàn.", None, "2021-03-08", "230"),
    ("Công đoàn Giáo dục Trảng Bom mở hội thi.", None, "2021-03-08", "737"),
    ("Phòng Giáo dục và Đào tạo Diễn Châu kiểm tra đầu năm.", None, "2021-03-08", "425"),
    ("Trung tâm Văn hóa Lệ Thủy biểu diễn phục vụ công nhân.", None, "2021-03-08", "457"),
    ("Hội thi diễn ra tại Vũng Liêm với 20 đội.", None, "2021-03-08", "859"),
    ("Đoàn công tác lên địa bàn Sa Thầy thăm đoàn viên.", None, "2021-03-08", "616"),
    ("Công đoàn Viên chức Hà Tĩnh và CĐGD Phú Yên giao lưu.", None, "2021-03-08", "42 54"),
    ("Sở Giáo Dục Và Đào Tạo Lai Châu ban hành công văn.", None, "2021-03-08", "12"),
    ("Liên Đoàn Lao Động Tỉnh Bến Tre họp báo.", None, "2021-03-08", "83"),
    ("Liên đoàn Lao động (LĐLĐ) Tháp Mười tập huấn.", None, "2021-03-08", "872"),
]
BARE = [
    ("Nho Quan: Tổng kết phong trào giỏi việc trường.", "37", "2021-03-08", "372"),
    ("(Vụ Bản) - Chiều 5/3, hội thi nấu ăn khai mạc.", "36", "2021-03-08", "359"),
    ("Đoàn viên Nho Quan hưởng ứng hiến máu.", None, "2021-03-08", ""),
    ("Đoàn viên Nho Quan hưởng ứng hiến máu.", "372", "2021-03-08", "372"),
    ("Đoàn viên Nho Quan hưởng ứng hiến máu.", "83", "2021-03-08", ""),
    ("Xuất phát từ Mai Châu, Hoà Bình lúc 5 giờ.", None, "2021-03-08", "156 17"),
    ("Chị sinh ra ở Trà Cú (Trà Vinh) năm 1980.", None, "2021-03-08", "849 84"),
    ("Nhà giáo Sóc Trăng vượt khó.", None, "2021-03-08", "94"),
    ("Hai đoàn đến từ Lạng Sơn và Bắc Giang.", None, "2021-03-08", "20 24"),
]
SHARED_NAMES = [
    ("LĐLĐ huyện Châu Thành (Sóc Trăng) tặng quà.", None, "2021-03-08", "942 94"),
    ("Tỉnh Long An: LĐLĐ huyện Châu Thành ra quân.", None, "2021-03-08", "808 80"),
    ("LĐLĐ huyện Châu Thành ra quân.", "877", "2021-03-08", "877"),
    ("LĐLĐ huyện Châu Thành ra quân.", "89", "2021-03-08", "892"),
    ("LĐLĐ huyện Châu Thành ra quân.", "35", "2021-03-08", ""),
    ("Huyện Châu Thành A tuyên dương lao động giỏi.", None, "2021-03-08", "932"),
    ("Các huyện Ba Tri, Châu Thành, Giồng Trôm thi đua.", None, "2021-03-08", "836 831 834"),
    ("LĐLĐ huyện An Lão nhận cờ thi đua.", "31", "2021-03-08", "313"),
    ("LĐLĐ huyện An Lão, tỉnh Bình Định nhận cờ thi đua.", "31", "2021-03-08", "542 52"),
    ("LĐLĐ huyện Chợ Mới tổng kết.", None, "2021-03-08", ""),
    ("Thị xã Cai Lậy và huyện Cai Lậy phối hợp.", None, "2021-03-08", "817 820"),
    ("LĐLĐ thị xã Sơn Tây tổng kết; huyện Sơn Tây gửi lời chúc.", None, "2021-03-08", "269 530"),
    ("Huyện Phù Mỹ và thị xã Phú Mỹ cùng báo cáo.", None, "2021-03-08", "545 754"),
    ("Thị xã Hoàng Mai đón đoàn viên mới.", None, "2021-03-08", "432"),
    ("LĐLĐ huyện Điện Biên, tỉnh Điện Biên họp.", None, "2021-03-08", "100 11"),
    ("LĐLĐ thành phố Hải Dương khai mạc hội thao.", None, "2021-03-08", "288"),
    ("LĐLĐ huyện Hòa Bình, tỉnh Bạc Liêu tặng quà.", None, "2021-03-08", "961 95"),
    ("LĐLĐ huyện Vụ Bản, Nam Định trao quà.", None, "2021-03-08", "359 36"),
    ("LĐLĐ huyện Quảng Ninh, tỉnh Quảng Bình họp.", None, "2021-03-08", "456 44"),
    ("LĐLĐ huyện Kỳ Sơn (Nghệ An) họp. Huyện Kỳ Sơn có 20 trường.", None, "2019-03-08", "417 40"),
]
LISTS = [
    ("Các huyện Ý Yên, Vụ Bản và Hải Hậu dẫn đầu.", None, "2021-03-08", "360 359 366"),
    ("Các quận 1, 3, 5 và Gò Vấp hoàn thành chỉ tiêu.", None, "2021-03-08", "760 770 774 764"),
    ("Quận 7, 8 công nhân được trao quà.", None, "2021-03-08", "778"),
    ("Quận 10, 3.000 công nhân được trao quà.", None, "2021-03-08", "771"),
    ("LĐLĐ các huyện, thị xã: Đông Hưng, Thái Thụy, Tiền Hải.", None, "2021-03-08", "340 341 342"),
    ("Ba huyện Sóc Sơn, Quốc Oai, Mỹ Đức về đích.", None, "2021-03-08", "016 275 282"),
    ("Các tỉnh, thành phố: Hà Nội, Hồ Chí Minh, Nam Định dự họp.", None, "2021-03-08", "01 79 36"),
    ("Các xã Cao Phong, Thanh Hà, Kim Sơn đạt chuẩn.", None, "2021-03-08", ""),
    ("Các xã Tân Lạc, Kim Sơn (huyện Nho Quan), Yên Mô đạt chuẩn.", None, "2021-03-08", "372"),
    ("Đoàn kiểm tra xã Ngọc Lũ, Bình Lục, Hà Nam.", None, "2021-03-08", "352 35"),
    ("Các huyện miền núi như Bát Xát, Văn Yên được hỗ trợ.", None, "2021-03-08", "082 136"),
    ("LĐLĐ các huyện Mường Chà, Điện Biên và Tủa Chùa.", None, "2021-03-08", "097 100 098"),
    ("LĐLĐ quận Hải Châu, huyện Hòa Vang cùng phát động.", None, "2021-03-08", "492 497"),
]
NO_PLACES = [
    ("Hai bên thống nhất ký quy chế phối hợp.", "75", "2021-03-08", ""),
    ("HỘI NGHỊ THỐNG NHẤT VÌ HÒA BÌNH VÀ LỄ VINH DANH", "40", "2021-03-08", ""),
    ("Chị Trần Thanh Hà là giáo viên giỏi.", "30", "2021-03-08", ""),
    ("Cô Kim Sơn dạy lớp 3A.", "37", "2021-03-08", ""),
    ("Bài, ảnh: Thanh Hà", "30", "2021-03-08", ""),
    ("Hội thi khép lại.\nThanh Hà", "30", "2021-03-08", ""),
    ("Thanh Hà cho biết: lớp học rất vui.", "30", "2021-03-08", ""),
    ("Chiến thắng Điện Biên Phủ và đường Hai Bà Trưng.", "01", "2021-03-08", ""),
    ("Đoàn TNCS Hồ Chí Minh; Chủ tịch Hồ Chí Minh.", "79", "2021-03-08", ""),
    ("Trường THPT Nho Quan A, Trường THCS Yên Mô.", "37", "2021-03-08", ""),
    ("Công ty TNHH Thanh Xuân tặng 50 suất quà.", "01", "2021-03-08", ""),
    ("Ca sĩ Hà Giang và nhạc sĩ Thái Bình biểu diễn.", None, "2021-03-08", ""),
    ("Biển Thái Bình Dương và ông Nguyễn Thái Bình.", None, "2021-03-08", ""),
    ("Cầu Thăng Long, chợ Bắc Hà, hồ Ba Bể.", "10", "2021-03-08", ""),
    ("Thị trấn Trà Lĩnh đón bằng công nhận.", None, "2021-03-08", ""),
    ("Quân Bình Sơn tiến vào.", None, "2021-03-08", ""),
    ("Chương trình vì tam nông.", "25", "2021-03-08", ""),
]
SPELLINGS = [
    ("LDLD huyen Nho Quan, tinh Ninh Binh tong ket phong trao", None, "2021-03-08", "372 37"),
    ("LĐLĐ HUYỆN LÝ NHÂN TỔ CHỨC HỘI NGHỊ", None, "2021-03-08", "353"),
    ("LĐLĐ huyện Lí Nhân và huyện Mĩ Đức.", None, "2021-03-08", "353 282"),
    ("LĐLĐ huyện Ứng Hoà và thành phố Thủy Nguyên.", None, "2025-03-08", "281 311"),
    ("LĐLĐ tỉnh Đắc Lắc, Đăk Nông cùng dự.", None, "2021-03-08", "66 67"),
    ("LĐLĐ tỉnh Dak Lak và Dak Nong.", None, "2021-03-08", "66 67"),
    ("LĐLĐ huyện Đăk Glei, huyện Krông Pắk, huyện M’Drắk.", None, "2021-03-08", "610 654 652"),
    ("LĐLĐ huyện Đắk R’Lấp và huyện Đakrông.", None, "2021-03-08", "666 467"),
    ("LĐLĐ tỉnh Bắc Cạn, BR-VT và TPHCM.", None, "2021-03-08", "06 77 79"),
    ("Liên đoàn Lao động TP.HCM và TP. Buôn Mê Thuột.", None, "2021-03-08", "79 643"),
    ("LĐLĐ huyện\u00a0Tân\u00a0Lạc họp.", None, "2021-03-08", "155"),
    ("LĐLĐ huyện Lạc\n Sơn họp.", None, "2021-03-08", "157"),
    ("LĐLĐ tỉnh Bà Rịa-Vũng Tàu; TP Phan Rang - Tháp Chàm.", None, "2021-03-08", "77 582"),
    ("LĐLĐ Quận 01 khen thưởng.", None, "2021-03-08", "760"),
    ("LĐLĐ huyện đảo Phú Quý.", None, "2021-03-08", "602"),
]
HISTORY = [
    ("LĐLĐ huyện Quốc Oai, tỉnh Hà Tây tổng kết.", None, "2007-07-10", "275 28"),
    ("LĐLĐ huyện Quốc Oai tổng kết.", None, "2012-07-10", "275"),
    ("LĐLĐ tỉnh Hà Tây tổng kết.", None, "2015-07-10", ""),
    ("LĐLĐ huyện Trà Lĩnh tổng kết.", None, "2018-07-10", "046"),
    ("LĐLĐ huyện Trà Lĩnh tổng kết.", None, "2023-07-10", ""),
    ("LĐLĐ huyện Trà Lĩnh (cũ) tổng kết.", None, "2023-07-10", "046"),
    ("LĐLĐ quận 9 và quận 2 bàn giao.", None, "2020-12-20", "763 769"),
    ("LĐLĐ quận Thủ Đức tổng kết.", "79", "2019-07-10", "762"),
    ("LĐLĐ thành phố Thủ Đức tổng kết.", "79", "2023-07-10", "769"),
    ("LĐLĐ huyện Kim Bảng tổng kết.", None, "2018-07-10", "350"),
    ("LĐLĐ thị xã Từ Sơn tổng kết.", None, "2018-07-10", "261"),
    ("LĐLĐ huyện Tân Uyên tổng kết.", "74", "2012-07-10", "723"),
    ("LĐLĐ huyện Tân Uyên tổng kết.", None, "2019-07-10", "111"),
    ("LĐLĐ thành phố Huế tổng kết.", None, "2026-02-10", "46"),
    ("LĐLĐ thành phố Huế tổng kết.", None, "2015-07-10", "474"),
    ("LĐLĐ tỉnh Thừa Thiên Huế tổng kết.", None, "2015-07-10", "46"),
    ("LĐLĐ huyện Đạ Huoai tổng kết.", None, "2019-07-10", "681"),
    ("LĐLĐ huyện Mỏ Cày tổng kết.", None, "2006-07-10", "833"),
    ("Công đoàn xã Kim Sơn, tỉnh Ninh Bình ra mắt.", None, "2025-09-10", "37"),
    ("Công đoàn Kim Sơn ra mắt.", "37", "2025-09-10", ""),
    ("Cán bộ huyện Kim Sơn (cũ) nhận công tác mới.", "37", "2025-09-10", "376"),
]
CASES = CUES + ORGANISATIONS + BARE + SHARED_NAMES + LISTS + NO_PLACES + SPELLINGS + HISTORY


def codes(text: str, home: str | None, day: str | None) -> set[str]:
    found = find_places(text, home=home, date=date.fromisoformat(day) if day else None)
    return {mention.code for mention in found if mention.level != "commune"}


@pytest.mark.parametrize(("text", "home", "day", "expected"), CASES)
def test_places(text: str, home: str | None, day: str, expected: str) -> None:
    assert codes(text, home, day) == set(expected.split())


@pytest.mark.parametrize(("text", "home", "day", "expected"), CUES + LISTS + SPELLINGS)
def test_decomposed_text_reads_the_same(text: str, home: str | None, day: str, expected: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    found = find_places(decomposed, home=home, date=date.fromisoformat(day))
    assert {m.code for m in found if m.level != "commune"} == set(expected.split())
    for mention in found:
        assert decomposed[mention.start : mention.end].strip() == decomposed[mention.start : mention.end]


def test_mention_fields() -> None:
    text = "Đoàn của LĐLĐ huyện Bình Lục (tỉnh Hà Nam)."
    district, province = find_places(text)
    assert (district.code, district.level, district.name, district.province_code) == (
        "352", "district", "Bình Lục", "35",
    )  # fmt: skip
    assert text[district.start : district.end] == "Bình Lục"
    assert district.evidence == "cue"
    assert district.valid_to == ""
    assert (province.code, province.level, province.name) == ("35", "province", "Hà Nam")
    assert text[province.start : province.end] == "Hà Nam"


def test_former_district_has_its_last_day() -> None:
    (mention,) = find_places("LĐLĐ huyện Thường Tín họp.", date=date(2007, 5, 1))
    assert (mention.code, mention.valid_to, mention.province_code) == ("279", "2008-08-01", "28")


def test_every_mention_is_reported() -> None:
    found = find_places("LĐLĐ huyện Nho Quan họp. Huyện Nho Quan có 30 trường.")
    assert [m.code for m in found] == ["372", "372"]


def test_offsets_skip_invisible_characters() -> None:
    text = "LĐLĐ hu\u200byện Nho\u00ad Quan họp."
    (mention,) = find_places(text)
    assert text[mention.start : mention.end] == "Nho\u00ad Quan"


def test_ambiguous_places_keep_their_candidates() -> None:
    text = "LĐLĐ huyện Châu Thành trao quà."
    assert find_places(text) == []
    (place,) = ambiguous_places(text)
    assert text[place.start : place.end] == "Châu Thành"
    assert len(place.candidates) == 10
    assert ("821", "") in place.candidates


def test_commune_with_its_district() -> None:
    (commune, district) = find_places("Công đoàn xã Ngọc Lũ, huyện Bình Lục họp.", date=date(2021, 3, 8))
    assert (commune.level, commune.code, commune.province_code) == ("commune", "13519", "35")
    assert (district.level, district.code) == ("district", "352")


def test_commune_of_2025_with_its_province() -> None:
    found = find_places("Công đoàn xã Bình Lục, tỉnh Ninh Bình.", date=date(2025, 9, 1))
    assert [(m.level, m.name) for m in found] == [("commune", "Bình Lục"), ("province", "Ninh Bình")]


def test_commune_without_district_is_left_out() -> None:
    assert find_places("Công đoàn xã Ngọc Lũ họp.") == []


@pytest.mark.parametrize("home", ["", "999", "Hà Nam", "x"])
def test_unknown_home_counts_as_none(home: str) -> None:
    assert codes("LĐLĐ huyện Nho Quan họp; LĐLĐ huyện Châu Thành họp.", home, None) == {"372"}
