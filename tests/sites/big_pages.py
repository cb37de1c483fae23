"""The pages of the big site: about 60 KB of a newspaper's template around a few KB of article, as bytes.

What a page shows of a visit (counter, token, clock) has a fixed width, so that its length is known beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from tests.sites.generated import Made

CATEGORY = "/hoat-dong-cong-doan"
TOPICS = (
    "Thời sự", "Chăm lo đoàn viên", "Pháp luật lao động", "Nữ công", "Thi đua", "Văn hóa", "Thể thao", "An toàn",
    "Dạy nghề", "Việc làm", "Tiền lương", "Bảo hiểm", "Nhà ở", "Hỏi đáp", "Văn bản",
)  # fmt: skip
PLACES_OF_MENU = ("Miền Bắc", "Miền Trung", "Miền Nam", "Tây Nguyên", "Hải đảo", "Biên giới", "Thành phố", "Nông thôn")


class Visit(NamedTuple):
    """What differs on each visit, as bytes of fixed width."""

    hits: bytes
    token: bytes
    clock: bytes


class Page(NamedTuple):
    """What is a page's own: its title for the head, and its main part up to the visit counter."""

    title: bytes
    main: bytes
    etag: bytes = b""

    def body(self, visit: Visit, latest: bytes) -> bytes:
        """The page as one visit sees it, with the newest articles below; always of the same length."""
        head = b"".join((HEAD, self.title, META, visit.token, MENU, visit.clock, CLOSE))
        return b"".join((head, self.main, visit.hits, CLOSE, latest, visit.token, FOOT, visit.hits, END))


def article_path(article: Made) -> str:
    return f"/bai-viet-{100_000 + article.number}.html"


def listing_path(page: int, per_page: int) -> str:
    return CATEGORY + (f"&s_cond=&BRSR={(page - 1) * per_page}" if page > 1 else "")


def article_page(article: Made) -> Page:
    """An article's page; its ETag is the article's, as such systems make it, not the template's."""
    title = escape(article.title)
    date = ""
    if article.published:
        clock = f'<span class="format_time">{article.published[11:16]}</span>'
        date = f'<div class="bx-time">{clock} | <span class="format_date">{article.date}</span></div>'
    paragraphs = "".join(f'<p style="text-align: justify;">{escape(text)}</p>\n' for text in article.paragraphs)
    own = (
        f'<div class="detail-article"><h1 class="article-detail-title">{title}</h1>\n{date}'
        f'<div class="article-detail-desc">{escape(article.lead)}</div>\n'
        f'<div class="__MASTERCMS_CONTENT fw clearfix">{paragraphs}</div>\n'
    )
    etag = f'"{hashlib.sha256(own.encode()).hexdigest()[:20]}"'.encode()
    return Page(title.encode(), (own + VIEWS).encode(), etag)


def listing_page(shown: Sequence[Made], page: int, pages: int, per_page: int) -> Page:
    """A listing page: what it shows, newest first, and the pages around it."""
    rows = "".join(map(_listed, shown))
    near = [number for number in range(max(1, page - 3), min(pages, page + 4) + 1) if number != page]
    turns = "".join(f'<a href="{listing_path(number, per_page)}">{number}</a> ' for number in near)
    if page < pages:
        turns += f'<a href="{listing_path(page + 1, per_page)}">Sau</a>'
    own = f'<div class="col_category">\n{rows}<div class="__MB_ARTICLE_PAGING paging fw">{turns}</div></div>\n'
    return Page("Hoạt động công đoàn".encode(), (own + VIEWS).encode())


def _listed(one: Made) -> str:
    link = f'href="{article_path(one)}"'
    date = f'<span class="format_date">{one.date}</span>' if one.date else ""
    return (
        f'<div class="list_news clearfix"><a class="list_news_image" {link}><img src="/anh/{one.number}.jpg"/></a>'
        f'<div class="list_news_title"><h2><a {link}>{escape(one.title)}</a></h2></div>{date}'
        f'<div class="list_news_desc">{escape(one.lead[:120])}…</div></div>\n'
    )


def latest_block(newest: Sequence[Made]) -> bytes:
    """The newest articles that stand below every page, so that all pages change with each new article."""
    rows = "".join(
        f'<div class="article"><h3 class="article-title"><a href="{article_path(one)}">{escape(one.title)}</a></h3>'
        + (f'<span class="format_date">{one.date}</span>' if one.date else "")
        + "</div>\n"
        for one in newest
    )
    return (
        '<div class="article-detail-other"><div class="cat-head">Tin khác</div>\n' + rows + "</div></div>\n"
        '<input type="hidden" name="__token" value="'
    ).encode()


def _menu() -> str:
    return f'<ul class="menu fw">{"".join(_submenu(number, topic) for number, topic in enumerate(TOPICS))}</ul>'


def _submenu(number: int, topic: str) -> str:
    here = f"/chuyen-muc-{number}"
    places = "".join(
        f'<li class="menu-item depth-1"><a class="menu-link" href="{here}/vung-{part}" title="{topic} {place}">'
        f"{topic} {place}</a></li>"
        for part, place in enumerate(PLACES_OF_MENU)
    )
    start = f'<li class="menu-item menu-item-has-children depth-0"><a class="menu-link" href="{here}">{topic}</a>'
    return f'{start}<ul class="sub-menu dropdown">{places}</ul></li>\n'


_STYLE = "".join(
    f".mau-{number} .khung-tin>a:hover{{color:#{number * 40961 % 0xFFFFFF:06x};margin:{number % 7}px {number % 5}px}}\n"
    for number in range(280)
)
_SCRIPT = "".join(
    f'window.cauHinh["muc{number}"]={{"khoa":{number * 7919},"anh":"/anh/nen-{number}.png","trang":{number % 9}}};\n'
    for number in range(250)
)
HEAD = (
    '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"/>'
    f"<style>\n{_STYLE}</style><script>\n{_SCRIPT}</script><title>"
).encode()
META = b'</title><meta name="csrf-token" content="'
MENU = f'"/></head><body><div class="header fw"><a href="/">Báo lớn</a>{_menu()}<div class="datetime">'.encode()
CLOSE = b"</div></div>\n"
VIEWS = '<div class="bx-share"><span>Lượt xem: '
FOOT = (
    '"/><div class="footer fw"><p>BÁO LỚN (dữ liệu thử)</p>'
    "<p>Tòa soạn: số 1, phố Thử, thị trấn Thường Tín. Điện thoại: (024) 3385.0001</p><p>Lượt truy cập: "
).encode()
END = b"</p></div></body></html>\n"
