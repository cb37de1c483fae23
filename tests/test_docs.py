"""docs/*.md: every command in them runs. `sh` blocks are executed, a page as one script, against the sample web;
`sh as-root` blocks, which change a server, are checked against the tools' own help; `yaml` blocks are read."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from archive.cli import main
from archive.health import CURES
from archive.operate.settings import parse_settings
from tests.conftest import ROOT
from tests.sites.server import SampleWeb
from tests.sites.systems import SYSTEMS

pytestmark = pytest.mark.soak

DOCS = ROOT / "docs"
BIN = Path(sys.executable).parent
PAGES = ["operator.md", "operator.vi.md"]
PAIRS = [("operator.md", "operator.vi.md")]
OURS = {"union-archive", "scrapy"}

SERVE = """
union-archive() {  # the site would be shown until Ctrl-C: here until it says where
    if [ "$1" != serve ]; then command union-archive "$@"; return; fi
    coproc SITE { exec union-archive "$@"; }
    site=$SITE_PID
    read -r line <&"${SITE[0]}"
    echo "$line"
    kill "$site"; wait "$site" || true
    case $line in *http://*) ;; *) return 1 ;; esac
}
"""


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.M | re.S)


def without_comments(block: str) -> list[str]:
    return [re.sub(r"\s+#.*$", "", line) for line in block.splitlines() if not line.startswith("#")]


def example(text: str, web: SampleWeb, port: int) -> str:
    """The script of a page with the sample web in the place of its example site."""
    site = "mau.binh-luc"
    return (
        text.replace("https://binhluc.example.vn/tin-tuc", web.addresses[site] + SYSTEMS[site].listing_path(1))
        .replace("ha-nam.binh-luc", "ha-nam.binh-luc.cong-thong-tin")
        .replace("--port 8001", f"--port {port}")
    )


@pytest.mark.parametrize("page", [english for english, _ in PAIRS])
def test_every_command_runs(page: str, web: SampleWeb, tmp_path: Path) -> None:
    """Of each pair one: both have the same commands, as another test says."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = "set -euo pipefail\n" + SERVE + "set -x\n" + example("".join(blocks(page, "sh")), web, port)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("UNION_", "SCRAPY"))}
    allowed = {name: value for name, value in web.environment().items() if name != "UNION_ARCHIVE_SOURCES"}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path, env=clean | allowed | {"PATH": path}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "kho" / "data" / "site" / "union-news.db").is_file()


def commands_of_a_server() -> list[str]:
    return sorted({line for page in PAGES for block in blocks(page, "sh as-root") for line in without_comments(block)})


@pytest.mark.parametrize("line", commands_of_a_server())
def test_a_command_that_needs_root_is_known_to_its_tool(line: str) -> None:
    for command in line.split(" | "):
        words = shlex.split(command)
        program, *rest = words[1:] if words[0] == "sudo" else words
        for word in rest:
            if word.startswith("deploy/"):
                assert (ROOT / word).is_file(), word
        if Path(program).name in OURS:
            known = {option for parameter in main.commands[rest[0]].params for option in parameter.opts}
            assert {word for word in rest if word.startswith("--")} <= known
            continue
        name = Path(program).name
        found = shutil.which(name) or shutil.which(name, path=f"/usr/sbin:{BIN}")
        if found is None:
            pytest.skip(f"{name} is not on this machine")
        verbs = rest[:1] if name in ("pip", "docker") else []
        if name == "docker" and subprocess.run([found, *verbs, "version"], capture_output=True, check=False).returncode:
            pytest.skip("docker compose is not on this machine")
        shown = subprocess.run([found, *verbs, "--help"], capture_output=True, text=True, check=False)
        help_text = shown.stdout + shown.stderr
        assert all(word in help_text for word in rest if word.startswith("--") and name != "docker"), help_text
        if name == "make":
            assert re.search(rf"^{rest[0]}:", (ROOT / "Makefile").read_text(), re.M)


@pytest.mark.parametrize("page", PAGES)
def test_settings_that_are_shown_are_settings(page: str) -> None:
    (block,) = blocks(page, "yaml")
    settings, problems = parse_settings(yaml.safe_load(block))
    assert problems == []
    assert settings.mail
    assert settings.webhook
    assert settings.ping


@pytest.mark.parametrize(("english", "vietnamese"), PAIRS)
def test_both_languages_have_the_same_commands(english: str, vietnamese: str) -> None:
    for kind in ("sh", "sh as-root"):
        ours, theirs = ([without_comments(block) for block in blocks(page, kind)] for page in (english, vietnamese))
        assert ours == theirs


@pytest.mark.parametrize("page", PAGES)
def test_every_warning_has_its_row(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert [kind for kind in CURES if kind != "never run" and f"| `{kind}` |" not in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_sentences_exist(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    named = set(re.findall(r"`(?:union-archive) ([a-z-]+)", text))
    assert named <= set(main.commands)
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("https://") or (DOCS / target).exists(), target
