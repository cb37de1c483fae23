"""Pages in the wrong letters, with the wrong label, or with text that means harm; pages that are no article at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from tests.sites.generated import Made
from tests.sites.hostile.site import NOT_FOUND, Link, Site, among_healthy, article, hazard, odd, page, plain
from tests.sites.hostile.wire import HTML, Answer

NO_ARTICLE = r"(?i)no article|not HTML|empty|soft 404|blocked|redirect"
BLOCKED = r"(?i)block|login|challenge|mainten|no article"
DAMAGED = r"(?i)damaged|U\+FFFD|charset|no article"
_SHAPES = {"\u0302", "\u0306", "\u031b"}
"""Circumflex, breve and horn: windows-1258 has their letters whole, the tone marks as signs of their own."""

SIGNS = "đo&#xD800;&#0;&#x1F;àn"
"""References to what is no character."""
UTF8 = '<meta charset="utf-8"/>'


def cp1258(text: str) -> bytes:
    """Text as windows-1258 writes it."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text)).encode("cp1258")


def _letter(letter: str) -> str:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        base, *marks = unicodedata.normalize("NFD", letter)
        shape = "".join(mark for mark in marks if mark in _SHAPES)
        tone = "".join(mark for mark in marks if mark not in _SHAPES)
        return unicodedata.normalize("NFC", base + shape) + tone
    return letter


def sent(body: bytes | str, kind: str | None = HTML, status: int = 200) -> Answer:
    return lambda wire: wire.answer(body, status, kind)


def in_bytes(
    name: str, kind: str | None, encode: Callable[[str], bytes], head: str = UTF8, reason: str | None = None
) -> Link:
    """An article in other bytes than utf-8 with a true label."""
    one = article()
    return odd(name, sent(encode(page(one, head=head)), kind), one, reason)


def with_text(name: str, one: Made, **page_fields: str) -> Link:
    return odd(name, sent(page(one, **page_fields)), one)


def _invalid() -> Link:
    one = article()
    lines = page(one).encode().split(b"\n")
    at = next(number for number, line in enumerate(lines) if line.startswith(b"<p>"))
    lines[at] = lines[at][:60] + b"\xff\xfe\xfd" + lines[at][60:]
    return hazard("byte-sai", sent(b"\n".join(lines)), DAMAGED)


_TITLE = "Tặng quà <script>alert(1)</script> \"đoàn viên\" & 'bạn bè'"
_FORMULAS = tuple(f'{sign}HYPERLINK("http://127.0.0.1/";"Bấm vào đây") rồi mở tệp' for sign in "=+-@")

LETTERS = Site(
    "xau.chu-viet",
    among_healthy(
        [
            in_bytes("cp1258-nhan-utf8", HTML, cp1258),
            in_bytes("cp1258-dung-nhan", "text/html; charset=windows-1258", cp1258, head=""),
            in_bytes("utf8-nhan-latin1", "text/html; charset=iso-8859-1", str.encode, '<meta charset="iso-8859-1"/>'),
            in_bytes("khong-nhan", "text/html", str.encode, head=""),
            in_bytes("nhan-la", "text/html; charset=tieng-viet", str.encode, '<meta charset="x-tieng-viet"/>'),
            in_bytes("utf16", "text/html", lambda text: text.encode("utf-16"), head=""),
            in_bytes("utf16-nhan-utf8", HTML, lambda text: b"\xff\xfe" + text.encode("utf-16-le")),
            in_bytes("utf8-bom", HTML, lambda text: text.encode("utf-8-sig")),
            in_bytes("nul", HTML, lambda text: text.replace("đoàn", "đo\0àn").encode()),
            in_bytes("thay-the", HTML, lambda text: text.replace("đoàn", SIGNS).encode(), reason=DAMAGED),
            in_bytes("to-hop", HTML, lambda text: unicodedata.normalize("NFD", text).encode()),
            in_bytes("rong-0", HTML, lambda text: text.replace("đoàn", "đo\u200b\ufeffàn").encode()),
            in_bytes("octet-stream", "application/octet-stream", str.encode),
            in_bytes("khong-kieu", None, str.encode),
            in_bytes("kieu-pdf", "application/pdf", str.encode, reason=r".+"),
            _invalid(),
        ]
    ),
)
PAGES = Site(
    "xau.trang",
    among_healthy(
        [
            hazard(
                "khong-thay",
                sent(plain("Không tìm thấy trang", "<h1>Không tìm thấy trang</h1><p>Trang này không tồn tại.</p>")),
                NO_ARTICLE,
            ),
            hazard("404-gia", sent(NOT_FOUND), NO_ARTICLE),
            hazard(
                "bao-tri",
                sent(plain("Bảo trì hệ thống", "<h1>Hệ thống đang bảo trì</h1><p>Mời quay lại sau.</p>")),
                BLOCKED,
            ),
            hazard(
                "thu-thach",
                sent(plain("Just a moment...", '<h1>Checking your browser</h1><div id="cf-challenge-running"></div>')),
                BLOCKED,
            ),
            hazard(
                "bi-chan",
                sent(plain("Attention Required!", "<h1>Access denied</h1><p>You have been blocked.</p>")),
                BLOCKED,
            ),
            hazard(
                "dang-nhap",
                sent(plain("Đăng nhập", '<h1>Đăng nhập</h1><form><input type="password"/></form>')),
                BLOCKED,
            ),
            hazard(
                "loi-csdl",
                sent(plain("Lỗi", "<h1>Server Error in '/' Application.</h1><p>Timeout expired.</p>")),
                NO_ARTICLE,
            ),
            hazard("rong", sent(b""), NO_ARTICLE),
            hazard("chi-khoang-trang", sent(b" \r\n\t "), NO_ARTICLE),
            hazard("pdf-la-html", sent(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n" * 50), NO_ARTICLE),
            hazard("anh-la-html", sent(b"\x89PNG\r\n\x1a\n" + b"\0" * 5000), NO_ARTICLE),
            hazard(
                "chi-script", sent("<html><script>document.write(unescape('%3Ch1%3E'))</script></html>"), NO_ARTICLE
            ),
            with_text("script-o-ten", article(title=_TITLE)),
            with_text("cong-thuc", article(paragraphs=_FORMULAS)),
            with_text("lien-ket-script", article(), extra='<p><a href="javascript:alert(1)" onclick="x()">Xem</a></p>'),
            with_text("ngay-khong-co", article(published=None), date="31/02/2023"),
            with_text("ngay-mai-sau", article(published=None), date="01/01/2099"),
        ]
    ),
)
SITES = (LETTERS, PAGES)
