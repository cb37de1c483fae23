"""make dist: the wheel holds all that the programs read, and an empty folder with it is enough to work in."""

import os
import shutil
import site
import socket
import subprocess
import sys
import tarfile
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml

from archive.operate.init import lay_down
from tests.conftest import ROOT, Operator
from tests.sites.server import SampleWeb

pytestmark = pytest.mark.soak

SKELETON = ["README.md", "metadata.yml", "scrapy.cfg", "sources/example.yml"]
LEFT_OUT = ("__pycache__", ".egg-info")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make dist` builds, from a copy, so that this tree is left alone."""
    copy = tmp_path_factory.mktemp("source")
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    for name in ("archive", "crawler", "deploy", "docs"):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", copy / "dist", copy],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return copy / "dist"


def one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def data_files() -> set[str]:
    """Every file of the packages but what Python makes of them."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in ("archive", "crawler")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not any(part in str(path) for part in LEFT_OUT)
    }


def test_the_wheel_holds_every_file_of_the_packages(dist: Path) -> None:
    with zipfile.ZipFile(one(dist, "*.whl")) as wheel:
        held = set(wheel.namelist())
        assert data_files() - held == set()
        assert not any(name.startswith(("tests/", "benchmarks/", "data/")) for name in held)
        assert any(name.endswith("licenses/LICENSE") for name in held)
        for name in ("metadata.yml", "scrapy.cfg"):
            assert wheel.read(f"archive/skeleton/{name}") == (ROOT / name).read_bytes(), "the one source of truth"


def test_the_source_archive_builds_the_same_and_holds_deploy_and_docs(dist: Path) -> None:
    with tarfile.open(one(dist, "*.tar.gz")) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert data_files() - held == set()
    assert {"LICENSE", "README.md", "metadata.yml", "requirements.txt", "deploy/nginx/union-archive.conf"} <= held
    assert {"docs/operator.md", "docs/operator.vi.md"} <= held


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that has the wheel, and the requirements of this one's packages."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", one(dist, "*.whl")],
        check=True,
    )  # fmt: skip
    packages = one(home / "lib", "python*") / "site-packages"
    (packages / "requirements.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    shutil.copy(Path(sys.executable).parent / "scrapy", home / "bin" / "scrapy")
    script = home / "bin" / "scrapy"
    script.write_text(f"#!{python}\n" + script.read_text().partition("\n")[2])
    return home / "bin"


def start(installed: Path, folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One of its programs, run in a folder, by a user who set nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("UNION_", "PYTHON", "SCRAPY"))}
    return subprocess.run(
        [installed / command[0], *command[1:]],
        cwd=folder, env=clean | more, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_an_empty_folder_becomes_a_working_one(installed: Path, tmp_path: Path) -> None:
    code = "import archive, crawler; print(archive.__file__, crawler.__file__)"
    where = start(installed, tmp_path, "python", "-c", code).stdout
    assert where.count(str(installed.parent)) == 2, "else this would test the checkout"
    done = start(installed, tmp_path, "union-archive", "init")
    assert done.returncode == 0, done.stderr
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert files == SKELETON
    assert len((tmp_path / "README.md").read_text("utf-8").splitlines()) == 5
    listed = start(installed, tmp_path, "scrapy", "list")
    assert listed.returncode == 0, listed.stderr
    assert "ha-nam.binh-luc" in listed.stdout.split() or len(listed.stdout.split()) > 100


@pytest.fixture
def folder(installed: Path, tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A working folder whose sources/ hold the sample web's records, and the environment to crawl them with."""
    assert start(installed, tmp_path, "union-archive", "init", "kho").returncode == 0
    with SampleWeb() as web:
        web.write_records(tmp_path / "kho" / "sources")
        yield tmp_path / "kho", web.environment()


def test_it_crawls_publishes_and_serves(installed: Path, folder: tuple[Path, dict[str, str]]) -> None:
    path, environment = folder
    environment.pop("UNION_ARCHIVE_SOURCES", None)
    done = start(installed, path, "union-archive", "run", "mau.dam-ha", **environment)
    assert done.returncode == 0, done.stderr + done.stdout
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("UNION_", "PYTHON"))}
    server = subprocess.Popen(
        [installed / "union-archive", "serve", "--port", str(port)],
        cwd=path, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        assert f":{port}/" in server.stdout.readline()
        page = fetched(f"http://127.0.0.1:{port}/tim-kiem?q=dam+ha")
        assert "<mark>" in page
        assert "Kho tin công đoàn" in page, "the words of metadata.yml"
        assert "{" in fetched(f"http://127.0.0.1:{port}/tim-kiem.json?q=dam+ha")
    finally:
        server.terminate()
        server.communicate()


def fetched(address: str) -> str:
    until = time.monotonic() + 20
    while True:
        try:
            with urlopen(address, timeout=10) as answer:
                return str(answer.read().decode("utf-8"))
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


# init itself, from the checkout.


def test_init_never_overwrites(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "metadata.yml").write_text("mine\n")
    assert dict(lay_down(tmp_path))[tmp_path / "metadata.yml"] is False
    done = operator.run("union-archive", "init", tmp_path)
    assert done.returncode == 0
    assert done.stdout.count("there already, left as it is") == len(SKELETON)
    assert (tmp_path / "metadata.yml").read_text() == "mine\n"


def test_init_names_a_folder_it_cannot_write(operator: Operator) -> None:
    done = operator.run("union-archive", "init", "/proc/nowhere")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("/proc/nowhere")
    assert line.endswith("choose another folder")


def test_the_example_record_is_a_record_once_it_is_uncommented(operator: Operator, tmp_path: Path) -> None:
    list(lay_down(tmp_path))
    example = tmp_path / "sources" / "example.yml"
    assert yaml.safe_load(example.read_text("utf-8")) is None
    record = [
        line[2:] for line in example.read_text("utf-8").splitlines() if line.startswith("# - ") or "#   " in line[:4]
    ]
    example.write_text("\n".join(record) + "\n", "utf-8")
    operator.environment["UNION_ARCHIVE_SOURCES"] = str(tmp_path / "sources")
    done = operator.run("scrapy", "list")
    assert done.returncode == 0, done.stderr
    assert "ha-nam.binh-luc" in done.stdout.split()
