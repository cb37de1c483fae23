"""The title of a page: the whole of it, the article's and not the site's."""

import time

import pytest

from tests.extract.small_pages import ADDRESS, FIRST, OTHER, SECOND, THIRD, TITLE, maybe, p, read

LONG = (
    "Công đoàn ngành Giáo dục huyện Sông Lô tổng kết phong trào thi đua “Giỏi việc trường, đảm việc nhà” và tuyên"
    " dương một trăm gia đình nhà giáo tiêu biểu"
)
CUT = LONG[:70]
SITE = "Cổng thông tin điện tử huyện Sông Lô"
SECONDS = 2
BODY = f"<div>{p(FIRST, SECOND, THIRD)}</div>"


def titled(shown: str, *, head: str = "", body: str = BODY) -> str:
    return read(f"<html><head>{head}</head><body><div>{shown}{body}</div></body></html>").title


def og(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


@pytest.mark.parametrize("dots", ["…", "...", " ...."])
@pytest.mark.parametrize(
    ("head", "shown", "body"),
    [
        (f"<title>{LONG}</title>", f"<h1>{CUT}@</h1>", BODY),
        (f"<title>{LONG} | {SITE}</title>", f"<h1>{CUT}@</h1>", BODY),
        (og(LONG) + "<title>Chi tiết tin</title>", f"<h1>{CUT}@</h1>", BODY),
        (og(CUT + "@") + f"<title>{LONG}</title>", f"<h1>{CUT}@</h1>", BODY),
        (f"<title>{CUT}@</title>", f"<h1>{LONG}</h1>", BODY),
        (og(f"{CUT}@"), f"<h1>{LONG}</h1>", BODY),
        (f"<title>{CUT}@</title>", f"<h1>{CUT}@</h1>", f"<div><p><b>{LONG}</b></p>{p(FIRST, SECOND, THIRD)}</div>"),
        (f"<title>{CUT}@</title>", f"<h1>{CUT}@</h1>", f"<div><p>{LONG.upper()}</p>{p(FIRST, SECOND)}</div>"),
        (f"<title>{CUT}@</title>", f'<div class="tieude">{LONG}</div>', BODY),
        (f"<title>{CUT}@</title>", f"<p><b>{LONG}</b></p>", BODY),
    ],
    ids=["title", "title and site", "og", "title after og", "h1", "h1 over og", "first line", "first line in capitals",
         "named element", "bold line"],
)  # fmt: skip
def test_a_title_is_never_cut_off(head: str, shown: str, body: str, dots: str) -> None:
    found = titled(shown.replace("@", dots), head=head.replace("@", dots), body=body.replace("@", dots))
    assert found.lower() == LONG.lower()


def test_dots_that_no_longer_title_replaces_stay() -> None:
    assert titled("<h1>Và mùa xuân lại về trên bản…</h1>") == "Và mùa xuân lại về trên bản…"


@pytest.mark.parametrize("sign", ["|", "-", "–", "—", "»"])
@pytest.mark.parametrize("site", [SITE, "Liên đoàn Lao động huyện Sông Lô"])
@pytest.mark.parametrize("order", ["{title} {sign} {site}", "{site} {sign} {title}"])
def test_the_site_s_name_beside_the_title_is_left_out(sign: str, site: str, order: str) -> None:
    head = f"<title>{order.format(title=TITLE, sign=sign, site=site)}</title>"
    assert titled(f"<h2>{TITLE}</h2>", head=head) == TITLE


@pytest.mark.parametrize(
    "site",
    [SITE, "CỔNG THÔNG TIN ĐIỆN TỬ", "Trang thông tin điện tử công đoàn", "Website Công đoàn huyện Sông Lô",
     "Liên đoàn Lao động huyện Sông Lô", "Công đoàn Giáo dục huyện Sông Lô", "Báo điện tử Sông Lô"],
)  # fmt: skip
@pytest.mark.parametrize(
    "page",
    [
        "<title>{site}</title></head><body><h1>{site}</h1><div><h2 class='tieude'>{title}</h2>{body}</div>",
        "<title>{site}</title></head><body><h1><a href='/'>{site}</a></h1><div><h1>{title}</h1>{body}</div>",
        "<title>{site}</title></head><body><div><h1>{title}</h1>{body}</div>",
        "<title>{title} - {site}</title></head><body><h1>{site}</h1><div><h2>{title}</h2>{body}</div>",
        "<title>{title} - {site}</title></head><body><div><h1>{site}</h1><p><b>{title}</b></p>{body}</div>",
        "<title>{site}</title></head><body><div><div class='title'>{site}</div><p class='news-title'>{title}</p>"
        "{body}</div>",
    ],
)  # fmt: skip
def test_the_site_s_name_is_no_title(page: str, site: str) -> None:
    assert read("<html><head>" + page.format(site=site, title=TITLE, body=BODY)).title == TITLE


@pytest.mark.parametrize("name", ["tieudetin", "news-title", "lblTitle", "tieu-de", "TenBai", "ten-tin", "headline",
                                  "dnn_ctr450_ViewNews_lblTieuDe", "detail__title"])  # fmt: skip
@pytest.mark.parametrize("tag", ["div", "span", "td", "h2"])
def test_an_element_may_be_named_a_title(tag: str, name: str) -> None:
    for attribute in ("class", "id"):
        shown = f'<{tag} {attribute}="{name}">{TITLE}</{tag}>'
        if tag == "td":
            shown = f"<table><tr>{shown}</tr></table>"
        assert titled(shown, head=f"<title>{SITE}</title>") == TITLE


@pytest.mark.parametrize("named", ['<div class="title"><a href="/khac">{other}</a></div>',
                                   '<a href="/khac"><span class="title">{other}</span></a>',
                                   '<div class="list-title"><p>{other}</p><p>{other}</p></div>',
                                   '<div class="title">Tin khác</div>', '<div class="title">Tin nổi bật</div>',
                                   '<div class="box-title">Thông báo</div>'])  # fmt: skip
def test_what_is_named_a_title_may_be_another_s(named: str) -> None:
    shown = named.format(other=OTHER) + f'<div class="title">{TITLE}</div>'
    assert titled(shown, head=f"<title>{SITE}</title>") == TITLE


@pytest.mark.parametrize(
    "hidden",
    [
        '<h1 style="display:none">{other}</h1>',
        '<h1 style="color: red; display : none;">{other}</h1>',
        "<h1 hidden>{other}</h1>",
        '<h1 aria-hidden="true">{other}</h1>',
        '<h1 class="sr-only">{other}</h1>',
        '<h1 class="visually-hidden">{other}</h1>',
        '<h1 class="hide-accessible">{other}</h1>',
        '<div style="display: none"><h1>{other}</h1></div>',
        "<noscript><h1>{other}</h1></noscript>",
        '<h1 class="portlet-title-text">Tin tức</h1>',
        "<h1>Tin tức</h1>",
        "<h1>Chi tiết tin</h1>",
        "<h1></h1>",
        "<h1><img src='logo.png'></h1>",
    ],
)
def test_a_hidden_or_portlet_heading_is_passed_over(hidden: str) -> None:
    for head in ("", f"<title>{SITE}</title>", f"<title>{TITLE}</title>"):
        assert titled(hidden.format(other=OTHER) + f"<h1>{TITLE}</h1>", head=head) == TITLE


@pytest.mark.parametrize("head", ["", f"<title>{SITE}</title>", f"<title>{TITLE}</title>", f"<title>{OTHER}</title>"])
@pytest.mark.parametrize(
    "elsewhere",
    [
        '<h1><a href="/tin-tuc/khac">{other}</a></h1>',
        '<a href="/tin-tuc/khac"><h1>{other}</h1></a>',
        '<h1><a href="https://b.example.vn/tin-tuc/trao-qua">{other}</a></h1>',
        '<h1><a href="?id=2">{other}</a></h1>',
    ],
)
def test_a_heading_that_leads_elsewhere_is_no_title(elsewhere: str, head: str) -> None:
    assert titled(elsewhere.format(other=OTHER) + f"<h1>{TITLE}</h1>", head=head) == TITLE


@pytest.mark.parametrize("href", [ADDRESS, "/tin-tuc/trao-qua", "/tin-tuc/trao-qua/", "#", "#dau", "javascript:void(0)",
                                  "", "http://[::1", "https://[x]:99999/"])  # fmt: skip
def test_a_title_may_link_to_itself_or_nowhere(href: str) -> None:
    for head in ("", f"<title>{SITE}</title>", f"<title>{TITLE}</title>"):
        assert titled(f'<h1><a href="{href}">{TITLE}</a></h1>', head=head) == TITLE


@pytest.mark.parametrize("title", ["Nhớ cô Hạnh", "Tết sum vầy", "Ấm lòng người thợ"])
@pytest.mark.parametrize("head", ["", "<title>{title}</title>", "<title>{title} | {site}</title>",
                                  "<title>{site}</title>"])  # fmt: skip
@pytest.mark.parametrize("tag", ["h1", "h1 class='title'", "div class='tieude'"])
def test_a_headline_may_have_three_words(title: str, head: str, tag: str) -> None:
    shown = f"<{tag}>{title}</{tag.split()[0]}>"
    assert titled(shown, head=head.format(title=title, site=SITE)) == title


@pytest.mark.parametrize("shown", ["<h1>{}</h1>", "<article><h1>{}</h1></article>", "<div class='news-title'>{}</div>",
                                   "<h2 itemprop='headline' class='title'>{}</h2>"])  # fmt: skip
@pytest.mark.parametrize("head", ["", "<title></title>", "<title>   </title>", og("")])
def test_no_title_need_be_declared(shown: str, head: str) -> None:
    assert titled(shown.format(TITLE), head=head) == TITLE


@pytest.mark.parametrize("head", [f"<title>{TITLE}</title>", f"<title>{TITLE} | {SITE}</title>", og(TITLE),
                                  f"<title>{SITE} | {TITLE}</title>",
                                  f'<meta name="twitter:title" content="{TITLE}">'])  # fmt: skip
def test_no_title_need_be_shown(head: str) -> None:
    assert titled("", head=head) == TITLE


def test_a_title_may_hold_the_sign_before_the_site_s_name() -> None:
    title = "Chị Mai - người giữ lửa"
    assert titled("", head=f"<title>{title} | {SITE}</title>") == title


def test_the_site_s_name_alone_titles_no_article() -> None:
    assert maybe(f"<html><head><title>{SITE}</title></head><body><div>{BODY}</div></body></html>") is None


def test_without_any_title_there_is_no_article() -> None:
    assert maybe(f"<body><div>{BODY}</div></body>") is None


@pytest.mark.parametrize(
    "written",
    [TITLE.replace(" ", "&nbsp;"), TITLE.replace(" ", "\n   "), TITLE.replace("quà", "qua\u0300"),
     TITLE.replace("quà", "qu\u200bà"), TITLE.replace("đoàn", "đo<span>àn</span>"), TITLE.replace("à", "&agrave;")],
)  # fmt: skip
def test_a_title_is_plain_text(written: str) -> None:
    assert titled(f"<h1>{written}</h1>", head=f"<title>{TITLE}</title>") == TITLE


@pytest.mark.parametrize("sign", ["-", "…", ".", " - ", " | ", "» ", "(", "“", "\u0301", "&amp;"])
@pytest.mark.parametrize(
    "page",
    [
        "<title>@</title></head><body><h1>{title}</h1>{body}",
        "<title>{title}@</title></head><body><h1>{title}</h1>{body}",
        "<meta property='og:title' content='@'></head><body><h1>{title}</h1>{body}",
        "<title>{title}</title></head><body><h1>{title}@</h1>{body}",
        "</head><body><h1>@{title}</h1>{body}",
        "</head><body><h1>{title}</h1><h2>@</h2><div class='title'>@</div>{body}",
        "</head><body><div class='title'>{title}@</div>{body}",
    ],
    ids=["title", "title's end", "og:title", "h1's end", "h1", "other headings", "named"],
)
def test_a_title_of_200_000_signs_costs_no_time(page: str, sign: str) -> None:
    html = "<html><head>" + page.format(title=TITLE, body=BODY).replace("@", sign * (200_000 // len(sign)))
    started = time.process_time()
    maybe(html)
    assert time.process_time() - started < SECONDS
