"""The pipeline of a shard: what it must know of the archive is in the seed, as archive.db is the driver's alone."""

from crawler.frontier import Frontier
from crawler.items import ArticleItem
from crawler.pipeline import ArchivePipeline, Texts


class ShardTexts:
    """The texts that the host's articles have had, in the tables `texts` and `withdrawn` of a shard."""

    def __init__(self, frontier: Frontier):
        self.frontier = frontier

    def is_withdrawn(self, article: str) -> bool:
        row = self.frontier.connection.execute("SELECT 1 FROM withdrawn WHERE article = ?", (article,)).fetchone()
        return row is not None

    def latest_hash(self, article: str) -> str | None:
        row = self.frontier.connection.execute(
            "SELECT hash FROM texts WHERE article = ? ORDER BY captured DESC, capture DESC LIMIT 1", (article,)
        ).fetchone()
        return row["hash"] if row else None

    def article_with(self, text_hash: str, source: str) -> str | None:
        row = self.frontier.connection.execute(
            "SELECT article FROM texts WHERE hash = ? AND source = ? LIMIT 1", (text_hash, source)
        ).fetchone()
        return row["article"] if row else None

    def take(self, capture_id: int, item: ArticleItem) -> str:
        latest = self.latest_hash(item.id)
        with self.frontier.transaction() as connection:
            connection.execute(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?) ON CONFLICT (article, hash)"
                " DO UPDATE SET captured = excluded.captured, capture = excluded.capture",
                (item.id, item.text_hash, item.source, item.captured, capture_id),
            )
        if latest is None:
            return "new"
        return "same" if latest == item.text_hash else "revision"

    def close(self) -> None:
        """Its connection is the frontier's."""


class ShardPipeline(ArchivePipeline):
    """Stores new and edited articles as captures alone; the driver reads them once the shard is home."""

    def opened(self, frontier: Frontier) -> Texts:
        return ShardTexts(frontier)
