"""A made-up portal for benchmarks: pages as heavy as real ones, about 60 KB that gzip makes a quarter of.

Its menus, styles, scripts and footers are the same on all pages, as a publishing system's are; the article, the related
and newest lists, counters, tokens and the page's own metadata differ. The same name and number give the same page.
"""

import base64
import csv
import re
from functools import cache
from html import escape
from pathlib import Path
from random import Random

from archive.capture import Capture
from archive.sources import Source
from archive.text import fold
from tests.sites.content import FOLDER, articles

GAZETTEER = Path(__file__).parent.parent / "archive" / "data" / "gazetteer"
FRAMES = (
    "Đồng chí {person}, Chủ tịch Công đoàn cơ sở Trường {level} {place}, cho biết đơn vị có {few} tổ công đoàn.",
    "Trong tháng {month}/{year}, {many} đoàn viên của xã {place} được khám sức khỏe với kinh phí {money} triệu đồng.",
    "Công đoàn Trường {level} {place} trao {few} suất quà, mỗi suất {money}00.000 đồng, cho con đoàn viên ốm đau.",
    "Tại hội nghị, bà {person} nêu {few} kiến nghị về chế độ làm thêm giờ của giáo viên ở {place} và {place}.",
    "Giải nhất thuộc về thầy {person} (Trường {level} {place}), giải nhì thuộc về cô {person} với {many} điểm.",
    "So với năm {year}, số đoàn viên của cụm {place} – {place} tăng {few} người, đạt {many} người.",
    "Ban Chấp hành giao ông {person} theo dõi {few} trường trên địa bàn {place} và báo cáo trước ngày {few}/{month}.",
    "Mái ấm của cô {person} ở {place} rộng {many} m², trong đó công đoàn hỗ trợ {money} triệu đồng.",
)  # fmt: skip
SLOTS = re.compile(r"\{(\w+)\}")
PARAGRAPHS = 14
"""Of one article: 4,500 characters, two to six times what recorded ones have."""
PARAGRAPHS = 14


def capture(name: str, number: int, paragraphs: int = PARAGRAPHS) -> Capture:
    """The capture of one article page of the portal with this name, of so many paragraphs."""
    source = Source(id=name, name=name, family="listing", site=f"https://{name}.example.vn", listing=("/tin-tuc",))
    random = Random(f"{name} {number}")
    url = f"{source.site}/tin-tuc/{_slug(title(name, number))}-{number}.html"
    day = f"{2012 + number % 13}-{1 + number % 12:02}-{1 + number % 28:02}"
    headers = (
        ("Date", f"Mon, 23 Nov 2026 {random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02} GMT"),
        ("Server", "Microsoft-IIS/10.0"),
        ("Cache-Control", "private, max-age=0"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Last-Modified", f"Mon, {1 + number % 28:02} Nov 2025 {random.randrange(24):02}:00:00 GMT"),
        ("Set-Cookie", f"ASP.NET_SessionId={random.randbytes(12).hex()}; path=/; HttpOnly; SameSite=Lax"),
        ("X-AspNet-Version", "4.0.30319"),
        ("X-Powered-By", "ASP.NET"),
        ("SPRequestGuid", random.randbytes(16).hex()),
        ("MicrosoftSharePointTeamServices", "15.0.0.4420"),
    )
    fetched = f"{day}T08:{number % 60:02}:{random.randrange(60):02}.{random.randrange(1000):03}+00:00"
    body = page(name, number, paragraphs).encode()
    return Capture(source, url=url, final_url=url, fetched=fetched, body=body, headers=headers, tls="verified")


def page(name: str, number: int, paragraphs: int = PARAGRAPHS) -> str:
    """The HTML of one article page of so many paragraphs."""
    random = Random(f"{name} {number}")
    head, menu, aside, foot = _frame(name)
    heading = escape(title(name, number))
    url = f"https://{name}.example.vn/tin-tuc/{_slug(heading)}-{number}.html"
    content = "\n".join(
        f'<p style="text-align: justify;"><span style="font-size:14pt">{text(random)}</span></p>'
        for _ in range(paragraphs)
    )
    return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{heading} - {name}</title>
<meta property="og:title" content="{heading}"><meta property="og:url" content="{url}">
<link rel="canonical" href="{url}">
<meta name="csrf-token" content="{random.randbytes(20).hex()}">{head}</head><body>
<input type="hidden" id="__VIEWSTATE" value="{_view_state(name)}{base64.b64encode(random.randbytes(300)).decode()}">
{menu}<div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/tin-tuc">Tin tức</a> » {heading[:60]}...</div>
<h1 class="detail-title">{heading}</h1>
<div class="meta"><span class="date">{number % 28 + 1:02}/{number % 12 + 1:02}/2021 {random.randrange(24):02}:00</span>
<span class="hits">{random.randrange(99999)} lượt xem</span></div>
<div class="detail-content">{content}</div><p class="author">{_fill("{person}", random)}</p>
<div class="share"><a href="https://share.example/?u={url}">Chia sẻ</a><a href="https://zalo.example/?u={url}">Zalo</a>
</div>
<h3>Tin liên quan</h3>{_links(name, [random.randrange(3000) for _ in range(10)])}
<h3>Tin mới</h3>{_links(name, list(range(2990, 3000)))}{aside}{foot}</body></html>"""


def title(name: str, number: int) -> str:
    """The title of one article."""
    return re.sub(r"[.,(].*", "", text(Random(f"title {name} {number}")))[:110]


def text(random: Random) -> str:
    """A paragraph of some sentences, of the sample web's and of frames filled with names and numbers."""
    return " ".join(
        random.choice(_sentences()) if random.random() < 0.4 else _fill(random.choice(FRAMES), random)
        for _ in range(random.randrange(2, 5))
    )


def _fill(frame: str, random: Random) -> str:
    values = {
        "person": lambda: f"{random.choice(_names()[1])} {random.choice(_names()[0])} {random.choice(_names()[0])}",
        "place": lambda: random.choice(_names()[0]),
        "level": lambda: random.choice(("Mầm non", "Tiểu học", "THCS", "THPT")),
        "few": lambda: str(random.randrange(2, 60)),
        "many": lambda: f"{random.randrange(100, 9999):,}".replace(",", "."),
        "money": lambda: str(random.randrange(1, 99)),
        "month": lambda: str(random.randrange(1, 13)),
        "year": lambda: str(random.randrange(2008, 2026)),
    }
    return SLOTS.sub(lambda slot: values[slot[1]](), frame)


@cache
def _sentences() -> list[str]:
    """All sentences of the sample web's articles."""
    paragraphs = (
        line for file in sorted(FOLDER.glob("*.yml")) for one in articles(file.stem) for line in one.paragraphs
    )
    return sorted({sentence for line in paragraphs for sentence in re.split(r"(?<=[.!?]) ", line)})


@cache
def _names() -> tuple[list[str], list[str]]:
    """Names of communes, and of families."""
    with (GAZETTEER / "communes_2025-03.csv").open(encoding="utf-8") as file:
        communes = sorted({row["commune"] for row in csv.DictReader(file)})
    return communes, ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"]


@cache
def _frame(name: str) -> tuple[str, str, str, str]:
    """What all pages of a portal have in common: head, menu, side column, footer."""
    random = Random(name)
    word = [f"{random.choice('bcdghklmnprstvx')}{random.randbytes(random.randrange(2, 5)).hex()}" for _ in range(60)]
    style = "".join(
        f".{random.choice(word)} .{random.choice(word)}{{margin:{random.randrange(40)}px;"
        f"width:{random.randrange(9)}0px;color:#{random.choice(word)[-3:]};background:url(/images/{random.choice(word)}.png)}}"
        for _ in range(75)
    )
    script = "".join(
        f"var {random.choice(word)}=document.getElementById('{random.choice(word)}_{random.randrange(999)}');"
        f"if({random.choice(word)}){{{random.choice(word)}.on('{random.choice(word)}',{random.randrange(9999)});}}"
        for _ in range(75)
    )
    menu = "".join(
        f'<li class="{random.choice(word)} menu-{index}"><a href="/{_slug(label)}" title="{label}">{label}</a></li>'
        for index in range(80)
        for label in [f"{_fill('{place}', random)} {random.choice(_sentences())[:24]}"]
    )
    aside = "".join(
        f'<div class="widget {random.choice(word)}" id="ctl00_{random.choice(word)}_{index}">'
        f'<img src="/upload/{index}.jpg" width="{random.randrange(300)}" alt="">'
        f'<a href="/van-ban/{random.randrange(9999)}.html">{text(random)[:90]}</a></div>'
        for index in range(45)
    )
    foot = "".join(
        f'<option value="https://{_slug(place)}.example.vn/{random.choice(word)}">{place}</option>'
        for place in (_fill("{place}", random) for _ in range(70))
    )
    return f"<style>{style}</style><script>{script}</script>", f"<ul>{menu}</ul>", aside, f"<select>{foot}</select>"


@cache
def _view_state(name: str) -> str:
    return base64.b64encode(Random(f"state {name}").randbytes(1500)).decode()


def _links(name: str, numbers: list[int]) -> str:
    return "".join(
        f'<li><a class="related" href="/tin-tuc/{_slug(heading)}-{number}.html" title="{heading}">{heading}</a>'
        f' <span class="date">({number % 28 + 1:02}/{number % 12 + 1:02}/2021)</span></li>'
        for number in numbers
        for heading in [escape(title(name, number))]
    )


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")
