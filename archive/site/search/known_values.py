"""The values that searches can be narrowed to, kept in memory: a published database never changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from archive.site.datasette_api import Database, Row
from archive.site.search import statements


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The rows of facet_counts: by (facet, value), its id by that, by facet, and how many articles have each id."""

    rows: Mapping[tuple[str, str], Row]
    ids: Mapping[tuple[str, str], int]
    of: Mapping[str, Sequence[Row]]
    counts: Mapping[int, int]


_known: WeakKeyDictionary[Database, KnownValues] = WeakKeyDictionary()


async def known_values(db: Database) -> KnownValues:
    """Read once from each database."""
    if db not in _known:
        rows = (await db.execute(statements.FACET_VALUES)).rows
        of: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            of[row["facet"]].append(row)
        keyed = {(row["facet"], row["value"]): row for row in rows}
        ids = {key: row["id"] for key, row in keyed.items()}
        _known[db] = KnownValues(keyed, ids, dict(of), {row["id"]: row["articles"] for row in rows})
    return _known[db]
