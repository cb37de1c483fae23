"""The terms of use are said on /gioi-thieu, in metadata.yml and in the files to take away: everywhere the same."""

from importlib.resources import files

import pytest
import yaml

from archive.site.messages import say
from tests.conftest import ROOT

RIGHTS, LICENCE = "about.rights", "about.licence"


def words(text: str) -> str:
    """Without line breaks."""
    return " ".join(text.split())


def shipped(name: str) -> str:
    return words(files("archive").joinpath("data", name).read_text("utf-8"))


def test_the_tables_say_what_the_about_page_says() -> None:
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text("utf-8"))
    assert words(metadata["license"]) == f"{say(RIGHTS, 'vi')} {say(LICENCE, 'vi')}"
    assert metadata["license_url"] == "/gioi-thieu#rights"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_files_say_what_the_about_page_says(language: str) -> None:
    assert say(LICENCE, language) in shipped("licence.txt")


def test_the_datasheet_names_both_parts() -> None:
    sheet = shipped("datasheet.txt").partition("## Quyền / Rights")[2]
    for part in ("thuộc về các nguồn", "dùng tự do", "stay with the sources", "free to use", "LICENCE.txt"):
        assert part in sheet


def test_the_gazetteer_keeps_its_notice() -> None:
    origin = (ROOT / "archive" / "data" / "gazetteer" / "LICENCE.txt").read_text("utf-8")
    for holder in ("2021 Thang Le Quoc", "2025 dvhcvn"):
        assert f"MIT, (c) {holder}" in origin
        assert f"© {holder}" in shipped("licence.txt")
