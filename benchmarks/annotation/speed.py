"""Articles a second of one core: processor time of whole passes over the same articles, part after part."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from archive.annotate import annotate, find_places, find_school_years
from archive.annotate.figures import find_figures, read_figures
from archive.annotate.movements import find_movements, read_movements
from archive.annotate.organisations import find_organisations, read_organisations
from archive.annotate.places import read_places
from archive.annotate.reading import read
from archive.annotate.school_years import read_school_years
from archive.annotate.schools import find_schools, read_schools
from benchmarks.annotation.articles import Whole
from benchmarks.annotation.lookup import codes, dictionary

_WARM_UP = 20


@dataclass(frozen=True)
class Speed:
    """Articles a second in each pass over so many articles of so many characters on the average."""

    part: str
    articles: int
    characters: float
    passes: tuple[float, ...]

    @property
    def a_second(self) -> float:
        return median(self.passes)


def together(article: Whole) -> None:
    """All there is to find, from one reading."""
    reading = read(article.text)
    read_places(reading, article.home, article.day)
    read_school_years(reading, article.day)
    read_figures(reading)
    read_movements(reading)
    read_organisations(reading, read_schools(reading))


PARTS: Mapping[str, Callable[[Whole], object]] = {
    "reading alone": lambda a: read(a.text),
    "places": lambda a: find_places(a.text, home=a.home, date=a.day),
    "school years": lambda a: find_school_years(a.text, published=a.day),
    "annotate: all with roles and sentences": lambda a: annotate(a.title, a.body, home=a.home, published=a.day),
    "figures": lambda a: find_figures(a.text),
    "movements": lambda a: find_movements(a.text),
    "schools": lambda a: find_schools(a.text),
    "organisations": lambda a: find_organisations(a.text),
    "all together, one reading": together,
    "plain dictionary": lambda a: codes(dictionary(a.text), a.home, a.day),
}


def warm_up(articles: Sequence[Whole]) -> None:
    """Load what is loaded once."""
    for reader in PARTS.values():
        _pass(reader, articles[:_WARM_UP])


def one_pass(articles: Sequence[Whole], progress: Callable[[str], None]) -> dict[str, float]:
    """The processor seconds of each part over the articles, one part after the other."""
    spent = {}
    for part, reader in PARTS.items():
        progress(part)
        spent[part] = _pass(reader, articles)
    return spent


def speed_of(part: str, articles: Sequence[Whole], times: Sequence[float]) -> Speed:
    """From the processor seconds of each pass over the articles."""
    characters = sum(len(article.text) for article in articles) / len(articles)
    return Speed(part, len(articles), characters, tuple(len(articles) / max(spent, 1e-9) for spent in times))


def _pass(reader: Callable[[Whole], object], articles: Sequence[Whole]) -> float:
    started = time.process_time()
    for article in articles:
        reader(article)
    return time.process_time() - started
