"""The parts of Datasette 0.65 that the plugin uses, with types: Datasette itself declares none."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

from datasette import NotFound as NotFound  # type: ignore[import-untyped]
from datasette import Response as Response
from datasette import hookimpl as _hookimpl
from datasette.database import QueryInterrupted as QueryInterrupted  # type: ignore[import-untyped]

DATABASE = "union-news"
"""The name of the database the plugin is for: its file is union-news.db. Beside others it is silent."""

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Row = Mapping[str, Any]

_F = TypeVar("_F", bound=Callable[..., object])


class Results(Protocol):
    """The rows of a query."""

    rows: Sequence[Row]

    def first(self) -> Row | None: ...
    def single_value(self) -> Any: ...


class Database(Protocol):
    """One database of a Datasette; `path` is None where it has no file."""

    path: str | None

    async def execute(
        self, sql: str, params: Mapping[str, object] | None = None, *, custom_time_limit: int | None = None
    ) -> Results: ...
    async def execute_fn(self, fn: Callable[[sqlite3.Connection], object]) -> object: ...


class Arguments(Protocol):
    """The query string of a request."""

    def get(self, name: str, default: str = "") -> str: ...
    def getlist(self, name: str) -> list[str]: ...


class Request(Protocol):
    """A request, its route already matched."""

    args: Arguments
    url_vars: Mapping[str, str]
    path: str
    query_string: str
    scope: Mapping[str, Any]
    actor: Mapping[str, Any] | None
    receive: Receive


class Urls(Protocol):
    """Makes paths that respect Datasette's base_url."""

    def path(self, path: str) -> str: ...


class Datasette(Protocol):
    """The application."""

    databases: Mapping[str, Database]
    urls: Urls

    def setting(self, key: str) -> Any: ...
    def plugin_config(self, plugin_name: str) -> Mapping[str, Any] | None: ...
    def absolute_url(self, request: Request, path: str) -> str: ...
    async def ensure_permissions(self, actor: Mapping[str, Any] | None, permissions: Sequence[object]) -> None: ...
    async def render_template(
        self, templates: str, context: Mapping[str, object], request: Request | None = None
    ) -> str: ...


def hookimpl(function: _F) -> _F:
    """Datasette's own mark of a hook, keeping the function's type."""
    return cast(_F, _hookimpl(function))


def hookimpl_last(function: _F) -> _F:
    """The same for a hook that must have the last word."""
    return cast(_F, _hookimpl(function, trylast=True))


def database(datasette: Datasette) -> Database | None:
    """The published archive, None when this Datasette serves something else."""
    return datasette.databases.get(DATABASE)
