"""robots.txt, obeyed by every request that waits for it."""

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's own (2.19), mended: of several requests that wait for one robots.txt, the first got its rules, and the
    others got none and were let through, as the future that the first one waits with takes the result away."""

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a request's host; None where they cannot be had."""
        found = await super().robot_parser(request)
        parser = self._parsers[urlparse_cached(request).netloc]  # put there before those who wait are told
        return found if isinstance(parser, Deferred) else parser
