"""Which school years a text names, and what it does with them. The sentences were written for these tests."""

import unicodedata
from datetime import date

import pytest

from archive.annotate import find_school_years

FORMS = [
    ("Hội thi năm học 2018-2019", "2018-2019"),
    ("Hội thi năm học 2018 – 2019.", "2018-2019"),
    ("Hội thi năm học 2018\u20132019.", "2018-2019"),
    ("Hội thi năm học 2018 - 2019./.", "2018-2019"),
    ("Hội thi năm học 2018- 2019, 2 ngày", "2018-2019"),
    ("Hội thi năm\u00a0học\u00a02018\u00a0-\u00a02019", "2018-2019"),
    ("Hội thi năm học 2018/2019", "2018-2019"),
    ("Hội thi năm học 2018-19", "2018-2019"),
    ("Hội thi năm học 1999-2000", "1999-2000"),
    ("Hội thi năm học 1999-00", "1999-2000"),
    ("HỘI THI NĂM HỌC 2018-2019", "2018-2019"),
    ("hoi thi nam hoc 2018-2019", "2018-2019"),
    ("hoi-thi-nam-hoc-2018-2019", "2018-2019"),
    ("Hội thi (năm học 2018-2019)", "2018-2019"),
    ("Hội thi năm học (2018-2019)", "2018-2019"),
    ("Hội thi năm học: 2018 - 2019", "2018-2019"),
    ("Hội thi niên khóa 2018-2019", "2018-2019"),
    ("Hội thi NH 2018-2019", "2018-2019"),
    ("Hội thi NH: 2018-2019", "2018-2019"),
    ("Hội thi học kỳ II năm học 2018-2019", "2018-2019"),
    ("Hội thi học kỳ I, 2018-2019", "2018-2019"),
    ("Hội thi HKII 2018-2019", "2018-2019"),
    ("Hội thi năm học 2018 đến 2019", "2018-2019"),
    ("Hội thi năm học 2018\n- 2019", "2018-2019"),
    ("Hội thi năm học 2018-2019-2020", "2018-2019 2019-2020"),
    ("các năm học 2016-2017, 2017-2018 và 2018-2019", "2016-2017 2017-2018 2018-2019"),
    ("ba năm học liên tiếp 2016-2017; 2017-2018; 2018-2019", "2016-2017 2017-2018 2018-2019"),
    ("năm học 2016-2017 và năm học 2018-2019", "2016-2017 2018-2019"),
    ("từ năm học 2016-2017 đến năm học 2018-2019", "2016-2017 2017-2018 2018-2019"),
    ("Trong năm 2018-2019, nhà trường có 12 giáo viên giỏi.", "2018-2019"),
    ("Năm học 2018-2019 đã qua. Trong năm 2018-2019 có 5 sáng kiến.", "2018-2019"),
]
FALSE_FRIENDS = [
    "Giai đoạn 2018-2019 toàn huyện có 30 trường học.",
    "Nhiệm kỳ 2018-2019 của công đoàn trường.",
    "Khóa 2018-2019 có 40 học viên.",
    "Mùa giải 2018-2019 bắt đầu.",
    "Vụ đông xuân năm 2018-2019 được mùa.",
    "Vụ mùa 2018-2019",
    "Kế hoạch số 2018-2019/KH-LĐLĐ ngày 02/03/2018",
    "Năm 2018-2019, công ty đạt doanh thu 20 tỷ đồng.",
    "Hai năm 2018-2019 nhà trường xây thêm 6 phòng học.",
    "Những năm 2018-2019 đời sống giáo viên khó khăn.",
    "Kỷ niệm 15/10/1968 - 15/10/2018",
    "Điện thoại 0243.2018.2019",
    "Năm học 2018-2021 của dự án",
    "Năm học 2019-2018",
    "Năm học 3018-3019",
    "Tổng số 2018-2019 đoàn viên",
    "năm học 2018",
    "Nhân 2018-2019 lần",
    "Anh 2018-2019",
]
ROLES = [
    ("Tổng kết công tác công đoàn năm học 2018-2019", "past"),
    ("Bế giảng năm học 2018-2019", "past"),
    ("LĐLĐ tuyên dương giáo viên giỏi năm học 2018-2019", "past"),
    ("Trao giấy khen cho 20 tập thể, 30 cá nhân năm học 2018-2019.", "past"),
    ("Báo cáo kết quả thực hiện nhiệm vụ năm học 2018-2019", "past"),
    ("Các trường đã hoàn thành xuất sắc nhiệm vụ năm học 2018-2019.", "past"),
    ("Nhìn lại năm học 2018-2019", "past"),
    ("Năm học 2018-2019 vừa qua có nhiều đổi mới.", "past"),
    ("Năm học 2018-2019: Tổng kết phong trào nữ công", "past"),
    ("tong ket phong trao nam hoc 2018-2019", "past"),
    ("Hội nghị triển khai nhiệm vụ năm học 2018-2019", "ahead"),
    ("Phát động thi đua năm học 2018-2019", "ahead"),
    ("Lễ khai giảng năm học 2018-2019", "ahead"),
    ("Ký kết quy chế phối hợp năm học 2018-2019", "ahead"),
    ("Chuẩn bị cho năm học 2018-2019", "ahead"),
    ("Đoàn viên bước vào năm học mới 2018-2019.", "ahead"),
    ("Năm học 2018-2019 sắp tới có nhiều việc.", "ahead"),
    ("Năm học 2018-2019, công đoàn sẽ tổ chức ba hội thi.", "ahead"),
    ("Năm học 2018-2019: Phương hướng và nhiệm vụ", "ahead"),
    ("Tổng kết năm học và triển khai kế hoạch năm học 2018-2019", "ahead"),
    ("Tổng kết năm học vừa qua, triển khai năm học 2018-2019", "ahead"),
    ("Năm học 2018-2019 toàn huyện có 45 trường.", "mention"),
    ("Theo kế hoạch, năm học 2018-2019 trường có 20 lớp.", "mention"),
    ("Kế hoạch năm học 2018-2019 đã đạt hầu hết các chỉ tiêu.", "past"),
    ("Kế hoạch năm học 2018-2019 đã được gửi tới các trường.", "ahead"),
    ("Trong năm học 2018-2019, các trường đã thực hiện tốt kế hoạch.", "mention"),
    ("Sơ kết học kỳ I và triển khai nhiệm vụ học kỳ II năm học 2018-2019", "mention"),
    ("Sáng kiến kinh nghiệm năm học 2018-2019 được chia sẻ rộng rãi.", "mention"),
    ("Hội nghị kết thúc. Năm học 2018-2019 có 45 trường.", "mention"),
]
INFERRED = [
    ("Giáo viên hưởng ứng hội giảng.", "2021-10-20", "2021-2022"),
    ("Học sinh và giáo viên đón Tết.", "2022-01-20", "2021-2022"),
    ("Lễ bế giảng của nhà trường.", "2022-05-28", "2021-2022"),
    ("Tổng kết hoạt động công đoàn trường học.", "2022-07-01", "2021-2022"),
    ("Tập huấn hè cho giáo viên mầm non.", "2022-07-15", "2021-2022"),
    ("Giáo viên chuẩn bị năm học mới.", "2022-08-15", "2022-2023"),
    ("Lễ khai giảng ở các trường học.", "2022-09-05", "2022-2023"),
    ("Hội nghị tổng kết công đoàn khối trường học.", "2022-09-28", "2021-2022"),
    ("Hội nghị tổng kết công đoàn khối trường học.", "2022-12-28", "2022-2023"),
    ("tong ket cong doan truong hoc", "2022-07-01", "2021-2022"),
    ("Công nhân may tham gia hội thao.", "2022-07-01", None),
    ("Bảo vệ môi trường, ổn định thị trường.", "2022-07-01", None),
    ("Có giao lưu văn nghệ tại hội trường.", "2022-07-01", None),
    ("Tuyên truyền, giáo dục pháp luật cho công nhân.", "2022-07-01", None),
    ("Trường hợp khó khăn được hỗ trợ.", "2022-07-01", None),
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_forms(text: str, expected: str) -> None:
    assert [m.year for m in find_school_years(text)] == expected.split()


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_decomposed_text_reads_the_same(text: str, expected: str) -> None:
    assert [m.year for m in find_school_years(unicodedata.normalize("NFD", text))] == expected.split()


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_false_friends(text: str) -> None:
    assert find_school_years(text) == []


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_roles(text: str, role: str) -> None:
    assert [(m.year, m.role) for m in find_school_years(text)] == [("2018-2019", role)]


@pytest.mark.parametrize(("text", "day", "expected"), INFERRED)
def test_inferred(text: str, day: str, expected: str | None) -> None:
    found = find_school_years(text, published=date.fromisoformat(day))
    assert [(m.year, m.evidence) for m in found] == ([(expected, "inferred")] if expected else [])
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(text)


def test_two_years_in_one_sentence() -> None:
    text = "Sơ kết phong trào năm học 2018-2019- Triển khai phương hướng năm học 2019-2020"
    found = find_school_years(text)
    assert [(m.year, m.role) for m in found] == [("2018-2019", "past"), ("2019-2020", "ahead")]
    assert [text[m.start : m.end] for m in found] == ["2018-2019", "2019-2020"]


def test_a_list_shares_its_role() -> None:
    found = find_school_years("Tổng kết hai năm học 2017-2018 và 2018-2019")
    assert [m.role for m in found] == ["past", "past"]


def test_role_is_that_of_most_sentences() -> None:
    text = (
        "Triển khai nhiệm vụ năm học 2018-2019. Phát động thi đua năm học 2018-2019. "
        "Kết quả đầu năm học 2018-2019 rất tốt."
    )
    assert [m.role for m in find_school_years(text)] == ["ahead"]
    after = find_school_years(text, published=date(2019, 6, 30))
    assert [m.role for m in after] == ["past"], "after the end of the year its plans are past"


def test_awards_in_several_sentences_make_a_year_past() -> None:
    text = "Năm học 2018-2019 huyện có 40 trường. Năm học 2018-2019 có 900 sáng kiến được công nhận."
    assert [m.role for m in find_school_years(text)] == ["past"]


def test_nothing_is_inferred_without_a_date_or_beside_a_written_year() -> None:
    assert find_school_years("Giáo viên hưởng ứng hội giảng.") == []
    found = find_school_years("Giáo viên nhớ năm học 2010-2011.", published=date(2021, 10, 20))
    assert [(m.year, m.evidence) for m in found] == [("2010-2011", "text")]
