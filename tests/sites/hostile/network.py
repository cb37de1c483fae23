"""Answers that never come, never end, break off or are far too large, among healthy articles."""

from __future__ import annotations

import gzip
import struct
import zlib
from functools import cache

from tests.sites.hostile.site import Site, among_healthy, article, hazard, listing_page, odd, page
from tests.sites.hostile.wire import CHUNK, HTML, Answer, Wire

PAGE = page(article()).encode()
"""An article that comes only in broken answers: it must never be stored."""
LATE = r"(?i)time|late"
CUT = r"(?i)cut|short|lost|partial|whole|end"
LARGE = r"(?i)larger|too large|size|MB"
HEAD = ("Content-Type: text/html; charset=utf-8", "Connection: close")


def headers_drip(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 Hostile\r\n")
    wire.drip(b"X-Thong-Tin: cham\r\n" * 10_000)


def body_drips(wire: Wire) -> None:
    wire.head(*HEAD, f"Content-Length: {len(PAGE)}")
    wire.drip(PAGE)


def shorter(wire: Wire) -> None:
    wire.head(*HEAD, f"Content-Length: {2 * len(PAGE)}")
    wire.send(PAGE[: len(PAGE) // 2])


def broken_chunks(wire: Wire) -> None:
    wire.head(*HEAD, "Transfer-Encoding: chunked")
    wire.send(b"%x\r\n" % len(PAGE) + PAGE + b"\r\nkhong-phai-hex\r\n" + PAGE)


def chunks_end_early(wire: Wire) -> None:
    wire.head(*HEAD, "Transfer-Encoding: chunked")
    wire.send(b"%x\r\n" % (2 * len(PAGE)) + PAGE)


def long_header(wire: Wire) -> None:
    wire.head(*HEAD, f"Content-Length: {len(PAGE)}", "X-Dai: " + "a" * (1 << 20))
    wire.send(PAGE)


def no_http(wire: Wire) -> None:
    wire.send(b"\x00\xff SSH-2.0-day la gi?\r\n\r\n" + PAGE)


def many_headers(body: bytes) -> Answer:
    def answer(wire: Wire) -> None:
        wire.head(*HEAD, f"Content-Length: {len(body)}", *(f"X-Nhieu-{number}: {number}" for number in range(20_000)))
        wire.send(body)

    return answer


def zeros(wire: Wire) -> None:
    """A page of 100 MB that does not say so."""
    wire.head(*HEAD)
    wire.send(PAGE)
    for _ in range((100 << 20) // CHUNK):
        wire.send(b" " * CHUNK)


def declared_large(wire: Wire) -> None:
    wire.head(*HEAD, f"Content-Length: {5 << 30}")
    wire.send(PAGE)
    wire.hang()


@cache
def bomb(start: bytes, filling: bytes) -> bytes:
    """A gigabyte of a filling after its start, packed into about a megabyte by gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    whole = filling * ((1 << 20) // len(filling))
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(whole) + packer.flush(zlib.Z_FULL_FLUSH)  # the same bytes each time, so packed only once
    check = zlib.crc32(start)
    for _ in range(1024):
        check = zlib.crc32(whole, check)
    size = (len(start) + 1024 * len(whole)) % (1 << 32)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + head + block * 1024 + packer.flush() + struct.pack("<II", check, size)


def packed(body: bytes, *, says: str = "gzip") -> Answer:
    return lambda wire: wire.answer(body, Content_Encoding=says)


def gzip_bomb(wire: Wire) -> None:
    packed(bomb(PAGE, b" "))(wire)


def cut_once(body: bytes) -> Answer:
    """A packed page whose end is missing at the first visit."""

    def answer(wire: Wire) -> None:
        whole = gzip.compress(body)
        packed(whole[: len(whole) // 2] if wire.visit == 1 else whole)(wire)

    return answer


def reset_once(body: bytes) -> Answer:
    return lambda wire: wire.reset() if wire.visit == 1 else wire.answer(body)


@cache
def links() -> str:
    """A page of 300,000 links, 12 MB."""
    return listing_page((f"/lien-ket-{number:0>12}.html", None) for number in range(300_000)).replace(
        "dịp cuối năm", ""
    )


def nested(body: str) -> str:
    return body.replace("<h1", "<div>" * 30_000 + "<h1").replace("</body>", "</div>" * 30_000 + "</body>")


_headers, _cut, _reset, _mislabelled, _nested, _identity = (article() for _ in range(6))

WIRE = Site(
    "xau.duong-truyen",
    among_healthy(
        [
            hazard("header-nho-giot", headers_drip, LATE),
            hazard("than-nho-giot", body_drips, LATE),
            hazard("khong-tra-loi", Wire.hang, LATE),
            hazard("dut-ket-noi", Wire.reset, r"(?i)connection|lost|reset"),
            hazard("thieu-byte", shorter, CUT),
            hazard("chunk-hong", broken_chunks, r".+"),
            hazard("chunk-cut", chunks_end_early, CUT),
            hazard("header-1mb", long_header, r".+"),
            hazard("khong-phai-http", no_http, r".+"),
            odd("nhieu-header", many_headers(page(_headers).encode()), _headers, r".+"),
            odd("dut-mot-lan", reset_once(page(_reset).encode()), _reset),
        ]
    ),
)
SIZE = Site(
    "xau.kich-thuoc",
    among_healthy(
        [
            hazard("bom-gzip", gzip_bomb, LARGE),
            hazard("trang-100mb", zeros, LARGE),
            hazard("khai-5gb", declared_large, LARGE),
            hazard("lien-ket-300k", lambda wire: wire.answer(links()), LARGE),
            hazard("gzip-cut", packed(gzip.compress(PAGE)[:-400]), CUT),
            odd("gzip-cut-mot-lan", cut_once(page(_cut).encode()), _cut),
            odd("gzip-gia", packed(page(_mislabelled).encode()), _mislabelled),
            odd("ma-la", packed(page(_identity).encode(), says="x-khong-co"), _identity, r".+"),
            odd("div-30k", lambda wire: wire.answer(nested(page(_nested))), _nested, r".+"),
            hazard(
                "thuoc-tinh-12mb",
                lambda wire: wire.answer(
                    PAGE.replace(b"<h1", b'<img src="data:image/png;base64,' + b"A" * (12 << 20) + b'"/><h1')
                ),
                LARGE,
            ),
        ]
    ),
    routes={"/nhieu-lien-ket": lambda wire: wire.answer(links(), kind=HTML)},
    record={"listing": ["/tin", "/nhieu-lien-ket"]},
)
SITES = (WIRE, SIZE)
