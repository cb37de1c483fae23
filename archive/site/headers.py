"""Security headers around every response, Datasette's own included."""

from archive.site.datasette_api import App, Message, Receive, Scope, Send

# Datasette's own pages need inline scripts and styles; ours use neither.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

SECURITY: dict[bytes, bytes] = {
    b"content-security-policy": _POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
}


def secured(app: App) -> App:
    """The application with the headers on all it sends, each exactly once."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", [])
                kept = [(name, value) for name, value in headers if name.lower() not in SECURITY]
                message = {**message, "headers": [*kept, *SECURITY.items()]}
            await send(message)

        await app(scope, receive, sending)

    return wrapped
