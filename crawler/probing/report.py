"""A survey for a person at a terminal, and as JSON for a program."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from tabulate import tabulate

from archive.text import clean
from crawler.probing.homes import called
from crawler.probing.propose import Proposal
from crawler.probing.survey import USUAL_FEEDS, Listed, Paging, Sample, Survey

LINKS_SHOWN = 10
_SHORT = 100


def lines(survey: Survey, proposal: Proposal | None) -> Iterator[str]:
    """What a survey found, section by section, and the record it proposes."""
    yield survey.url if survey.url == survey.asked else f"{survey.asked} leads to {survey.url}"
    yield _table(_facts(survey))
    links = survey.way.links
    yield f"\nArticles of the listing: {len(links)}, {sum(1 for link in links if link.listed)} with a date"
    yield _table((link.listed or "-", link.url) for link in links[:LINKS_SHOWN])
    yield f"\nArticle: {survey.sample.url or 'none could be read'}"
    yield _table(_article(survey.sample))
    if proposal:
        yield f"\nRecord, for {proposal.file}.yml (`scrapy probe --add` puts it there):\n\n{proposal.text}"


def as_dict(survey: Survey, proposal: Proposal | None) -> dict[str, Any]:
    """What a survey found, in the words of its dataclasses."""
    sample = survey.sample
    return {
        "asked": survey.asked,
        "url": survey.url,
        "family": survey.detected.family,
        "reasons": survey.detected.reasons,
        "tls": tls(survey),
        "robots": asdict(survey.robots),
        "feeds": [asdict(feed) for feed in survey.feeds],
        "sitemap": asdict(survey.sitemap),
        "validators": {"listing": survey.validators, "article": sample.validators},
        "read_at": survey.way.entrance.url,
        "not_read_at": [{"url": url, "reason": reason} for url, reason in survey.way.refused],
        "links": [asdict(link) for link in survey.way.links],
        "article": {"url": sample.url, **asdict(sample.article)} if sample.article else None,
        "places": [asdict(place) for place in sample.annotations.places] if sample.annotations else [],
        "school_years": [asdict(year) for year in sample.annotations.school_years] if sample.annotations else [],
        "refused": [{"url": url, "reason": reason} for url, reason in sample.refused],
        "paging": {**asdict(survey.paging), "works": survey.paging.works},
        "record": proposal.text if proposal else None,
    }


def missing(survey: Survey) -> Iterator[tuple[str, str]]:
    """What keeps a record from being enabled: cause and cure each."""
    if survey.tls and not survey.source.tls_exception:
        yield f"its certificate cannot be verified: {survey.tls}", "ask the site's owner, or record a tls_exception"
    if survey.sample.article is None:
        tried = "; ".join(f"{url}: {reason}" for url, reason in survey.sample.refused) or "the listing names none"
        yield f"no article could be read ({tried})", "mend the record's family, listing, links or layout"
    elif not survey.sample.article.published:
        yield f"the article read has no date ({survey.sample.url})", "name where it stands in the record's layout"
    if not survey.paging.works:
        yield f"paging does not work: {paging(survey.paging)}", "look for the family that pages so, or for a feed"


def tls(survey: Survey) -> str:
    if urlsplit(survey.url).scheme == "http":
        return "plain http"
    return f"NOT VERIFIED: {survey.tls}" if survey.tls else "verified"


def paging(found: Paging) -> str:
    """Whether a listing goes on, in words."""
    if found.fault:
        return f"{found.next_page}: {found.fault}"
    if found.next_page:
        return f"{found.next_page}: {found.links} articles, {found.new} of them new"
    if found.marks:
        return f"none found, though the page goes on: {', '.join(found.marks[:5])}"
    return "one page: none found, and nothing says that there are more"


def _facts(survey: Survey) -> Iterator[tuple[str, str]]:
    yield "Family", survey.detected.family
    yield from (("", reason) for reason in survey.detected.reasons)
    if survey.source.family != survey.detected.family:
        yield "", f"but its record says {survey.source.family}, and was read so"
    yield "TLS", tls(survey)
    robots = survey.robots
    status = "no answer" if robots.status is None else f"HTTP {robots.status}"
    yield "robots.txt", f"{status}; this page allowed; Crawl-delay {robots.crawl_delay or 'none'}"
    yield from _rows("Feeds", map(_listed, survey.feeds), f"none named, none at {', '.join(USUAL_FEEDS)}")
    yield "Sitemap", _listed(survey.sitemap)
    yield "Validators", f"listing: {_and(survey.validators)}; article: {_and(survey.sample.validators)}"
    if survey.way.entrance is not survey.first:
        yield "Read at", f"{survey.way.entrance.url}, which a crawl reads instead of the page"
    yield from (("", f"not at {url}: {reason}") for url, reason in survey.way.refused)
    yield "Next page", paging(survey.paging)


def _article(sample: Sample) -> Iterator[tuple[str, str]]:
    for url, reason in sample.refused:
        yield "tried", f"{url}: {reason}"
    article, found = sample.article, sample.annotations
    if article is None or found is None:
        return
    paragraphs = article.paragraphs
    yield "title", article.title
    yield "published", f"{article.published} (from: {article.published_from})" if article.published else "no date"
    yield "author", article.author or "-"
    yield "credit", article.credit or "-"
    yield "lead", _cut(article.lead or "-")
    yield "first", _cut(paragraphs[0] if paragraphs else "-")
    yield "last", _cut(paragraphs[-1] if paragraphs else "-")
    yield "paragraphs", f"{len(paragraphs)} ({article.kind}, by {article.extractor})"
    places = (f"{called(place.code)} ({place.role})" for place in found.places if place.level != "commune")
    yield "places", "; ".join(places) or "-"
    yield "school years", "; ".join(f"{year.year} ({year.role})" for year in found.school_years) or "-"
    if not sample.kept:
        yield "", "it holds none of the record's keep words: a crawl would not store it"


def _listed(found: Listed) -> str:
    if found.fault:
        return f"{found.url}: {found.fault}"
    return f"{found.url}: {found.kind}, {found.entries} entries, {found.dated} with a date"


def _rows(name: str, values: Iterator[str], none: str) -> Iterator[tuple[str, str]]:
    first = next(values, none)
    yield name, first
    yield from (("", value) for value in values)


def _table(rows: Iterator[tuple[str, str]]) -> str:
    """Two columns. What comes from the web steers no terminal."""
    text = tabulate([(name, clean(value)) for name, value in rows], tablefmt="plain", disable_numparse=True)
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "none"


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"
