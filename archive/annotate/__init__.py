"""Places, school years and figures of a text: pure functions, text in, dataclasses out; no database, no network.

find_places, find_school_years and find_figures read any text; annotate reads an article and is what the pipeline calls;
gazetteer is the typed list of provinces and districts for everyone else.
"""

from archive.annotate import gazetteer
from archive.annotate.article import Annotations, ArticlePlace, ArticleYear, annotate
from archive.annotate.figures import Figure, find_figures
from archive.annotate.places import AmbiguousPlace, PlaceMention, ambiguous_places, find_places
from archive.annotate.school_years import SchoolYearMention, find_school_years

__all__ = [
    "AmbiguousPlace",
    "Annotations",
    "ArticlePlace",
    "ArticleYear",
    "Figure",
    "PlaceMention",
    "SchoolYearMention",
    "ambiguous_places",
    "annotate",
    "find_figures",
    "find_places",
    "find_school_years",
    "gazetteer",
]
