"""The pages of docs/, README and CONTRIBUTING: what they name is there, and both languages say the same."""

import re
from pathlib import Path

import pytest
import yaml

from archive.cli import main
from archive.health import CURES
from archive.operate.settings import parse_settings
from archive.sources import load_sources
from tests.conftest import ROOT
from tests.docs import (
    CONTRIBUTING,
    PAGES,
    PAIRS,
    READMES,
    addresses,
    blocks,
    fenced,
    headings,
    links,
    prose,
    spans,
    text,
    without_comments,
)

OPERATOR = [page for page in PAGES if page.startswith("operator")]
DEVELOPER = [page for page in PAGES if page.startswith("developer")]
EVERY = [*PAGES, *READMES, CONTRIBUTING]
ROOMS = ("archive/", "crawler/", "tests/", "docs/", "deploy/", "benchmarks/")

every_pair = pytest.mark.parametrize(("english", "vietnamese"), PAIRS, ids=[english for english, _ in PAIRS])


@every_pair
def test_both_languages_have_the_same_commands(english: str, vietnamese: str) -> None:
    ours, theirs = ([(kind, without_comments(block)) for kind, block in fenced(page)] for page in (english, vietnamese))
    assert [kind for kind, _ in ours] == [kind for kind, _ in theirs]
    for (kind, here), (_, there) in zip(ours, theirs, strict=True):
        assert [re.sub(r"\s{2,}", " ", line) for line in here] == [re.sub(r"\s{2,}", " ", line) for line in there], kind


@every_pair
def test_both_languages_are_built_alike(english: str, vietnamese: str) -> None:
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(vietnamese)]
    assert addresses(english) == addresses(vietnamese)
    ours, theirs = (len(re.findall(r"^\|", prose(page), re.M)) for page in (english, vietnamese))
    assert ours == theirs, "rows of tables"


@every_pair
def test_each_leads_to_the_other(english: str, vietnamese: str) -> None:
    assert f"[Tiếng Việt]({vietnamese})" in text(english)
    assert f"[English]({english})" in text(vietnamese)


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_leads_to_every_page(readme: str) -> None:
    named = {path.name for path, _ in links(readme)}
    wanted = [page for page in PAGES if page.endswith(".vi.md") == readme.endswith(".vi.md")]
    assert set(wanted) <= named


@pytest.mark.parametrize("page", EVERY)
def test_links_lead_somewhere(page: str) -> None:
    for path, part in links(page):
        assert path.exists(), path
        if part:
            names = {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in _headings(path)}
            assert part in names, (path.name, part)


def _headings(path: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)


@pytest.mark.parametrize("page", EVERY)
def test_commands_in_sentences_exist(page: str) -> None:
    for span in spans(page):
        program, _, rest = span.partition(" ")
        if program != "union-archive" or not rest:
            continue
        name, *words = rest.split()
        assert name in main.commands, span
        known = {option for parameter in main.commands[name].params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, span


@pytest.mark.parametrize("page", EVERY)
def test_files_in_sentences_exist(page: str) -> None:
    named = [span for span in spans(page) if re.fullmatch(r"[\w./-]+", span) and span.startswith(ROOMS)]
    assert [name for name in named if "<" not in name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", OPERATOR)
def test_settings_that_are_shown_are_settings(page: str) -> None:
    (block,) = blocks(page, "yaml")
    settings, problems = parse_settings(yaml.safe_load(block))
    assert problems == []
    assert settings.mail
    assert settings.webhook
    assert settings.ping


@pytest.mark.parametrize("page", OPERATOR)
def test_every_warning_has_its_row(page: str) -> None:
    assert [kind for kind in CURES if kind != "never run" and f"| `{kind}` |" not in text(page)] == []


def test_the_record_that_is_shown_is_one(tmp_path: Path) -> None:
    """That of CONTRIBUTING, with the layout that the developer's page puts into it."""
    (record,), (layout,) = blocks(CONTRIBUTING, "yaml"), blocks("developer.md", "yaml record")
    (tmp_path / "ha-nam.yml").write_text(record + re.sub(r"^", "  ", layout, flags=re.M).rstrip() + "\n", "utf-8")
    (source,) = load_sources([tmp_path])
    assert source.layout == yaml.safe_load(layout)["layout"]


@pytest.mark.parametrize("page", DEVELOPER)
def test_the_truth_that_is_shown_is_held(page: str) -> None:
    (block,) = blocks(page, "csv")
    cases = (ROOT / "tests" / "annotate" / "cases" / "movements.tsv").read_text("utf-8").splitlines()
    assert set(block.splitlines()) <= set(cases)
