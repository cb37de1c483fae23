"""Redirects that lead nowhere, round and round, out of the site or into the operator's own network."""

from __future__ import annotations

from tests.sites.hostile.site import LISTING, Link, Site, among_healthy, article, hazard, odd, page, path_of, plain
from tests.sites.hostile.wire import Answer, Wire

INSIDE = "/quan-tri/bi-mat-1.html"
LOGIN = "/tai-khoan/dang-nhap"
LOST = r"(?i)redirect|chuyển"
REFUSED = r"(?i)refused|not asked|offsite|public address|redirect"
LOCAL_NAMES = (
    "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1.",
    "0.0.0.0", "ai-do@127.0.0.1",
)  # fmt: skip
"""Ways to write this machine's address."""


def to(location: str) -> Answer:
    """A redirect; {internal}, {port} and {elsewhere} are filled in."""
    return lambda wire: wire.redirect(filled(location, wire))


def filled(text: str, wire: Wire) -> str:
    internal = wire.server.internal
    return text.format(internal=internal, port=internal.rpartition(":")[2], elsewhere=wire.server.elsewhere)


def endless(wire: Wire) -> None:
    wire.redirect(f"{wire.path}?lan={len(wire.server.hits)}")


def to_itself(wire: Wire) -> None:
    wire.answer("", 302, Location=wire.target, Set_Cookie="phien=1")


def in_a_ring(wire: Wire) -> None:
    wire.redirect(wire.path if "?" in wire.target else f"{wire.path}?vong=1")


def refresh(location: str) -> Answer:
    """A page that sends its reader on."""

    def answer(wire: Wire) -> None:
        head = f'<meta http-equiv="refresh" content="0; url={filled(location, wire)}"/>'
        wire.answer(f"<html><head>{head}<title>Đang chuyển trang</title></head><body></body></html>")

    return answer


def login(wire: Wire) -> None:
    form = (
        '<form method="post"><input name="user"/><input type="password" name="pass"/><button>Đăng nhập</button></form>'
    )
    wire.answer(plain("Đăng nhập hệ thống", f"<h1>Đăng nhập</h1><p>Bạn cần đăng nhập để xem nội dung này.</p>{form}"))


_moved = article()
_SCRIPT_LINKS = (
    "javascript:alert(document.domain)",
    "data:text/html,<h1>Tin</h1>",
    "mailto:ai@do.example",
    "http://[::1",
)
DIRECT = "".join(
    f'<a href="{address}">Công đoàn cơ sở họp bàn việc chăm lo đoàn viên</a>'
    for address in (*_SCRIPT_LINKS, "//169.254.169.254/tin-1.html", "ftp://127.0.0.1/tin-2.html", "file:///etc/passwd")
)

MOVES = Site(
    "xau.chuyen-huong",
    among_healthy(
        [
            hazard("vo-tan", endless, LOST),
            hazard("ve-chinh-no", to_itself, LOST),
            hazard("vong-tron", in_a_ring, LOST),
            hazard("cong-khac", to("{internal}" + INSIDE), REFUSED),
            *(hazard("ten-khac", to(f"http://{name}:{{port}}{INSIDE}"), REFUSED) for name in LOCAL_NAMES),
            *(hazard("ten-khac-80", to(f"http://{name}{INSIDE}"), REFUSED) for name in LOCAL_NAMES),
            hazard("ra-ngoai", to("{elsewhere}/tin-ngoai-1.html"), REFUSED),
            hazard("metadata", to("http://169.254.169.254/latest/meta-data/"), REFUSED),
            hazard("file", to("file:///etc/passwd"), r".+"),
            hazard("data", to("data:text/html,<h1>Tin</h1><p>Tin này không có thật.</p>"), r".+"),
            hazard("khong-location", lambda wire: wire.answer("", 302), r".+"),
            hazard("location-dai", to("/" + "a" * 10_000 + "-1.html"), r".+"),
            Link(
                "/" + "b" * 10_000 + "-2.html", lambda wire: wire.answer(page(_moved)), None, r"(?i)long", "dia-chi-dai"
            ),
            hazard("dang-nhap", to(LOGIN), r"(?i)block|login|đăng nhập"),
            hazard("trang-chu", to("/"), LOST),
            hazard("danh-sach", to(LISTING), LOST),
            hazard("meta-vo-tan", lambda wire: refresh(wire.path + f"?lan={wire.visit}")(wire), r".+"),
            hazard("meta-noi-bo", refresh("{internal}" + INSIDE), r".+"),
            odd("chuyen-ba-lan", to(f"/dich-1-{_moved.number}.html"), _moved),
        ]
    ),
    routes={
        LOGIN: login,
        f"/dich-1-{_moved.number}.html": to(f"/dich-2-{_moved.number}.html"),
        f"/dich-2-{_moved.number}.html": to(path_of(_moved)),
        path_of(_moved): lambda wire: wire.answer(page(_moved)),
    },
    extra=DIRECT,
)
SITES = (MOVES,)
