"""Who wrote an article and from where it is taken; the lines that say so are no text."""

import json

import pytest

from archive.extract.blocks.names import is_labelled, is_person, named, names_writer
from tests.extract.small_pages import (
    CAPTION,
    FIRST,
    MENU,
    OTHER,
    OTHER_TEXT,
    PICTURE,
    SECOND,
    THIRD,
    TITLE,
    p,
    page,
    read,
)

ALL = [FIRST, SECOND, THIRD]
BODY = "Trung tâm Văn hóa huyện Sông Lô"


FORMS = [
    ("TRẦN HÀ VÂN", "TRẦN HÀ VÂN", None),
    ("Tin, ảnh: NGUYỄN THỊ LAN", "NGUYỄN THỊ LAN", None),
    ("Tin, ảnh: Hà Vân.", "Hà Vân", None),
    ("(Tin, ảnh: Hà Vân)", "Hà Vân", None),
    ("Tin + ảnh: Hà Vân", "Hà Vân", None),
    ("Tin bài: Hà Vân", "Hà Vân", None),
    ("Bài: Hà Vân - Ảnh: Minh Tú", "Hà Vân", None),
    ("Tin: Hà Vân, ảnh: Minh Tú", "Hà Vân", None),
    ("Hà Vân (CTV) – Trường Mầm non Bản Mù", "Hà Vân", "Trường Mầm non Bản Mù"),
]


def byline(inside: str, **frame: str) -> tuple[str | None, str | None, list[str]]:
    article = read(page(inside, **frame))
    return article.author, article.credit, article.paragraphs


# ---- the grammar of a line


@pytest.mark.parametrize(
    ("line", "person", "body"),
    [
        ("Hà Vân", "Hà Vân", None),
        ("Tác giả: Hà Vân", "Hà Vân", None),
        ("TÁC GIẢ: HÀ VÂN", "HÀ VÂN", None),
        ("Tác giả bài viết: Hà Vân", "Hà Vân", None),
        ("Bài viết: Hà Vân", "Hà Vân", None),
        ("Người viết: Hà Vân", "Hà Vân", None),
        ("Người đăng: Hà Vân", "Hà Vân", None),
        ("Người thực hiện: Hà Vân", "Hà Vân", None),
        ("Thực hiện: Hà Vân", "Hà Vân", None),
        ("PV: Hà Vân", "Hà Vân", None),
        ("CTV: Hà Vân", "Hà Vân", None),
        ("By Hà Vân", "Hà Vân", None),
        ("Posted by: Hà Vân", "Hà Vân", None),
        ("Written by Hà Vân", "Hà Vân", None),
        ("Viết bởi Hà Vân", "Hà Vân", None),
        ("Đăng bởi: Hà Vân", "Hà Vân", None),
        ("Tin: Hà Vân", "Hà Vân", None),
        ("Bài: Hà Vân", "Hà Vân", None),
        ("Ảnh: Hà Vân", "Hà Vân", None),
        ("Tin, ảnh: Hà Vân", "Hà Vân", None),
        ("Tin, bài, ảnh : Hà Vân", "Hà Vân", None),
        ("Bài và ảnh: Hà Vân", "Hà Vân", None),
        ("Tin & ảnh: Hà Vân", "Hà Vân", None),
        ("Tin - ảnh： Hà Vân", "Hà Vân", None),
        ("Tin – video: Hà Vân", "Hà Vân", None),
        ("Video, ảnh: Hà Vân", "Hà Vân", None),
        ("(Hà Vân)", "Hà Vân", None),
        ("( Hà Vân ).", "Hà Vân", None),
        ("[Hà Vân]", "Hà Vân", None),
        ("Hà Vân (CTV)", "Hà Vân", None),
        ("Hà Vân (PV)", "Hà Vân", None),
        ("Hà Vân (tổng hợp)", "Hà Vân", None),
        ("Hà Vân (T/h)", "Hà Vân", None),
        ("Hà Vân [sưu tầm]", "Hà Vân", None),
        ("Tin, ảnh: Hà Vân (CTV)", "Hà Vân", None),
        ("H.V", "H.V", None),
        ("H.V.", "H.V.", None),
        ("Tin: H.V", "H.V", None),
        ("Ng. Vân", "Ng. Vân", None),
        ("Hà Vân – Minh Tú", "Hà Vân – Minh Tú", None),
        ("Tin, ảnh: Hà Vân - H.D", "Hà Vân - H.D", None),
        ("Hà Vân, Minh Tú", "Hà Vân, Minh Tú", None),
        ("Hà Vân và Minh Tú", "Hà Vân và Minh Tú", None),
        (f"Hà Vân – {BODY}", "Hà Vân", BODY),
        (f"Hà Vân - {BODY}", "Hà Vân", BODY),
        (f"Tin, ảnh: Hà Vân – {BODY}", "Hà Vân", BODY),
        (f"(Hà Vân — {BODY})", "Hà Vân", BODY),
        ("Hà Vân - LĐLĐ huyện", "Hà Vân", "LĐLĐ huyện"),
        ("H.V - Công đoàn huyện", "H.V", "Công đoàn huyện"),
        ("Tin, ảnh: Hà Vân (CTV) ", "Hà Vân", None),
        *FORMS,
    ],
)  # fmt: skip
def test_a_line_names_a_person_and_perhaps_a_body(line: str, person: str, body: str | None) -> None:
    assert named(line) == (person, body)
    assert is_person(named(line).person)


@pytest.mark.parametrize(
    "name",
    [
        "Hà Vân", "Nguyễn Thị Hà Vân", "Đặng Ân", "Ðặng Ân", "H.V", "H. Vân", "N.T.H", "Ng.Vân", "HÀ VÂN", "Y Ban Êban",
        "H'Hen Niê", "Hà Vân & Minh Tú", "Hà Vân; Minh Tú; Lê Na",
    ],
)  # fmt: skip
def test_a_person_s_name(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "Hà", "hà vân", "Hà vân", "admin", "quantri01", "Hà Vân 2", "Theo Báo Mới", "Nguồn Tin", "Tin Mới",
        "Ảnh Đẹp", "Công đoàn huyện", "Báo Sông Lô", "Ban Thường vụ", "LĐLĐ huyện", "TT&VH Sông Lô", "Hà Vân.",
        "Một Hai Ba Bốn Năm Sáu", "Hà Vân – Minh Tú – Lê Na – Mai Chi", "x" * 130, "Trường Tiểu Học Bản Mù", "a.b",
        "Phòng Nội vụ", "Sở Nội Vụ", "Đoàn Thanh Niên", "Bài Hát", "Hà, Vân,",
    ],
)  # fmt: skip
def test_no_person_s_name(name: str) -> None:
    assert not is_person(name)


@pytest.mark.parametrize("line", ["Tin:", "Tin tức: Hà Vân", "Tác giả Hà Vân", "Bài hát: Hà Vân", "Thời gian: 8 giờ",
                                  "Bytheway Hà Vân", "Ảnh bìa: Hà Vân", "Hà Vân"])  # fmt: skip
def test_no_label_of_a_name(line: str) -> None:
    assert not is_labelled(line)


@pytest.mark.parametrize(("line", "wanted"), [("Tin, ảnh: Hà Vân", True), ("Ảnh: Hà Vân", False),
                                              ("Video: Hà Vân", False), ("Bài: Hà Vân", True)])  # fmt: skip
def test_a_photographer_is_no_writer(line: str, wanted: bool) -> None:
    assert names_writer(line) is wanted


# ---- where the line stands


LINES = [
    "<p>Tác giả: Hà Vân</p>",
    "<p><b>Tin, ảnh: Hà Vân (CTV)</b></p>",
    "<p align='right'>Hà Vân</p>",
    "<p style='text-align:right'><strong>(Hà Vân)</strong></p>",
    "<p class='text-right'><em>Hà Vân</em></p>",
    "<div align=right><b>Bài, ảnh: Hà Vân</b></div>",
    "<p><strong>Hà Vân</strong></p>",
    "<p><i>Hà Vân</i></p>",
    "<p>Hà Vân</p>",
    "<p>Người viết: <a href='/tac-gia/ha-van'>Hà Vân</a></p>",
    "<h4>Bài viết: Hà Vân</h4>",
]


@pytest.mark.parametrize("line", LINES)
def test_a_byline_at_the_end_is_taken_out(line: str) -> None:
    assert byline(p(*ALL) + line) == ("Hà Vân", None, ALL)


@pytest.mark.parametrize(("line", "person", "body"), FORMS)
@pytest.mark.parametrize("markup", ["<p>{}</p>", "<div>{}</div>", "<p align=right><b>{}</b></p>"])
def test_a_byline_of_any_form_is_taken_out(markup: str, line: str, person: str, body: str | None) -> None:
    assert byline(p(*ALL) + markup.format(line)) == (person, body, ALL)


@pytest.mark.parametrize("line", LINES)
def test_a_byline_at_the_beginning_is_taken_out(line: str) -> None:
    assert byline(line + p(*ALL)) == ("Hà Vân", None, ALL)


@pytest.mark.parametrize("line", LINES[:6])
@pytest.mark.parametrize(
    "picture", [f"<p>{PICTURE}</p>", f"<figure>{PICTURE}<figcaption>{CAPTION}</figcaption></figure>"]
)
def test_a_byline_may_follow_the_last_picture(line: str, picture: str) -> None:
    assert byline(p(*ALL) + picture + line) == ("Hà Vân", None, ALL)


@pytest.mark.parametrize("line", LINES[:-3])
def test_a_byline_may_stand_after_the_body(line: str) -> None:
    assert byline(p(*ALL), below=line) == ("Hà Vân", None, ALL)


@pytest.mark.parametrize(
    "line", [*LINES[:2], "<p>Hà Vân</p>", "<p><b>Hà Vân</b></p>", "<div>Hà Vân</div>", "<span>Tác giả: Hà Vân</span>"]
)
def test_a_byline_may_stand_between_title_and_body(line: str) -> None:
    assert byline(p(*ALL), above=line) == ("Hà Vân", None, ALL)


@pytest.mark.parametrize(
    "line", ["Bởi Hà Vân | 12/05/2020", "12/05/2020 | Tác giả: Hà Vân", "12/05/2020 08:30 - by Hà Vân",
             "Posted on 12/05/2020 by Hà Vân", "By Hà Vân on 12/05/2020", "Tác giả: Hà Vân - 12/05/2020",
             "12/05/2020 • Bởi: Hà Vân • 15 lượt xem"],
)  # fmt: skip
@pytest.mark.parametrize("markup", ["<p>{}</p>", "<div>{}</div>", "<div><span>{}</span></div>"])
def test_a_byline_may_stand_beside_the_date(markup: str, line: str) -> None:
    article = read(page(p(*ALL), above=markup.format(line)))
    assert (article.author, article.published and article.published[:10]) == ("Hà Vân", "2020-05-12")
    assert article.body == "\n\n".join(ALL)


@pytest.mark.parametrize("label", ["Tác giả", "Tác giả:", "Người viết:", "Bài viết", "Author"])
def test_a_label_and_its_name_may_be_two_lines(label: str) -> None:
    assert byline(p(*ALL), below=f"<div>{label}</div><div>Hà Vân</div>")[0] == "Hà Vân"
    assert byline(p(*ALL), above=f"<div>{label}</div><div>Hà Vân</div>")[0] == "Hà Vân"


def test_a_name_repeated_below_its_byline_is_taken_too() -> None:
    assert byline(p(*ALL, "Tin, ảnh: Hà Vân (CTV)", "Hà Vân")) == ("Hà Vân", None, ALL)


def test_initials_repeated_below_their_byline_are_taken_too() -> None:
    assert byline(p(*ALL, "Tin, ảnh: Hà Vân – H.D", "H.D")) == ("Hà Vân – H.D", None, ALL)


@pytest.mark.parametrize(
    "line", ["Hà Vân hát tặng mọi người.", "Chị Hà Vân", "Hà Vân kể lại", "Hẹn gặp lại!", "Bản Mù"]
)
def test_a_line_of_the_text_is_no_byline(line: str) -> None:
    inside = p(FIRST, line, SECOND, THIRD)
    assert byline(inside) == (None, None, [FIRST, line, SECOND, THIRD])


def test_a_plain_name_ends_only_a_text_that_has_ended() -> None:
    assert byline(p(*ALL, "Người được nhận quà gồm", "Lò Thị Mai"))[0] is None


# ---- what elements are called


@pytest.mark.parametrize(
    "shown",
    [
        '<a rel="author" href="/tac-gia/ha-van">Hà Vân</a>',
        '<span itemprop="author">Hà Vân</span>',
        '<span class="author">Hà Vân</span>',
        '<span class="author vcard"><a class="url fn n" href="/author/hv">Hà Vân</a></span>',
        '<div class="byline">By Hà Vân</div>',
        '<div class="post-byline"><span>12/05/2020</span><br><a href="/hv">Hà Vân</a></div>',
        '<p class="tacgia">Hà Vân</p>',
        '<p class="tac-gia-bai">Tác giả: Hà Vân</p>',
        '<div itemprop="author" itemscope><span itemprop="name">Hà Vân</span></div>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["<div>{title}<div>{shown}</div>{text}</div>", "<div>{shown}{title}{text}</div>",
                                   "<article>{title}{text}<footer>{shown}</footer></article>",
                                   "<div>{title}{text}<div>{shown}</div></div>"])  # fmt: skip
def test_an_element_may_be_called_the_author_s(frame: str, shown: str) -> None:
    inner = frame.format(title=f"<h1>{TITLE}</h1>", shown=shown, text=f"<div>{p(*ALL)}</div>")
    article = read(f"<title>{TITLE}</title><body><div>{MENU}</div>{inner}")
    assert (article.author, article.paragraphs) == ("Hà Vân", ALL)


@pytest.mark.parametrize("name", ["admin", "Ban biên tập", "Công đoàn huyện", "LĐLĐ Sông Lô", "quantri 01"])
def test_an_account_or_a_body_is_no_author(name: str) -> None:
    assert byline(p(*ALL), above=f'<span class="author">{name}</span>')[0] is None
    data = json.dumps({"@type": "NewsArticle", "author": {"@type": "Person", "name": name}})
    assert byline(p(*ALL), head=f'<script type="application/ld+json">{data}</script>')[0] is None
    assert byline(p(*ALL) + f"<p align=right><b>{name}</b></p>")[0] is None


@pytest.mark.parametrize(
    "other",
    [
        '<div class="comments"><div class="comment-author">Lò Mai</div><p>Hay quá!</p></div>',
        '<div id="comments"><span class="author">Lò Mai</span><p>Hay quá!</p></div>',
        '<ul><li><a href="/2">{other}</a><span class="author">Lò Mai</span></li></ul>',
        '<div class="the"><h3><a href="/2">{other}</a></h3><div class="byline">Lò Mai</div><p>{text}</p></div>',
        "<p>Tin khác</p><div><h4><a href='/2'>{other}</a></h4><p>{text}</p><p align=right><b>Lò Mai</b></p></div>",
        "<h3>Bình luận (1)</h3><p><b>Lò Mai</b></p><p>Hay quá!</p>",
    ],
)  # fmt: skip
def test_a_comment_s_or_teaser_s_author_is_not_the_article_s(other: str) -> None:
    markup = other.format(other=OTHER, text=OTHER_TEXT)
    assert byline(p(*ALL), below=markup)[0] is None
    assert byline(p(*ALL, "Tác giả: Hà Vân"), below=markup)[0] == "Hà Vân"


# ---- what the page's data say


@pytest.mark.parametrize(
    ("author", "wanted"),
    [
        ({"@type": "Person", "name": "Hà Vân"}, "Hà Vân"),
        ([{"@type": "Person", "name": "Hà Vân"}], "Hà Vân"),
        ({"name": "Hà Vân"}, "Hà Vân"),
        ([{"@type": "Person", "name": "admin"}, {"@type": "Person", "name": "  Hà   Vân "}], "Hà Vân"),
        ({"@type": "Organization", "name": "Hà Vân"}, None),
        ({"@type": "Person", "name": "Công đoàn huyện"}, None),
        ({"@type": "Person"}, None),
        ({"@type": "Person", "name": 5}, None),
        ({"@type": "Person", "name": None}, None),
        (None, None),
        ([], None),
        ([None, 5, "x"], None),
    ],
)
def test_a_page_s_data_may_name_the_person(author: object, wanted: str | None) -> None:
    data = {"@type": "NewsArticle", "author": author}
    for wrapped in (data, {"@graph": [data]}, [{"@type": "WebSite"}, data], {"mainEntity": data}):
        script = f'<script type="application/ld+json">{json.dumps(wrapped)}</script>'
        assert byline(p(*ALL), head=script) == (wanted, None, ALL)


@pytest.mark.parametrize("data", ["", "{", "[[[", "null", "5", '"x"', "{'a': 1}", '{"author": {"name": {}}}'])
def test_data_that_are_broken_say_nothing(data: str) -> None:
    assert byline(p(*ALL), head=f'<script type="application/ld+json">{data}</script>') == (None, None, ALL)


def test_a_line_of_the_page_is_believed_before_its_data() -> None:
    data = json.dumps({"author": {"@type": "Person", "name": "Lò Mai"}})
    head = f'<script type="application/ld+json">{data}</script>'
    assert byline(p(*ALL, "Tác giả: Hà Vân"), head=head)[0] == "Hà Vân"


# ---- credits


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("<p>Nguồn: Báo Sông Lô</p>", "Báo Sông Lô"),
        ("<p align=right>Nguồn: baosonglo.example</p>", "baosonglo.example"),
        ("<p>Nguồn tin: Công đoàn tỉnh</p>", "Công đoàn tỉnh"),
        ("<p>Theo: Báo Sông Lô</p>", "Báo Sông Lô"),
        ("<p align=right>Theo Báo Sông Lô</p>", "Báo Sông Lô"),
        ("<p><b>Theo Báo Sông Lô</b></p>", "Báo Sông Lô"),
        ("<p><i>Theo Đài truyền thanh huyện</i></p>", "Đài truyền thanh huyện"),
        ("<p style='text-align: right'>Theo Hà Vân</p>", "Hà Vân"),
        ("<p>Theo chị, mùa này quà đến sớm.</p>", None),
        ("<p>Theo Báo Sông Lô</p>", None),
    ],
)
def test_a_credit_at_the_end_is_taken_out(line: str, credit: str | None) -> None:
    article = read(page(p(*ALL) + line))
    assert article.credit == credit
    assert article.author is None
    assert article.paragraphs[:3] == ALL
    assert len(article.paragraphs) == (3 if credit else 4)


@pytest.mark.parametrize("lines", [["Tác giả: Hà Vân", "Nguồn: Báo Sông Lô"], ["Nguồn: Báo Sông Lô", "Tin: Hà Vân"]])
def test_a_byline_and_a_credit_may_stand_together(lines: list[str]) -> None:
    assert byline(p(*ALL, *lines)) == ("Hà Vân", "Báo Sông Lô", ALL)
    assert byline(p(*ALL), below=p(*lines)) == ("Hà Vân", "Báo Sông Lô", ALL)


@pytest.mark.parametrize("line", [f"Hà Vân – {BODY}", f"Tin, ảnh: Hà Vân - {BODY}", f"(Hà Vân – {BODY})"])
def test_the_body_of_a_byline_is_the_credit(line: str) -> None:
    assert byline(p(*ALL) + f"<p align=right><b>{line}</b></p>") == ("Hà Vân", BODY, ALL)


@pytest.mark.parametrize("picture", ["", f"<p>{PICTURE}</p>"])
def test_the_source_of_a_picture_is_no_credit(picture: str) -> None:
    assert byline(p(*ALL) + picture + p("Nguồn ảnh: Hà Vân")) == (None, None, ALL)


def test_a_body_alone_is_no_author() -> None:
    for line in (BODY, f"Tin: {BODY}", "Ban Thường vụ", "LĐLĐ huyện Sông Lô"):
        assert byline(p(*ALL) + f"<p align=right><b>{line}</b></p>")[0] is None


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        (f"(LĐTĐ) {FIRST}", "Lao động Thủ đô"),
        (f"( LĐO ) - {FIRST}", "Báo Lao Động"),
        (f"(NLĐO)- {FIRST}", "Người Lao Động"),
        (f"(TTXVN): {FIRST}", "Thông tấn xã Việt Nam"),
        (f"(ABC) {FIRST}", None),
        (f"{FIRST} (LĐTĐ)", None),
        (f"LĐTĐ {FIRST}", None),
    ],
)
def test_a_mark_before_the_lead_names_the_paper(text: str, credit: str | None) -> None:
    article = read(page(f"<p><b>{text}</b></p>" + p(SECOND, THIRD)))
    assert (article.lead, article.credit) == (text, credit)


def test_a_mark_before_the_first_paragraph_names_the_paper_too() -> None:
    article = read(page(p(f"(LĐTĐ) {FIRST}", SECOND, THIRD)))
    assert (article.lead, article.credit) == (None, "Lao động Thủ đô")
