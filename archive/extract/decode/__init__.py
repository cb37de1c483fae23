"""Bytes to text: what old Vietnamese sites declare is often wrong, what the bytes are is not."""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from archive.extract.decode.legacy import CP1258, TCVN3, VNI
from archive.extract.decode.mojibake import may_be_legacy, repair_page

UNREADABLE = "\ufffd"
"""What stands for a sign that could not be read, by us or, where it is in the page's own bytes, by the site."""

# The charsets of web pages; Python has codecs (punycode, unicode_escape, utf-7) that no page is to be read with.
_CHARSETS = re.compile(r"(?:cp|iso8859-|koi8|gb|big5|euc|shift_jis|iso2022_jp|mac|tis)[\w-]*", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEAD = 1024

# HTML knows no control characters but these two and the line's end, and no halves of a surrogate pair.
_CONTROL_BYTES = bytes((*range(9), 11, 12, *range(14, 32), 127))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
# A reference to a surrogate, to NUL or beyond Unicode is nothing; the parser would make it an unreadable sign.
_NOTHING = re.compile(
    """&\\#(?:
        [xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2} | (?:1[1-9a-fA-F]|[2-9a-fA-F][0-9a-fA-F])[0-9a-fA-F]{4}
            | [1-9a-fA-F][0-9a-fA-F]{6,})
        | 0*(?:5(?:529[6-9]|5[3-9][0-9]{2}|6[0-9]{3}|7[0-2][0-9]{2}|73[0-3][0-9]|734[0-3])
            | 111(?:41(?:1[2-9]|[2-9][0-9])|4[2-9][0-9]{2}|[5-9][0-9]{3}) | 11[2-9][0-9]{4} | 1[2-9][0-9]{5}
            | [2-9][0-9]{6} | [1-9][0-9]{7,})
        | [xX]?0+
    )(?:;|(?![0-9a-fA-F]))""",
    re.VERBOSE,
)
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_ADDRESS = re.compile(r"""(?<=[\s"'])(?:href|src)\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
# windows-1252, with what it leaves undefined as it is in Latin-1: the 256 signs that legacy pages are seen in.
_LATIN = {byte: bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text: NFC, without NUL, control characters, halves of surrogate pairs and carriage returns.

    `charset` is what it was read as, with "+tcvn3", "+vni" or "+utf-8 twice" behind it where lines showed that they
    are; `damaged` counts the U+FFFD in it: bytes that are no text, and those the site itself sent.
    """

    text: str
    charset: str
    damaged: int = 0


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """The text of a page; see `decoded` for what could not be read."""
    return decoded(body, headers).text


def decoded(body: bytes, headers: Mapping[str, str] | None = None) -> Decoded:
    """Read a page: by its byte order mark; as UTF-8 if it is that, whatever its label; as UTF-16 where it is; else by
    the declared charset, as windows-1258, TCVN3 or VNI where its words say so, in the end as what damages least."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            body = body[len(mark) :]
            return _utf8(body) or _damaged(body, ["utf-8"]) if charset == "utf-8" else _utf16(body, charset)
    if wide := _wide(body, headers or {}):
        return _utf16(body, wide)
    return _utf8(body) or _one_byte(body, headers or {})


def _declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """The charsets that the answer's header and the page name, as Python names them."""
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), None)
    return [name for name in (http_content_type_encoding(content_type), html_body_declared_encoding(body)) if name]


def _utf8(body: bytes) -> Decoded | None:
    body = body.translate(None, _CONTROL_BYTES)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            # Java and old MySQL write an emoji as two surrogates of three bytes each.
            text = _joined(body.decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            return None
    return _repaired(text, "utf-8", control=bool(_C1.search(body)))


def _wide(body: bytes, headers: Mapping[str, str]) -> str | None:
    """The kind of UTF-16 a page without mark is in: every other byte of its markup is NUL."""
    if b"\x00" not in body[:_HEAD]:
        return None
    head = body[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = max(even, odd)
    if not (most >= len(head) / 6 and min(even, odd) * 10 <= most) and not any(
        name.startswith("utf-16") for name in _declared(body, headers)
    ):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _utf16(body: bytes, charset: str) -> Decoded:
    return _repaired(_joined(body[: len(body) // 2 * 2].decode(charset, "surrogatepass")), charset)


def _joined(text: str) -> str:
    """The text with halves of surrogate pairs put together; what is left alone goes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _one_byte(body: bytes, headers: Mapping[str, str]) -> Decoded:
    """A page that is no UTF-8. Mostly UTF-8 with some broken signs is told from a charset of single bytes by how many
    of its letters are whole."""
    broken = body.decode("utf-8", "replace").count(UNREADABLE)
    if len(_MULTIBYTE.findall(body)) > 4 * broken:
        return _damaged(body, ["utf-8"])
    declared = [charset for charset in _declared(body, headers) if _CHARSETS.fullmatch(charset)]
    signs = body.decode("latin-1").translate(_LATIN)
    if repaired := repair_page(signs, (TCVN3, VNI, CP1258)):
        text, scheme = repaired
        if scheme != CP1258.name:
            return _plain(text, scheme)
        declared = [CP1258.name, *declared]
    for charset in (*declared, CP1258.name):
        try:
            return _plain(body.decode(charset), charset)
        except UnicodeDecodeError:
            continue
    return _damaged(body, [*declared, CP1258.name, "utf-8"])


def _damaged(body: bytes, charsets: list[str]) -> Decoded:
    """What is left of a page in the charset that leaves most of it."""
    tried = [(body.decode(charset, "replace"), charset) for charset in charsets]
    return _plain(*min(tried, key=lambda text_and_charset: text_and_charset[0].count(UNREADABLE)))


def _repaired(text: str, charset: str, *, control: bool = True) -> Decoded:
    """Unicode text with its mojibake undone."""
    repaired = repair_page(text) if may_be_legacy(text) else None
    if repaired:
        text, scheme = repaired
        charset = f"{charset}+{scheme}"
    return _plain(text, charset, control=control)


def _plain(text: str, charset: str, *, control: bool = True) -> Decoded:
    text = text.removeprefix("\ufeff")
    if control:
        text = _CONTROL.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&#" in text:
        text = _NOTHING.sub("", text)
    text = _nfc(text)
    return Decoded(text, charset, text.count(UNREADABLE) if UNREADABLE in text else 0)


def _nfc(text: str) -> str:
    """The text in NFC; an address in another form is the server's own spelling and stays what it is, as %-codes."""
    if unicodedata.is_normalized("NFC", text):
        return text
    normal = _normal(text)
    return text if normal == text else _normal(_ADDRESS.sub(_spelled_out, text))


def _normal(text: str) -> str:
    # By lines: a single sign in doubt costs the slow way for all that is normalised with it.
    return "\n".join(map(partial(unicodedata.normalize, "NFC"), text.split("\n")))


def _spelled_out(match: re.Match[str]) -> str:
    address = match[0]
    if unicodedata.is_normalized("NFC", address):
        return address
    return _NOT_ASCII.sub(lambda signs: quote(signs[0]), address)
