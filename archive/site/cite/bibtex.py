"""A citation as a BibTeX entry.

UTF-8, every value in braces. BibTeX counts braces even behind a backslash, so those of a text that do not come in pairs
are written as commands; the author stands in a second pair, so that no style takes a newsroom or two people for one
person's names.
"""

import re
from itertools import accumulate

from archive.site.cite.citation import LANGUAGE, Citation
from archive.site.messages import say

_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
_PAIRED = {**_ESCAPED, ord("{"): r"\{", ord("}"): r"\}"}
_UNPAIRED = {**_ESCAPED, ord("{"): r"\textbraceleft{}", ord("}"): r"\textbraceright{}"}
_DASHES = re.compile("-(?=-)")
"""Two hyphens in a row would be printed as a dash."""
_IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", "~": "%7E", "^": "%5E"})


def bibtex(citation: Citation) -> str:
    """The entry with its line break. Undated: no year, and the note says so."""
    when, seen = citation.published, citation.captured
    notes = [] if when else [say("cite.undated_note")]
    notes.append(say("cite.archived_at", address=citation.archive))
    fields = {
        "author": f"{{{_text(citation.author)}}}" if citation.author else None,
        "title": f"{{{_text(citation.title)}}}",
        "year": f"{when:%Y}" if when else None,
        "month": str(when.month) if when else None,
        "day": str(when.day) if when else None,
        "howpublished": f"{{{_text(citation.source)}}}",
        "publisher": f"{{{_text(citation.source)}}}",
        "url": (citation.url or citation.archive).translate(_IN_ADDRESS),
        "urldate": seen.isoformat() if seen else None,
        "note": _text(". ".join(notes)),
        "language": LANGUAGE,
        "langid": "vietnamese",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation.key},", *lines, "}", ""])


def _text(text: str | None) -> str:
    text = text or ""
    depths = list(accumulate((character == "{") - (character == "}") for character in text))
    paired = not depths or (min(depths) >= 0 and depths[-1] == 0)
    return _DASHES.sub("-{}", text.translate(_PAIRED if paired else _UNPAIRED))
