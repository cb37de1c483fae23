"""Which publishing system made a page: marks of the system itself, never of what is pasted in or linked."""

import re
from collections import Counter
from pathlib import Path

import pytest

from archive.sources import families
from crawler.probing import golden
from crawler.probing.detect import Detected, detect
from tests.conftest import ROOT, SHARED
from tests.sites import content
from tests.sites.pages import Site
from tests.sites.systems import SYSTEMS

FAMILIES = {record["id"]: record["family"] for record in content.records()}
HEAD = "<html><head>{}</head><body>{}</body></html>"


@pytest.mark.parametrize("site", SYSTEMS)
def test_the_listing_and_an_article_of_a_system_are_known(site: str) -> None:
    system = SYSTEMS[site]
    for path in (system.listing_path(1), system.article_path(content.articles(site)[0])):
        page = Site(site, "http://sample.example.vn").page(path)
        assert detect([("Content-Type", page.media)], page.body.decode()).family == FAMILIES[site]


@pytest.mark.parametrize("family", ["wordpress", "nukeviet"])
def test_golden_pages_of_other_systems_are_known(family: str) -> None:
    pages = [golden.load(file) for file in golden.pages(ROOT / "tests" / "golden")]
    known = [detect([], body.decode()).family for wanted, body in pages if wanted["family"] == family]
    assert known
    assert set(known) == {family}


@pytest.mark.parametrize(
    ("headers", "html", "family", "reason"),
    [
        ([], HEAD.format("<meta name='Generator' content='WordPress 6'>", ""), "wordpress", "generator WordPress 6"),
        ([("Set-Cookie", "nv4_ctr=x; path=/")], HEAD.format("", ""), "nukeviet", "cookie nv4_ctr"),
        ([("Liferay-Portal", "Liferay CE")], HEAD.format("", ""), "liferay", "header Liferay-Portal: Liferay CE"),
        ([], HEAD.format("<link rel='https://api.w.org/' href='/wp-json/'>", ""), "wordpress", "rel https://api.w.org/"),
        ([], HEAD.format("", "<div id='__MB_ARTICLE_PAGING'></div>"), "mastercms", "class __MB_ARTICLE_PAGING"),
        ([], HEAD.format("<script>var Liferay = {token: 'x1'}</script>", ""), "liferay", "script Liferay ="),
        ([], "<?xml version='1.0'?><!-- x --><rss version='2.0'></rss>", "feed", "root rss"),
        ([], "<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "feed", "root feed"),
        ([], "<sm:urlset xmlns:sm='x'></sm:urlset>", "feed", "root urlset"),
    ],
)  # fmt: skip
def test_one_mark_is_enough_and_is_named(headers: list[tuple[str, str]], html: str, family: str, reason: str) -> None:
    assert detect(headers, html) == Detected(family, (reason,))


@pytest.mark.parametrize(
    "body",
    [
        "<img src='https://khac.example.vn/wp-content/uploads/a.jpg'><a href='https://khac.example.vn/wp-login.php'>x</a>",
        "<a href='/documents/10180/1/a.pdf?t=1'>x</a>",
        "<p>WordPress, NukeViet và Liferay là gì?</p>",
        "<article class='news'><h1>Tin</h1></article>",
        "",
    ],
)
def test_what_a_page_shows_or_links_says_nothing(body: str) -> None:
    assert detect([], HEAD.format("", body)) == Detected("listing", ("no mark of a known system",))


def test_an_unknown_generator_is_told() -> None:
    page = HEAD.format('<meta name="generator" content="Joomla! - Open Source">', "")
    assert detect([], page) == Detected(
        "listing", ('no mark of a known system; its generator says "Joomla! - Open Source"',)
    )


def test_a_pasted_article_does_not_make_its_papers_system() -> None:
    pasted = "<div class='__MASTERCMS_CONTENT'><table class='__MB_ARTICLE_A'></table></div>"
    portal = Site("mau.phu-xuyen", "http://sample.example.vn").page(SYSTEMS["mau.phu-xuyen"].listing_path(1))
    assert detect([], portal.body.decode().replace("</body>", f"{pasted}</body>")).family == "liferay"


def test_who_names_itself_is_believed() -> None:
    page = HEAD.format(
        "<meta name='generator' content='NukeViet v4.5'><link rel='https://api.w.org/' href='/x'>"
        "<script src='/wp-includes/a.js'></script>", "<div class='lfr-x'></div>",
    )  # fmt: skip
    assert detect([], page).family == "nukeviet"


def test_a_token_in_a_script_is_not_told() -> None:
    (reason,) = detect([], HEAD.format("<script>Liferay.authToken = 'geheim'</script>", "")).reasons
    assert "geheim" not in reason


def test_every_family_but_the_generic_one_has_marks_that_are_regular_expressions() -> None:
    for name, family in families().items():
        marks: dict[str, list[str]] = dict(family["marks"])  # type: ignore[arg-type]
        assert bool(marks) == (name != "listing")
        for pattern in (pattern for patterns in marks.values() for pattern in patterns):
            re.compile(pattern)


SYSTEMS_OF_PAGES = sorted(path for path in (SHARED / "pages").glob("*") if path.is_dir())


@pytest.mark.skipif(not SYSTEMS_OF_PAGES, reason="no ../shared beside this checkout")
@pytest.mark.parametrize("folder", SYSTEMS_OF_PAGES, ids=lambda folder: folder.name)
def test_the_pages_of_real_systems_are_what_they_are(folder: Path) -> None:
    known = Counter(detect([], file.read_text("utf-8")).family for file in folder.glob("*.html"))
    assert known == {"wordpress" if folder.name.startswith("wordpress") else "listing": 8}


@pytest.mark.skipif(not SYSTEMS_OF_PAGES, reason="no ../shared beside this checkout")
@pytest.mark.parametrize(
    ("folder", "family"), [("wordpress-twentytwentyone", "wordpress"), ("nukeviet-4.5", "nukeviet")]
)
def test_the_recorded_sites_are_what_they_are(folder: str, family: str) -> None:
    known: Counter[str] = Counter()
    for file in (SHARED / "replay" / folder).glob("*.headers"):
        head, *lines = file.read_text("utf-8", "replace").splitlines()
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines) if value]
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if " 200 " in head and "html" in kind:
            known[detect(headers, file.with_suffix(".body").read_text("utf-8", "replace")).family] += 1
    assert set(known) == {family}
    assert known[family] > 40
