"""How to cite an article: BibTeX, RIS, CSL-JSON, tags for reference managers, and one line of text. Pure."""

from archive.site.cite.citation import Address as Address
from archive.site.cite.citation import Citation as Citation
from archive.site.cite.citation import day_of as day_of
from archive.site.cite.citation import of_article as of_article
from archive.site.cite.citation import of_row as of_row
from archive.site.cite.formats import FORMATS as FORMATS
from archive.site.cite.formats import written as written
