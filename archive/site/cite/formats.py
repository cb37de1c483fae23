"""The formats of citations by the ending of their address: their types, and how many citations make one file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from archive.site.cite.bibtex import bibtex
from archive.site.cite.citation import Citation
from archive.site.cite.csl import csl
from archive.site.cite.ris import ris


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files: what stands before the first citation, between two, and behind the last."""

    content_type: str
    before: str = ""
    between: str = ""
    after: str = ""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "bib": Format("application/x-bibtex; charset=utf-8", between="\n"),
        "ris": Format("application/x-research-info-systems; charset=utf-8"),
        "csl.json": Format("application/vnd.citationstyles.csl+json; charset=utf-8", "[\n", ",\n", "\n]\n"),
    }
)


def written(citations: Sequence[Citation], name: str) -> str:
    """Some citations in a format, with what stands between them."""
    return FORMATS[name].between.join(_one(citation, name) for citation in citations)


def _one(citation: Citation, name: str) -> str:
    if name == "bib":
        return bibtex(citation)
    return ris(citation) if name == "ris" else json.dumps(csl(citation), ensure_ascii=False).replace("<", "\\u003c")
