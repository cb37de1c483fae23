"""Source records: where news comes from, as data. One YAML file a province, one record a source."""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from archive.annotate import gazetteer
from archive.extract.page.layouts import SELECTORS, is_selector
from archive.yaml_file import parse_yaml

REGISTRY = Path(__file__).parent.parent / "crawler" / "sources"
OWN = Path("sources")
SHOWS = ("full", "excerpt", "record")
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Source:
    """One source of news. `home` is a district or province code of the gazetteer, None for a national source.

    `listing` holds paths of the site, `feeds` paths of its feeds and sitemaps, which are read before the listings,
    `links` a regular expression that article addresses match, `keep` words of which an article must hold one, `since`
    the floor of the first crawl, `quiet_days` the silence that is a fault, `media` whether body images are captured
    too, `tls_exception` why its certificate is not verified (None: it is).
    """

    id: str
    name: str
    family: str
    site: str
    listing: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    home: str | None = None
    aliases: tuple[str, ...] = ()
    links: str | None = None
    keep: tuple[str, ...] = ()
    since: str | None = None
    quiet_days: int | None = None
    rights: str | None = None
    show: str = "full"
    layout: dict[str, str] = field(default_factory=dict)
    media: bool = False
    tls_exception: str | None = None
    sample: bool = False
    enabled: bool = False

    def to_json(self) -> str:
        """The record as stored beside captures: the same record gives the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Source":
        return cls(**_immutable(json.loads(text)))


class SourceError(Exception):
    """Bad records: one line each with file, id, field, cause and cure."""


@cache
def families() -> dict[str, dict[str, list[str]]]:
    """The publishing systems the project knows, by name (families.yml)."""
    return dict(parse_yaml(files("archive").joinpath("families.yml").read_text("utf-8")))


def own_folder() -> Path | None:
    """The operator's records: the folder UNION_ARCHIVE_SOURCES names, else `sources` beside the scrapy.cfg of this
    folder (as `union-archive init` lays it down); None: there are none."""
    if named := os.environ.get("UNION_ARCHIVE_SOURCES"):
        return Path(named)
    return OWN if OWN.is_dir() and Path("scrapy.cfg").is_file() else None


def registry() -> list[Source]:
    """All records: the project's own and the operator's, who may replace one of ours. Raises SourceError."""
    own = own_folder()
    return load_sources([REGISTRY, own] if own else [REGISTRY])


def load_sources(folders: Iterable[Path]) -> list[Source]:
    """All records of some folders, sorted by id; one takes the place of that id's in an earlier folder. Raises
    SourceError that names every bad record."""
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for folder in folders:
        sources |= _records_of(folder, problems)
    if problems:
        raise SourceError("\n".join(problems))
    return [sources[name] for name in sorted(sources)]


def _records_of(folder: Path, problems: list[str]) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for file in _record_files(folder):
        for record in _records(file, problems):
            found = problems_of(record)
            name = record.get("id") if isinstance(record, dict) else None
            if not found and name in sources:
                found = [("id", "another record has this id", "give each source an id of its own")]
            problems += [f"{file}: {name or 'a record without id'}: {at}: {cause}; {cure}" for at, cause, cure in found]
            if not found:
                sources[record["id"]] = _source(record)
    return sources


def _record_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder; set UNION_ARCHIVE_SOURCES to a folder of *.yml records")
    return sorted(folder.glob("*.yml"))


def _records(file: Path, problems: list[str]) -> list[Any]:
    try:
        records = parse_yaml(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(f"{file}: this is no YAML ({' '.join(str(error).split())}); mend the file at that place")
        return []
    if records is None:
        return []
    if not isinstance(records, list):
        problems.append(f"{file}: this is no list of records; begin each record with '- id: …'")
        return []
    return records


def _source(record: dict[str, Any]) -> Source:
    values = _immutable(record)
    if isinstance(since := values.get("since"), date):
        values["since"] = since.isoformat()
    return Source(**values)


def _immutable(record: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}


def problems_of(record: Any) -> list[tuple[str, str, str]]:
    """What is wrong with a record as YAML or JSON gives it: field, cause, cure."""
    if not isinstance(record, dict):
        return [("record", f"{record!r} is no record", "write 'field: value' lines")]
    known = {f.name: f for f in fields(Source)}
    found = [(str(name), "no such field", f"use one of {', '.join(known)}") for name in record if name not in known]
    needed = [f.name for f in fields(Source) if f.default is MISSING and f.default_factory is MISSING]
    found += [(name, "missing", "add it") for name in needed if not record.get(name)]
    found += [problem for name in record if name in known for problem in _wrong_type(name, record[name])]
    return found or _wrong_values(record)


def _wrong_type(name: str, value: Any) -> list[tuple[str, str, str]]:
    if value is None:
        return []
    if name in ("listing", "feeds", "aliases", "keep"):
        good, cure = isinstance(value, list) and all(isinstance(entry, str) for entry in value), "write a list: [a, b]"
    elif name in ("enabled", "media", "sample"):
        good, cure = isinstance(value, bool), "write true or false"
    elif name == "quiet_days":
        good, cure = isinstance(value, int) and value > 0, "write a number of days"
    elif name == "layout":
        good, cure = isinstance(value, dict), "write 'field: selector' lines"
    elif name == "since":
        good, cure = _is_date(value), "write a date like 2019-08-01"
    else:
        good, cure = isinstance(value, str), 'write it in quotes, like "352"'
    return [] if good else [(name, f"{value!r} is not usable here", cure)]


def _wrong_values(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    if not _ID.fullmatch(record["id"]):
        found.append(("id", f"{record['id']!r} has other signs than a-z, 0-9, dot and hyphen", "write ha-nam.binh-luc"))
    if record["family"] not in families():
        found.append(("family", f"no family is called {record['family']!r}", f"use one of {', '.join(families())}"))
    site = urlsplit(record["site"])
    if site.scheme not in ("http", "https") or not site.netloc or site.path.strip("/"):
        found.append(("site", f"{record['site']!r} is no address of a host", "write https://host without a path"))
    home = record.get("home")
    if home is not None and not gazetteer.is_home(home):
        found.append(("home", f"the gazetteer has no district or province with code {home!r}",
                      "look the code up in archive/data/gazetteer/districts.csv"))  # fmt: skip
    if record.get("show", "full") not in SHOWS:
        found.append(("show", f"{record['show']!r} is no such choice", f"use one of {', '.join(SHOWS)}"))
    for name, selector in (record.get("layout") or {}).items():
        if name not in SELECTORS:
            found.append(("layout", f"no layout has a field {name!r}", f"use one of {', '.join(SELECTORS)}"))
        elif not is_selector(selector):
            found.append(("layout", f"{name}: {selector!r} is no CSS selector", "mend the selector"))
    if record.get("links"):
        try:
            re.compile(record["links"])
        except re.error as error:
            found.append(("links", f"this is no regular expression ({error})", "mend the pattern"))
    return found


def _is_date(value: Any) -> bool:
    if isinstance(value, date):
        return True
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
