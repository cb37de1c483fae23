"""The text of PDFs: three that a browser printed (see pdf/make.py), and small ones written here byte by byte."""

import json
import random
import time
import unicodedata
from pathlib import Path

import pytest

from archive.extract import pdf
from archive.extract.pdf import paragraphs
from tests.extract.test_decode import tcvn3, vni

GOLDEN = sorted((Path(__file__).parent / "pdf").glob("*.pdf"))
LINES = [
    "Công đoàn các trường học trong huyện được tặng bằng khen vì đã vận",
    "động người lao động tham gia tư vấn pháp luật, ưu tiên bạn trẻ.",
    "Huyện cũng tổ chức khám sức khỏe.",
]


def written(*pages: list[bytes], size: int = 12, top: int = 700, image: bool = False) -> bytes:
    """A PDF with these lines, a page each list, in a font every reader has; or with a picture and no text."""
    picture = b"q 400 0 0 400 90 200 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n" if image else b""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for lines in pages:
        shown = b"".join(b"<" + line.hex().encode() + b"> Tj T*\n" for line in lines)
        content = picture + b"BT /F1 %d Tf %d TL 72 %d Td\n" % (size, size + 4, top) + shown + b"ET"
        place = len(objects) + 2
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % place
        )
        objects.append(b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream")
    body = b"%PDF-1.4\n"
    places = []
    for number, made in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj" % number + made + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table + end


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_document_is_read_in_paragraphs(path: Path) -> None:
    assert path.stat().st_size < 40_000
    assert paragraphs(path.read_bytes()) == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_there_are_documents() -> None:
    assert [path.stem for path in GOLDEN] == ["ban-tin", "ke-hoach", "quyet-dinh"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7\n%%EOF",
        b"<html><body><p>Xin ch\xc3\xa0o</p></body></html>",
        b"PK\x03\x04" + b"\0" * 500,
        GOLDEN[0].read_bytes()[:900],
        written([], image=True),
        written(),
    ],
    ids=["empty", "bare", "html", "zip", "cut", "scan", "no pages"],
)
def test_what_has_no_text_has_no_paragraphs(body: bytes) -> None:
    assert paragraphs(body) == []


def test_broken_documents_never_raise() -> None:
    chance = random.Random(7)
    read = 0
    for _ in range(120):
        body = bytearray(chance.choice(GOLDEN).read_bytes())
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(len(body))
            body[at : at + chance.choice([0, 1, 60])] = chance.randbytes(chance.choice([0, 1, 3]))
        cut = chance.choice([len(body), chance.randrange(len(body))])
        for text in paragraphs(bytes(body[:cut])):
            assert text == unicodedata.normalize("NFC", text).strip()
            read += 1
    assert read > 50


@pytest.mark.parametrize("encode", [tcvn3, vni])
def test_old_fonts_are_read(encode: object) -> None:
    """In TCVN3 fonts the letter ư is where other fonts have the hyphen."""
    lines = [encode(line) for line in LINES]  # type: ignore[operator]
    assert paragraphs(written(lines)) == [f"{LINES[0]} {LINES[1]}", LINES[2]]


def test_latin_text_stays_as_it_is() -> None:
    lines = [line.encode("cp1252") for line in ("Müller fährt: 10 µm", "Où est l'«école» ?")]
    assert paragraphs(written(lines)) == [line.decode("cp1252") for line in lines]


def test_running_titles_and_page_numbers_are_dropped() -> None:
    pages = [[b"SO TAY %d" % at, text, b"Trang %d/3" % at] for at, text in enumerate((b"Mot", b"Hai", b"Ba"), 1)]
    assert paragraphs(written(*pages, top=800)) == ["Mot", "Hai", "Ba"]


def test_a_number_in_the_middle_of_a_page_stays() -> None:
    assert paragraphs(written([b"Tong so", b"12", b"Ghi chu"])) == ["Tong so", "12", "Ghi chu"]


def test_a_sentence_goes_on_over_the_page() -> None:
    pages = [[b"Hoi nghi thong nhat keo dai phong trao thi dua trong toan the"], [b"doan vien den het nam hoc."]]
    assert paragraphs(written(*pages)) == [f"{pages[0][0].decode()} {pages[1][0].decode()}"]


def test_items_and_ranges_keep_their_hyphens() -> None:
    lines = [b"Ke hoach cho nam hoc bat dau tu ngay 5 thang 9, giai doan 2023-", b"2024 gom:", b"- mot;", b"- hai."]
    assert paragraphs(written(lines)) == [f"{lines[0].decode()}2024 gom:", "- mot;", "- hai."]
    lines = [b"Doan dai bieu cong doan giao duc cua nuoc ban Ma-lai-", b"xi-a den tham truong."]
    assert paragraphs(written(lines)) == [b"".join(lines).decode()]


def test_a_long_document_is_read_to_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    body = written(*([b"Dieu %d." % number] for number in range(1, 81)))
    assert len(paragraphs(body)) == pdf.PAGES
    monkeypatch.setattr(pdf, "CHARACTERS", 100)
    assert 80 <= len("".join(paragraphs(body))) <= 100


def test_a_hostile_document_takes_bounded_time() -> None:
    started = time.process_time()
    for line, lines in ((b"x", 50_000), (b"mot hai ba " * 5_000, 20), (b"- a " * 10, 10_000)):
        assert len("".join(paragraphs(written([line] * lines)))) <= pdf.CHARACTERS
    assert time.process_time() - started < 30


def test_signs_of_unknown_fonts() -> None:
    """A bullet of a symbol font is a bullet; a document of such signs alone cannot be read."""
    font = b"/Encoding/WinAnsiEncoding"
    unknown = b"/Encoding<</Type/Encoding/Differences[1/g1 2/g2 3/g3]>>"
    assert paragraphs(written([b"\x01\x02\x03" * 30] * 5).replace(font, unknown)) == []
    assert paragraphs(written([b"\x01 Tang qua doan vien;", b"\x01 Tham \x03 gia dinh."]).replace(font, unknown)) == [
        "• Tang qua doan vien;",
        "• Tham gia dinh.",
    ]
    assert paragraphs(written([b"Tang 20 suat qu\x03 cho doan vien."]).replace(font, unknown)) == [
        "Tang 20 suat qu\ufffd cho doan vien."
    ]
