"""Golden pages: a page as captured beside what extraction makes of it, reviewed by a person; the tests read both.

A golden page is two files: `<name>.html`, the bytes, and `<name>.json`, all that reading them depends on, and what it
gives.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

from archive import ingest
from archive.annotate import gazetteer
from archive.annotate.article import Annotations
from archive.capture import Capture
from archive.sources import Source

Golden = dict[str, Any]
READ = ("article", "places", "school_years")
"""The parts of a golden page that are what was read."""
_HEADERS = ("content-type",)
_NAME_LONGEST = 60


def golden_of(capture: Capture, furniture: Collection[str] = ()) -> Golden:
    """A captured page with what is read of it now, not reviewed yet; `furniture`: what was decided of its source."""
    source = capture.source
    return {
        "reviewed": False,
        "url": capture.final_url,
        "captured": capture.fetched,
        "status": capture.status,
        "headers": {name: value for name, value in capture.headers if name.lower() in _HEADERS},
        "listed": capture.listed,
        "family": source.family,
        "home": source.home,
        "layout": source.layout,
        "furniture": sorted(furniture),
        **read(capture, furniture),
    }


def capture_of(golden: Golden, body: bytes) -> Capture:
    """The capture of a golden page, with a record that holds what its reading depends on."""
    source = Source(
        id="golden",
        name="golden",
        family=golden["family"],
        site="https://golden.example",
        listing=("/",),
        home=golden["home"],
        layout=golden["layout"],
    )
    return Capture(
        source=source,
        url=golden["url"],
        final_url=golden["url"],
        fetched=golden["captured"],
        body=body,
        status=golden["status"],
        headers=tuple(golden["headers"].items()),
        listed=golden["listed"],
    )


def reread(golden: Golden, body: bytes) -> Golden:
    """What a golden page gives now."""
    return read(capture_of(golden, body), golden.get("furniture", ()))


def read(capture: Capture, furniture: Collection[str] = ()) -> Golden:
    """What is read of a capture, as a golden page writes it; the article is null where the page holds none."""
    reading = ingest.read(replace(capture, source=replace(capture.source, keep=())), furniture=furniture)
    return {
        "article": asdict(reading.article) if reading.article else None,
        "places": _places(reading.annotations),
        "school_years": _school_years(reading.annotations),
    }


def differences(old: Golden, new: Golden) -> list[str]:
    """What is read differently, as the lines of a diff, each with its field's name."""
    return [
        f"{field or part}: {line}"
        for part, field in dict.fromkeys([*fields(old), *fields(new)])
        for line in unified_diff(_lines(old, part, field), _lines(new, part, field), n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]


def fields(golden: Golden) -> list[tuple[str, str]]:
    """The fields that are compared one by one: part and field, "" where the part is one itself."""
    article = [("article", name) for name in golden["article"]] if golden["article"] else [("article", "")]
    return [*article, ("places", ""), ("school_years", "")]


def value(golden: Golden, part: str, field: str) -> Any:
    """A field of a golden page; None where it has none."""
    whole = golden[part]
    return (whole or {}).get(field) if field else whole


def name_of(golden: Golden) -> str:
    """A file name for a page: the beginning of its title, else of its address."""
    words = gazetteer.slugify(golden["article"]["title"] if golden["article"] else golden["url"].partition("//")[2])
    return (words if len(words) <= _NAME_LONGEST else words[: _NAME_LONGEST + 1].rpartition("-")[0]) or "page"


def pages(folder: Path) -> list[Path]:
    """The golden pages of a folder and those in it: the JSON file of each."""
    return sorted(folder.glob("**/*.json"))


def load(file: Path) -> tuple[Golden, bytes]:
    """A golden page: its JSON and its bytes."""
    golden: Golden = json.loads(file.read_text("utf-8"))
    return golden, file.with_suffix(".html").read_bytes()


def save(file: Path, golden: Golden, body: bytes) -> None:
    """Write a golden page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.with_suffix(".html").write_bytes(body)
    file.write_text(json.dumps(golden, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _places(found: Annotations | None) -> list[Golden]:
    places = found.places if found else []
    return [{"code": p.code, "level": p.level, "name": p.name, "role": p.role} for p in places]


def _school_years(found: Annotations | None) -> list[Golden]:
    years = found.school_years if found else []
    return [{"year": y.year, "role": y.role, "evidence": y.evidence, "main": y.main} for y in years]


def _lines(golden: Golden, part: str, field: str) -> list[str]:
    return json.dumps(value(golden, part, field), ensure_ascii=False, indent=1).splitlines()
