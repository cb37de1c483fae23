"""A page of the server as a page of the static copy: relative links, nothing that needs a server. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.site.messages import say
from archive.static.addresses import SEARCH, Addresses, relative

_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
_SEARCH_POLICY = f"{_POLICY}; script-src 'self' 'wasm-unsafe-eval'"
_SERVER_ONLY = ("/union-news", "/tai-ve")
_STATES = ("role", "aria-checked", "aria-current", "rel", "href", "download", "title")
"""Attributes that make no sense on what is a link no more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its address, and links of it that lead to other pages than its server's say."""

    here: str
    addresses: Addresses
    also: Mapping[str, str] = field(default_factory=dict)


def static_page(html: str, place: Place) -> str:
    """The page in the copy."""
    tree = LexborHTMLParser(html)
    for found in tree.css('link[hreflang], link[rel="search"], header a[hreflang]'):
        found.decompose()
    for found in tree.css("footer.foot a"):
        if (found.attributes.get("href") or "").startswith(_SERVER_ONLY) and found.parent:
            found.parent.replace_with(_node(f"<p>{escape(say('static.footer'))}</p>", "p"))
            break
    _search_forms(tree, place)
    _links(tree, place)
    policy = _SEARCH_POLICY if place.here == SEARCH else _POLICY
    if tree.head:
        tree.head.insert_child(_node('<meta name="referrer" content="same-origin">', "meta"))
        first = tree.head.css_first("meta")
        if first:
            first.insert_after(_node(f'<meta http-equiv="Content-Security-Policy" content="{policy}">', "meta"))
    return tree.html or ""


def has_list(html: str) -> bool:
    """Whether a page shows the newest of its articles."""
    return LexborHTMLParser(html).css_first("main ol.hits") is not None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the articles of a value: `number` from 1, and whether another follows."""

    html: str
    number: int
    more: bool


def listing(html: str, number: int) -> Listing | None:
    """The list of a search page; None if it has none."""
    tree = LexborHTMLParser(html)
    hits = tree.css_first("main ol.hits")
    return Listing(hits.html or "", number, tree.css_first('main .pages a[rel~="next"]') is not None) if hits else None


def with_listing(html: str, found: Listing, path: str) -> str:
    """The page of a value with a page of all its articles: the first in the place of the newest, the others alone."""
    tree = LexborHTMLParser(html)
    main, hits = tree.css_first("main"), tree.css_first("main ol.hits")
    if main is None or hits is None:
        return html
    links = _steps(found, path)
    if found.number == 1:
        hits.insert_after(_node(links, "nav"))
        hits.replace_with(_node(found.html, "ol"))
        return tree.html or ""
    heading = main.css_first("h1")
    name = heading.text(strip=True) if heading else ""
    title = f"{name} ({say('results.page_of_many', page=found.number)})"
    main.inner_html = (
        f'<nav class="trail"><a href="{path}">{escape(name)}</a></nav><h1>{escape(title)}</h1>{found.html}{links}'
    )
    for head in tree.css("title"):
        head.inner_html = escape(say("site.title", page=title))
    for canonical in tree.css('link[rel="canonical"]'):
        canonical.attrs["href"] = f"{canonical.attributes.get('href')}/{found.number}"
    return tree.html or ""


def next_of(html: str) -> str | None:
    """The address of the page that follows this one, as it stands there."""
    following = LexborHTMLParser(html).css_first('main .pages a[rel~="next"]')
    return following.attributes.get("href") if following else None


def _steps(found: Listing, path: str) -> str:
    def step(number: int, word: str) -> str:
        return f'<a href="{path if number == 1 else f"{path}/{number}"}">{escape(word)}</a>'

    before = step(found.number - 1, f"← {say('results.previous')}") if found.number > 1 else ""
    after = step(found.number + 1, f"{say('results.next')} →") if found.more else ""
    steps = f"<span>{before}</span><span></span><span>{after}</span>"
    return f'<nav class="pages" aria-label="{say("results.pages")}">{steps}</nav>'


def _search_forms(tree: LexborHTMLParser, place: Place) -> None:
    for form in tree.css("form"):
        if form.attributes.get("role") == "search":
            form.attrs["action"] = SEARCH
            for hidden in form.css('input[type="hidden"]'):
                hidden.decompose()
        else:
            link = f'<a href="{SEARCH}">{escape(say("site.search"))}</a>'
            form.replace_with(_node(f'<p class="note">{escape(say("static.no_form"))} {link}</p>', "p"))


def _links(tree: LexborHTMLParser, place: Place) -> None:
    for element in tree.css("[href], [src], [action]"):
        for name in ("href", "src", "action"):
            address = element.attributes.get(name) or ""
            if not address.startswith("/") or address.startswith("//"):
                continue
            there = place.also.get(address) or _own(address) or place.addresses.found(address)
            if there is not None and not _is_a_search_for(place.here, address, there):
                element.attrs[name] = relative(place.here, there)
            elif element.tag == "a":
                _unlink(tree, element)
            else:
                element.decompose()
            break


def _is_a_search_for(here: str, address: str, there: str) -> bool:
    """Whether a link is a search whose answer in the copy is the page that it stands on."""
    return address.startswith("/tim-kiem?") and there.partition("#")[0] == here


def _own(address: str) -> str | None:
    """What only the copy has."""
    numbered = address.rpartition("/")
    if address.startswith(("/pagefind/", SEARCH)):
        return address
    return f"{address}/" if numbered[2].isdecimal() and numbered[0].count("/") == 2 else None


def _unlink(tree: LexborHTMLParser, link: LexborNode) -> None:
    """The text without the link."""
    for name in _STATES:
        if name in link.attributes:
            del link.attrs[name]
    span = tree.create_node("span")
    span.inner_html = link.inner_html or ""
    kind = link.attributes.get("class")
    if kind:
        span.attrs["class"] = kind
    link.replace_with(span)


def _node(html: str, tag: str) -> LexborNode:
    found = LexborHTMLParser(html).css_first(tag)
    if found is None:
        raise LookupError(f"no {tag} in {html}")
    return found
