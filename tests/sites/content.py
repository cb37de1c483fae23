"""The articles of the sample web: what the pages show, and what an extractor should find in them.

One YAML file a site, newest article first (the order of the listing). A test compares with the properties of
`Article` rather than with the HTML, so that a page and its expected text cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "articles"
RECORDS = Path(__file__).parent / "sources" / "sample.yml"

Block = dict[str, Any]
"""One piece of a body: {p: …} | {h: …} | {ul: […]} | {table: [[…]]} | {image: …, caption: …}."""


@dataclass(frozen=True)
class Article:
    """One article of one sample site.

    `published` is what the site tells, as precisely as it tells it: an ISO date, a datetime with +07:00, or
    None. `date_shown` says where: on its `page`, only in the `listing`, or nowhere (None).
    `lead` is as printed, with its "(LĐTĐ)" or "(CTV) -"; `credit` is the source that such a mark or the
    byline names. `id` is the publishing system's own number where there is one, then the article's identity.
    `edited` holds what changes later: `blocks` by index. `districts` are the codes that title, lead and body
    name (not its schools, streets and communes), `school_years` the years with their role.
    `reprint_of` is the `site/slug` of the article it repeats.
    """

    site: str
    slug: str
    id: int | None
    title: str
    published: str | None
    date_shown: str | None
    section: str
    lead: str | None
    blocks: tuple[Block, ...]
    byline: str | None
    credit: str | None
    quirks: frozenset[str]
    districts: tuple[str, ...]
    school_years: tuple[dict[str, str], ...]
    edited: dict[str, Any] | None = None
    deletable: bool = False
    reprint_of: str | None = None

    @property
    def key(self) -> str:
        """What its address is known by inside its site: the CMS id, else the slug."""
        return self.slug if self.id is None else str(self.id)

    @property
    def paragraphs(self) -> list[str]:
        """The body as text: paragraphs, subheadings, list items and table rows (`a | b`); no lead."""
        lines: list[str] = []
        for block in self.blocks:
            if "p" in block or "h" in block:
                lines.append(block.get("p") or block["h"])
            lines += block.get("ul", [])
            lines += [" | ".join(row) for row in block.get("table", [])]
        return lines

    @property
    def captions(self) -> list[str]:
        """The captions of its images."""
        return [block["caption"] for block in self.blocks if block.get("caption")]

    @property
    def text(self) -> str:
        """Title, lead and body, a blank line between them: what places and school years are read from."""
        return "\n\n".join(part for part in (self.title, self.lead, *self.paragraphs) if part)

    def day(self) -> str | None:
        """The date as dd/mm/yyyy, as these sites print it; None for an article that shows none."""
        return None if self.published is None else "/".join(reversed(self.published[:10].split("-")))

    def clock(self) -> str | None:
        """The time as HH:MM, or None when the site tells only a date."""
        return self.published[11:16] if self.published and len(self.published) > 10 else None

    def after_edit(self) -> Article:
        """The article as its editors left it later: the same one for all but those that carry `edited`."""
        if not self.edited:
            return self
        blocks = list(self.blocks)
        for index, block in self.edited.get("blocks", {}).items():
            blocks[index] = block
        return replace(self, blocks=tuple(blocks))


@cache
def articles(site: str) -> tuple[Article, ...]:
    """All articles of a site, newest first; read once, the files do not change while a test runs."""
    entries = yaml.safe_load((FOLDER / f"{site}.yml").read_text(encoding="utf-8"))
    return tuple(
        Article(
            site=site,
            slug=entry["slug"],
            id=entry.get("id"),
            title=entry["title"],
            published=entry["published"],
            date_shown=entry["date_shown"],
            section=entry["section"],
            lead=entry.get("lead"),
            blocks=tuple(entry["blocks"]),
            byline=entry.get("byline"),
            credit=entry.get("credit"),
            quirks=frozenset(entry.get("quirks", ())),
            districts=tuple(entry["districts"]),
            school_years=tuple(entry["school_years"]),
            edited=entry.get("edited"),
            deletable=entry.get("deletable", False),
            reprint_of=entry.get("reprint_of"),
        )
        for entry in entries
    )


@cache
def records() -> tuple[dict[str, Any], ...]:
    """The five source records, for the fixed ports: the one place for names, homes and ports."""
    return tuple(yaml.safe_load(RECORDS.read_text(encoding="utf-8")))
