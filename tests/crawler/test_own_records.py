"""The operator's own records beside those that come with the archive: found, preferred, copied to be enabled."""

from pathlib import Path

import pytest

from archive.sources import Source, load_sources, own_folder
from crawler.probing import records
from crawler.probing.records import enable

SHIPPED = """\
# Hà Nam.
- id: ha-nam.binh-luc
  name: LĐLĐ huyện Bình Lục
  family: sharepoint
  site: https://binhluc.example
  listing: [/tin]
# the next one
- id: ha-nam.kim-bang
  name: LĐLĐ huyện Kim Bảng
  family: sharepoint
  site: https://kimbang.example
  listing: [/tin]
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A shipped registry and a working folder's sources/, in which the test stands."""
    shipped, work = tmp_path / "shipped", tmp_path / "work"
    (work / "sources").mkdir(parents=True)
    shipped.mkdir()
    (shipped / "ha-nam.yml").write_text(SHIPPED, "utf-8")
    (work / "scrapy.cfg").touch()
    monkeypatch.chdir(work)
    monkeypatch.delenv("UNION_ARCHIVE_SOURCES", raising=False)
    monkeypatch.setattr(records, "REGISTRY", shipped)
    return shipped, work / "sources"


def by_id(*where: Path) -> dict[str, Source]:
    return {source.id: source for source in load_sources(where)}


def test_sources_beside_scrapy_cfg_are_ones_own(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert own_folder() == Path("sources")
    monkeypatch.setenv("UNION_ARCHIVE_SOURCES", str(tmp_path))
    assert own_folder() == tmp_path
    monkeypatch.delenv("UNION_ARCHIVE_SOURCES")
    Path("scrapy.cfg").unlink()
    assert own_folder() is None, "any folder may be called sources"


def test_an_own_record_takes_the_place_of_the_shipped_one(folders: tuple[Path, Path]) -> None:
    shipped, own = folders
    mine = SHIPPED.partition("# the next one")[0].replace("huyện Bình Lục", "Bình Lục của tôi")
    (own / "mine.yml").write_text(mine, "utf-8")
    found = by_id(shipped, own)
    assert sorted(found) == ["ha-nam.binh-luc", "ha-nam.kim-bang"]
    assert found["ha-nam.binh-luc"].name == "LĐLĐ Bình Lục của tôi"


def test_a_shipped_record_is_enabled_as_a_copy(folders: tuple[Path, Path]) -> None:
    shipped, own = folders
    assert enable("ha-nam.kim-bang").resolve() == own / "ha-nam.yml"
    assert enable("ha-nam.binh-luc").resolve() == own / "ha-nam.yml"
    assert (shipped / "ha-nam.yml").read_text("utf-8") == SHIPPED
    found = by_id(shipped, own)
    assert {source.id for source in found.values() if source.enabled} == {"ha-nam.binh-luc", "ha-nam.kim-bang"}
    text = (own / "ha-nam.yml").read_text("utf-8")
    assert text.startswith("# the next one\n")
    assert text.count("enabled: true") == 2


def test_without_a_folder_of_ones_own_the_file_itself_is_changed(folders: tuple[Path, Path]) -> None:
    shipped, _ = folders
    Path("scrapy.cfg").unlink()
    assert enable("ha-nam.kim-bang") == shipped / "ha-nam.yml"
    assert by_id(shipped)["ha-nam.kim-bang"].enabled
