"""WordPress: its REST interface, else its feed page by page, else its sitemap of posts, else its pages."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from scrapy.http import Response, TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawler.family import FamilySpider
from crawler.feeds import kind_of, told
from crawler.links import ListedLink, Page, absolute

_PER_PAGE = 100
_REST = f"/wp-json/wp/v2/posts?per_page={_PER_PAGE}&orderby=date&_fields=link,date_gmt,modified_gmt&page="
_NEXT = "a.next.page-numbers, a.wp-block-query-pagination-next, .nav-previous a, link[rel=next], a[rel=next]"


class Family(FamilySpider):
    """A post's address is what the site chose; that of archives, feeds and files is known."""

    article = re.compile(
        r"^(?!.*(?:/(?:feed|wp-json|wp-content|wp-admin|wp-includes|wp-login\.php|xmlrpc\.php|category|chuyen-muc|tag"
        r"|author|attachment|page|search)(?:[/?#]|$)|[?&](?:replytocom|attachment_id|page_id|s|cat|tag|author|m|paged"
        r"|feed|share|preview)=))(?!https?://[^/]+(?:/\d{4}(?:/\d\d){0,2})?/?(?:#|$))",
        re.IGNORECASE,
    )
    entries = "article, .hentry, li.wp-block-post"
    sitemaps = re.compile(r"/(?:wp-sitemap-posts-post-\d+|post-sitemap\d*)\.xml")

    def entrances(self, listing: str) -> Sequence[str]:
        if "?" in listing:
            return (listing,)
        if listing.strip("/"):
            return (f"{listing.rstrip('/')}/feed/", listing)
        return (f"{_REST}1", "/feed/", "/wp-sitemap.xml", listing)

    def read(self, response: Response) -> Page:
        posts = _posts(response) if response.status == 200 else None
        if posts is not None:
            return Page(list(_links(response, posts)), following=_next_rest_page(response, len(posts)))
        page = super().read(response)
        return replace(page, following=_next_feed_page(response)) if kind_of(response) == "feed" else page

    def next_pages(self, response: TextResponse) -> list[str]:
        href = response.css(_NEXT).xpath("@href").get()
        return [url] if href and (url := absolute(response, href)) else []


def _posts(response: Response) -> list[Any] | None:
    """The posts of a REST answer; None when it is none."""
    try:
        found = json.loads(response.body) if response.body.lstrip().startswith(b"[") else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _links(response: Response, posts: list[Any]) -> Iterator[ListedLink]:
    for post in posts:
        if isinstance(post, dict) and (url := absolute(response, str(post.get("link") or ""))):
            # Both are told in UTC and do not say so.
            listed, changed = (told(f"{post.get(name)}+00:00") for name in ("date_gmt", "modified_gmt"))
            yield ListedLink(url, listed, changed)


def _next_rest_page(response: Response, posts: int) -> list[str]:
    page = _number(url_query_parameter(response.url, "page")) or 1
    last = _number((response.headers.get("X-WP-TotalPages") or b"").decode("latin-1"))
    more = page < last if last else posts == _PER_PAGE
    return [response.urljoin(f"{_REST}{page + 1}")] if more else []


def _next_feed_page(response: Response) -> list[str]:
    page = _number(url_query_parameter(response.url, "paged")) or 1
    return [add_or_replace_parameter(response.url, "paged", str(page + 1))]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
