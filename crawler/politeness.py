"""What a site asks of its visitors: Retry-After and Crawl-delay, which Scrapy does not honour by itself."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler.failures import PutOff, Stopped

PAUSE_LONGEST = 600
"""Seconds a run waits where a site says how long; longer, and the address is left to a later run."""
PAUSE_UNTOLD = 60
"""Seconds after a 429 that does not say how long."""
PAUSES = 3
"""How often one address is waited for."""
PUT_OFF_END = 3
"""Addresses in a row that a site puts off, after which the run leaves it alone."""
CRAWL_DELAY_LONGEST = 120
"""Seconds: a site that wants more between two requests cannot be crawled in a night, an operator has to know."""

logger = logging.getLogger(__name__)


class Politeness:
    """A downloader middleware, nearer to the network than Scrapy's retry, which would ask again at once."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.put_off = 0
        self.ended = False
        self.delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Politeness":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        # After AutoThrottle has set its delay, and before the slot sends its next request.
        crawler.signals.connect(middleware.downloaded, signal=signals.response_downloaded)
        return middleware

    def process_request(self, request: Request) -> None:
        if self.ended:
            raise Stopped

    def process_response(self, request: Request, response: Response) -> Response | Request:
        asked = retry_after(response)
        if asked is None:
            self.put_off = 0
            return response
        if asked > PAUSE_LONGEST:
            return self._leave(request, asked)
        pauses = request.meta.get("pauses", 0)
        if pauses >= PAUSES:
            return response
        return request.replace(dont_filter=True, meta=request.meta | {"pauses": pauses + 1})

    def _leave(self, request: Request, asked: float) -> Response:
        self.put_off += 1
        # robots.txt speaks for the whole site, and no listing means no news.
        whole_site = request.meta.get("dont_obey_robotstxt") or request.meta.get("listing")
        if whole_site or self.put_off >= PUT_OFF_END:
            self._end(f"the site {PutOff(asked)}")
        raise PutOff(asked)

    def _end(self, reason: str) -> None:
        self.ended = True
        end(self.crawler, reason)

    def downloaded(self, response: Response, request: Request) -> None:
        """Keep the slot of a site as slow, or as silent, as it asks."""
        self._keep_delay(request)
        asked = retry_after(response)
        slot = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot and asked is not None and asked <= PAUSE_LONGEST:
            logger.info("%s asks to wait %.0f s", request.url, asked)
            # The next request of the slot goes out `delay` after the last one was seen.
            slot.lastseen = max(slot.lastseen, monotonic() + asked - slot.delay)

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        agent = self.crawler.settings["USER_AGENT"]
        asked = robotparser.rp.crawl_delay(agent)
        if not asked:
            return
        if asked > CRAWL_DELAY_LONGEST:
            self._end(f"robots.txt asks for {asked:.0f} s between two requests")
            return
        self.delays[urlparse_cached(request).hostname or ""] = float(asked)
        self._keep_delay(request)

    def _keep_delay(self, request: Request) -> None:
        key = request.meta.get("download_slot") or urlparse_cached(request).hostname or ""
        slot = self.crawler.engine.downloader.slots.get(key)
        if slot and key in self.delays:
            slot.delay = max(slot.delay, self.delays[key])


def end(crawler: Crawler, reason: str) -> None:
    """End a source's run for a reason; what it did not ask for waits for the next one."""
    if crawler.engine.running:
        let_go(crawler)
        deferred_from_coro(crawler.engine.close_spider_async(reason=reason))


def let_go(crawler: Crawler) -> None:
    """Give up the requests that wait for their turn; with a polite delay they would be minutes of work."""
    for slot in crawler.engine.downloader.slots.values():
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(Failure(Stopped()))  # type: ignore[no-untyped-call]
        slot.close()


def retry_after(response: Response) -> float | None:
    """Seconds a site asks to wait; None when it does not."""
    if response.status not in (429, 503):
        return None
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return float(PAUSE_UNTOLD) if response.status == 429 else None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
