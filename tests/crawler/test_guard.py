"""Nothing private is asked for: not by address, not by name, not after a redirect, not at another port."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.exceptions import CannotResolveHostError

from crawler.guard import is_refused, only_global
from tests.conftest import Operator
from tests.sites.small import Reply, SmallSite, article, listing, register, small_site


@pytest.fixture(autouse=True)
def nothing_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNION_ARCHIVE_ALLOW_PRIVATE", raising=False)


@pytest.fixture
def inside() -> Iterator[SmallSite]:
    """A service of the crawler's own network that nobody may reach."""
    with small_site({"/": article("Nội bộ"), "/robots.txt": Reply(b""), "/bai-9.html": article("Nội bộ")}) as site:
        yield site


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://10.1.2.3/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://0x7f.1/",
        "http://2130706433/", "http://127.1/", "http://localhost/", "http://localhost./", "http://a.localhost/",
        "http://nas.local/", "http://metadata.google.internal/", "http://congdoan.vn:6379/", "http://congdoan.vn:22/",
        "http://congdoan.vn:8080/", "http://congdoan.vn:99999/", "ftp://congdoan.vn/", "file:///etc/passwd", "http:///x",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(url: str) -> None:
    assert is_refused(url)


@pytest.mark.parametrize("url", ["http://congdoan.vn/", "https://congdoan.vn/a?b=c", "https://8.8.8.8/"])
def test_what_is_public_is_not(url: str) -> None:
    assert not is_refused(url)


def test_a_port_is_asked_only_where_the_record_names_it() -> None:
    assert not is_refused("http://congdoan.vn:8080/", own=("congdoan.vn:8080",))
    assert is_refused("http://congdoan.vn:8081/", own=("congdoan.vn:8080",))


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"]
)
def test_a_name_that_leads_inside_is_not_resolved(address: str) -> None:
    with pytest.raises(CannotResolveHostError, match=f"rebind.example leads to {address}"):
        only_global(address, "rebind.example")


def test_a_name_that_leads_outside_or_is_the_operators_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only_global("8.8.8.8", "congdoan.vn") == "8.8.8.8"
    monkeypatch.setenv("UNION_ARCHIVE_ALLOW_PRIVATE", "thu.noi-bo:8080")
    assert only_global("10.0.0.7", "thu.noi-bo") == "10.0.0.7"


def test_a_name_that_leads_inside_gets_not_a_byte(operator: Operator, tmp_path: Path, inside: SmallSite) -> None:
    port = inside.address.rsplit(":", 1)[1]
    # A name every machine resolves to itself, and no spelling the middleware could know.
    register(operator, tmp_path, f"http://ip6-localhost.:{port}", listing=["/"])
    operator.environment["UNION_ARCHIVE_ALLOW_PRIVATE"] = ""
    done = operator.run("scrapy", "harvest")
    assert done.returncode == 1
    assert inside.hits == []


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/bai-1.html", "/tin", "/robots.txt"])
def test_a_redirect_to_another_port_of_the_same_host_is_not_followed(
    operator: Operator, tmp_path: Path, inside: SmallSite, path: str
) -> None:
    pages = {"/tin": listing("/bai-1.html", "/bai-2.html")}
    pages |= {"/bai-1.html": article("Hội nghị"), "/bai-2.html": article("Đại hội")}
    pages[path] = Reply(b"", 302, {"Location": f"{inside.address}/bai-9.html"})
    with small_site(pages) as site:
        register(operator, tmp_path, site)
        done = operator.run("scrapy", "harvest", "--json")
    assert inside.hits == []
    (row,) = json.loads(done.stdout)
    assert row["new"] == {"/bai-1.html": 1, "/tin": 0, "/robots.txt": 2}[path]


@pytest.mark.soak
@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://[::1]/"])
def test_a_redirect_inside_is_counted_and_the_others_are_stored(
    operator: Operator, tmp_path: Path, target: str
) -> None:
    pages = {"/tin": listing("/bai-1.html", "/bai-2.html"), "/bai-2.html": article("Đại hội")}
    pages["/bai-1.html"] = Reply(b"", 302, {"Location": target})
    with small_site(pages) as site:
        register(operator, tmp_path, site)
        (row,) = json.loads(operator.run("scrapy", "harvest", "--json").stdout)
    assert row["new"] == 1
    assert sum(row["refused"].values()) + sum(row["failed"].values()) == 1
