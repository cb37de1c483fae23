"""What leaves the site as data: results and articles as JSON and text. The field names are a contract."""

from collections.abc import Callable, Sequence

from archive.site.articles.article import ArticlePage
from archive.site.articles.findings import Findings
from archive.site.datasette_api import Row
from archive.site.formats import day
from archive.site.messages import say
from archive.site.search.facets import FacetValue
from archive.site.search.hits import Hit
from archive.site.search.results import SearchResult

Address = Callable[[str], str]
"""Makes a whole address of a path of ours."""


def article_path(identifier: str) -> str:
    return f"/bai/{identifier}"


def version_path(identifier: str, version: int) -> str:
    return f"/bai/{identifier}/ban-luu/{version}"


def search_record(result: SearchResult, address: Address) -> dict[str, object]:
    """A page of results. `match` says how the query was read: phrase, words, or None without a query."""
    following = result.request.page + 1
    return {
        "total": result.total,
        "match": ("words" if result.phrase_missing else "phrase") if result.request.query.text else None,
        "results": [_hit(hit, address) for hit in result.hits],
        "next": address(result.request.at_page(following).address("/tim-kiem.json")) if result.more else None,
    }


def article_record(article: ArticlePage, address: Address) -> dict[str, object]:
    """An article in the version shown, with all its versions."""
    struck = [{"date": one.date, "reason": one.reason} for one in article.struck]
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "page": address(article_path(article.id)),
        "source": article.source,
        "source_name": article.source_name,
        "published": article.published,
        "published_from": article.published_from,
        "author": article.author,
        "credit": article.credit,
        "lead": article.lead,
        "body": article.body,
        "captions": list(article.captions),
        "kind": article.kind,
        "show": article.show,
        "rights": article.rights,
        "districts": _places(article.districts),
        "provinces": _places(article.provinces),
        "school_years": [year.value for year in article.school_years],
        "first_seen": article.first_seen,
        "changed": article.changed,
        "gone_at": article.gone_at,
        "version": article.version,
        "captured": article.captured,
        "sha256": article.sha256,
        "versions": [
            {
                "version": entry.version,
                "captured": entry.captured,
                "sha256": entry.sha256,
                "page": address(version_path(article.id, entry.version)),
            }
            for entry in article.versions
        ],
        **({"withdrawn_passages": struck} if struck else {}),
    }


def findings_record(findings: Findings, address: Address) -> dict[str, object]:
    """What was found in an article, with the rule and the characters (of title + blank line + body) of each, so that a
    person can see why; and the other places of its story."""
    return {
        "places": _rows(findings.places),
        "years": _rows(findings.school_years),
        "figures": _rows(findings.figures),
        "movements": _rows(findings.movements),
        "schools": _rows(findings.schools),
        "organisations": _rows(findings.organisations),
        "corrections": _rows(findings.corrections),
        "reprints": [dict(row) | {"page": address(article_path(row["id"]))} for row in findings.story],
    }


def article_text(article: ArticlePage, address: Address) -> str:
    """An article as plain text: a head of labelled lines, then lead, paragraphs and captions."""
    published = day(article.published) or say("article.undated")
    head = [
        article.title,
        f"{say('article.published')}: {published}" if article.published else published,
        *(f"{say('article.author')}: {name}" for name in [article.author] if name),
        *(f"{say('article.credit')}: {name}" for name in [article.credit] if name),
        f"{say('article.source')}: {article.source_name}",
        f"{say('article.address')}: {article.url}",
        f"{say('article.link')}: {address(article_path(article.id))}",
        say("article.captured", day=day(article.captured)),
        *(say("withdrawn.passage", day=day(one.date), reason=one.reason) for one in article.struck),
    ]
    parts = ["\n".join(head), *([article.lead] if article.lead else []), *article.paragraphs]
    if article.captions:
        parts.append("\n".join([f"{say('article.captions')}:", *article.captions]))
    return "\n\n".join(parts) + "\n"


def _hit(hit: Hit, address: Address) -> dict[str, object]:
    return {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "page": address(article_path(hit.id)),
        "source": hit.source,
        "published": hit.published,
        "districts": [place.value for place in hit.districts],
        "school_years": [year.value for year in hit.school_years],
        "snippet": str(hit.snippet),
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [dict(row) for row in rows]


def _places(places: tuple[FacetValue, ...]) -> list[dict[str, str | None]]:
    return [{"slug": place.value, "name": place.label, "province": place.hint} for place in places]
