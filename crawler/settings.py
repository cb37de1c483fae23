"""Only what differs from Scrapy's defaults, each line with its reason."""

BOT_NAME = "union-news-archive"
SPIDER_LOADER_CLASS = "crawler.loader.RecordLoader"  # one spider a source record
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# Honest and polite: sites of small offices, asked slowly and by name.
USER_AGENT = "union-news-archive/0.1 (+https://union-news-archive.example/about; contact@union-news-archive.example)"
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 2.5  # NukeViet blocks at 150 requests in 300 s; with 0 Scrapy breaks its own limit a host
RANDOMIZE_DOWNLOAD_DELAY = False  # jitter must not undercut the delay
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
COOKIES_ENABLED = False  # no visitor, no session

# Bounded: no page holds the crawl or the memory.
DOWNLOAD_TIMEOUT = 20
DOWNLOAD_MAXSIZE = 8 << 20
DOWNLOAD_WARNSIZE = 4 << 20
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
URLLENGTH_LIMIT = 1000

# Closed: what comes from the web decides nothing, and nobody steers the crawler from outside.
METAREFRESH_ENABLED = False  # not guarded like a redirect
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

DOWNLOADER_MIDDLEWARES = {"crawler.guard.GuardMiddleware": 50}  # before robots.txt is asked for, at 100
SPIDER_MIDDLEWARES = {"crawler.walk.WalkMiddleware": 900}  # nearest to the spider: sees what it yields
ITEM_PIPELINES = {"crawler.pipeline.ArchivePipeline": 500}
EXTENSIONS = {"crawler.health.RunReport": 500}

FEED_EXPORT_ENCODING = "utf-8"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
