"""Liferay portals: /-/asset_publisher/<instance>/content/<slug>, listings paged by the portlet's `cur`."""

import re

from crawler.family import FamilySpider


class Family(FamilySpider):
    """Every address of the asset publisher is an article, and in Liferay 6 every one that names its id."""

    sure = article = re.compile(r"/-/asset_publisher/[^/]+/content/[^?#]+|[?&](?:[^=&#]*_)?articleId=\d+")
