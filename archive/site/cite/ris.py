"""A citation as a RIS record: one tag a line, CRLF as the format's definition asks."""

from archive.site.cite.citation import LANGUAGE, Citation
from archive.site.messages import say


def ris(citation: Citation) -> str:
    """The record with an empty line behind it. Undated: no PY and no DA, and a note says so."""
    when, seen = citation.published, citation.captured
    lines = [
        ("TY", "NEWS"),
        ("ID", citation.key),
        ("AU", citation.author),
        ("TI", citation.title),
        ("T2", citation.source),
        ("PB", citation.source),
        ("PY", f"{when:%Y}" if when else None),
        ("DA", f"{when:%Y/%m/%d}" if when else None),
        ("UR", citation.url or citation.archive),
        ("Y2", f"{seen:%Y/%m/%d}" if seen else None),
        ("LA", LANGUAGE),
        ("DB", say("site.name")),
        ("N1", say("cite.archived_at", address=citation.archive)),
        ("N1", None if when else say("cite.undated_note")),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"
