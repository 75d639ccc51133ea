"""Runs the server: on loopback, unless it is told to listen elsewhere and callers show a token."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from landbridge.app.guard import LOOPBACK
from landbridge.errors import InputError, Problem

TOKEN = "LANDBRIDGE_TOKEN"


def serve(
    cases: Mapping[str, Path],
    *,
    first: str,
    host: str = "127.0.0.1",
    port: int = 8321,
    remote: bool = False,
    token: str | None = None,
    names: tuple[str, ...] = (),
    cache: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serves the page until interrupted.

    cases: folders by name. first: the case it opens with. host, port: where to listen; port 0 takes a free one. remote:
    whether an address other than loopback is meant. token: what callers must show, None for nothing; drawn when remote
    and not given. names: further names under which callers reach it. say: takes the address to open.
    Raises InputError for an address that is not loopback without `remote`, a port in use, a folder not to be written.
    """
    import socket

    import uvicorn

    from landbridge.app.api import create_app
    from landbridge.app.store import Store, default_folder

    local = host in LOOPBACK
    if not local and not remote:
        message = f"{host} is not this machine alone"
        raise InputError(Problem("--host", message, "add --remote if others may reach it; they need a token"))
    if token or remote:
        token = token or secrets.token_urlsafe(24)
        if len(token) < 16 or not token.isascii():
            raise InputError(Problem(TOKEN, "is too short to be a secret", "16 ASCII characters or more"))
    store = Store(cache or default_folder())
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, asyncio sends small answers at once instead of waiting for the other end's receipt.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        message = f"cannot listen on {host} port {port}: {error.strerror}"
        raise InputError(Problem("--port", message, "name another, or 0 for a free one")) from error
    port = listener.getsockname()[1]
    hosts = LOOPBACK | frozenset(names) | (frozenset() if host in ("0.0.0.0", "::") else frozenset({host}))
    app = create_app(cases, store, hosts=hosts, token=token, first=first)
    shown = f"[{host}]" if ":" in host else host
    say(f"http://{shown}:{port}/" + (f"#token={token}" if token else ""))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
        limit_concurrency=400,
        h11_max_incomplete_event_size=32_768,
        proxy_headers=False,
        ws="none",
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[listener])
