"""The annotation benchmark: its scores against examples worked by hand, its processes, its tables."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import benchmarks.annotation.__main__ as benchmark
from benchmarks.annotation import lookup, scores, sets
from benchmarks.annotation.articles import wholes
from benchmarks.annotation.speed import PARTS

PLACES: list[dict[str, Any]] = [
    {"text": "LĐLĐ huyện Bình Lục họp.", "districts": ["352"], "provinces": []},
    {"text": "LĐLĐ huyện Bình Lục, tỉnh Hà Nam họp.", "districts": ["352"], "provinces": ["35"]},
]
YEARS: list[dict[str, Any]] = [
    {"text": "Tổng kết năm học 2019-2020", "expect": [{"year": "2019-2020", "role": "past"}], "inferred": None},
    {"text": "Giai đoạn 2019-2020 của dự án", "expect": [], "inferred": None},
]
PEER = """
import os
def ner(text):
    if "tỉnh" in text: os.abort()
    return [(word, "", "", "B-LOC" if word == "Bình Lục" else "O") for word in ("LĐLĐ", "huyện", "Bình Lục", "họp")]
"""
SHARE = {"right", "of", "value"}


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "chung"
    (folder / "truth").mkdir(parents=True)
    places = [{"text": case["text"], "home": None, "date": "2021-03-08", "expect": case} for case in PLACES]
    years = [case | {"date": "2021-07-01"} for case in YEARS]
    (folder / sets.PLACES).write_text(json.dumps({"cases": places}), "utf-8")
    (folder / sets.YEARS).write_text(json.dumps({"cases": years}), "utf-8")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(benchmark.main, ["--articles", "3", "--passes", "1", *map(str, arguments)])


def python_with(folder: Path, peer: str = "") -> Path:
    """An interpreter without any package, but for an underthesea of these words."""
    folder.mkdir()
    if peer:
        (folder / "underthesea.py").write_text(peer, "utf-8")
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} -S "$@"\n', "utf-8")
    program.chmod(0o755)
    return program


def share(right: int, of: int) -> dict[str, Any]:
    return {"right": right, "of": of, "value": right / of if of else None}


def test_precision_is_of_what_was_found_and_recall_of_what_is_there() -> None:
    found = scores.score([(["a", "b", "b"], ["a", "b", "c", "d"]), ([], ["a"])])
    assert (found.precision, found.recall) == (scores.Share(2, 3), scores.Share(2, 5))
    assert scores.score([]).precision.value is None


def test_what_the_truth_does_not_tell_is_not_scored() -> None:
    case = sets.PlaceCase("", None, None, frozenset({"352"}), None)
    score = scores.places([case], [({"352", "353"}, {"35"})])
    assert (score.district.precision, score.province) == (scores.Share(1, 2), scores.Score())
    years = [
        sets.YearCase("Tổng kết năm học 2018-2019 và năm học 2019-2020.", None, {"2018-2019": "ahead"}),
        sets.YearCase("Tập huấn hè cho giáo viên.", date(2022, 7, 15), {}, "2021-2022"),
        sets.YearCase("Tập huấn hè cho giáo viên.", date(2022, 7, 15), {}, tells_inferred=False),
    ]
    told = scores.years(years)
    assert (told.written.precision, told.written.recall) == (scores.Share(1, 2), scores.Share(1, 1))
    assert (told.role, told.inferred) == (scores.Share(0, 1), scores.Share(1, 1))


@pytest.mark.parametrize(
    ("named", "home", "districts", "provinces"),
    [
        ([("", "huyện Bình Lục")], None, {"352"}, set()),
        ([("LĐLĐ huyện", "Bình Lục"), ("tỉnh", "Hà Nam")], None, {"352"}, {"35"}),
        ([("", "- Giáo dục huyện Bình Lục,")], None, {"352"}, set()),
        ([("", "Hoà Bình")], None, set(), {"17"}),
        ([("LĐLĐ huyện", "Châu Thành")], None, set(), set()),
        ([("LĐLĐ huyện", "Châu Thành")], "892", {"892"}, set()),
        ([("LĐLĐ huyện", "Châu Thành"), ("", "Sóc Trăng")], "892", {"942"}, {"94"}),
        ([("Quận", "1"), ("có", "3")], None, {"760"}, set()),
        ([("tỉnh", "Bình Lục"), ("", "Sông Mẫu")], None, set(), set()),
    ],
)
def test_names_of_any_program_get_the_same_choice(
    named: list[lookup.Named], home: str | None, districts: set[str], provinces: set[str]
) -> None:
    assert lookup.codes(named, home, date(2021, 3, 8)) == (districts, provinces)


def test_the_dictionary_takes_the_longest_name_with_capitals() -> None:
    text = "TP. Phan Rang - Tháp Chàm, huyện Châu Thành A và bình lục, Bình Lục"
    assert [name for _, name in lookup.dictionary(text)] == ["Phan Rang - Tháp Chàm", "Châu Thành A", "Bình Lục"]


def test_articles_are_the_same_on_every_run() -> None:
    first, what = wholes(200)
    assert (first, what) == wholes(200)
    assert len({article.text for article in first}) == len(first) == 200
    assert what.startswith("200 articles, ")


def test_every_file_of_cases_is_scored() -> None:
    assert all(map(scores.kind_of, sets.fact_rows()))


def test_without_peers_all_figures_are_there(tmp_path: Path, shared: Path) -> None:
    file = tmp_path / "figures.json"
    done = run("--shared", shared, "--peer-python", python_with(tmp_path / "bare"), "--json", file)
    assert done.exit_code == 0, done.output
    for peer in ("underthesea", "pyvi"):
        assert f"{peer}: not installed" in done.output
        assert f"{peer} not installed: pip install {peer}" in done.output
    figures = json.loads(file.read_text("utf-8"))
    assert list(figures["places"]) == list(figures["school_years"]) == [sets.SHARED, sets.OWN, sets.SAMPLE]
    truth = figures["places"][sets.SHARED]
    assert list(truth) == ["this project", "plain dictionary"]
    for tool in truth.values():
        assert tool["district"] == {"precision": share(2, 2), "recall": share(2, 2)}
        assert tool["province"] == {"precision": share(1, 1), "recall": share(1, 1)}
    assert figures["school_years"][sets.SHARED] == {
        "written": {"precision": share(1, 1), "recall": share(1, 1)},
        "role": share(1, 1),
        "inferred": share(1, 1),
    }
    assert figures["places"][sets.SAMPLE]["this project"]["province"]["recall"] == share(0, 0)
    assert {"figures", "figures_fresh", "movements", "schools", "organisations"} <= set(figures["facts"])
    for score in figures["facts"].values():
        assert score["rows"] > 0
        assert set(score["precision"]) == set(score["recall"]) == SHARE
        assert 0 <= score["precision"]["value"] <= 1
    assert [one["part"] for one in figures["speed"]] == list(PARTS)
    for one in figures["speed"]:
        assert (one["articles"], len(one["passes"])) == (3, 1)
        assert one["a_second"] == one["passes"][0] > 0
        assert one["characters"] > 100
    assert list(figures["not_installed"]) == ["underthesea", "pyvi"]
    assert figures["peers"] == {}


def test_the_crash_of_a_peer_ends_nothing(tmp_path: Path, shared: Path) -> None:
    file = tmp_path / "figures.json"
    done = run("--shared", shared, "--peer-python", python_with(tmp_path / "crashing", PEER), "--json", file)
    assert done.exit_code == 0, done.output
    assert "status -6" in done.output
    figures = json.loads(file.read_text("utf-8"))
    # The first text alone was read; the words before a name say its type.
    assert figures["places"][sets.SHARED]["underthesea"]["district"] == {
        "precision": share(1, 1),
        "recall": share(1, 2),
    }
    assert "underthesea" not in [one["part"] for one in figures["speed"]]
    assert list(figures["not_installed"]) == ["pyvi"]


def test_without_the_shared_folder_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "ROOT", tmp_path / "main")
    done = run("--peer-python", python_with(tmp_path / "bare"))
    assert done.exit_code == 0, done.output
    assert "shared truth: skipped" in done.output
    assert f"\n{sets.OWN}: " in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--peer-python", "/nowhere/python"], "name the bin/python of the venv"),
        (["--json", "/nowhere/figures.json"], "make it or name another file"),
        (["--shared", "/nowhere"], "name the folder"),
        (["--articles", "0"], "x>=1"),
        (["--peer-seconds", "0"], "x>0"),
    ],
)
def test_a_wrong_argument_is_named_with_its_cure(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, said in " ".join(done.output.split())) == (2, True), done.output


def test_a_broken_truth_file_is_named(shared: Path) -> None:
    (shared / sets.PLACES).write_text("{}", "utf-8")
    done = run("--shared", shared)
    assert (done.exit_code, "JSON with `cases`" in " ".join(done.output.split())) == (2, True), done.output
