"""Whom a run tells: settings.yml of the data folder, or the file that UNION_ARCHIVE_SETTINGS names."""

import os
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.yaml_file import parse_yaml

SECURITIES = {"starttls": 587, "tls": 465, "none": 25}
"""How the way to the mail host is kept secret, with the port that is usual for it."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 10
TIMEOUT_MOST = 120


@dataclass(frozen=True, slots=True)
class Mail:
    """Where mail is handed in, by whom and to whom."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    sender: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Who is told; None: nobody that way. `timeout` is in seconds, for each attempt as a whole."""

    mail: Mail | None = None
    webhook: str | None = None
    ping: str | None = None
    timeout: float = TIMEOUT


class SettingsError(ArchiveError):
    """Bad settings: one line each with file, key, cause and cure."""

    def __init__(self, path: Path, problems: list[tuple[str, str, str]]):
        Exception.__init__(self, "\n".join(f"{path}: {key}: {cause}; {cure}" for key, cause, cure in problems))


def read_settings(folder: DataFolder) -> Settings:
    """The folder's settings; nobody is told where there is no file. Raises SettingsError that names every fault."""
    named = os.environ.get("UNION_ARCHIVE_SETTINGS")
    path = Path(named) if named else folder.settings
    try:
        read = parse_yaml(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if not named:
            return Settings()
        raise SettingsError(path, [("file", "there is no such file", "mend UNION_ARCHIVE_SETTINGS")]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(path, [("file", f"cannot be read ({error})", "make it a readable UTF-8 file")]) from error
    except yaml.YAMLError as error:
        cause = f"this is no YAML ({' '.join(str(error).split())})"
        raise SettingsError(path, [("file", cause, "mend it at that place")]) from error
    settings, problems = parse_settings(read)
    if problems:
        raise SettingsError(path, problems)
    return settings


def parse_settings(read: Any) -> tuple[Settings, list[tuple[str, str, str]]]:
    """Settings as YAML gives them, and what is wrong with them: key, cause, cure. Pure."""
    if read is None:
        return Settings(), []
    if not isinstance(read, dict):
        return Settings(), [("file", "it holds no 'key: value' lines", "write mail:, webhook: or ping:")]
    problems = _unknown("", read, ("mail", "webhook", "ping", "timeout"))
    for key in ("webhook", "ping"):
        if read.get(key) is not None and (fault := _no_address(read[key])):
            problems.append((key, f"{_shown(read[key])} {fault}", "write https://host/…"))
    timeout = TIMEOUT if read.get("timeout") is None else read["timeout"]
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= TIMEOUT_MOST:
        problems.append(("timeout", f"{timeout!r} is not usable here", f"write seconds, at most {TIMEOUT_MOST}"))
    mail, faults = (None, []) if read.get("mail") is None else _mail(read["mail"])
    problems += faults
    if problems:
        return Settings(), problems
    return Settings(mail, read.get("webhook"), read.get("ping"), timeout), []


def _mail(read: Any) -> tuple[Mail | None, list[tuple[str, str, str]]]:
    if not isinstance(read, dict):
        return None, [("mail", f"{read!r} is not usable here", "write host:, from: and to: below it")]
    problems = _unknown("mail.", read, ("host", "port", "security", "user", "password", "from", "to"))
    security = read.get("security", "starttls")
    if security not in SECURITIES:
        problems.append(("mail.security", f"{security!r} is no such choice", f"use one of {', '.join(SECURITIES)}"))
    port = read.get("port", SECURITIES.get(str(security)))
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        problems.append(("mail.port", f"{port!r} is no port", "write a number from 1 to 65535"))
    host = read.get("host")
    if not isinstance(host, str) or not host.strip() or not host.isprintable() or " " in host or "/" in host:
        problems.append(("mail.host", "missing" if host is None else f"{host!r} is no host", "write smtp.example.org"))
    to = [read["to"]] if isinstance(read.get("to"), str) else read.get("to")
    if not isinstance(to, list) or not to or not all(map(_is_mailbox, to)):
        problems.append(("mail.to", "missing" if to is None else f"{to!r} are no addresses", "write a list of a@b.vn"))
    if not _is_mailbox(sender := read.get("from")):
        problems.append(("mail.from", "missing" if sender is None else f"{sender!r} is no address", "write a@b.vn"))
    user, password = read.get("user"), read.get("password")
    if any(value is not None and not isinstance(value, str) for value in (user, password)):
        problems.append(("mail.password", "user and password are texts", 'write them in quotes, like "1234"'))
    if (user is None) != (password is None):
        problems.append(("mail.password", "user and password go together", "write both, or none"))
    if user is not None and security == "none" and host not in LOOPBACK:
        problems.append(("mail.security", "the password would travel for all to read", "use starttls or tls"))
    if problems:
        return None, problems
    return Mail(str(host), int(port or 0), str(security), user, password, str(sender), tuple(to or ())), []


def _unknown(prefix: str, read: dict[Any, Any], known: tuple[str, ...]) -> list[tuple[str, str, str]]:
    return [(f"{prefix}{key}", "no such setting", f"use one of {', '.join(known)}") for key in read if key not in known]


def _no_address(value: Any) -> str | None:
    """What keeps a value from being an address that is asked; None: nothing."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        return "is no address"
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return "is no address"
    if not usable:
        return "is no http or https address"
    return "holds a user or password" if parts.username is not None else None


def _shown(value: Any) -> str:
    """A setting in an error: what follows the host of an address is often its secret."""
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _is_mailbox(value: Any) -> bool:
    if not isinstance(value, str) or not value.isprintable():
        return False
    address = parseaddr(value)[1]
    return address.count("@") == 1 and not address.startswith("@") and not address.endswith("@") and " " not in address
