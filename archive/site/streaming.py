"""Responses of any length: made piece by piece, never held whole in memory."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import IO, TypeVar

from archive.site.datasette_api import Datasette, Request, Send

_PIECE = 1 << 16
_T = TypeVar("_T")


class Stream:
    """What a view returns instead of a Response; Datasette sends whatever has asgi_send."""

    def __init__(self, request: Request, pieces: AsyncGenerator[bytes, None], headers: dict[str, str]):
        self._request = request
        self._pieces = pieces
        self._headers = headers

    async def asgi_send(self, send: Send) -> None:
        """Send everything, or stop when nobody listens any more. An error on the way cuts the answer off, so that
        half a result is never taken for a whole one."""
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_disconnected(self._request))
        try:
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    if gone.done():
                        return
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError):
                await gone


async def begun(items: AsyncIterator[_T]) -> AsyncGenerator[_T, None]:
    """The same items, the first one made already: what is wrong with a request shows there, while it can still be
    answered with an error page."""
    first: list[_T] = []
    with suppress(StopAsyncIteration):
        first.append(await anext(items))

    async def whole() -> AsyncGenerator[_T, None]:
        for item in first:
            yield item
        async for item in items:
            yield item

    return whole()


async def streamed(
    datasette: Datasette,
    request: Request,
    pieces: AsyncGenerator[bytes, None],
    content_type: str,
    filename: str | None = None,
) -> Stream:
    """The response of some pieces, as a file to keep if it has a name. Raises what the first piece raises."""
    headers = {"content-type": content_type, "cache-control": f"max-age={datasette.setting('default_cache_ttl')}"}
    if filename:
        headers["content-disposition"] = f'attachment; filename="{filename}"'
    return Stream(request, await begun(pieces), headers)


async def pieces_of(file: IO[bytes]) -> AsyncGenerator[bytes, None]:
    """A file from its beginning; it is closed at the end."""
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


def temporary_file() -> IO[bytes]:
    """A file without a name: gone when it is closed, however the process ends."""
    return tempfile.TemporaryFile(prefix="union-news-")


async def _disconnected(request: Request) -> None:
    """Returns when the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
