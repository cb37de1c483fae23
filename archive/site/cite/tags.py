"""A citation as a page says it: tags in its head for reference managers and search engines, one line for readers."""

import json
from collections.abc import Callable

from markupsafe import Markup

from archive.site.cite.citation import LANGUAGE, Citation

# What could end the element or begin a comment, and the two line ends that JavaScript knows and JSON does not.
_IN_SCRIPT = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def highwire(citation: Citation) -> list[tuple[str, str]]:
    """Names and contents of the Highwire Press tags, which Zotero and Google Scholar read. No date where none is."""
    day = f"{citation.published:%Y/%m/%d}" if citation.published else None
    tags = [
        ("citation_title", citation.title),
        ("citation_author", citation.author),
        ("citation_publication_date", day),
        ("citation_online_date", day),
        ("citation_journal_title", citation.source),
        ("citation_publisher", citation.source),
        ("citation_language", LANGUAGE),
        ("citation_public_url", citation.page),
    ]
    return [(name, content) for name, content in tags if content]


def json_ld(citation: Citation) -> Markup:
    """A schema.org NewsArticle, safe inside <script type="application/ld+json">. The author is plain text: nobody
    knows whether it is a person."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": citation.title,
        "inLanguage": LANGUAGE,
        "publisher": {"@type": "Organization", "name": citation.source},
        "url": citation.page,
        "archivedAt": citation.archive,
    }
    if citation.author:
        data["author"] = citation.author
    if citation.published:
        data["datePublished"] = citation.published.isoformat()
    if citation.url:
        data["isBasedOn"] = citation.url
    return Markup(json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT))  # noqa: S704 - escaped for its element


def sentence(citation: Citation, say: Callable[..., str]) -> str:
    """The citation as Vietnamese bibliographies write it, with the source's address and the archived version."""
    day = f"{citation.published:%d/%m/%Y}" if citation.published else say("cite.undated")
    title = f"“{citation.title}”"
    head = f"{citation.author} ({day}). {title}." if citation.author else f"{title} ({day})."
    seen = f"{citation.captured:%d/%m/%Y}" if citation.captured else say("cite.undated")
    parts = [head, f"{citation.source}.", citation.url, say("cite.version", day=seen, address=citation.archive)]
    return " ".join(part for part in parts if part)
