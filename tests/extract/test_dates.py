"""When an article was published: every written form, day first; never a guess."""

import json
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract.blocks.clean import blocks
from archive.extract.dates import Dated, choose, listed_dates, marked_dates, written_dates
from archive.extract.dates.written import is_date_line, parse_iso, parse_written, tells_of_change
from tests.extract.small_pages import ADDRESS, FIRST, OTHER, SECOND, THIRD, p, page, read

ALL = p(FIRST, SECOND, THIRD)
MONTH_WORDS = ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai"]
ENGLISH = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"]  # fmt: skip


def dated(*, captured: str = "2024-06-01T00:00:00+00:00", listed: str | None = None, **frame: str) -> str | None:
    return read(page(frame.pop("inside", ALL), **frame), captured=captured, listed=listed).published


# ---- the written forms


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("05/03/2019", "2019-03-05"),
        ("5/3/2019", "2019-03-05"),
        ("05-03-2019", "2019-03-05"),
        ("05.03.2019", "2019-03-05"),
        ("05 / 03 / 2019", "2019-03-05"),
        ("2019-03-05", "2019-03-05"),
        ("2019/03/05", "2019-03-05"),
        ("2019.3.5", "2019-03-05"),
        ("Ngày 05/03/2019", "2019-03-05"),
        ("Thứ ba, 05/03/2019", "2019-03-05"),
        ("Thứ 3, ngày 05/03/2019", "2019-03-05"),
        ("Chủ nhật, 03/03/2019", "2019-03-03"),
        ("CHỦ NHẬT, 03/03/2019", "2019-03-03"),
        ("ngày 5 tháng 3 năm 2019", "2019-03-05"),
        ("Ngày 05 tháng 03, 2019", "2019-03-05"),
        ("5 tháng Ba, 2019", "2019-03-05"),
        ("5 Tháng Ba 2019", "2019-03-05"),
        ("21 tháng Mười Một, 2019", "2019-11-21"),
        ("21 Tháng Mười Hai, 2019", "2019-12-21"),
        ("21 tháng giêng năm 2019", "2019-01-21"),
        ("21 tháng chạp năm 2019", "2019-12-21"),
        ("Tháng Ba 5, 2019", "2019-03-05"),
        ("Tháng Mười Một 21, 2019", "2019-11-21"),
        ("Tháng Mười 21, 2019", "2019-10-21"),
        ("Tháng Tư 1, 2019", "2019-04-01"),
        ("Tháng 11 21, 2019", "2019-11-21"),
        ("Th11 21, 2019", "2019-11-21"),
        ("Th3 5, 2019", "2019-03-05"),
        ("5 Th3, 2019", "2019-03-05"),
        ("5 thg 3, 2019", "2019-03-05"),
        ("5 thg 3 2019", "2019-03-05"),
        ("Thg 3 5, 2019", "2019-03-05"),
        ("March 5, 2019", "2019-03-05"),
        ("Mar 5, 2019", "2019-03-05"),
        ("Mar. 5th, 2019", "2019-03-05"),
        ("5 March 2019", "2019-03-05"),
        ("5th Mar, 2019", "2019-03-05"),
        ("Sept 5, 2019", "2019-09-05"),
        ("MAY 5, 2019", "2019-05-05"),
        ("05/03/2019 08:30", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 8:30:15", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 - 08:30", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019, 08h30", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 8 giờ 30", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 lúc 8 giờ 30 phút", "2019-03-05T08:30:00+07:00"),
        ("08:30 05/03/2019", "2019-03-05T08:30:00+07:00"),
        ("08:30 | 05/03/2019", "2019-03-05T08:30:00+07:00"),
        ("08h30' ngày 05/03/2019", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 08:30 AM", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 08:30 PM", "2019-03-05T20:30:00+07:00"),
        ("05/03/2019 08:30:59 pm", "2019-03-05T20:30:00+07:00"),
        ("05/03/2019 08:30 SA", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 08:30 CH", "2019-03-05T20:30:00+07:00"),
        ("05/03/2019 12:30 SA", "2019-03-05T00:30:00+07:00"),
        ("05/03/2019 12:30 CH", "2019-03-05T12:30:00+07:00"),
        ("05/03/2019 23:59", "2019-03-05T23:59:00+07:00"),
        ("05/03/2019 00:05", "2019-03-05T00:05:00+07:00"),
        ("Thứ ba, 05/03/2019 | 08:30 (GMT+7)", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 08:30 GMT +07", "2019-03-05T08:30:00+07:00"),
        ("(Cập nhật lúc: 08:30 05/03/2019)", "2019-03-05T08:30:00+07:00"),
        ("(Cập nhật: 05/03/2019)", "2019-03-05"),
        ("Cập nhật lúc 08:30, ngày 05/03/2019", "2019-03-05T08:30:00+07:00"),
        ("Đăng lúc: 05/03/2019 08:30", "2019-03-05T08:30:00+07:00"),
        ("Ngày đăng: 05/03/2019", "2019-03-05"),
        ("Đăng ngày 05/03/2019", "2019-03-05"),
        ("Ngày xuất bản: 05/03/2019", "2019-03-05"),
        ("Thời gian đăng: 05/03/2019 08:30", "2019-03-05T08:30:00+07:00"),
        ("Posted on March 5, 2019", "2019-03-05"),
        ("Published: 5 March 2019 08:30", "2019-03-05T08:30:00+07:00"),
        ("05/03/2019 | 15 lượt xem", "2019-03-05"),
        ("05/03/2019 - 12 lượt xem", "2019-03-05"),
        ("Lượt xem: 15 - 05/03/2019", "2019-03-05"),
        ("05/03/2019 by admin", "2019-03-05"),
        ("05/03/2019 bởi Hà Vân", "2019-03-05"),
        ("05/03/2019 | Chuyên mục: Hoạt động công đoàn cơ sở", "2019-03-05"),
        ("[05/03/2019]", "2019-03-05"),
        ("2019-03-05T08:30:00+07:00", "2019-03-05T08:30:00+07:00"),
        ("2019-03-05T23:30:00Z", "2019-03-06T06:30:00+07:00"),
        ("2019-03-05 08:30:00", "2019-03-05T08:30:00+07:00"),
        ("2019-03-05 - 08:30", "2019-03-05T08:30:00+07:00"),
    ],
)  # fmt: skip
def test_a_date_line_is_read(line: str, wanted: str) -> None:
    assert is_date_line(line)
    assert parse_written(line) == wanted
    assert dated(above=f"<p>{line}</p>") == wanted


@pytest.mark.parametrize(
    "line",
    [
        "Năm học 2019-2020",
        "Nhiệm kỳ 2018 - 2023",
        "Giai đoạn 2019/2020",
        "5/9-5/10/2019 tuần lễ áo dài toàn trường",
        "Từ ngày 05/09/2019 đến ngày 10/09/2019",
        "Thời gian: 8 giờ 00, ngày 12/12/2020.",
        "Thời gian: 08:00 ngày 12/12/2020",
        "Địa điểm: sân trường, 12/12/2020",
        "Bắt đầu 12/12/2020",
        "Khai mạc: 08:00 12/12/2020",
        "05/09/2019 - 05/10/2019",
        "05/09/2019 đến 05/10/2019",
        "Ngày diễn ra: 12/12/2020",
        "Khởi hành: 12/12/2020",
        "Hết hạn: 12/12/2020",
        "Chào mừng 20/11/2019",
        "Kỷ niệm 20/11/2019",
        "Sinh ngày 12/12/2000",
        "Hạn nộp: 12/12/2020",
        "Kết thúc: 12/12/2020",
        "Sáng 12/12/2020, công đoàn huyện trao quà cho đoàn viên.",
        "Lễ trao quà diễn ra ngày 12/12/2020",
        "Quyết định số 12/2019",
        "Tháng 12/2020",
        "12/12",
        "31/02/2020",
        "32/01/2020",
        "05/13/2020",
        "00/05/2020",
        "12/12/20",
        "0912.345.678",
        "Điện thoại 024 3825 2019",
        "",
        "Chị Mai sinh ngày 12/12/1980 tại thôn Đồng",
        "05/03/2019 " + "x" * 90,
    ],
)  # fmt: skip
def test_what_is_no_date_line_dates_nothing(line: str) -> None:
    assert not (is_date_line(line) and parse_written(line))
    assert dated(above=f"<p>{line}</p>") is None
    assert dated(inside=f"<p>{line}</p>{ALL}") is None


@pytest.mark.parametrize("word", ["may", "mars", "decor", "jan", "tháng", "th"])
def test_a_word_that_begins_as_a_month_is_none(word: str) -> None:
    assert parse_written(f"{word} 2019") is None


FORMS: list[Callable[[date], str]] = [
    date.isoformat,
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"ngày {day.day} tháng {day.month} năm {day.year}",
    lambda day: f"{day.day} tháng {day.month}, {day.year}",
    lambda day: f"{day.day} thg {day.month}, {day.year}",
    lambda day: f"Th{day.month} {day.day}, {day.year}",
    lambda day: f"{day.day} Tháng {MONTH_WORDS[day.month - 1]}, {day.year}",
    lambda day: f"Tháng {MONTH_WORDS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{day.day} {ENGLISH[day.month - 1][:3]} {day.year}",
]
LABELS = ["{}", "Ngày đăng: {}", "({})", "Cập nhật: {}", "Thứ hai, {}", "{} |", "Đăng ngày {} | 12 lượt xem"]
HOURS = ["{} {:%H:%M}", "{} - {:%H:%M}", "{}, {:%Hh%M}", "{} {:%H:%M:%S}", "({} lúc {:%H giờ %M} phút)"]
DAYS = st.dates(date(1996, 1, 1), date(2026, 12, 31))


@settings(max_examples=250, deadline=None)
@given(DAYS, st.sampled_from(FORMS), st.sampled_from(LABELS))
def test_any_day_in_any_form_is_read_back(day: date, form: Callable[[date], str], label: str) -> None:
    line = label.format(form(day))
    assert is_date_line(line)
    assert parse_written(line) == day.isoformat()


@settings(max_examples=150, deadline=None)
@given(DAYS, st.times(), st.sampled_from(FORMS[1:]), st.sampled_from(HOURS))
def test_any_moment_is_read_back(day: date, moment: time, form: Callable[[date], str], line: str) -> None:
    assert parse_written(line.format(form(day), moment)) == f"{day}T{moment:%H:%M}:00+07:00"


@settings(max_examples=60, deadline=None)
@given(DAYS, st.times(min_value=time(1)), st.sampled_from([("AM", "PM"), ("SA", "CH"), ("am", "pm")]))
def test_halves_of_the_day_are_known(day: date, moment: time, halves: tuple[str, str]) -> None:
    line = f"{day:%d/%m/%Y} {moment:%I:%M} {halves[moment.hour >= 12]}"
    assert parse_written(line) == f"{day}T{moment:%H:%M}:00+07:00"


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(-14, 14))
def test_a_moment_is_told_in_vietnam_s_zone(day: date, zone: int) -> None:
    found = parse_iso(f"{day}T12:00:00{zone:+03}:00")
    assert found is not None
    shifted = 12 - zone + 7
    assert found == f"{day + timedelta(days=shifted // 24)}T{shifted % 24:02}:00:00+07:00"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from("/.-"))
def test_the_day_is_always_first(day: int, month: int, sign: str) -> None:
    assert parse_written(f"{day:02}{sign}{month:02}{sign}2020") == f"2020-{month:02}-{day:02}"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789/.-: hgiờngàytháng,", max_size=60))
def test_nothing_but_a_date_comes_of_any_text(text: str) -> None:
    found = parse_written(text)
    assert found is None or date.fromisoformat(found[:10])


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("2019-03-05T25:00:00", "2019-03-05"),
        ("2019-03-05T08:61:00", "2019-03-05"),
        ("2019-02-30", None),
        ("2019-13-01", None),
        ("2019-03-05T08:30:00+99:00", "2019-03-05T08:30:00+07:00"),
        ("2019-03-05T08:30:00.123+0700", "2019-03-05T08:30:00+07:00"),
        ("  2019-03-05", "2019-03-05"),
        ("05/03/2019", None),
        ("", None),
    ],
)
def test_a_malformed_moment_leaves_its_day(written: str, wanted: str | None) -> None:
    assert parse_iso(written) == wanted


# ---- which date it is


def test_the_order_of_the_sources() -> None:
    """Each source in turn is taken away: the next one is believed."""
    line, listed = "<p>06/01/2020</p>", "07/01/2020"
    moment = '<p><time datetime="2020-01-05">hôm nay</time></p>'
    meta = '<meta property="article:published_time" content="2020-01-04">'
    prop = '<meta itemprop="datePublished" content="2020-01-03">'
    data = f'<script type="application/ld+json">{json.dumps({"datePublished": "2020-01-02"})}</script>'
    layout = {"date": ".luc", "body": ".bai"}
    shown = '<p class="luc">01/01/2020</p>'
    heads, wanted = [data, prop, meta], []
    inside = f'<div class="bai">{ALL}</div>'
    for overrides, head, above in (
        (layout, "".join(heads), shown + moment + line),
        ({}, "".join(heads), moment + line),
        ({}, "".join(heads[1:]), moment + line),
        ({}, meta, moment + line),
        ({}, "", moment + line),
        ({}, "", line),
        ({}, "", ""),
    ):
        article = read(page(inside, head=head, above=above), overrides=overrides or None, listed=listed)
        wanted.append((article.published, article.published_from))
    sources = ["layout", "json-ld", "itemprop", "meta", "time", "line", "listing"]
    assert wanted == [(f"2020-01-0{number}", source) for number, source in enumerate(sources, 1)]


def test_the_page_s_only_time_is_the_article_s() -> None:
    lone = '<div><time datetime="2020-01-05">5 tháng trước</time></div>'
    html = page(ALL).replace("</body>", f"{lone}</body>")
    assert (read(html).published, read(html).published_from) == ("2020-01-05", "time")
    assert read(html, listed="07/01/2020").published == "2020-01-05"
    assert read(html.replace(lone, lone + lone.replace("01", "02"))).published is None


@pytest.mark.parametrize(
    "markup",
    [
        '<li><a href="/2">{other}</a>{time}</li>',
        '<div>{time}<a href="/2">{other}</a></div>',
        '<a href="/2">{time}{other}</a>',
        '<time class="updated" datetime="2020-01-05"></time>',
        '<time class="modified" datetime="2020-01-05">x</time>',
    ],
)
def test_the_time_of_another_page_or_change_is_not_the_article_s(markup: str) -> None:
    box = markup.format(other=OTHER, time='<time datetime="2020-01-05">hôm qua</time>')
    assert read(page(ALL).replace("</body>", f"<div>{box}</div></body>")).published is None


@pytest.mark.parametrize("named", ["entry-date published updated", "published", "", "entry-time"])
def test_a_first_publication_is_no_change(named: str) -> None:
    assert not tells_of_change(named)
    assert dated(above=f'<p><time class="{named}" datetime="2020-01-05">x</time></p>') == "2020-01-05"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="{}">',
        '<meta name="pubdate" content="{}">',
        '<meta name="citation_publication_date" content="{}">',
        '<meta name="DC.date.issued" content="{}">',
        '<meta itemprop="datePublished" content="{}">',
        '<script type="application/ld+json">{{"datePublished": "{}"}}</script>',
        '<script type="application/ld+json">{{"@graph": [{{"@type": "WebPage", "datePublished": "{}"}}]}}</script>',
    ],
)
@pytest.mark.parametrize("written", ["2019-03-05T08:30:00+07:00", "05/03/2019 08:30", "2019-03-05 08:30"])
def test_a_page_may_declare_its_date(head: str, written: str) -> None:
    assert dated(head=head.format(written)) == "2019-03-05T08:30:00+07:00"


@pytest.mark.parametrize("where", ["above", "below"])
@pytest.mark.parametrize(
    "line",
    [
        "<p>05/03/2019</p>",
        "<div><i>Ngày đăng: 05/03/2019</i></div>",
        "<span>05/03/2019</span>",
        "<ul><li>05/03/2019</li></ul>",
        "<div>Ngày</div><div>05/03/2019</div>",
    ],
)
def test_a_date_line_beside_the_article_dates_it(where: str, line: str) -> None:
    article = read(page(ALL, **{where: line}))
    assert (article.published, article.paragraphs) == ("2019-03-05", [FIRST, SECOND, THIRD])


def test_a_date_line_above_the_title_or_first_in_the_text_dates_it() -> None:
    html = page(ALL)
    assert read(html.replace("<h1>", "<p>05/03/2019</p><h1>")).published == "2019-03-05"
    assert dated(inside=f"<p>05/03/2019</p>{ALL}") == "2019-03-05"


def test_a_date_amid_the_text_dates_nothing() -> None:
    assert dated(inside=p(FIRST, SECOND, "05/03/2019", THIRD)) is None


@pytest.mark.parametrize("box", ["<p>Tin khác</p><ul><li><a href=/2>{}</a> (05/03/2019)</li></ul>",
                                 "<h3>Tin liên quan</h3><div><p>05/03/2019</p><a href=/2>{}</a></div>",
                                 "<div class='related'><p>05/03/2019</p><h4>{}</h4></div>"])  # fmt: skip
def test_a_related_list_s_date_is_not_the_article_s(box: str) -> None:
    assert dated(below=box.format(OTHER)) is None
    assert dated(inside=ALL + box.format(OTHER)) is None


@pytest.mark.parametrize(
    ("line", "captured", "wanted"),
    [
        ("31/12/1994", "2024-06-01", None),
        ("01/01/1995", "2024-06-01", "1995-01-01"),
        ("01/06/2024", "2024-06-01", "2024-06-01"),
        ("02/06/2024", "2024-06-01", "2024-06-02"),
        ("03/06/2024", "2024-06-01", None),
        ("01/01/2099", "2024-06-01", None),
    ],
)
def test_what_cannot_be_is_passed_over(line: str, captured: str, wanted: str | None) -> None:
    assert dated(above=f"<p>{line}</p>", captured=captured) == wanted


def test_after_a_date_that_cannot_be_the_next_is_believed() -> None:
    head = '<meta property="article:published_time" content="2099-01-01">'
    assert dated(head=head, above="<p>05/03/2019</p>") == "2019-03-05"
    found = choose([Dated("1970-01-01", "meta"), Dated("2019-03-05", "line")], captured=None)
    assert found == Dated("2019-03-05", "line")


def test_the_listing_s_date_is_the_last_resort() -> None:
    assert dated(listed="Thứ ba, 05/03/2019") == "2019-03-05"
    assert dated(listed="05/03/2019", above="<p>06/03/2019</p>") == "2019-03-06"
    assert listed_dates(None) == listed_dates("hôm qua") == []


def test_dates_of_lines_and_times_keep_their_order() -> None:
    found = written_dates(["05/03/2019", "x", "06/03/2019"])
    assert found == [Dated("2019-03-05", "line"), Dated("2019-03-06", "line")]
    line = '<p><time datetime="2019-03-05">5/3</time> <time datetime="x">x</time></p>'
    assert marked_dates(blocks(line + f"<p>{FIRST}<time datetime='2019-03-06'></time></p>", ADDRESS)) == [
        Dated("2019-03-05", "time")
    ]
