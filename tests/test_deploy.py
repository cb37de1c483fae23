"""deploy/: every file is checked by the tool that will read it, and nginx is run before a small site."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.cli import main
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())


def tool(name: str) -> str:
    """The program, here or in the environment; the test is skipped where it is not."""
    found = shutil.which(name, path=os.pathsep.join([str(BIN), os.environ.get("PATH", ""), "/usr/sbin"]))
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def checked(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# systemd.


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with the program that is here: a unit whose program is missing is refused."""
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("/opt/union-archive/bin", str(BIN)), "utf-8")
    return tmp_path


def test_systemd_takes_the_units(units: Path) -> None:
    told = checked(tool("systemd-analyze"), "verify", "--man=no", *sorted(units.iterdir()))
    assert [line for line in told.splitlines() if "union-archive" in line] == []


def test_the_services_are_shut_in(units: Path) -> None:
    """systemd's own measure from 0 (shut in) to 10; a service without any of these settings has 9.6."""
    for name in UNITS:
        if name.endswith(".service"):
            checked(tool("systemd-analyze"), "security", "--offline=true", "--threshold=20", "--no-pager", units / name)


def test_the_timer_catches_up_and_does_not_strike_at_once() -> None:
    timer = (DEPLOY / "systemd" / "union-archive-run.timer").read_text("utf-8")
    assert "Persistent=true" in timer
    calendar = re.search(r"^OnCalendar=(.*)$", timer, re.M)
    spread = re.search(r"^RandomizedDelaySec=(.*)$", timer, re.M)
    assert calendar
    assert spread
    checked(tool("systemd-analyze"), "calendar", calendar[1])
    checked(tool("systemd-analyze"), "timespan", spread[1])


def commands() -> list[tuple[str, list[str]]]:
    """Every line of deploy/ that starts our program, with the file it stands in."""
    found = []
    for path in sorted(DEPLOY.rglob("*")):
        if not path.is_file():
            continue
        for line in path.read_text("utf-8").splitlines():
            if line.startswith(("ExecStart=", "CMD ")) or (path.parent.name == "cron" and "&&" in line):
                words = re.findall(r'[^\s"\[\],]+', line.partition("&&")[2] or line.partition("=")[2] or line[4:])
                found.append((path.name, words[1:]))
            elif line.strip().startswith(("command: ", "RUN union-archive")):
                words = re.findall(r"[a-z0-9./-]+", line.partition("union-archive")[2])
                found.append((path.name, words))
    return found


def test_every_command_in_deploy_is_one_of_ours() -> None:
    found = {(name, words[0]) for name, words in commands()}
    assert found == {
        ("union-archive-run.service", "run"), ("union-archive-serve.service", "serve"), ("union-archive", "run"),
        ("Containerfile", "init"), ("Containerfile", "serve"), ("compose.yaml", "run"),
    }  # fmt: skip
    for _, (command, *options) in commands():
        known = {option for parameter in main.commands[command].params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known


def test_tls_works_as_shut_in_as_the_harvest_is() -> None:
    """MemoryDenyWriteExecute must not come back: pyOpenSSL's callbacks need what it forbids."""
    run, serve = (
        (DEPLOY / "systemd" / f"union-archive-{name}.service").read_text("utf-8") for name in ("run", "serve")
    )
    assert "\nMemoryDenyWriteExecute=" not in run
    assert "\nMemoryDenyWriteExecute=yes\n" in serve
    denied = "import ctypes, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) and sys.exit(3); import archive.serve"
    done = subprocess.run([sys.executable, "-c", denied], cwd=ROOT, check=False)
    assert done.returncode in (0, 3), "the site starts without writable code; 3: a kernel before 6.3"


# cron.


def test_the_cron_line_is_one() -> None:
    lines = (DEPLOY / "cron" / "union-archive").read_text("utf-8").splitlines()
    jobs = [line for line in lines if line and not line.startswith("#") and not re.match(r"[A-Z_]+=", line)]
    (job,) = jobs
    minute, hour, *days, user, command = job.split(maxsplit=6)
    assert (0 <= int(minute) <= 59, 0 <= int(hour) <= 23, days, user) == (True, True, ["*"] * 3, "union-archive")
    assert "%" not in command, "cron makes a new line of it"
    assert subprocess.run(["/bin/sh", "-n", "-c", command], check=False).returncode == 0


# Containers.


def test_the_container_file_is_clean() -> None:
    assert checked(tool("hadolint"), DEPLOY / "container" / "Containerfile") == ""


def test_the_container_runs_as_nobody_special_from_hashed_files() -> None:
    text = (DEPLOY / "container" / "Containerfile").read_text("utf-8")
    assert re.findall(r"^FROM (\S+)", text, re.M) == ["python:3.12-slim"] * 2
    assert re.findall(r"^USER (\S+)", text, re.M) == ["10001"]
    for line in re.findall(r"pip install .*", text):
        assert "--require-hashes" in line or "--no-index" in line
    assert "\nHEALTHCHECK " in text
    copied = [source for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.M) for source in line.split()]
    assert set(copied) == {"requirements.txt", "dist/*.whl"}, "no data and no settings get into the image"


def test_the_compose_file_is_of_its_specification() -> None:
    checked(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", DEPLOY / "container" / "compose.yaml")


# nginx.


class Upstream:
    """The site's part: pages with its headers; `asked` counts the requests that reach it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                upstream.asked.append(f"{self.path} {self.headers.get('Accept-Encoding', '')}")
                body = b"Kho tin " * 1000
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "max-age=300" if "moi" not in self.path else "no-store")
                self.send_header("X-Content-Type-Options", "nosniff")
                self.send_header("Content-Security-Policy", "default-src 'self'")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def configured(folder: Path, port: int, upstream: int) -> Path:
    """nginx.conf with our site in it, its folders and ports moved to where a test may have them."""
    text = (DEPLOY / "nginx" / "union-archive.conf").read_text("utf-8")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("    listen [::]:80;\n", "")
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{upstream}")
    text = text.replace("/var/cache/nginx/union-archive", str(folder / "cache"))
    (folder / "site.conf").write_text(text, "utf-8")
    temporary = "".join(
        f"    {name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        ("user root;\n" if os.getuid() == 0 else "")
        + f"daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log stderr warn;\nevents {{}}\nhttp {{\n"
        f"    access_log off;\n{temporary}    include {folder}/site.conf;\n}}\n",
        "utf-8",
    )
    return folder / "nginx.conf"


def test_nginx_takes_the_site(tmp_path: Path) -> None:
    told = checked(tool("nginx"), "-t", "-e", "stderr", "-c", configured(tmp_path, free_port(), 8001))
    assert "test is successful" in told
    assert "[warn]" not in told


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[int, Upstream]]:
    """nginx with the site's configuration on a port of its own, and what stands behind it."""
    program, port, upstream = tool("nginx"), free_port(), Upstream()
    server = subprocess.Popen([program, "-e", "stderr", "-c", configured(tmp_path, port, upstream.port)])
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, upstream
    finally:
        server.terminate()
        server.wait(20)
        upstream.close()


def ask(port: int, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_pages_are_kept_and_compressed_and_their_headers_come_once(proxy: tuple[int, Upstream]) -> None:
    port, upstream = proxy
    encoding = {"Accept-Encoding": "gzip"}
    first, body = ask(port, "/tim-kiem?q=dam+ha", **encoding)
    assert (first.status, first.headers["Content-Encoding"], first.headers["X-Cache"]) == (200, "gzip", "MISS")
    assert len(body) < 1000
    second, _ = ask(port, "/tim-kiem?q=dam+ha", **encoding)
    plain, whole = ask(port, "/tim-kiem?q=dam+ha")
    assert second.headers["X-Cache"] == plain.headers["X-Cache"] == "HIT"
    assert len(whole) == 8000
    assert upstream.asked == ["/tim-kiem?q=dam+ha "], "asked once, for an uncompressed page"
    for name in ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control"):
        assert len(second.headers.get_all(name) or []) == 1, name
    assert "nginx/" not in second.headers["Server"]


def test_what_the_site_does_not_want_kept_is_not(proxy: tuple[int, Upstream]) -> None:
    port, upstream = proxy
    for path in ("/moi", "/union-news/articles.csv"):
        for _ in range(2):
            assert ask(port, path)[0].status == 200
        assert len([asked for asked in upstream.asked if asked.startswith(path)]) == 2


def test_who_asks_too_fast_is_told_to_wait(proxy: tuple[int, Upstream]) -> None:
    port, upstream = proxy
    answers = [ask(port, f"/bai/{number}")[0].status for number in range(80)]
    assert set(answers) == {200, 429}
    assert answers[:40] == [200] * 40, "a reader with all a page's files is none of those"
    assert len(upstream.asked) == answers.count(200)


def test_a_site_that_is_down_still_shows_what_was_asked_for(proxy: tuple[int, Upstream]) -> None:
    port, upstream = proxy
    assert ask(port, "/bai/a")[0].status == 200
    upstream.close()
    assert ask(port, "/bai/a")[0].status == 200
    assert ask(port, "/bai/b")[0].status == 502
