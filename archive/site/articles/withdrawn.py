"""What was withdrawn on request: the fact stays, under the address the article had."""

from dataclasses import dataclass

from archive.site.datasette_api import Database, Datasette, Request, Response
from archive.site.formats import day
from archive.site.shared import error_page, json_response, page, tell, text_response

GONE = 410
_WITHDRAWN = """
    SELECT w.date, w.reason, s.name AS source_name
    FROM withdrawals AS w JOIN sources AS s ON s.id = w.source WHERE w.id = :id AND w.n IS NULL
"""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An article whose whole text is withdrawn: when (a day), why, and whose it was."""

    id: str
    date: str
    reason: str
    source_name: str


async def load_tombstone(db: Database, identifier: str) -> Tombstone | None:
    """What is left of a withdrawn article; None where there is none of this id."""
    row = (await db.execute(_WITHDRAWN, {"id": identifier})).first()
    return Tombstone(identifier, row["date"], row["reason"], row["source_name"]) if row else None


async def no_article(
    datasette: Datasette, request: Request, db: Database | None, note: str = "error.no_article_note"
) -> Response:
    """The answer where an article or a version of it is asked for that is not there: 410 and why where it was
    withdrawn, 404 otherwise. As JSON or plain text where those were asked for."""
    found = await load_tombstone(db, request.url_vars["id"]) if db else None
    if found is None:
        return await error_page(datasette, request, 404, tell(request, "error.no_article"), tell(request, note))
    asked = request.url_vars.get("format") or ("warc.gz" if request.path.endswith(".warc.gz") else None)
    said = tell(request, "withdrawn.note", day=day(found.date), source=found.source_name)
    if asked in ("json", "csl.json"):
        facts = {"id": found.id, "withdrawn": found.date, "reason": found.reason, "source_name": found.source_name}
        return json_response(datasette, {"ok": False, "status": GONE, "error": said, **facts}, status=GONE)
    if asked:
        response = text_response(datasette, f"{said}\n{tell(request, 'withdrawn.reason')}: {found.reason}\n")
        response.status = GONE
        return response
    return await page(datasette, request, "withdrawn.html", status=GONE, article=found, said=said)
