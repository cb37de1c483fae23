"""Who is told of a source whose state changed: over a real HTTP server and a real mail server on this machine."""

import json
import os
import socket
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from archive.folder import DataFolder
from archive.health import HealthWarning
from archive.operate.changes import RUN, State, changes, states, subject, told_now
from archive.operate.delivery import ping, post, send_mail
from archive.operate.notify import notify
from archive.operate.report import Report, Step
from archive.operate.settings import Mail, Settings, SettingsError, parse_settings, read_settings
from tests.conftest import Operator
from tests.run_rows import NOW

pytestmark = pytest.mark.filterwarnings("ignore:The 'Session.login_data'", "ignore:Requiring AUTH")


class Asked(NamedTuple):
    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class Hook:
    """A web server that remembers what it was asked; `status` is what it answers, after `wait` seconds."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status, self.wait = 200, 0.0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hook.asked.append(Asked(self.command, self.path, body, dict(self.headers.items())))
                time.sleep(hook.wait)
                self.send_response(hook.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(asked.body) for asked in self.asked if asked.method == "POST"]


@pytest.fixture
def hook() -> Iterator[Hook]:
    web = Hook()
    yield web
    web.server.shutdown()
    web.server.server_close()


class Postbox:
    """What a mail server does with messages: keep them; refuse those to nobody@."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type]
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"kho", "mật".encode()), handled=False)


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Postbox, int]]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def mail(port: int, **more: Any) -> Mail:
    sender = "Kho tin <kho@example.org>"
    return replace(Mail("127.0.0.1", port, "none", None, None, sender, ("a@example.org", "b@example.org")), **more)


def warning(kind: Any, since: str = "2026-11-20") -> HealthWarning:
    return HealthWarning(kind, since, f"{kind} since {since}")


def report(problem: str | None = None, **warnings: list[HealthWarning]) -> Report:
    return Report(started=NOW, ended=NOW, steps=(Step("publish", 1.0, problem),), warnings=warnings)


def folder(tmp_path: Path, **settings: Any) -> DataFolder:
    found = DataFolder(tmp_path / "data")
    found.root.mkdir(exist_ok=True)
    found.settings.write_text(yaml.safe_dump(settings), "utf-8")
    return found


# What changed.


def test_only_what_is_other_than_told_is_a_change() -> None:
    now = {"a": State("blocked", "why"), "b": State("ok"), "c": State("silent"), "d": State("ok")}
    changed = changes({"b": "silent", "c": "silent"}, now)
    assert [(one.source, one.before, one.now) for one in changed] == [("a", "ok", "blocked"), ("b", "silent", "ok")]
    told = told_now({"b": "silent", "c": "silent", "gone": "drift"}, now)
    assert told == {"a": "blocked", "c": "silent", "gone": "drift"}
    assert changes(told, now) == []


def test_a_source_that_never_ran_is_no_alarm_and_two_warnings_are_one_state() -> None:
    found = states(report(a=[warning("never run")], b=[warning("drift"), warning("silent")], c=[]))
    assert {source: state.name for source, state in found.items()} == {
        RUN: "ok", "a": "ok", "b": "drift, silent", "c": "ok",
    }  # fmt: skip
    assert "look at a new page of it" in found["b"].detail


def test_a_step_that_fails_is_a_state_of_the_run_and_unknown_sources_stay_untold() -> None:
    found = states(replace(report("disk full (status 1)"), warnings=None))
    assert found == {RUN: State("failed", "publish: disk full (status 1)")}


def test_the_subject_says_what_in_both_languages() -> None:
    one = changes({}, {"a.b": State("silent")})
    assert subject(one) == "Kho tin công đoàn: a.b im lặng / silent"
    assert "2 nguồn đổi trạng thái / 2 sources changed" in subject([*one, *one])
    assert one[0].line == "a.b: ok → silent (im lặng)"


# Told once, and again when it is over.


def test_a_webhook_hears_of_each_change_once(tmp_path: Path, hook: Hook) -> None:
    data = folder(tmp_path, webhook=f"{hook.address}/hook")
    ill, well = report(a=[warning("blocked")], b=[]), report(a=[], b=[])
    assert notify(data, ill).told == ("webhook: a: ok → blocked",)
    assert notify(data, ill).told == ()
    assert notify(data, report(a=[warning("blocked"), warning("silent")])).told == (
        "webhook: a: blocked → blocked, silent",
    )
    assert notify(data, well).told == ("webhook: a: blocked, silent → ok",)
    assert notify(data, well).told == ()
    first, _, last = hook.told
    assert "a: ok → blocked (bị chặn): blocked since 2026-11-20; open the site in a browser" in first["text"]
    assert first["changes"][0]["now"] == "blocked"
    assert first["run"]["complete"] is True
    assert last["changes"] == [{"source": "a", "before": "blocked, silent", "now": "ok", "detail": ""}]
    assert {(asked.method, asked.path) for asked in hook.asked} == {("POST", "/hook")}
    assert hook.asked[0].headers["Content-Type"].startswith("application/json")


def test_what_could_not_be_told_is_told_after_the_next_run(tmp_path: Path, hook: Hook) -> None:
    data = folder(tmp_path, webhook=hook.address)
    hook.status = 500
    failed = notify(data, report(a=[warning("drift")]))
    assert failed.ok, "a message that is not delivered fails no run"
    assert failed.untold == ("webhook: answered with status 500; tried again after the next run, see settings.yml",)
    hook.status = 204
    assert notify(data, report(a=[warning("drift")])).told == ("webhook: a: ok → drift",)


def test_each_way_is_told_by_itself(tmp_path: Path, hook: Hook) -> None:
    with mail_server() as (box, port):
        settings = {"host": "127.0.0.1", "port": port, "security": "none", "from": "a@b.vn", "to": "c@d.vn"}
        data = folder(tmp_path, webhook=hook.address, mail=settings)
        hook.status = 503
        first = notify(data, report(a=[warning("silent")]))
        assert first.told == ("mail: a: ok → silent",)
        hook.status = 200
        assert notify(data, report(a=[warning("silent")])).told == ("webhook: a: ok → silent",)
    assert len(box.messages) == 1


def test_sources_that_could_not_be_judged_are_not_told_to_be_well(tmp_path: Path, hook: Hook) -> None:
    data = folder(tmp_path, webhook=hook.address)
    notify(data, report(a=[warning("silent")]))
    told = notify(data, replace(report("crawl.db: damaged"), warnings=None)).told
    assert told == (f"webhook: {RUN}: ok → failed",)
    assert notify(data, report(a=[warning("silent")])).told == (f"webhook: {RUN}: failed → ok",)


def test_a_run_that_was_asked_to_end_tells_nothing(tmp_path: Path, hook: Hook) -> None:
    data = folder(tmp_path, webhook=hook.address, ping=hook.address)
    notify(data, replace(report(a=[warning("silent")]), ended_by="SIGTERM"))
    assert hook.asked == []


def test_a_damaged_memory_tells_again_and_says_so(tmp_path: Path, hook: Hook) -> None:
    data = folder(tmp_path, webhook=hook.address)
    for damage in ("{", "[]", '{"webhook": 3}', "\xff"):
        data.told.write_bytes(damage.encode("latin-1"))
        found = notify(data, report(a=[warning("silent")]))
        assert found.told == ("webhook: a: ok → silent",)
        assert "what was told before is told again" in found.untold[0]
        assert notify(data, report(a=[warning("silent")])) == report(a=[warning("silent")])


# Ping.


def test_a_complete_run_is_pinged_whatever_its_sources_do(tmp_path: Path, hook: Hook) -> None:
    data = folder(tmp_path, ping=f"{hook.address}/ping?x=1")
    assert notify(data, report(a=[warning("blocked")])).told == ("ping",)
    assert [(asked.method, asked.path) for asked in hook.asked] == [("GET", "/ping?x=1")]
    assert notify(data, report("disk full")).told == ()
    assert len(hook.asked) == 1, "a run that published nothing is as silent as a dead machine"
    hook.status = 404
    assert notify(data, report()).untold == ("ping: answered with status 404; see settings.yml",)


# The ways themselves.


def test_an_address_that_redirects_is_not_followed(hook: Hook) -> None:
    for status in (301, 302, 307, 308):
        hook.status = status
        assert post(hook.address, {}, 5) == f"answered with status {status}"
        assert ping(hook.address, 5) == f"answered with status {status}"
    assert {asked.path for asked in hook.asked} <= {"", "/"}


def test_a_slow_answer_is_not_waited_for(hook: Hook) -> None:
    hook.wait = 3
    began = time.monotonic()
    assert post(hook.address, {}, 0.3) in ("no answer in 0.3 s", "cannot be reached (timed out)")
    assert time.monotonic() - began < 1.5


def test_nobody_there_is_one_line() -> None:
    assert "cannot be reached (Connection refused)" in str(post("http://127.0.0.1:9/secret", {}, 5))
    assert "cannot be reached" in str(send_mail(mail(9), "s", "t", 5))


def test_a_mail_says_what_changed(tmp_path: Path) -> None:
    with mail_server() as (box, port):
        assert send_mail(mail(port), "Kho tin công đoàn: đổi", "Đầm Hà: ok → silent\n", 5) is None
    (message,) = box.messages
    assert message["Subject"] == "Kho tin công đoàn: đổi"
    assert message["To"] == "a@example.org, b@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Message-ID"].endswith("@example.org>")
    assert message.get_content().strip() == "Đầm Hà: ok → silent"


def test_a_mailbox_that_is_refused_is_named(tmp_path: Path) -> None:
    with mail_server() as (box, port):
        fault = send_mail(mail(port, to=("nobody@example.org", "a@example.org")), "s", "t", 5)
    assert fault == "refused for nobody@example.org"
    assert len(box.messages) == 1


def test_a_password_is_given_where_one_is_asked_for_and_never_told() -> None:
    options = {"auth_require_tls": False, "auth_required": True, "authenticator": authenticate}
    with mail_server(**options) as (box, port):
        assert "status 530" in str(send_mail(mail(port), "s", "t", 5))
        wrong = send_mail(mail(port, user="kho", password="hunter2"), "s", "t", 5)
        assert wrong == "user or password is refused"
        assert box.messages == []


def test_a_host_without_starttls_gets_neither_password_nor_message() -> None:
    with mail_server() as (box, port):
        fault = send_mail(mail(port, security="starttls", user="kho", password="x"), "s", "t", 5)
        assert "STARTTLS" in str(fault)
        assert send_mail(mail(port, security="tls"), "s", "t", 5) is not None
    assert box.messages == []


# Settings.


def test_all_settings_are_optional() -> None:
    for nothing in (None, {}, {"mail": None, "webhook": None}):
        assert parse_settings(nothing) == (Settings(), [])


def test_settings_as_the_help_shows_them(operator: Operator) -> None:
    shown = operator.run("union-archive", "notify", "--help").stdout
    text = textwrap.dedent(shown[shown.index("    mail:") :])
    settings, problems = parse_settings(yaml.safe_load(text))
    assert problems == []
    assert settings.mail is not None
    assert (settings.mail.port, settings.mail.security) == (587, "starttls")
    assert settings.webhook is not None
    assert settings.ping is not None


GOOD_MAIL = {"host": "smtp.example.org", "from": "a@b.vn", "to": ["c@d.vn"]}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ([], ["file", "'key: value' lines"]),
        ({"mial": {}}, ["mial", "no such setting", "mail, webhook, ping, timeout"]),
        ({"webhook": "file:///etc/passwd"}, ["webhook", "no http or https address"]),
        ({"webhook": "ftp://x.example/"}, ["webhook", "no http or https address"]),
        ({"webhook": "https://u:p@x.example/"}, ["webhook", "user or password"]),
        ({"webhook": "http://x.example:99999/"}, ["webhook", "is no address"]),
        ({"ping": "https://x.example/\r\nHost: y"}, ["ping", "is no address"]),
        ({"ping": 7}, ["ping", "is no address"]),
        ({"timeout": 0}, ["timeout", "seconds"]),
        ({"timeout": True}, ["timeout", "seconds"]),
        ({"mail": []}, ["mail", "host:"]),
        ({"mail": {}}, ["mail.host", "missing"]),
        ({"mail": {**GOOD_MAIL, "host": "smtp example"}}, ["mail.host", "no host"]),
        ({"mail": {**GOOD_MAIL, "port": 0}}, ["mail.port", "1 to 65535"]),
        ({"mail": {**GOOD_MAIL, "port": "25"}}, ["mail.port", "1 to 65535"]),
        ({"mail": {**GOOD_MAIL, "security": "ssl"}}, ["mail.security", "starttls, tls, none"]),
        ({"mail": {**GOOD_MAIL, "to": []}}, ["mail.to", "no addresses"]),
        ({"mail": {**GOOD_MAIL, "to": ["c@d.vn\nBcc: x@y.vn"]}}, ["mail.to", "no addresses"]),
        ({"mail": {**GOOD_MAIL, "from": "a"}}, ["mail.from", "no address"]),
        ({"mail": {**GOOD_MAIL, "user": "u"}}, ["mail.password", "go together"]),
        ({"mail": {**GOOD_MAIL, "user": "u", "password": 1234}}, ["mail.password", "in quotes"]),
        ({"mail": {**GOOD_MAIL, "user": "u", "password": "p", "security": "none"}}, ["mail.security", "travel"]),
        ({"mail": {**GOOD_MAIL, "pasword": "p"}}, ["mail.pasword", "no such setting"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(tmp_path: Path, settings: Any, told: list[str]) -> None:
    data = folder(tmp_path)
    data.settings.write_text(yaml.safe_dump(settings), "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(data)
    lines = str(caught.value).splitlines()
    assert any(all(word in line for word in [str(data.settings), *told]) for line in lines), lines
    assert notify(data, report()).untold == tuple(lines), "in a run they are warnings"


def test_settings_that_are_no_yaml_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder(tmp_path)
    for text, told in (("a: [", "no YAML"), ("\udcff", "cannot be read")):
        data.settings.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(SettingsError, match=told):
            read_settings(data)
    data.settings.unlink()
    assert read_settings(data) == Settings()
    monkeypatch.setenv("UNION_ARCHIVE_SETTINGS", str(tmp_path / "other.yml"))
    with pytest.raises(SettingsError, match="no such file; mend UNION_ARCHIVE_SETTINGS"):
        read_settings(data)
    (tmp_path / "other.yml").write_text("ping: https://p.example/1", "utf-8")
    assert read_settings(data).ping == "https://p.example/1"


# The commands.


@pytest.mark.soak
def test_notify_test_tries_every_way(operator: Operator, hook: Hook) -> None:
    folder(operator.folder.root.parent, webhook=f"{hook.address}/hook", ping=f"{hook.address}/ping")
    done = operator.run("union-archive", "notify", "--test")
    assert (done.returncode, done.stdout) == (0, "webhook: sent\nping: sent\n")
    assert [asked.path for asked in hook.asked] == ["/hook", "/ping"]
    assert not operator.folder.told.exists()
    hook.status = 500
    done = operator.run("union-archive", "notify", "--test")
    assert done.returncode == 1
    assert "webhook: answered with status 500" in done.stderr
    operator.folder.settings.unlink()
    done = operator.run("union-archive", "notify", "--test")
    assert done.returncode == 1
    assert "nobody is told" in done.stderr


@pytest.mark.soak
def test_a_run_tells_of_a_blocked_source_once(watched_sample: Operator, hook: Hook) -> None:
    watched_sample.folder.root.mkdir()
    watched_sample.folder.settings.write_text(f"webhook: {hook.address}/hook\nping: {hook.address}/ping\n", "utf-8")
    for _ in range(2):
        done = watched_sample.run("union-archive", "run", "mau.dam-ha")
        assert done.returncode == 0, done.stderr
    (told,) = hook.told
    assert [(one["source"], one["now"]) for one in told["changes"]] == [("mau.dam-ha", "silent")]
    assert [asked.path for asked in hook.asked] == ["/hook", "/ping", "/ping"]
    assert json.loads(watched_sample.folder.told.read_text("utf-8")) == {"webhook": {"mau.dam-ha": "silent"}}
    assert os.listdir(watched_sample.folder.root).count("told.json") == 1
