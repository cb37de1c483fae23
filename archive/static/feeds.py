"""Feeds and sitemaps as a static copy has them: without what only a server answers. Pure: XML in and out."""

from urllib.parse import urlsplit

from lxml import etree

from archive.static.addresses import Addresses

_LINK = "{http://www.w3.org/2005/Atom}link"
_URL, _LOC = ("{http://www.sitemaps.org/schemas/sitemap/0.9}" + name for name in ("url", "loc"))
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def static_feed(body: bytes, own: str, page: str) -> bytes:
    """The feed's one page: `own` is its whole address, `page` that of the page it belongs to."""
    root = etree.fromstring(body, _PARSER)
    for link in root.findall(_LINK):
        relation = link.get("rel")
        if relation in ("self", "alternate"):
            link.set("href", own if relation == "self" else page)
        else:
            root.remove(link)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def static_sitemap(body: bytes, addresses: Addresses) -> bytes:
    """The part of a sitemap with the pages, without those that are not there."""
    root = etree.fromstring(body, _PARSER)
    for entry in root.findall(_URL):
        if addresses.found(urlsplit(entry.findtext(_LOC)).path) is None:
            root.remove(entry)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
