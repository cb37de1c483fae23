"""The cases of the annotation rules: tab-separated rows of a text and what is to be found in it.

Written by hand from the sample web, recorded sites and own sentences, before the rules; those in *_fresh.tsv
after them, to see how the rules do on sentences they had not met.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "cases"


def cases(*names: str) -> list[object]:
    """A parameter set for each row of the files: text (\\n is a line feed), wanted things."""
    found: list[object] = []
    for name in names:
        lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
        for line in lines:
            text, wanted = line.split("\t")
            things = [thing.strip() for thing in wanted.split(";") if thing.strip()]
            found.append(pytest.param(text.replace("\\n", "\n"), things, id=f"{name}: {text[:60]}"))
    return found
