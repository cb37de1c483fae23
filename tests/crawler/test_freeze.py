"""`scrapy freeze` as a person runs it: what it writes, what it never overwrites, what it refuses."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.sources import Source
from crawler.commands.freeze import chosen
from crawler.commands.freeze import freeze as keep
from crawler.probing import golden
from tests.conftest import ROOT, Operator
from tests.sites import content
from tests.sites.server import SampleWeb
from tests.sites.small import Reply, article, register, small_site
from tests.sites.systems import SYSTEMS

EDITED = next(one for one in content.articles("mau.thuong-tin") if one.edited)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own, so that golden pages go there: all it needs is scrapy.cfg."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(ROOT / "scrapy.cfg", folder)
    return folder


def freeze(operator: Operator, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "scrapy", "freeze", *arguments],
        cwd=project,
        env=os.environ | operator.environment | {"UNION_ARCHIVE_DATA": str(operator.folder.root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def frozen(project: Path) -> list[Path]:
    return golden.pages(project / "tests" / "golden")


def address(web: SampleWeb, one: content.Article) -> str:
    return web.addresses[one.site] + SYSTEMS[one.site].article_path(one)


@pytest.mark.soak
def test_a_page_and_what_is_read_of_it_are_kept(sample: Operator, project: Path, web: SampleWeb) -> None:
    done = freeze(sample, project, "mau.thuong-tin", address(web, EDITED))
    assert done.returncode == 0, done.stderr
    (file,) = frozen(project)
    assert file.parent == project / "tests" / "golden" / "mau.thuong-tin"
    assert f"{file.relative_to(project)}: {EDITED.title}" in done.stdout
    found, body = golden.load(file)
    assert found["reviewed"] is False
    assert (found["family"], found["home"], found["status"]) == ("mastercms", "279", 200)
    assert found["headers"] == {"Content-Type": "text/html; charset=utf-8"}
    assert found["article"]["title"] == EDITED.title
    assert [found["article"]["lead"], *found["article"]["paragraphs"]] == [EDITED.lead, *EDITED.paragraphs]
    assert {place["code"] for place in found["places"] if place["level"] == "district"} == set(EDITED.districts)
    assert EDITED.title.encode() in body
    assert json.loads(json.dumps(golden.read(golden.capture_of(found, body)))) == {
        part: found[part] for part in golden.READ
    }
    assert not sample.folder.root.exists()


@pytest.mark.soak
def test_a_second_freeze_is_refused(sample: Operator, project: Path, web: SampleWeb) -> None:
    page = ("mau.thuong-tin", address(web, EDITED))
    assert freeze(sample, project, *page).returncode == 0
    (file,) = frozen(project)
    before = file.read_bytes(), file.with_suffix(".html").read_bytes()
    web.edited = True
    done = freeze(sample, project, *page)
    assert done.returncode == 1
    old, new = EDITED.paragraphs, EDITED.after_edit().paragraphs
    for text in set(old) ^ set(new):
        assert f"paragraphs: {'-' if text in old else '+'} {json.dumps(text, ensure_ascii=False)}" in done.stdout
    assert "is frozen already, nothing was written; delete it to freeze it anew, or give --name" in done.stderr
    assert (file.read_bytes(), file.with_suffix(".html").read_bytes()) == before


def capture(body: str, url: str = "https://a.example.vn/tin/1") -> Capture:
    source = Source(id="a", name="A", family="mastercms", site="https://a.example.vn", listing=("/tin",), home="352")
    return Capture(source, url, url, "2026-11-01T00:00:00.000+00:00", body.encode())


def test_the_same_page_twice_gives_no_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = capture(article("Họp mặt đầu năm").body.decode())
    keep(tmp_path, None, page)
    capsys.readouterr()
    with pytest.raises(ArchiveError, match="is frozen already"):
        keep(tmp_path, None, page)
    assert capsys.readouterr().out == "nothing is read differently\n"


def test_a_name_keeps_a_page_beside_its_older_self_but_never_over_it(tmp_path: Path) -> None:
    page = capture(article("Họp mặt đầu năm").body.decode())
    keep(tmp_path, None, page)
    keep(tmp_path, "sau-khi-doi", page)
    assert [file.stem for file in golden.pages(tmp_path)] == ["hop-mat-dau-nam", "sau-khi-doi"]
    other = capture(article("Họp mặt đầu năm").body.decode(), "https://a.example.vn/tin/2")
    for name in (None, "sau-khi-doi"):
        with pytest.raises(ArchiveError, match="is frozen already"):
            keep(tmp_path, name, other)
    assert len(golden.pages(tmp_path)) == 2


def test_what_became_of_an_article_is_told() -> None:
    before = golden.golden_of(capture(article("Họp mặt đầu năm").body.decode()))
    after = golden.golden_of(capture("<html><body><div>Tin</div></body></html>"))
    told = golden.differences(before, after)
    assert 'title: -"Họp mặt đầu năm"' in told
    assert "article: +null" in told
    assert golden.differences(before, before) == []


def test_a_page_that_is_not_read_yet_is_kept_for_the_rule_to_come(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path, None, capture("<html><body><div>Tin</div></body></html>"))
    assert "NO ARTICLE was found on the page" in capsys.readouterr().out
    (file,) = golden.pages(tmp_path)
    assert file.stem == "a-example-vn-tin-1"
    assert golden.load(file)[0]["article"] is None


def test_what_is_no_page_is_not_kept(operator: Operator, project: Path, tmp_path: Path) -> None:
    with small_site({"/a.pdf": Reply(b"%PDF-1.4 x")}) as site:
        register(operator, tmp_path, site)
        done = freeze(operator, project, "thu.trang-1", f"{site.address}/a.pdf")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{site.address}/a.pdf: this is a PDF, no page; ")
    assert not (project / "tests").exists()


KNOWN = [capture("").source]


@pytest.mark.parametrize(
    ("arguments", "name", "told"),
    [
        ([], None, "give the id of a record and the address of one of its articles"),
        (["a"], None, "give the id of a record and the address of one of its articles"),
        (["nix", "https://a.example.vn/"], None, "no source has the id 'nix'"),
        (["a", "https://khac.example.vn/x"], None, "is no address of a (a.example.vn)"),
        (["a", "https://a.example.vn/x"], "../x", "'../x' is no name"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], name: str | None, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        chosen(arguments, name, KNOWN)


def test_wrong_usage_is_status_2(operator: Operator) -> None:
    done = operator.run("scrapy", "freeze", "nix", "https://a.example.vn/")
    assert done.returncode == 2
    assert "no source has the id 'nix'; `scrapy list` shows them" in done.stderr
