"""How values are written for a Vietnamese reader: dates, numbers, marked snippets, safe links. Pure."""

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

from markupsafe import Markup, escape

VIETNAM = timezone(timedelta(hours=7))

MARK_START, MARK_END = "\x02", "\x03"
"""What SQLite puts round a hit: control characters, because no stored text holds any."""

_MARKED = re.compile(f"{MARK_START}([^{MARK_START}{MARK_END}]*){MARK_END}")
_STRAY = re.compile(f"[{MARK_START}{MARK_END}]")


def day(moment: str | None) -> str | None:
    """An ISO date or time as dd/mm/yyyy in Vietnam; None when there is none or it is no date."""
    parsed = moment_of(moment)
    return parsed.astimezone(VIETNAM).strftime("%d/%m/%Y") if parsed else None


_ZONE = {"vi": "giờ Việt Nam, UTC+7", "en": "Vietnam time, UTC+7"}


def moment(text: str | None, language: str = "vi") -> str | None:
    """An ISO time as dd/mm/yyyy hh:mm:ss in Vietnam, which it says; None when there is none or it is no time."""
    parsed = moment_of(text)
    return f"{parsed.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S} ({_ZONE[language]})" if parsed else None


def moment_of(text: str | None) -> datetime | None:
    """An ISO date (midnight in Vietnam) or time (UTC if it names no zone); None when it is neither."""
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=VIETNAM if len(text) <= len("2020-09-17") else UTC)
        parsed.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None
    return parsed


def number(value: int, language: str = "vi") -> str:
    """12345 as 12.345, in English as 12,345."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


def amount(value: float, language: str = "vi") -> str:
    """A figure's value as people write it: 1234.5 as 1.234,5, in English as 1,234.5."""
    whole, _, part = f"{value:,.10g}".partition(".") if value != int(value) else (f"{int(value):,}", "", "")
    if language != "en":
        whole = whole.replace(",", ".")
    return f"{whole}{'.' if language == 'en' else ','}{part}" if part else whole


def web_address(url: str | None) -> str | None:
    """The address if a browser may follow it (http or https), else None."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def marked(text: str) -> Markup:
    """A snippet as HTML: everything escaped, the hits inside <mark>, runs of white space as one space."""
    html = str(escape(" ".join(text.split())))
    return Markup(_STRAY.sub("", _MARKED.sub(r"<mark>\1</mark>", html)))  # noqa: S704 - escaped above


def shortened(text: str, limit: int) -> str:
    """The beginning of a text, cut between words, with … where something was left out."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit + 1].rsplit(" ", 1)[0][:limit].rstrip(" ,;:–-") + "…"


def paragraphs(body: str, lead: str | None) -> list[str]:
    """The paragraphs of a body without its lead, which pages show apart."""
    if lead:
        body = body.removeprefix(lead)
    return [paragraph for paragraph in (part.strip() for part in body.split("\n\n")) if paragraph]
