"""What stands among an article's blocks and is not its own: other news, comments, buttons, labels, the imprint."""

import random

import pytest

from archive.extract import phrases
from archive.yaml_file import parse_yaml
from tests.conftest import ROOT
from tests.extract.small_pages import (
    FIRST,
    FOURTH,
    MENU,
    OTHER,
    OTHER_TEXT,
    SECOND,
    THIRD,
    TITLE,
    maybe,
    p,
    page,
    read,
    texts,
)

ALL = [FIRST, SECOND, THIRD]
HEADLINES = (
    OTHER,
    "Hội thi nấu ăn nhân ngày thành lập công đoàn ngành",
    "Tập huấn kỹ năng thương lượng tập thể cho cán bộ cơ sở",
)
TABLE = parse_yaml((ROOT / "archive" / "extract" / "phrases.yml").read_text("utf-8"))


def sample(name: str, count: int = 12) -> list[str]:
    """Some phrases of a list, always the same."""
    return random.Random(name).sample(list(map(str, TABLE[name])), min(count, len(TABLE[name])))


def links(*, after: str = "", summary: str = "", tag: str = "li") -> str:
    """Headlines of other pages, with something behind or under each."""
    lines = (f'<{tag}><a href="/tin-tuc/{at}">{text}</a>{after}{summary}</{tag}>' for at, text in enumerate(HEADLINES))
    return f"<ul>{''.join(lines)}</ul>" if tag == "li" else "".join(lines)


# ---- the lists of phrases.yml


@pytest.mark.parametrize("label", [*sample("boxes"), *sample("tails")])
def test_a_line_of_boxes_or_tails_ends_the_article(label: str) -> None:
    for markup in ("<p>{}</p>", "<h3>{}:</h3>", "<div><b>{} »</b></div>", "<p>▪ {}…</p>"):
        assert texts(p(*ALL) + markup.format(label.capitalize()) + links() + p(OTHER_TEXT)) == ALL


@pytest.mark.parametrize("label", sample("tails"))
def test_what_follows_a_line_of_tails_is_never_the_article_s(label: str) -> None:
    assert texts(p(*ALL) + f"<p>{label.upper()} (3)</p>" + p(OTHER_TEXT, OTHER_TEXT)) == ALL


@pytest.mark.parametrize("line", sample("furniture", 20))
def test_a_line_of_furniture_is_dropped(line: str) -> None:
    for markup in ("<p>{}</p>", "<p><b>{}:</b></p>", "<div>[{}]</div>", "<ul><li>{}</li></ul>"):
        assert texts(p(FIRST) + markup.format(line.capitalize()) + p(SECOND, THIRD)) == ALL


@pytest.mark.parametrize("start", sample("furniture_starts", 20))
def test_a_short_line_that_begins_as_furniture_is_dropped(start: str) -> None:
    assert texts(p(FIRST, f"{start.rstrip(':').capitalize()}: 1.024", SECOND, THIRD)) == ALL


@pytest.mark.parametrize("line", ["15 lượt xem", "1.024 lượt đọc", "12,5 lượt truy cập"])
def test_a_counter_is_dropped(line: str) -> None:
    assert texts(p(FIRST, line, SECOND, THIRD)) == ALL


@pytest.mark.parametrize(("one", "two"), [sample("imprint")[at : at + 2] for at in range(0, 10, 2)])
def test_two_marks_of_the_imprint_make_a_line_the_publisher_s(one: str, two: str) -> None:
    assert texts(p(*ALL, f"Công đoàn huyện. {one} số 5 phố Mới: {two} 0912")) == ALL


@pytest.mark.parametrize("title", sample("no_article_titles"))
def test_a_page_so_titled_is_no_article(title: str) -> None:
    assert maybe(page(p(*ALL), title=title.capitalize())) is None
    assert maybe(page(p(*ALL), title=title.upper())) is None


@pytest.mark.parametrize("start", sample("listing_title_starts"))
def test_a_page_whose_title_begins_so_is_no_article(start: str) -> None:
    assert maybe(page(p(*ALL), title=f"{start.capitalize()} đoàn viên công đoàn")) is None


@pytest.mark.parametrize("name", sample("site_names"))
def test_a_title_that_begins_so_is_the_site_s(name: str) -> None:
    site = f"{name.capitalize()} Sông Lô"
    html = f"<title>{site}</title><h1>{site}</h1><div><h2 class='title'>{TITLE}</h2>{p(*ALL)}</div>"
    assert read(html).title == TITLE


@pytest.mark.parametrize("name", sample("bodies_online"))
def test_a_title_of_few_words_that_begins_so_is_a_body_s(name: str) -> None:
    html = f"<title>{name.title()} X</title><h1>{name.title()} X</h1><div class='title'>{TITLE}</div>{p(*ALL)}"
    assert read(html).title == TITLE


@pytest.mark.parametrize("body", sample("bodies", 20))
def test_a_name_that_begins_so_is_a_body_s(body: str) -> None:
    assert phrases.is_body_name(f"{body.capitalize()} Sông Lô")
    assert not phrases.is_body_name(f"{body.capitalize()}x Sông Lô")


@pytest.mark.parametrize("name", TABLE)
def test_no_list_says_a_thing_twice(name: str) -> None:
    folded = [phrases.bare(str(line)) for line in TABLE[name]]
    assert sorted(set(folded)) == sorted(dict.fromkeys(folded))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [("Tin khác", True), ("TIN KHÁC:", True), ("» Tin khác…", True), ("Tin khac", True), ("Tin  khác (12)", True),
     ("Tin khác của huyện", False), ("Các tin", False), ("", False)],
)  # fmt: skip
def test_phrases_are_compared_without_accents_case_and_edges(line: str, wanted: bool) -> None:
    assert phrases.is_tail(line) is wanted


# ---- boxes within the text


@pytest.mark.parametrize("label", ["Tin liên quan", "Xem thêm:", "ĐỌC THÊM", "Có thể bạn quan tâm"])
@pytest.mark.parametrize(
    "box",
    [
        "<div><p>{label}</p>{links}</div>",
        "<div><h4>{label}</h4>{links}</div>",
        "<table><tr><td><b>{label}</b>{links}</td></tr></table>",
        "<div><div>{label}</div><div>{links}</div></div>",
        "<blockquote><p>{label}</p>{links}</blockquote>",
        "<p>{label}</p>{links}",
        "<p><b>{label}</b></p>{paragraphs}",
        "<h3>{label}</h3>{links}",
        "<div><p>{label}</p>{teasers}</div>",
        "<p><a href='/x'>{label}</a></p>",
        "<div><a href='/x'>{label}</a></div>",
    ],
)
def test_the_text_goes_on_after_a_box(box: str, label: str) -> None:
    markup = box.format(
        label=label, links=links(), paragraphs=links(tag="p"), teasers=links(summary="<br>Sân trung tâm đông kín.")
    )
    assert texts(p(FIRST, SECOND) + markup + p(THIRD, FOURTH)) == [*ALL, FOURTH]


@pytest.mark.parametrize(
    "tail",
    [
        "<p>Tin khác</p>{links}",
        "<div>Tin khác</div><div>{links}</div>",
        "<div><h3>Tin khác</h3>{summaries}</div>",
        "<h3>Tin khác</h3>{summaries}",
        "<p><b>Các tin khác:</b></p>{dated}",
        "<div><div><b>TIN KHÁC</b></div></div><div>{summaries}</div>",
        "<table><tr><td>Các bài viết khác</td></tr><tr><td>{links}</td></tr></table>",
        "<h3>Tin khác</h3>{items}",
        "<hr><center>Tin cùng chuyên mục</center>{summaries}",
    ],
)
@pytest.mark.parametrize("outside", [True, False])
def test_other_news_at_the_end_is_cut(tail: str, outside: bool) -> None:
    summary = f"<p>{OTHER_TEXT}</p>"
    fourth = f'<li><a href="/tin-tuc/3">{THIRD[:60]}</a>{summary}</li></ul>'
    markup = tail.format(
        links=links(),
        summaries=links(summary=summary, tag="div"),
        items=links(summary=summary).replace("</ul>", fourth),
        dated=links(after=" (12/05/2020)"),
    )
    html = page(p(*ALL), below=markup) if outside else page(p(*ALL) + markup)
    article = read(html)
    assert (article.paragraphs, article.links, article.published) == (ALL, [], None)


@pytest.mark.parametrize("line", ['<p>Xem thêm: <a href="/2">{}</a></p>', '<p><b>Đọc thêm</b>: <a href="/2">{}</a></p>',
                                  '<p>&gt;&gt; Xem thêm: <a href="/2">{}</a></p>', '<p><a href="/2">{}</a></p>',
                                  '<div><i>Tin liên quan: <a href="/2">{}</a></i></div>'])  # fmt: skip
def test_a_line_that_leads_on_is_dropped(line: str) -> None:
    article = read(page(p(FIRST) + line.format(OTHER) + p(SECOND, THIRD)))
    assert (article.paragraphs, article.links) == (ALL, [])


@pytest.mark.parametrize("label", ["<p>Tin cũ trong tuần:</p>", "<h4>Hoạt động sắp tới</h4>", "<p><b>Chào xuân</b></p>",
                                   "<p>Mời bạn đọc</p>"])  # fmt: skip
def test_a_label_goes_with_the_links_it_heads(label: str) -> None:
    assert texts(p(*ALL) + label + links()) == ALL
    assert texts(p(FIRST) + label + links() + p(SECOND, THIRD)) == ALL


def test_a_label_stays_where_no_links_follow() -> None:
    label = "Hoạt động sắp tới"
    assert texts(p(FIRST) + f"<h4>{label}</h4>" + p(SECOND, THIRD)) == [FIRST, label, SECOND, THIRD]


@pytest.mark.parametrize("heading", ["<h2>{}</h2>", "<h3><b>{}</b></h3>", "<h4>{}</h4><h4>{}</h4>"])
@pytest.mark.parametrize("then", ["", "<div>Tin khác</div>", "<ul></ul>", '<p><a href="/1">' + OTHER + "</a></p>"])
def test_a_heading_with_nothing_after_it_is_dropped(heading: str, then: str) -> None:
    assert texts(p(*ALL) + heading.format("Thông tin bạn đọc", "Bạn đọc") + then) == ALL


@pytest.mark.parametrize("label", ["Bình luận (3)", "BÌNH LUẬN", "Ý kiến bạn đọc (12)", "Gửi bình luận", "Comments (0)",
                                   "Để lại một bình luận", "Viết bình luận"])  # fmt: skip
@pytest.mark.parametrize("outside", [True, False])
def test_comments_are_cut(label: str, outside: bool) -> None:
    comments = f"<h3>{label}</h3><div><b>Bạn đọc Hải</b><p>{OTHER_TEXT}</p><p>{OTHER_TEXT}</p></div>"
    article = read(page(p(*ALL), below=comments) if outside else page(p(*ALL) + comments))
    assert (article.paragraphs, article.author) == (ALL, None)


# ---- what looks like furniture and is the article's


@pytest.mark.parametrize(
    "line",
    [
        "Thời gian: 8 giờ 00, ngày 12/12/2020.",
        "Thời gian: 8 giờ 00, ngày 12/12/2020",
        "Ngày 12/12/2020.",
        "Hạn cuối nhận hồ sơ: 17h00 ngày 30/11/2020.",
        "Địa điểm: Nhà văn hóa xã Bản Mù.",
        "Liên hệ chị Mai để đăng ký.",
        "Chia sẻ với chúng tôi, chị Mai nói rất vui.",
        "Tin khác biệt lắm mới được chọn.",
        "Kết thúc.",
        "Xem thêm: Quyết định số 5 của huyện.",
        "Giấy khen được trao cho ba tổ.",
        "Trụ sở mới của công đoàn huyện được khánh thành sáng nay, ngay bên bờ sông.",
        "Đã xem xét mười hai hồ sơ, hội đồng chọn ra năm gia đình khó khăn nhất.",
        "Giấy phép xây nhà được huyện cấp chỉ sau ba ngày, theo lời chị Mai kể lại.",
        "Bản quyền bài hát được tác giả tặng lại cho công đoàn huyện nhân dịp này.",
        "Danh mục: mười việc làm thiết thực vì đoàn viên được công bố trong buổi lễ.",
        "Thực hiện: mười hai chỉ tiêu trên mười lăm.",
        "1.",
    ],
)
def test_a_true_line_is_kept(line: str) -> None:
    found = texts(p(FIRST, line, SECOND, THIRD))
    assert found == ([FIRST, SECOND, THIRD] if line == "1." else [FIRST, line, SECOND, THIRD])


@pytest.mark.parametrize("markup", ["<p>{}</p>", "<p><b>{}</b></p>", "<h3>{}</h3>", "<div>{}</div>"])
def test_an_answer_is_no_reader_s(markup: str) -> None:
    question = "Chị đã nhận quà chưa và định dùng số tiền ấy vào việc gì trong mùa mưa năm nay?"
    found = texts(p(question) + markup.format("Trả lời:") + p(*ALL))
    assert found == [question, "Trả lời:", *ALL]


def test_a_tail_in_a_table_s_row_or_a_long_text_ends_nothing() -> None:
    table = "<table><tr><td>Tin khác</td><td>12</td></tr><tr><td>Bình luận</td><td>3</td></tr></table>"
    assert texts(p(FIRST) + table + p(SECOND)) == [FIRST, "Tin khác | 12", "Bình luận | 3", SECOND]


def test_a_menu_within_the_text_is_no_text() -> None:
    assert texts(MENU + p(*ALL) + MENU) == ALL
