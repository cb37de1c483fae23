"""The publishing systems: which address shows which page.

Five small classes, one a system, because addresses are where the systems differ most: a slug in a path, a
number at its end, a number in the query with a title beside it that means nothing. What the pages look like
is in `templates/`.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote

from tests.sites.content import Article

PER_PAGE = 5


class Route(NamedTuple):
    """What a path leads to: a `kind` of page and its number or key."""

    kind: str
    value: str = ""


class System:
    """What every system has in common: home page, login page, and a few fixed pages that are no articles."""

    folder: str
    validators = False
    """Whether pages carry an ETag and If-None-Match is answered."""
    lost_and_found = False
    """Whether an unknown address leads back to the home page instead of a 404."""
    charset_header = True
    pages: tuple[tuple[str, str], ...] = ()
    """Fixed pages, address and name."""

    def listing_path(self, page: int) -> str:
        """Address of one listing page, 1 the newest."""
        raise NotImplementedError

    def article_path(self, article: Article) -> str:
        """Address of an article as the listing links it."""
        raise NotImplementedError

    def find(self, path: str, query: str) -> Route | None:
        """The listing page or article at an address; None when it is neither."""
        raise NotImplementedError

    def route(self, target: str) -> Route | None:
        """What a request target (path with query) leads to; None: nothing."""
        path, _, query = target.partition("?")
        if path == "/":
            return Route("home")
        if path in dict(self.pages):
            return Route("page", path)
        return self.find(path, query)


def page_number(text: str) -> str:
    """A page number from an address, 1 when it is missing or no number."""
    return text if text.isdigit() and text != "0" else "1"


class SharePoint(System):
    """SharePoint as district portals of Hà Nam ran it: an .aspx a page, dates only in the listing."""

    folder = "sharepoint"
    pages = (("/Pages/lien-he.aspx", "Liên hệ"), ("/Pages/gioi-thieu.aspx", "Giới thiệu"))

    def listing_path(self, page: int) -> str:
        return "/Pages/tin-tuc.aspx" + (f"?Page={page}" if page > 1 else "")

    def article_path(self, article: Article) -> str:
        return f"/Pages/{article.slug}.aspx"

    def find(self, path: str, query: str) -> Route | None:
        if path == "/Pages/tin-tuc.aspx":
            return Route("listing", page_number(parse_qs(query).get("Page", ["1"])[0]))
        match = re.fullmatch(r"/Pages/([a-z0-9-]+)\.aspx", path)
        return Route("article", match[1]) if match else None


class MasterCMS(System):
    """MasterCMS, a newspaper: the number at the end is the article; listings turn by offset, without `?`."""

    folder = "mastercms"
    validators = True
    pages = (("/lien-he-toa-soan", "Liên hệ tòa soạn"), ("/rss-feed", "RSS"))

    def listing_path(self, page: int) -> str:
        return "/hoat-dong-cong-doan" + (f"&s_cond=&BRSR={(page - 1) * PER_PAGE}" if page > 1 else "")

    def article_path(self, article: Article) -> str:
        return f"/{article.slug}-{article.id}.html"

    def find(self, path: str, query: str) -> Route | None:
        if match := re.fullmatch(r"/hoat-dong-cong-doan(?:&s_cond=&BRSR=(\d+))?", path):
            return Route("listing", str(int(match[1] or 0) // PER_PAGE + 1))
        match = re.fullmatch(r"/[a-z0-9-]+-(\d+)\.html", path)
        return Route("article", match[1]) if match else None


class Plain(System):
    """A portal of unknown make, for the generic family: its listings link much that is no article."""

    folder = "listing"
    lost_and_found = True
    charset_header = False
    pages = (
        ("/lien-he", "Liên hệ"),
        ("/van-ban", "Văn bản chỉ đạo điều hành"),
        ("/so-do-cong", "Sơ đồ cổng"),
    )

    def listing_path(self, page: int) -> str:
        return "/tin-tuc/cong-doan" + (f"/trang-{page}" if page > 1 else "")

    def article_path(self, article: Article) -> str:
        return f"/tin-tuc/{article.slug}.aspx"

    def find(self, path: str, query: str) -> Route | None:
        if match := re.fullmatch(r"/tin-tuc/cong-doan(?:/trang-(\d+))?", path):
            return Route("listing", page_number(match[1] or "1"))
        match = re.fullmatch(r"/tin-tuc/([a-z0-9-]+)\.aspx", path)
        return Route("article", match[1]) if match else None


class Liferay(System):
    """Liferay 7: one asset publisher shows the listing and, behind `/-/`, the article."""

    folder = "liferay"
    pages = (("/lien-he", "Liên hệ"), ("/gioi-thieu", "Giới thiệu chung"))
    instance = "4IVkx5Jltnbg"

    def listing_path(self, page: int) -> str:
        portlet = f"com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_{self.instance}"
        turn = f"?p_p_id={portlet}&_{portlet}_delta={PER_PAGE}&_{portlet}_cur={page}"
        return "/tin-tuc-su-kien" + (turn if page > 1 else "")

    def article_path(self, article: Article) -> str:
        return f"/tin-tuc-su-kien/-/asset_publisher/{self.instance}/content/{article.slug}"

    def find(self, path: str, query: str) -> Route | None:
        if path == "/tin-tuc-su-kien":
            turns = [value[0] for name, value in parse_qs(query).items() if name.endswith("_cur")]
            return Route("listing", page_number(turns[0] if turns else "1"))
        pattern = rf"/tin-tuc-su-kien/-/asset_publisher/{self.instance}/content/([a-z0-9-]+)"
        match = re.fullmatch(pattern, path)
        return Route("article", match[1]) if match else None


class SharePointVn(System):
    """SharePoint with Vietnamese paths, as in Quảng Ninh: `nid` is the article, `title` means nothing."""

    folder = "sharepoint-vn"
    validators = True
    root = "/donvi/huyendamha/Trang"
    pages = ((f"{root}/lien-he.aspx", "Liên hệ"), (f"{root}/gioi-thieu.aspx", "Giới thiệu"))

    def listing_path(self, page: int) -> str:
        return f"{self.root}/Tin-tuc-su-kien.aspx?Cat=82" + (f"&Page={page}" if page > 1 else "")

    def article_path(self, article: Article) -> str:
        return f"{self.root}/ChiTietTinTuc.aspx?nid={article.id}&title={quote(article.slug)}.html"

    def find(self, path: str, query: str) -> Route | None:
        fields = parse_qs(query)
        if path == f"{self.root}/Tin-tuc-su-kien.aspx":
            return Route("listing", page_number(fields.get("Page", ["1"])[0]))
        if path == f"{self.root}/ChiTietTinTuc.aspx" and fields.get("nid", [""])[0].isdigit():
            return Route("article", fields["nid"][0])
        return None


SYSTEMS: dict[str, System] = {
    "mau.binh-luc": SharePoint(),
    "mau.thuong-tin": MasterCMS(),
    "mau.cao-phong": Plain(),
    "mau.phu-xuyen": Liferay(),
    "mau.dam-ha": SharePointVn(),
}
