"""Which articles are one story told in several places: both are kept, and each knows the others.

Two texts are reprints of each other when `minhash.alike` and `minhash.shared` say so and one of their MinHash keys is
equal that is no template's (COMMON); articles with equal texts are reprints anyway. A story is all that such pairs
connect, named by its earliest article. Nothing else decides: whatever the order of putting, changing and removing
articles, the same articles are the same stories in the end, and one more article costs what shares a key with it, never
the archive.
"""

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from typing import Any

from archive.minhash import BANDS, Pairs, Text, alike, containment, shared

COMMON = 300
"""Different texts that may have one key. Where more have it, it is a phrase of a template and proposes nothing; equal
texts count once, so that faithful copies are one story however many they are."""
VIETNAM = timezone(timedelta(hours=7))

SCHEMA = """
CREATE TABLE reprint_texts (
    text INTEGER PRIMARY KEY, identity BLOB NOT NULL UNIQUE, story TEXT NOT NULL, sketch BLOB NOT NULL,
    keys BLOB NOT NULL, facts BLOB NOT NULL, shingles BLOB NOT NULL
);
CREATE INDEX reprint_texts_story ON reprint_texts(story);
CREATE TABLE reprint_keys (key INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (key, text)) WITHOUT ROWID;
CREATE TABLE reprint_articles (
    article TEXT PRIMARY KEY, text INTEGER NOT NULL, published TEXT NOT NULL, first_seen TEXT NOT NULL
);
CREATE INDEX reprint_articles_text ON reprint_articles(text, published, first_seen, article);
CREATE TABLE reprint_waiting (article TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIEW stories AS
SELECT article, story, published, first_seen FROM reprint_articles JOIN reprint_texts USING (text);
"""
"""The tables, and a view with the story of each article. `reprint_waiting` holds the articles whose newest text has not
been compared yet. `published` is a time in UTC, that of `first_seen` where an
article has no date. The numbers of texts follow arrival, all else follows from the articles alone."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article and another place of its story, with what their texts have in common: the number of shared shingles,
    their share of all there are here (in `article`) and there (in `other`), 0 to 1, and the bands whose keys are equal.
    All may be low where both are reprints of a third. A short notice has no shingles: its shares are 1."""

    article: str
    other: str
    shared: int
    here: float
    there: float
    bands: tuple[int, ...]


class Reprints:
    """The reprints of an archive, in the tables of SCHEMA. Never commits: each call belongs into a transaction."""

    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection

    def put(self, article_id: str, content: Text, published: str | None, first_seen: str) -> None:
        """Take an article, or its newest text as `minhash.read` gives it. `published` is an ISO date or time,
        `first_seen` an ISO time; the second orders what has no date."""
        seen = _moment(first_seen) or first_seen
        times = (_moment(published) or seen, seen)
        known = self._one(
            "SELECT text, identity FROM reprint_articles JOIN reprint_texts USING (text) WHERE article = ?", article_id
        )
        if known and known[1] != content.identity:
            self.remove(article_id)
        if content.identity is None:
            return
        same = self._one("SELECT text FROM reprint_texts WHERE identity = ?", content.identity)
        text = same[0] if same else self._add_text(article_id, content)
        self.connection.execute(
            "INSERT OR REPLACE INTO reprint_articles VALUES (?, ?, ?, ?)", (article_id, text, *times)
        )
        if same:
            self._name(self._stories([text]))
        else:
            self._join(article_id, text, content)

    def remove(self, article_id: str) -> None:
        """Forget an article; those it was a story with stay one as far as they are reprints of each other."""
        found = self._one(
            "SELECT text, story FROM reprint_articles JOIN reprint_texts USING (text) WHERE article = ?", article_id
        )
        if not found:
            return
        text, story = found
        self.connection.execute("DELETE FROM reprint_articles WHERE article = ?", (article_id,))
        if self._one("SELECT 1 FROM reprint_articles WHERE text = ?", text):
            self._name({story})
            return
        rows = [(key, text) for key in self._members([text])[text].keys]
        self.connection.executemany("DELETE FROM reprint_keys WHERE key = ? AND text = ?", rows)
        self.connection.execute("DELETE FROM reprint_texts WHERE text = ?", (text,))
        touched = self._texts({story})
        for key, _ in rows:
            having = self._having(key)
            if len(having) == COMMON:  # a template's no more
                touched |= self._texts(self._stories(having))
        self._regroup(touched)

    def story_of(self, article_id: str) -> str:
        """The id of the earliest article of its story; its own when it is alone or unknown."""
        found = self._one("SELECT story FROM stories WHERE article = ?", article_id)
        return str(found[0]) if found else article_id

    def of(self, article_id: str) -> list[Reprint]:
        """The other places of its story, the earliest first."""
        places = self._places(self.story_of(article_id))
        members = self._members(set(places.values()))
        return [
            _reprint(article_id, other, members[places[article_id]], members[text])
            for other, text in places.items()
            if other != article_id
        ]

    def nearest(self) -> Iterator[Reprint]:
        """Every article but the first of each story, beside the earliest one that it is itself a reprint of."""
        stories = self.connection.execute("SELECT story FROM stories GROUP BY story HAVING count(*) > 1 ORDER BY story")
        for (story,) in stories.fetchall():
            places = self._places(story)
            members = self._members(set(places.values()))
            pairs = Pairs(members, self._templates(members))
            for article, text in list(places.items())[1:]:
                others = (other for other in places if other != article)
                other = next(o for o in others if places[o] == text or pairs.shared(text, places[o]))
                yield _reprint(article, other, members[text], members[places[other]])

    def _add_text(self, article_id: str, content: Text) -> int:
        """Store a new text, a story of its own; its number."""
        text = self.connection.execute(
            "INSERT INTO reprint_texts (story, identity, shingles, facts, keys, sketch) VALUES (?, ?, ?, ?, ?, ?)",
            (article_id, *_packed(content)),
        ).lastrowid
        assert text is not None
        return text

    def _join(self, story: str, text: int, content: Text) -> None:
        """Give a new text its keys and make one story of all that it repeats."""
        candidates: set[int] = set()
        broken: set[str] = set()
        for key in content.keys:
            having = self._having(key)
            if len(having) < COMMON:
                candidates.update(having)
            elif len(having) == COMMON:  # a template's from now on
                broken |= self._stories(having)
            self.connection.execute("INSERT INTO reprint_keys VALUES (?, ?)", (key, text))
        joined = {story} | self._alike(content, candidates)
        if broken:
            self._regroup(self._texts(joined | broken))
        elif len(joined) > 1:
            self._name(joined)

    def _alike(self, content: Text, candidates: Collection[int]) -> set[str]:
        """The stories that hold a reprint of a text among the candidates: one in each is enough."""
        stories: defaultdict[str, list[int]] = defaultdict(list)
        for text, story, sketch in self._select("text, story, sketch", candidates):
            if alike(content.sketch, sketch):
                stories[story].append(text)
        return {
            story
            for story, texts in stories.items()
            if any(shared(content, self._members([text])[text]) for text in texts)
        }

    def _regroup(self, texts: Collection[int]) -> None:
        """Find the stories among these texts anew; no other text is a reprint of one of them, or was."""
        members = self._members(texts)
        for group in Pairs(members, self._templates(members)).groups():
            first = self._one(
                "SELECT article FROM reprint_articles"  # noqa: S608
                f" WHERE text IN ({_marks(group)}) ORDER BY published, first_seen, article LIMIT 1",
                *group,
            )
            self.connection.execute(
                f"UPDATE reprint_texts SET story = ? WHERE story <> ? AND text IN ({_marks(group)})",  # noqa: S608
                (first[0], first[0], *group),
            )

    def _name(self, stories: Collection[str]) -> None:
        """Make one story of these, named by its earliest article."""
        among = f"story IN ({_marks(stories)})"
        first = self._one(
            f"SELECT article FROM stories WHERE {among} ORDER BY published, first_seen, article LIMIT 1",  # noqa: S608
            *stories,
        )
        self.connection.execute(
            f"UPDATE reprint_texts SET story = ? WHERE {among} AND story <> ?",  # noqa: S608
            (first[0], *stories, first[0]),
        )

    def _stories(self, texts: Collection[int]) -> set[str]:
        return {row[0] for row in self._select("story", texts)}

    def _texts(self, stories: Collection[str]) -> set[int]:
        found = self.connection.execute(
            f"SELECT text FROM reprint_texts WHERE story IN ({_marks(stories)})",  # noqa: S608
            tuple(stories),
        )
        return {row[0] for row in found}

    def _places(self, story: str) -> dict[str, int]:
        """The articles of a story with the numbers of their texts, the earliest first."""
        found = self.connection.execute(
            "SELECT article, text FROM reprint_articles JOIN reprint_texts USING (text) WHERE story = ?"
            " ORDER BY published, first_seen, article",
            (story,),
        )
        return dict(map(tuple, found))

    def _having(self, key: int) -> list[int]:
        """The texts that have a key; of a template's, one more than it may have."""
        found = self.connection.execute("SELECT text FROM reprint_keys WHERE key = ? LIMIT ?", (key, COMMON + 1))
        return [row[0] for row in found]

    def _templates(self, members: Mapping[int, Text]) -> set[int]:
        """The keys of several of these texts that too many texts have."""
        times = Counter(chain.from_iterable(member.keys for member in members.values()))
        return {key for key, count in times.items() if count > 1 and len(self._having(key)) > COMMON}

    def _members(self, texts: Collection[int]) -> dict[int, Text]:
        rows = self._select("text, identity, shingles, facts, keys, sketch", texts)
        return {text: _unpacked(*columns) for text, *columns in rows}

    def _select(self, columns: str, texts: Collection[int]) -> sqlite3.Cursor:
        return self.connection.execute(
            f"SELECT {columns} FROM reprint_texts WHERE text IN ({_marks(texts)})",  # noqa: S608
            tuple(texts),
        )

    def _one(self, statement: str, *values: object) -> Any:
        return self.connection.execute(statement, values).fetchone()


def _packed(content: Text) -> tuple[bytes | None, ...]:
    """A text as its row holds it: identity, shingles and facts in 4 bytes each, keys in 8, the sketch."""
    shingles, facts = array("I", sorted(content.shingles)), array("I", sorted(content.facts))
    return content.identity, shingles.tobytes(), facts.tobytes(), array("q", content.keys).tobytes(), content.sketch


def _unpacked(identity: bytes, shingles: bytes, facts: bytes, keys: bytes, sketch: bytes) -> Text:
    return Text(
        identity, frozenset(array("I", shingles)), frozenset(array("I", facts)), tuple(array("q", keys)), sketch
    )


def _reprint(article: str, other: str, one: Text, its: Text) -> Reprint:
    equal = one.identity == its.identity
    return Reprint(
        article=article,
        other=other,
        shared=len(one.shingles & its.shingles),
        here=1.0 if equal else containment(one.shingles, its.shingles),
        there=1.0 if equal else containment(its.shingles, one.shingles),
        bands=tuple(sorted(key % BANDS for key in {*one.keys} & {*its.keys})),
    )


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _moment(text: str | None) -> str | None:
    """An ISO date (midnight in Vietnam) or time (UTC if it names no zone) as UTC; None when it is neither."""
    try:
        parsed = datetime.fromisoformat(text or "")
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=VIETNAM if len(text or "") <= len("2020-09-17") else UTC)
        return parsed.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        return None
