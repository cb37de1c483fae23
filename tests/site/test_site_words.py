"""The words of the pages, and how dates, numbers and texts are written."""

import re
from importlib.resources import files
from pathlib import Path
from string import Formatter

from archive.site.formats import day, marked, moment, number, paragraphs, shortened, web_address
from archive.site.messages import LANGUAGES, messages


def test_every_message_is_used_and_every_used_message_exists() -> None:
    folders = [Path(str(files(package))) for package in ("archive.site", "archive.static")]
    sources = [file for folder in folders for file in folder.rglob("*") if file.suffix in (".py", ".html")]
    code = "\n".join(file.read_text("utf-8") for file in sources)
    places = "|".join(sorted({key.partition(".")[0] for key in messages()}))
    named = set(re.findall(rf"""["']((?:{places})\.[a-z0-9_-]+)["']""", code))
    made = [re.escape(start) for start in re.findall(r'"([a-z]+\.(?:[a-z_]+)?)" ~', code)]
    unused = {key for key in messages() if key not in named and not any(re.match(start, key) for start in made)}
    assert not unused
    assert {key for key in named if not key.endswith((".", "_", ".html", ".css"))} <= set(messages())


def test_every_message_is_in_both_languages() -> None:
    def values(text: str) -> list[str]:
        return sorted(field for _, field, _, _ in Formatter().parse(text) if field)

    assert [key for key, texts in messages().items() if set(texts) != set(LANGUAGES)] == []
    assert [key for key, texts in messages().items() if values(texts["vi"]) != values(texts["en"])] == []


def test_formats() -> None:
    assert day("2020-09-17") == "17/09/2020"
    assert day("2020-09-17T18:00:00+00:00") == "18/09/2020"
    assert day("2020-09-17T18:00:00Z") == "18/09/2020"
    assert [day(None), day(""), day("hôm qua"), day("9999-12-31T23:59:59Z")] == [None] * 4
    assert moment("2020-09-20T03:00:00+00:00") == "20/09/2020 10:00:00 (giờ Việt Nam, UTC+7)"
    assert moment("2020-09-20T03:00:00+00:00", "en") == "20/09/2020 10:00:00 (Vietnam time, UTC+7)"
    assert moment("hôm qua") is None
    assert number(1234567) == "1.234.567"
    assert [web_address(url) for url in ("https://a.vn", "javascript:x", None, "http://[")] == [
        "https://a.vn",
        None,
        None,
        None,
    ]
    assert marked("a < \x02b & c\x03 \x02 d\x03\x03") == "a &lt; <mark>b &amp; c</mark> <mark> d</mark>"
    assert shortened("một hai ba", 7) == "một hai…"
    assert shortened("một", 7) == "một"
    assert paragraphs("lead\n\na\n\n\n\nb", "lead") == ["a", "b"]
