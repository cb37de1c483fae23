from pathlib import Path

import pytest

from archive.sources import REGISTRY, Source, SourceError, families, load_sources, registry

GOOD = """
- id: ha-nam.binh-luc
  name: LĐLĐ huyện Bình Lục
  home: "352"
  family: sharepoint
  site: https://binhluc.example.vn
  listing: [/Pages/tin-tuc.aspx]
  since: 2019-08-01
  enabled: true
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yml").write_text(text, "utf-8")
    return tmp_path


def test_a_record_is_read_whole(tmp_path: Path) -> None:
    (source,) = load_sources([folder(tmp_path, a=GOOD)])
    assert source == Source(
        id="ha-nam.binh-luc", name="LĐLĐ huyện Bình Lục", home="352", family="sharepoint",
        site="https://binhluc.example.vn", listing=("/Pages/tin-tuc.aspx",), since="2019-08-01", enabled=True,
    )  # fmt: skip
    assert Source.from_json(source.to_json()) == source


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace("sharepoint", "sharepint"), ["family", "'sharepint'", "use one of", "sharepoint"]),
        (GOOD.replace('"352"', '"999"'), ["home", "'999'", "districts.csv"]),
        (GOOD.replace('"352"', "352"), ["home", "in quotes"]),
        (GOOD + GOOD, ["id", "another record", "id of its own"]),
        (GOOD.replace("  site: https://binhluc.example.vn\n", ""), ["site", "missing", "add it"]),
        (GOOD.replace("https://binhluc.example.vn", "ftp://x"), ["site", "'ftp://x'", "https://host"]),
        (GOOD + "  colour: red\n", ["colour", "no such field"]),
        (GOOD.replace("[/Pages/tin-tuc.aspx]", "/Pages/tin-tuc.aspx"), ["listing", "write a list"]),
        (GOOD.replace("2019-08-01", "soon"), ["since", "'soon'", "2019-08-01"]),
        (GOOD + "  links: '('\n", ["links", "regular expression", "mend"]),
        (GOOD + "  layout: {boddy: .x}\n", ["layout", "boddy"]),
        (GOOD + "  layout: {body: 'div::['}\n", ["layout", "body", "CSS selector"]),
        (GOOD.replace("ha-nam.binh-luc", "Hà Nam"), ["id", "'Hà Nam'", "a-z"]),
        ("- id: [", ["no YAML"]),
        ("id: x", ["list of records"]),
        ("- just words", ["record", "field: value"]),
    ],
)
def test_a_bad_record_is_named_with_file_field_and_cure(tmp_path: Path, wrong: str, told: list[str]) -> None:
    with pytest.raises(SourceError) as error:
        load_sources([folder(tmp_path, ha_nam=wrong)])
    (line,) = str(error.value).splitlines()
    for part in ("ha_nam.yml", *told):
        assert part in line


def test_every_bad_record_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as error:
        load_sources([folder(tmp_path, a=GOOD.replace("sharepoint", "x"), b=GOOD.replace('"352"', '"x"'))])
    assert len(str(error.value).splitlines()) == 2


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder; set UNION_ARCHIVE_SOURCES"):
        load_sources([tmp_path / "nowhere"])


def test_the_registry_is_valid_sorted_and_waits_to_be_probed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNION_ARCHIVE_SOURCES", raising=False)
    sources = registry()
    assert sources
    assert [source.id for source in sources] == sorted({source.id for source in sources})
    assert not any(source.enabled or source.sample for source in sources)


def test_every_family_has_its_spider() -> None:
    modules = {path.stem for path in (REGISTRY.parent / "spiders").glob("*.py")} - {"__init__"}
    assert modules == set(families())
