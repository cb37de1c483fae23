"""MasterCMS newspapers: /<slug>-<id>.html, listings paged by offset: /<category>&s_cond=&BRSR=<n>, without "?"."""

import re

from crawler.family import FamilySpider


class Family(FamilySpider):
    """Only the category's own list is read: its sidebars name articles of every other category."""

    sure = article = re.compile(r"/[^/?#]+-\d+\.html(?:$|[?#])")
    entries = "div.list_news, div.col_category, .cat-listing"
