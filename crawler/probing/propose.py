"""The record a survey proposes, as text to paste: what is known with its reason, what is a person's to decide as a
comment."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import yaml

from archive.annotate import gazetteer
from archive.errors import ArchiveError
from archive.sources import Source, SourceError, load_sources
from archive.text import clean
from crawler.probing import page
from crawler.probing.detect import UNKNOWN
from crawler.probing.homes import NATIONAL, Home, called, guess
from crawler.probing.survey import Survey

KEEP = ["công đoàn", "LĐLĐ", "Liên đoàn Lao động"]
"""What union news of a mixed portal says."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record, as YAML text too, the name of the file it belongs to (without ending), and whether it has a home or is
    national by a person's word."""

    source: Source
    text: str
    file: str
    settled: bool

    @property
    def id(self) -> str:
        return self.source.id


def propose(survey: Survey, taken: Collection[str], told: tuple[str | None] | None = None) -> Proposal:
    """The record of a surveyed site, disabled; `taken` are the ids that others have, `told` the home a person gave
    (None in it: national). Raises ArchiveError when the record would not be valid."""
    home = guess(survey.url, page.self_descriptions(survey.first)) if told is None else _told(told[0])
    union = page.is_union_site(survey.first)
    file = _file_of(home)
    identifier = _free_id(file, home, survey.url, union, taken)
    asked, site = urlsplit(survey.asked).netloc, page.site_of(survey.url)
    lines = [
        _line("id", identifier),
        _line("name", page.site_name(survey.first)),
        _line("home", home.code, home.why)
        if home
        else f"# home: nothing names a place; {NATIONAL}, or one must be given",
        _line("family", survey.detected.family, "; ".join(survey.detected.reasons[:2])),
        _line("site", site),
    ]
    if asked != urlsplit(site).netloc:
        lines.append(_line("aliases", [asked], "leads here"))
    lines.append(_line("listing", [page.path_of(survey.url)]))
    # A family that knows where its system keeps them needs no telling.
    feeds = [page.path_of(feed.url) for feed in survey.feeds if not feed.fault]
    if feeds and survey.detected.family == UNKNOWN:
        lines.append(_line("feeds", feeds))
    if not page.is_union_listing(survey.first):
        lines.append(_line("keep", KEEP, "the listing is not called a union's: only its union news"))
    if survey.tls:
        lines.append("# " + _line("tls_exception", survey.tls, "yours to decide: without it nothing is fetched"))
    lines.append(_line("enabled", False))
    text = "- " + "\n  ".join(lines) + "\n"
    return Proposal(as_record(text), text, file, settled=home is not None or told is not None)


def as_record(text: str) -> Source:
    """The record a text holds. Raises ArchiveError when it is not valid."""
    with TemporaryDirectory() as folder:
        Path(folder, "proposed.yml").write_text(text, "utf-8")
        try:
            (source,) = load_sources([Path(folder)])
        except SourceError as error:
            raise ArchiveError("the proposed record", str(error), "write it by hand") from error
        return source


def _told(code: str | None) -> Home | None:
    return Home(code, called(code)) if code else None


def _file_of(home: Home | None) -> str:
    province = gazetteer.province(gazetteer.home_province(home.code)) if home else None
    return province.slug if province else NATIONAL


def _free_id(file: str, home: Home | None, url: str, union: bool, taken: Collection[str]) -> str:
    """The first free id: the district's, then with what the site is, then with its host; as the others are named."""
    district = gazetteer.district(home.code) if home else None
    host = gazetteer.slugify((urlsplit(url).hostname or "").removeprefix("www.").replace(".", " "))
    own = "ldld" if union else "cong-thong-tin"
    stem = f"{file}.{gazetteer.slugify(district.name)}" if district else file
    wanted = [stem] if district else []
    wanted += [f"{stem}.{own}"] if home else []
    wanted += [f"{stem}.{host}"]
    return next((identifier for identifier in wanted if identifier not in taken), wanted[-1])


def _line(name: str, value: Any, why: str = "") -> str:
    """One field of a record, in YAML, with a comment."""
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).strip()
    written = written.removesuffix("...").strip()
    if written.startswith("'"):
        written = json.dumps(value, ensure_ascii=False)  # is YAML, on one line
    return f"{name}: {written}" + (f"  # {clean(why)}" if why else "")
