"""Bars and curves as SVG. Pure: numbers and words in, markup out; colours are classes of pages.css.

Across, everything is a per cent of the width, so that a drawing fits a phone while its letters keep their size.
What is drawn is one picture for a screen reader, named by its title and description: the numbers stand in a table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

HEIGHT, TOP, BOTTOM = 210, 26, 24
"""Pixels: of a drawing, above its highest point, and below its base for the labels."""
ROW = 34
"""Pixels of one bar with the words above it."""
WIDEST = 12.5
"""Per cent: the widest place of one column, so that two columns do not become two walls."""
MANY = 16
"""Beyond so many points not each has its label and number."""
PHONE = 45
"""The letters of labels that have room beside each other on a phone."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value and what it is called."""

    label: str
    value: int


Number = Callable[[int], str]


def columns(points: Sequence[Point], *, name: str, title: str, description: str, number: Number = str) -> Markup:
    """Upright bars in the order given. `name` must be the only one of its page."""
    width = _width(points)
    bars = [
        Markup('<rect class="bar" x="{}%" y="{}" width="{}%" height="{}"/>').format(
            _short(place * width + width * 0.14),
            _short(_y(point.value, points)),
            _short(width * 0.72),
            _short(HEIGHT - BOTTOM - _y(point.value, points)),
        )
        for place, point in enumerate(points)
    ]
    return _picture(name, title, description, HEIGHT, [*bars, _base(), *_words(points, width, number)])


def curve(points: Sequence[Point], *, name: str, title: str, description: str, number: Number = str) -> Markup:
    """A line through the points in the order given, the ground below it filled."""
    width = _width(points)
    places = [(_short((place + 0.5) * width), _y(point.value, points)) for place, point in enumerate(points)]
    line = " ".join(f"{x},{_short(y)}" for x, y in places)
    drawn = []
    if places:
        ground = HEIGHT - BOTTOM
        drawn.append(
            Markup(
                '<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">'
                '<polygon class="ground" points="{1},{3} {2} {4},{3}"/>'
                '<polyline class="line" points="{2}" vector-effect="non-scaling-stroke"/></svg>'
            ).format(HEIGHT, places[0][0], line, ground, places[-1][0])
        )
    dots = [Markup('<circle class="dot" cx="{}%" cy="{}" r="3"/>').format(x, _short(y)) for x, y in places]
    drawn += dots if len(points) <= 2 * MANY else []
    return _picture(name, title, description, HEIGHT, [*drawn, _base(), *_words(points, width, number)])


def rows(points: Sequence[Point], *, name: str, title: str, description: str, number: Number = str) -> Markup:
    """Level bars from top to bottom, each under its label and number: for long names."""
    most = max((point.value for point in points), default=0) or 1
    drawn = [
        Markup(
            '<text class="label" x="0" y="{0}">{1}</text><text class="value end" x="100%" y="{0}">{2}</text>'
            '<rect class="bar" x="0" y="{3}" width="{4}%" height="8"/>'
        ).format(place * ROW + 15, point.label, number(point.value), place * ROW + 20, _short(100 * point.value / most))
        for place, point in enumerate(points)
    ]
    return _picture(name, title, description, len(points) * ROW, drawn)


def _picture(name: str, title: str, description: str, height: int, drawn: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="plot" role="img" aria-labelledby="{0}-t {0}-d" width="100%" height="{1}">'
        '<title id="{0}-t">{2}</title><desc id="{0}-d">{3}</desc>{4}</svg>'
    ).format(name, height, title, description, Markup("").join(drawn))


def _words(points: Sequence[Point], width: float, number: Number) -> list[Markup]:
    """Labels below and numbers above. Counted from the newest, a phone has room for some; it leaves the `spare` out."""
    step = -(-len(points) // MANY)
    letters = max((len(point.label) + 1 for point in points), default=0)
    apart = max(1, -(-len(points) * letters // (PHONE * step))) if step else 1
    words = []
    for place, point in enumerate(points):
        back = len(points) - 1 - place
        if back % step:
            continue
        spare = " spare" if back // step % apart else ""
        x = _short((place + 0.5) * width)
        words.append(Markup('<text class="label{}" x="{}%" y="{}">{}</text>').format(spare, x, HEIGHT - 6, point.label))
        above = _short(_y(point.value, points) - 7)
        if step == 1:
            words.append(
                Markup('<text class="value{}" x="{}%" y="{}">{}</text>').format(spare, x, above, number(point.value))
            )
    if step > 1:
        words.append(_highest(points, width, number))
    return words


def _highest(points: Sequence[Point], width: float, number: Number) -> Markup:
    """The number of the highest point, where there is no room for all."""
    place, point = max(enumerate(points), key=lambda pair: pair[1].value)
    x = min(max((place + 0.5) * width, 3), 97)
    return Markup('<text class="value" x="{}%" y="{}">{}</text>').format(_short(x), TOP - 7, number(point.value))


def _base() -> Markup:
    return Markup('<line class="base" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(HEIGHT - BOTTOM)


def _width(points: Sequence[Point]) -> float:
    return min(WIDEST, 100 / len(points)) if points else WIDEST


def _y(value: int, points: Sequence[Point]) -> float:
    most = max(point.value for point in points) or 1
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
