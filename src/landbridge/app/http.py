"""Requests and answers: bodies read within bounds, and one shape for every error."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import MutableMapping
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from landbridge.app.assets import Asset
from landbridge.app.guard import App, Receive, Scope, Send
from landbridge.app.jobs import FAILED, TooManyError, UnavailableError, plain
from landbridge.errors import InputError, Problem

MOST_JSON_BYTES = 64_000
_SECONDS_TO_SEND = 20.0
_LOG = logging.getLogger(__name__)
_STATUS = {TooManyError: 429, UnavailableError: 503}
Model = TypeVar("Model", bound=BaseModel)


class RefusedError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, *problems: Problem) -> None:
        self.status, self.problems = status, problems


async def body(request: Request, most: int) -> bytes:
    """The body of a request, of at most so many bytes, within a time."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise RefusedError(413, Problem("body", f"is longer than {most} bytes", "send less"))

    async def gathered() -> bytes:
        found = bytearray()
        async for chunk in request.stream():
            found += chunk
            if len(found) > most:
                raise RefusedError(413, Problem("body", f"is longer than {most} bytes", "send less"))
        return bytes(found)

    try:
        return await asyncio.wait_for(gathered(), _SECONDS_TO_SEND)
    except TimeoutError:
        raise RefusedError(408, Problem("body", "did not arrive in time", "send it again")) from None
    except ClientDisconnect:
        raise RefusedError(400, Problem("body", "did not arrive whole", "send it again")) from None


async def model(request: Request, kind: type[Model]) -> Model:
    """The JSON body of a request as a checked model."""
    content = await body(request, MOST_JSON_BYTES)
    media = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if media != "application/json":
        raise RefusedError(415, Problem("Content-Type", "is not application/json", "send JSON"))
    try:
        text = content.decode("utf-8")
        found = json.loads(text, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)[:200]
        reason = reason.encode("ascii", "replace").decode("ascii")
        raise RefusedError(400, Problem("body", f"is not JSON: {reason}", "see /openapi.json")) from None
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        raise RefusedError(422, *_invalid(error.errors(include_url=False, include_context=False))) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _invalid(errors: Any) -> list[Problem]:
    return [
        Problem(
            ".".join(str(part)[:80] for part in one["loc"]) or "body",
            str(one["msg"])[:300],
            "see /openapi.json",
        )
        for one in errors[:20]
    ]


def done(answer: tuple[Any, ...]) -> dict[str, Any]:
    """What a process of ours answered with. Raises RefusedError with its problems where it failed."""
    kind, found = answer
    if kind == "done":
        return dict(found)
    problems = [Problem(**one) for one in found]
    raise RefusedError(500 if FAILED in problems else 422, *problems)


def takes(kind: type[BaseModel]) -> dict[str, Any]:
    """The description of a JSON body for OpenAPI."""
    schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def given(request: Request, found: Asset) -> Response:
    """An asset as an answer, packed where the caller can unpack, or word that it has not changed."""
    headers = {"etag": found.tag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.packed, media_type=found.kind, headers=headers)
    return Response(found.content, media_type=found.kind, headers=headers)


class Unforeseen:
    """Answers for what nobody foresaw: the client learns that it failed, the log how."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http" or begun:
                # Half an answer cannot be taken back: the connection ends with it.
                raise
            _LOG.exception("%s %r failed", scope["method"], scope["path"])
            answer = JSONResponse({"problems": plain((FAILED,))}, status_code=500)
            await answer(scope, receive, send)


def describe_errors(app: FastAPI) -> None:
    """Every error is one shape: {problems: [{place, message, remedy}]}."""
    app.add_middleware(Unforeseen)

    def answer(status: int, problems: list[dict[str, str]]) -> JSONResponse:
        return JSONResponse({"problems": problems}, status_code=status)

    @app.exception_handler(RefusedError)
    async def refused(request: Request, error: RefusedError) -> JSONResponse:
        del request
        return answer(error.status, plain(error.problems))

    @app.exception_handler(InputError)
    async def wrong(request: Request, error: InputError) -> JSONResponse:
        del request
        status = next((found for kind, found in _STATUS.items() if isinstance(error, kind)), 422)
        return answer(status, plain(error.problems))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        del request
        return answer(422, plain(tuple(_invalid(error.errors()))))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> JSONResponse:
        del request
        problem = Problem("request", str(error.detail).lower(), "see /openapi.json")
        found = answer(error.status_code, plain((problem,)))
        found.headers.update(error.headers or {})
        return found
