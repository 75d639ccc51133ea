"""What every request passes first: whose it is, where it comes from, and what browsers may do with the answer."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"^(?:\[(?P<six>[0-9a-fA-F:]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::(?P<port>\d{1,5}))?$")
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What a browser says of a request by this server's own page, or by its user.
_OWN_SITES = frozenset({b"same-origin", b"none"})


def host_of(header: str) -> str:
    """The name or address in a Host header, without the port; empty when it is none."""
    found = _HOST.match(header)
    return "" if found is None else (found["six"] or found["name"] or "").casefold()


class Guard:
    """Refuses requests for other hosts, from other pages, and without the token where there is one.

    hosts: names and addresses under which the server answers; a page that another site points here by its own name is
    refused. token: what callers must show for /api, or None.
    """

    def __init__(self, app: App, hosts: Collection[str], token: str | None) -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._token = None if token is None else token.encode("utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.encode(), value.encode())
                        for name, value in HEADERS.items()
                        if name.encode() not in present
                    ),
                ]
                if b"cache-control" not in present:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, guarded)
            return
        status, problem = refusal
        content = json.dumps({"problems": [problem]}).encode("utf-8")
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await guarded({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _refusal(self, scope: Scope) -> tuple[int, dict[str, str]] | None:
        given: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name, []).append(value)
        host = given.get(b"host", [])
        name = host_of(host[0].decode("latin-1")) if len(host) == 1 else ""
        if not name or name not in self._hosts:
            return 403, _problem("Host", "is no name of this server", "open the address that it printed")
        origins = given.get(b"origin", [])
        if origins:
            allowed = {b"http://" + host[0], b"https://" + host[0]}
            if len(origins) != 1 or origins[0] not in allowed:
                return 403, _problem("Origin", "another page may not ask", "use the page of this server")
        elif (scope["method"] in _CHANGING or scope["path"].startswith("/api")) and not _OWN_SITES.issuperset(
            given.get(b"sec-fetch-site", [])
        ):
            return 403, _problem("Sec-Fetch-Site", "another page may not ask", "use the page of this server")
        if self._token is not None and scope["path"].startswith("/api"):
            shown = given.get(b"authorization", [b""])[0]
            if not hmac.compare_digest(shown, b"Bearer " + self._token):
                return 401, _problem(
                    "Authorization",
                    "the token is missing or wrong",
                    "open the address that the server printed",
                )
        return None


def _problem(place: str, message: str, remedy: str) -> dict[str, str]:
    return {"place": place, "message": message, "remedy": remedy}
