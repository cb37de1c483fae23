"""The project's own registry: what holds for every file and record in it."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.addresses import bare_host
from archive.annotate import gazetteer
from archive.annotate.gazetteer import Province
from archive.sources import REGISTRY, Source, load_sources
from archive.text import fold
from tests.conftest import SHARED

NATIONAL = "national"
PROVINCES = {province.slug: province for province in gazetteer.provinces}
FILES = sorted(REGISTRY.glob("*.yml"))
SEEN_HOSTS = SHARED / "notes" / "sources.csv"

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    return {source.id: source for source in load_sources([REGISTRY])}


def ids_in(file: Path) -> list[str]:
    """The ids of a file's records, in the file's order."""
    return re.findall(r"^- id: (\S+)$", file.read_text("utf-8"), re.MULTILINE)


def header_of(file: Path) -> str:
    """The comment before the first record, as one line."""
    lines = file.read_text("utf-8").split("\n- id:")[0].splitlines()
    return " ".join(line.removeprefix("#").strip() for line in lines)


def districts_of(province: Province) -> set[str]:
    return {district.code for district in gazetteer.districts if district.province_code == province.code}


def hosts_of(source: Source) -> set[str]:
    return {bare_host(host) for host in (urlsplit(source.site).netloc, *source.aliases)}


def test_there_is_a_file_for_each_province_and_one_for_the_nation() -> None:
    assert len(PROVINCES) == 63
    assert sorted(path.name for path in REGISTRY.iterdir()) == sorted(f"{stem}.yml" for stem in (*PROVINCES, NATIONAL))


@every_file
def test_a_header_names_its_province_and_what_is_missing(file: Path) -> None:
    header = header_of(file)
    assert re.search(r"Missing: \w", header)
    if file.stem == NATIONAL:
        return
    province = PROVINCES[file.stem]
    assert fold(header).startswith(f"{fold(province.name)} (province {province.code};")
    assert "2025-07-01" in header
    assert fold(province.province_2025) in fold(header)


@every_file
def test_a_header_counts_the_districts_without_a_record(file: Path, sources: dict[str, Source]) -> None:
    """The count may lag behind a record that was added, never promise one that is not there."""
    if file.stem == NATIONAL:
        return
    districts = districts_of(PROVINCES[file.stem])
    without = districts - {sources[name].home for name in ids_in(file)}
    stated = re.search(r"(\d+) of (\d+) districts", header_of(file))
    assert stated, f"{file.name}: write how many districts have no record: {len(without)} of {len(districts)} districts"
    assert int(stated[2]) == len(districts)
    assert len(without) <= int(stated[1]) <= len(districts)


@every_file
def test_the_records_of_a_file_are_its_own_and_sorted(file: Path, sources: dict[str, Source]) -> None:
    ids = ids_in(file)
    assert ids == sorted(set(ids))
    assert all(name.startswith(f"{file.stem}.") for name in ids)
    assert {source.id for source in sources.values() if source.id.split(".")[0] == file.stem} == set(ids)


@every_file
def test_a_home_lies_in_the_province_of_its_file(file: Path, sources: dict[str, Source]) -> None:
    homes = {name: sources[name].home for name in ids_in(file)}
    province = PROVINCES.get(file.stem)
    for name, home in homes.items():
        assert home is None or (province and gazetteer.home_province(home) == province.code), name


def test_no_two_records_read_the_same_page(sources: dict[str, Source]) -> None:
    pages = Counter(
        (host, path.lower())
        for source in sources.values()
        for host in hosts_of(source)
        for path in (*source.listing, *source.feeds)
    )
    assert [page for page, times in pages.items() if times > 1] == []


def test_paths_and_hosts_are_what_they_should_be(sources: dict[str, Source]) -> None:
    for source in sources.values():
        assert source.site == f"{urlsplit(source.site).scheme}://{urlsplit(source.site).netloc}", source.id
        assert all(path.startswith("/") for path in (*source.listing, *source.feeds)), source.id
        assert all(urlsplit(f"//{alias}").netloc == alias for alias in source.aliases), source.id


def test_nothing_is_enabled_before_it_is_probed(sources: dict[str, Source]) -> None:
    assert [source.id for source in sources.values() if source.enabled or source.sample] == []


def seen_hosts() -> Iterator[tuple[str, str]]:
    """Host and folder of each site that was seen with some confidence."""
    with SEEN_HOSTS.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["confidence"].startswith(("high", "medium")):
                host, slash, folder = row["host"].partition("/")
                yield bare_host(host), slash + folder


@pytest.mark.skipif(not SEEN_HOSTS.exists(), reason="the list of seen hosts is not beside this checkout")
def test_every_seen_host_has_a_record(sources: dict[str, Source]) -> None:
    listings = {(host, path) for source in sources.values() for host in hosts_of(source) for path in source.listing}
    missing = [
        host + folder
        for host, folder in seen_hosts()
        if not any(host == other and path.startswith(folder or "/") for other, path in listings)
    ]
    assert missing == []
