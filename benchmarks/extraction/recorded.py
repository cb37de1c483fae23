"""The recorded and rebuilt sites beside the project, with what is known of their articles.

The articles of the recorded sites were written from one manifest: title, date and paragraphs; what a page shows of them
is its truth. Captions, links to files and names under the text are the page's own markup's. The rebuilt pages are of
five texts whose every line was judged.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archive.sources import families
from benchmarks.extraction.corpora import Corpus, CorpusError, Page, told_pages
from benchmarks.extraction.metrics import Truth, holds, words

_ARTICLE = re.compile(r"-\d+\.html$|^/\d{4}/\d\d/\d\d/.")
_BESIDE_TEXT = "a[href$='.pdf'], p[style*='right']"


def shared_corpora(shared: Path) -> tuple[list[Corpus], list[str]]:
    """The corpora of the shared folder, and the names of those that are not there. Raises CorpusError."""
    manifests = sorted(shared.glob("replay/*/manifest.json"))
    seeds, truths = shared / "replay" / "seeds", shared / "truth" / "seed_truth.json"
    corpora, absent = [], []
    if manifests:
        entries = [entry for file in manifests for entry in json.loads(file.read_text("utf-8"))]
        sites = sorted(shared.glob("replay/*/INDEX.tsv"))
        corpora.append(Corpus("replay", tuple(page for site in sites for page in _site_pages(site, entries))))
    if seeds.is_dir() and truths.is_file():
        corpora.append(Corpus("seeds", _seed_pages(seeds, json.loads(truths.read_text("utf-8")))))
    if (shared / "pages").is_dir():
        corpora.append(told_pages(shared / "pages"))
    found = {corpus.name for corpus in corpora}
    absent = [name for name in SHARED if name not in found]
    return corpora, absent


SHARED = ("replay", "seeds", "pages")


def _site_pages(index: Path, entries: Sequence[Mapping[str, Any]]) -> list[Page]:
    """The article pages of a recorded site; INDEX.tsv names target, status, media type and file of each."""
    site = index.parent.name
    family = site.partition("-")[0]
    pages = []
    for line in index.read_text("utf-8").splitlines():
        target, status, _, file = line.split("\t")[:4]
        if status != "200" or not _ARTICLE.search(target):
            continue
        head = index.with_name(file).with_suffix(".headers").read_text("latin-1").splitlines()[1:]
        html = index.with_name(file).read_bytes()
        pages.append(
            Page(
                name=f"{site}{target}",
                url=f"http://{site}.example{target}",
                html=html,
                truth=_site_truth(html.decode(), entries, f"{site}{target}"),
                family=family if family in families() else None,
                headers={key.lower(): value for key, _, value in (entry.partition(": ") for entry in head if entry)},
            )
        )
    return pages


def _site_truth(html: str, entries: Sequence[Mapping[str, Any]], name: str) -> Truth:
    tree = LexborHTMLParser(html)
    heading, shown = tree.css_first("h1"), words(tree.body.text(separator=" ") if tree.body else "")
    title = words(heading.text()) if heading else ()
    same = [entry for entry in entries if words(entry["title"]) == title]
    if not same:
        raise CorpusError(
            f"{name}: the manifest has no article with this page's heading; take the page out of INDEX.tsv"
        )

    def on_page(entry: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(text for text in entry["paragraphs"] if holds(shown, words(text)))

    # Two articles may have one title.
    entry = max(same, key=lambda one: len(on_page(one)))
    others = {other["title"] for other in entries if words(other["title"]) != title}
    return Truth(
        body=on_page(entry),
        title=entry["title"],
        published=entry["published"],
        captions=tuple(node.text().strip() for node in tree.css("figcaption")),
        furniture=tuple(sorted(other for other in others if holds(shown, words(other)))),
        optional=tuple(node.text().strip() for node in tree.css(_BESIDE_TEXT)),
    )


def _seed_pages(folder: Path, truths: Mapping[str, Mapping[str, Any]]) -> tuple[Page, ...]:
    """The rebuilt pages; a page and its truth have their number in common."""
    by_number = {name.partition("_")[0]: truth for name, truth in truths.items()}
    return tuple(
        Page(file.stem, f"http://{file.stem}.example/", file.read_bytes(), _seed_truth(by_number[number]))
        for file in sorted(folder.glob("*.html"))
        if (number := file.stem.partition("_")[0]) in by_number
    )


def _seed_truth(seed: Mapping[str, Any]) -> Truth:
    names = [name for name in (seed["author"], seed.get("author_raw")) if name]
    article = words("\n".join([seed["title"], *seed["body"], *seed["captions"]]))
    return Truth(
        body=tuple(seed["body"]),
        title=seed["title"],
        published=seed["date"] or "",
        bylines=tuple(names) or ("",),
        captions=tuple(seed["captions"]),
        furniture=tuple(text for text in seed["dropped"] if words(text) and not holds(article, words(text))),
        optional=tuple(names),
    )
