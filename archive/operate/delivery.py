"""Mail, webhook and ping: one attempt each, in a bounded time; whatever goes wrong is one line, never an exception."""

import json
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from archive import __version__
from archive.operate.settings import Mail

AGENT = f"union-news-archive/{__version__}"


def send_mail(mail: Mail, subject: str, text: str, timeout: float) -> str | None:
    """Hand in a message; what went wrong, None where nothing did."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(mail.sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    message.set_content(text)

    def hand_in() -> None:
        context = ssl.create_default_context()
        if mail.security == "tls":
            host: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=timeout, context=context)
        else:
            host = smtplib.SMTP(mail.host, mail.port, timeout=timeout)
        with host:
            if mail.security == "starttls":
                host.starttls(context=context)
            if mail.user is not None and mail.password is not None:
                host.login(mail.user, mail.password)
            refused = host.send_message(message)
            if refused:
                raise smtplib.SMTPRecipientsRefused(refused)

    return _attempt(hand_in, timeout)


def post(address: str, payload: Mapping[str, Any], timeout: float) -> str | None:
    """POST JSON; what went wrong, None where nothing did."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": AGENT}
    return _attempt(lambda: _ask(Request(address, body, headers, method="POST"), timeout), timeout)  # noqa: S310


def ping(address: str, timeout: float) -> str | None:
    """GET an address; what went wrong, None where nothing did."""
    return _attempt(lambda: _ask(Request(address, headers={"User-Agent": AGENT}), timeout), timeout)  # noqa: S310


def _ask(request: Request, timeout: float) -> None:
    """Only http and https, and no redirect: what is sent goes where the operator said, or nowhere."""
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        opener.add_handler(handler())
    try:
        opener.open(request, timeout=timeout).close()  # the status is all that counts
    except HTTPError as error:
        error.close()
        raise


def _attempt(work: Callable[[], None], timeout: float) -> str | None:
    """Do it in a thread that is left alone after the timeout: name servers and slow answers know none of their own."""
    faults: list[BaseException] = []
    done = threading.Event()

    def attempt() -> None:
        try:
            work()
        except BaseException as error:
            faults.append(error)
        finally:
            done.set()

    threading.Thread(target=attempt, daemon=True).start()
    if not done.wait(timeout):
        return f"no answer in {timeout:g} s"
    return _cause(faults[0]) if faults else None


def _cause(error: BaseException) -> str:
    """The fault in words; neither an address nor a password is in them."""
    match error:
        case HTTPError():
            return f"answered with status {error.code}"
        case URLError():
            reason = error.reason
            return f"cannot be reached ({getattr(reason, 'strerror', None) or reason})"
        case smtplib.SMTPRecipientsRefused():
            return f"refused for {', '.join(map(str, error.recipients))}"
        case smtplib.SMTPAuthenticationError():
            return "user or password is refused"
        case smtplib.SMTPResponseException():
            text = error.smtp_error
            told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            return f"refused with status {error.smtp_code} ({told})"
        case smtplib.SMTPException() | HTTPException():
            return f"broken off ({type(error).__name__}: {error})"
        case OSError():
            return f"cannot be reached ({error.strerror or error})"
        case _:
            return f"{type(error).__name__}: {error}"
