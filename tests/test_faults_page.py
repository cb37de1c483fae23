"""docs/faults.md names tests: each of them is there."""

import re

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "faults.md").read_text("utf-8")


def test_every_test_that_is_named_is_there() -> None:
    named, path = 0, ROOT
    for file, test in re.findall(r"`((?:tests/[\w/]+|test_\w+)\.py)?(?:::(\w+))?`", PAGE):
        if file:
            path = ROOT / (file if file.startswith("tests/") else f"tests/faults/{file}")
            assert path.is_file(), file
        if test:
            named += 1
            assert f"def {test}(" in path.read_text("utf-8"), (path.name, test)
    assert named > 20


def test_every_file_of_faults_is_named() -> None:
    files = {path.name for path in (ROOT / "tests" / "faults").glob("test_*.py")}
    assert {name for name in files if name not in PAGE} == set()
