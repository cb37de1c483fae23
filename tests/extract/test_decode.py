"""Bytes to text: every charset that Vietnamese pages came in, what is damaged, and what must never be changed."""

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract import extract
from archive.extract.decode import decode, decoded
from archive.extract.decode.legacy import is_syllable
from archive.extract.decode.mojibake import may_be_legacy, repair_lines
from tests.conftest import SHARED
from tests.sites.pages import Site
from tests.sites.systems import SYSTEMS

VIETNAMESE = """
liên đoàn lao động huyện công đoàn cơ sở trường tiểu học tổ chức hội nghị tổng kết năm học và triển khai nhiệm vụ mới
nữ công nhân viên chức được khen thưởng vì những thành tích xuất sắc trong phong trào thi đua giỏi việc nước đảm việc
nhà quỹ mái ấm nghĩa tình hỗ trợ đoàn viên khó khăn sửa chữa nhà ở trước mùa mưa bão bằng khen quyết định nghỉ đẩy
mạnh tuyên truyền bảo vệ quyền lợi hợp pháp chính đáng của người lao động ý kiến kỹ thuật tuyến đường khuya thuở chị
"""
SENTENCE = "Liên đoàn Lao động huyện tổ chức hội nghị tổng kết năm học, trao quà cho các đoàn viên ở trường."
IN_TCVN3 = "Liªn ®oµn Lao ®éng huyÖn tæ chøc héi nghÞ tæng kÕt n¨m häc, trao quµ cho c¸c ®oµn viªn ë tr\xadêng."
IN_VNI = (
    "Lieân ñoaøn Lao ñoäng huyeän toå chöùc hoäi nghò toång keát naêm hoïc, trao quaø cho caùc ñoaøn vieân ôû tröôøng."
)

TCVN3_TABLE = """
    à:b5 ả:b6 ã:b7 á:b8 ạ:b9 ă:a8 ằ:bb ẳ:bc ẵ:bd ắ:be ặ:c6 â:a9 ầ:c7 ẩ:c8 ẫ:c9 ấ:ca ậ:cb đ:ae è:cc ẻ:ce ẽ:cf é:d0 ẹ:d1
    ê:aa ề:d2 ể:d3 ễ:d4 ế:d5 ệ:d6 ì:d7 ỉ:d8 ĩ:dc í:dd ị:de ò:df ỏ:e1 õ:e2 ó:e3 ọ:e4 ô:ab ồ:e5 ổ:e6 ỗ:e7 ố:e8 ộ:e9 ơ:ac
    ờ:ea ở:eb ỡ:ec ớ:ed ợ:ee ù:ef ủ:f1 ũ:f2 ú:f3 ụ:f4 ư:ad ừ:f5 ử:f6 ữ:f7 ứ:f8 ự:f9 ỳ:fa ỷ:fb ỹ:fc ý:fd ỵ:fe
    Ă:a1 Â:a2 Ê:a3 Ô:a4 Ơ:a5 Ư:a6 Đ:a7
"""
TCVN3_CODES = dict(pair.split(":") for pair in TCVN3_TABLE.split())
VNI_MARKS = {
    "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï",
    "\u0302": "â", "\u0302\u0301": "á", "\u0302\u0300": "à", "\u0302\u0309": "å", "\u0302\u0303": "ã",
    "\u0323\u0302": "ä",
    "\u0306": "ê", "\u0306\u0301": "é", "\u0306\u0300": "è", "\u0306\u0309": "ú", "\u0306\u0303": "ü",
    "\u0323\u0306": "ë",
}  # fmt: skip
VNI_ALONE = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ", "Đ": "Ñ"}
HORNED = {"ơ": "ô", "ư": "ö", "Ơ": "Ô", "Ư": "Ö"}


def tcvn3(text: str) -> bytes:
    return bytes(int(TCVN3_CODES[char], 16) if char in TCVN3_CODES else ord(char) for char in text)


def vni(text: str) -> bytes:
    return "".join(map(vni_letter, text)).encode("cp1252")


def vni_letter(char: str) -> str:
    if char in VNI_ALONE:
        return VNI_ALONE[char]
    parts = unicodedata.normalize("NFD", char)
    letter, marks = parts[0], parts[1:]
    if "\u031b" in marks:
        letter, marks = HORNED[unicodedata.normalize("NFC", f"{letter}\u031b")], marks.replace("\u031b", "")
    mark = VNI_MARKS[marks] if marks else ""
    return letter + (mark.upper() if char.isupper() else mark)


def cp1258(text: str) -> bytes:
    """Letters with hat, breve or horn are signs of their own there, tones come behind them."""
    coded = b""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in parts if mark in "\u0301\u0300\u0309\u0303\u0323")
        letter = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tone))
        coded += (letter + tone).encode("cp1258")
    return coded


def encoded_twice(text: str) -> bytes:
    signs = [bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in text.encode()]
    return "".join(signs).encode()


def as_utf8_of_latin1(encode: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda text: encode(text).decode("latin-1").encode()


def page(text: bytes, *, title: bytes = b"", charset: bytes = b"") -> bytes:
    label = b'<meta http-equiv="Content-Type" content="text/html; charset=' + charset + b'">' if charset else b""
    return b"<html><head>" + label + b"<title>" + title + b"</title></head><body><p>" + text + b"</p></body></html>"


@st.composite
def vietnamese(draw: st.DrawFn) -> str:
    """A sentence of words in no order after some that every page of these sites has."""
    words = draw(st.lists(st.sampled_from(VIETNAMESE.split()), max_size=40))
    opening = draw(st.sampled_from(["Đoàn thể", "Ông", "Ý kiến:", "Hà Nội, ngày 5/9/2023:", ""]))
    return f"{opening} công đoàn các trường được {' '.join(words)}."


@given(vietnamese())
@settings(deadline=None, max_examples=150)
def test_vietnamese_survives_every_charset(text: str) -> None:
    wanted = page(text.encode()).decode()
    assert decode(page(text.encode())) == wanted
    assert decode(page(unicodedata.normalize("NFD", text).encode())) == wanted
    for charset in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        assert decode(wanted.encode(charset)) == wanted
    for encode in (cp1258, tcvn3, vni, as_utf8_of_latin1(tcvn3), as_utf8_of_latin1(vni), encoded_twice):
        assert decode(page(encode(text))) == wanted


LABELS = ["utf-8", "iso-8859-1", "windows-1252", "windows-1258", "utf-16", "utf-7", "nonsense", "hex"]


@given(vietnamese(), st.sampled_from(LABELS))
@settings(deadline=None)
def test_no_label_misleads(text: str, label: str) -> None:
    wanted = page(text.encode(), charset=label.encode()).decode()
    for encode in (str.encode, tcvn3, vni):
        body = page(encode(text), charset=label.encode())
        assert decode(body, {"Content-Type": f"text/html; charset={label}"}) == wanted


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        (IN_TCVN3, SENTENCE),
        (IN_VNI, SENTENCE),
        ("C«ng ®oµn", "Công đoàn"),
        ("Coâng ñoaøn", "Công đoàn"),
        ("LiÃªn Ä‘oÃ\xa0n", "Liên đoàn"),
        ("LiÃªn Ä‘oÃ n vÃ  cÃ´ng nhÃ¢n á»Ÿ xÃ£", "Liên đoàn và công nhân ở xã"),
        ("LiĂªn Ä‘oĂ n Lao Ä‘á»™ng", "Liên đoàn Lao động"),
        ("C¤NG §OµN HUYÖN §ÇM Hµ, §µ N½ng", "CÔNG ĐOÀN HUYỆN ĐẦM Hà, Đà Nẵng"),
        ("COÂNG ÑOAØN HUYEÄN, Aán phaåm môùi", "CÔNG ĐOÀN HUYỆN, Ấn phẩm mới"),
        ("C&laquo;ng &reg;o&micro;n huy&Ouml;n", "Công đoàn huyện"),
        ("§­îc trao ®îc trêng ®óng chÝnh s¸ch", "Được trao được trường đúng chính sách"),
        ("Äáº£ng bá»™ huyá»‡n Äáº§m HÃ  há»p", "Đảng bộ huyện Đầm Hà h\ufffdp"),
    ],
)
def test_what_shows_as_other_signs_is_read(shown: str, meant: str) -> None:
    assert decode(page(shown.encode())) == page(meant.encode()).decode()


def test_the_charset_is_named() -> None:
    assert decoded(page(SENTENCE.encode())).charset == "utf-8"
    assert decoded(page(SENTENCE.encode()).decode().encode("utf-16-be")).charset == "utf-16-be"
    assert decoded(page(IN_TCVN3.encode("latin-1"))).charset == "tcvn3"
    assert decoded(page(IN_VNI.encode())).charset == "utf-8+vni"
    assert decoded(page(encoded_twice(SENTENCE))).charset == "utf-8+utf-8 twice"
    assert decoded(page("Müller fährt zur Straße".encode("latin-1"), charset=b"iso-8859-1")).charset == "cp1252"
    assert decoded(page(cp1258(SENTENCE), charset=b"iso-8859-1")).charset == "cp1258"


def test_only_the_lines_that_show_it_are_changed() -> None:
    """A portal in Unicode around an old article; short words go with their neighbours."""
    menu = "<a>Thông báo</a><a>Góp ý</a><a>Trang chủ</a><a>Công nghệ cao</a>"
    article = f'<a href="/tin/®oµn">{IN_TCVN3}</a><b>huyÖn</b><i>líp</i>{IN_TCVN3}'
    html = f"{menu}{article}{menu}<p>Bàn phím ABC® 10 µm – Đà Lạt</p>"
    text = decode(html.encode())
    assert text == html.replace(IN_TCVN3, SENTENCE).replace("huyÖn", "huyện").replace("líp", "lớp")


FOREIGN = """
été où haï naïf goût août maïs Noël leçon garçon cœur déjà français élève «école» « œuvre » à la même tôt dû sûr là né
für über Größe Straße Müller schön grün Hüte Bäume Öl Übung fährt weiß Fußgänger Märchen größer Köln können müssen süß
niño año España señor mañana país café pingüino qué cómo está 1ª Mª también corazón Ñandú María José información
città perché più può ciò farò così già lunedì caffè virtù però sarà né età libertà società verità
não ação coração português você avó irmã três João São saúde maçã
på så må får går søn håb ære Ærø kør når över förråd älska åtta fråga
10 µm 5 µg Microsoft® Windows® ©2020 №5 20°C §12 £5 ¥100 ½ ¾ ± × ÷ naïve résumé Zürich Gödel Erdős Łódź Čapek
"""


@given(st.lists(st.sampled_from(FOREIGN.split()), min_size=1, max_size=60))
@settings(deadline=None, max_examples=200)
def test_other_languages_are_never_changed(words: list[str]) -> None:
    text = " ".join(words)
    assert decode(page(text.encode())) == page(text.encode()).decode()
    latin = " ".join(word for word in words if word.encode("latin-1", "ignore").decode("latin-1") == word)
    body = page(latin.encode("latin-1"), charset=b"iso-8859-1")
    assert decode(body) == page(latin.encode(), charset=b"iso-8859-1").decode()


@given(vietnamese(), st.lists(st.sampled_from(FOREIGN.split()), max_size=8))
@settings(deadline=None)
def test_unicode_vietnamese_is_never_changed(text: str, words: list[str]) -> None:
    mixed = f"{text} “XÃ–HUYỆN” {' '.join(words)} {text.upper()}"
    assert decode(page(mixed.encode())) == page(mixed.encode()).decode()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(deadline=None)
def test_any_unicode_text_is_itself_in_nfc(text: str) -> None:
    kept = "".join(char for char in text if char in "\t\n" or unicodedata.category(char) != "Cc")
    read = decode(b"<p>" + text.encode() + b"</p>")
    if "\r" not in text and "&#" not in text and not may_be_legacy(text):
        assert read == unicodedata.normalize("NFC", f"<p>{kept}</p>")
    assert unicodedata.is_normalized("NFC", read)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_become_clean_text(body: bytes) -> None:
    found = decoded(body)
    assert found.damaged == found.text.count("\ufffd")
    assert unicodedata.is_normalized("NFC", found.text)
    assert found.text.encode().decode() == found.text
    assert not any(unicodedata.category(char) == "Cc" and char not in "\t\n" for char in found.text)


@pytest.mark.parametrize(
    "code", ["&#xD800;", "&#56320;", "&#0;", "&#x0;", "&#x110000;", "&#9999999;", "\0", "\x0b", "\x7f"]
)
def test_what_is_no_sign_is_gone(code: str) -> None:
    body = page(SENTENCE.replace(" ", f" {code}").encode())
    assert decode(body) == page(SENTENCE.encode()).decode()
    article = extract(page(body, title=b"A") + b"<h1>Cong doan nam moi</h1>" + body * 3, "https://a.example.vn/tin/1")
    assert article is not None
    assert "\ufffd" not in article.body


def test_references_are_told_by_their_number() -> None:
    for number in [
        0,
        1,
        9,
        55295,
        55296,
        57343,
        57344,
        1114111,
        1114112,
        1119999,
        1200000,
        9999999,
        10**7,
        16**7,
        10**9,
    ]:
        sign = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        for reference in (f"&#{number};", f"&#00{number};", f"&#x{number:x};", f"&#X0{number:X};", f"&#{number} "):
            kept = reference if sign else " " * reference.endswith(" ")
            assert decode(f"<p>{reference}</p>".encode()) == f"<p>{kept}</p>"


def test_references_to_signs_stay() -> None:
    body = b"<p>&#7879; &#x1EC7; &#55295; &#57344; &#xD7FF; &#xE000; &#10; &#1000; &amp;#0 &#50000;</p>"
    assert decode(body) == body.decode()


def test_surrogates() -> None:
    emoji = "\U0001f600"
    halves = emoji.encode("utf-16-be")
    in_halves = "".join(chr(int.from_bytes(halves[at : at + 2], "big")) for at in (0, 2))
    assert decode(b"<p>" + in_halves.encode("utf-8", "surrogatepass") + b"</p>") == f"<p>{emoji}</p>"
    assert decode(b"<p>a" + "\ud800".encode("utf-8", "surrogatepass") + b"b</p>") == "<p>ab</p>"
    assert decode("<p>a\ud800b</p>".encode("utf-16", "surrogatepass")) == "<p>ab</p>"


def test_the_ends_of_lines_are_one_sign() -> None:
    assert decode(b"<p>a\r\nb\rc\td</p>") == "<p>a\nb\nc\td</p>"


def test_an_address_in_another_form_stays_the_servers() -> None:
    name = unicodedata.normalize("NFD", "Quyết định.pdf")
    text = decode(f'<a href="/tep/{name}" title="{name}">{name}</a>'.encode())
    assert 'href="/tep/Quye%CC%82%CC%81t đi%CC%A3nh.pdf"' in text.replace("%C4%91", "đ")
    assert 'title="Quyết định.pdf">Quyết định.pdf<' in text


@pytest.mark.parametrize(
    ("body", "damaged"),
    [
        (page(SENTENCE.encode()), 0),
        (page(SENTENCE.encode() + b"\xff\xfe"), 2),
        (page(SENTENCE.encode() + "\ufffd".encode()), 1),
        (page(SENTENCE.encode()).partition("ờng".encode())[0], 0),
        (page(SENTENCE.encode()).partition("ờng".encode())[0] + "ờ".encode()[:2], 1),
        (page(cp1258(SENTENCE) + b"\x8d\x90"), 2),
        (page(b"\xe3\x81\x82\xff", charset=b"shift_jis"), 1),
    ],
    ids=["whole", "two bytes", "the site's own", "cut", "cut in a sign", "cp1258", "japanese"],
)
def test_what_cannot_be_read_is_counted(body: bytes, damaged: int) -> None:
    assert decoded(body).damaged == damaged


def test_a_declared_charset_is_used_where_the_bytes_allow_it() -> None:
    text = "Đây là một trang tiếng Nga: Профсоюз"
    assert decode(page("Профсоюз учителей".encode("koi8-r"), charset=b"koi8-r")).count("Профсоюз учителей") == 1
    assert decode(page("工会新闻".encode("gbk")), {"content-type": 'text/html; charset="GB2312"'}).count("工会新闻")
    assert decode(page(text.encode()), {"Content-Type": "text/html; charset=iso-8859-1"}).count(text) == 1


@pytest.mark.soak
@pytest.mark.parametrize(
    "scrap",
    ["a", "µ", "Ä‘", "Ã", "Ã ", "á»", 'href="', "href = '", "&micro", "&micro;", "&#0", "&#x00", "\u0301", "<µ"],
)
def test_hostile_text_takes_linear_time(scrap: str) -> None:
    """Long words, unclosed quotes and endless signs; a quadratic look would take minutes."""
    page_of_it = f"<p>Ä‘ á»™ {scrap * (300_000 // len(scrap))}"
    started = time.process_time()
    for body in (page_of_it.encode(), page_of_it.encode() + b"\xff", page_of_it.encode("latin-1", "ignore")):
        assert len(decode(body)) > 5
    assert time.process_time() - started < 15


def test_a_syllable_is_known() -> None:
    words = "công đoàn nghiêng khuya Đắk uỷ quốc giữ gì chuyện thuở Ý NGHĨA xoong tuýp"
    assert [word for word in words.split() if not is_syllable(word)] == []
    others = "fan strong tap cac đoan̂g chÝ Hoàa ngoiệt wà für zụ àc óòa"
    assert [word for word in others.split() if is_syllable(word)] == []


def test_lines_of_a_document_are_read() -> None:
    assert repair_lines([IN_TCVN3, "huyÖn", "", "ABC"]) == ([SENTENCE, "huyện", "", "ABC"], "tcvn3")
    assert repair_lines([SENTENCE, "ABC"]) is None


def test_ordinary_pages_are_not_looked_at_closely() -> None:
    pages = [Site(name, "http://a.vn").page(SYSTEMS[name].listing_path(1)).body for name in SYSTEMS]
    pages += [path.read_bytes() for path in sorted((SHARED / "pages").glob("*/*.html"))]
    assert [may_be_legacy(body.decode()) for body in pages] == [False] * len(pages)
    found = [decoded(body) for body in pages]
    assert [(page.charset, page.damaged) for page in found] == [("utf-8", 0)] * len(pages)
    assert [page.text for page in found] == [unicodedata.normalize("NFC", body.decode()) for body in pages]
