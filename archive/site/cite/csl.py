"""A citation as an item of CSL-JSON 1.0 (citation-style-language/schema: csl-data.json)."""

from datetime import date

from archive.site.cite.citation import LANGUAGE, Citation
from archive.site.messages import say


def csl(citation: Citation) -> dict[str, object]:
    """The item. Undated: no `issued`, for which every style has its own words; the note says so too."""
    item: dict[str, object] = {
        "id": citation.key,
        "type": "article-newspaper",
        "title": citation.title,
        "container-title": citation.source,
        "publisher": citation.source,
        "URL": citation.url or citation.archive,
        "archive": say("site.name"),
        "archive_location": citation.archive,
        "language": LANGUAGE,
    }
    if citation.author:
        item["author"] = [{"literal": citation.author}]
    if citation.published:
        item["issued"] = _parts(citation.published)
    else:
        item["note"] = say("cite.undated_note")
    if citation.captured:
        item["accessed"] = _parts(citation.captured)
    return item


def _parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}
