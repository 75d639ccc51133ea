"""The operations of the page over HTTP: the same as those of the Python library, described in /openapi.json."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response

from landbridge import __version__
from landbridge.app import documents, figures, work
from landbridge.app.assets import Asset, asset, assets
from landbridge.app.desk import unfinished
from landbridge.app.guard import Guard
from landbridge.app.http import RefusedError, body, describe_errors, done, given, model, takes
from landbridge.app.jobs import FAILED, Job, cancel, plain
from landbridge.app.routing import RouteRequest
from landbridge.app.scenario import Scenario, case_of, settings
from landbridge.app.service import Held, Service, run_full
from landbridge.app.store import Store, settings_key
from landbridge.appraisal.quick import amounts_of
from landbridge.errors import InputError, Problem
from landbridge.world.data import read_json

_LONGEST_WAIT = 20.0


def _world() -> Asset:
    """Country outlines as GeoJSON."""
    features: list[dict[str, Any]] = []
    for iso3, entry in read_json("countries.json").items():
        assert isinstance(entry, dict)
        shape = {"type": "MultiPolygon", "coordinates": [[ring] for ring in entry["rings"]]}
        features.append(
            {
                "type": "Feature",
                "id": len(features) + 1,
                "properties": {"iso3": iso3, "name": entry["name"]},
                "geometry": shape,
            }
        )
    document = {"type": "FeatureCollection", "features": features}
    return asset(json.dumps(document, separators=(",", ":")).encode("utf-8"), "application/geo+json")


def create_app(
    cases: Mapping[str, Path], store: Store, *, hosts: frozenset[str], token: str | None, first: str
) -> Any:
    """The server's ASGI application.

    cases: folders of the cases it offers, by name. store: where finished results are kept. hosts: names under which it
    answers. token: what callers must show, or None. first: the case that the page opens with.
    """
    service = Service(cases, store)
    world = _world()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        del app
        assets()
        yield
        service.close()

    app = FastAPI(
        title="Landbridge",
        version=__version__,
        description="Appraises scenarios of a cooperation agreement. "
        "Errors come as {problems: [{place, message, remedy}]}.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=life,
    )
    describe_errors(app)

    async def aside(function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(service.background, function, *arguments)

    async def held(name: str) -> Held:
        found = service.cases.get(name)
        return found if found is not None and found.key else await aside(service.held, name)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return given(request, assets()["index.html"])

    @app.get("/static/{name:path}", include_in_schema=False)
    async def static(name: str, request: Request) -> Response:
        found = assets().get(name)
        if found is None:
            raise RefusedError(404, Problem("path", "there is no such file", "see /"))
        return given(request, found)

    @app.get("/api/cases")
    async def list_cases() -> dict[str, Any]:
        """The cases that can be appraised here."""
        return {"first": first, "cases": sorted(service.cases), "version": __version__}

    @app.get("/api/world")
    async def outlines(request: Request) -> Response:
        """Country outlines (Natural Earth, public domain) as GeoJSON."""
        return given(request, world)

    @app.get("/api/cases/{name}")
    async def describe_case(name: str) -> dict[str, Any]:
        """A case: its sides, measures with the bounds of their values, clauses, economies and their incomes."""
        found = await held(name)
        return found.about

    @app.get("/api/cases/{name}/engine")
    async def engine_state(name: str) -> dict[str, Any]:
        """How far a case's engine is; starts it. estimates: the error of the quick response, once it is there."""
        found = await held(name)
        engine = await aside(service.engine, found)
        response = engine.response
        return {
            "state": engine.state,
            "words": engine.words,
            "share": round(engine.share, 3),
            "problems": engine.problems,
            "drawn": engine.drawn is not None,
            "estimates": None if response is None else figures.stated_error(response, found.income),
        }

    @app.get("/api/cases/{name}/map")
    async def drawn_case(name: str) -> dict[str, Any]:
        """Where the measures of a case act, and its railways, crossings and ports; 409 until the engine has them."""
        found = await held(name)
        engine = await aside(service.engine, found)
        if engine.drawn is None:
            raise RefusedError(
                409, Problem("map", "the network is being prepared", "ask again in some seconds")
            )
        return engine.drawn

    @app.post("/api/cases/{name}/estimate", openapi_extra=takes(Scenario))
    async def estimate(name: str, request: Request) -> dict[str, Any]:
        """At once: the change of real income by economy in per cent, with the stated error; 409 until fitted.

        sides: what each programme side that is in place adds last, for the parties and the world.
        """
        scenario = await model(request, Scenario)
        found = await held(name)
        case = found.case()
        chosen = settings(case, scenario)
        engine = service.running(name) or await aside(service.engine, found)
        response = engine.response
        if scenario.shut:
            raise RefusedError(
                409, Problem("shut", "the quick estimates know no closures", "ask for exact figures")
            )
        if response is None:
            message = "the quick estimates are being fitted"
            raise RefusedError(
                409, Problem("estimate", message, "ask for exact figures, or again in a minute")
            )
        amounts = amounts_of(case.measures, chosen)
        document = figures.estimate(response, amounts, found.income)
        document["in_place"] = sorted(chosen)
        document["sides"] = figures.by_side(response, case, amounts, found.income)
        return document

    @app.post("/api/cases/{name}/exact", status_code=202, openapi_extra=takes(Scenario))
    async def start_exact(name: str, request: Request) -> dict[str, Any]:
        """Starts the exact computation of a scenario: real income, freight and trade. Returns a job."""
        scenario = await model(request, Scenario)
        found = await held(name)
        chosen = settings(found.case(), scenario)
        key = settings_key(found.key, f"exact {json.dumps(sorted(scenario.shut))}", chosen)
        job = Job("exact", name, key, request=(chosen, scenario.shut))
        service.jobs.add(job)
        try:
            if not await aside(service.jobs.found, job):
                (await aside(service.engine, found)).submit(job)
        except Exception as error:
            # What is refused does not count as waiting.
            problems = error.problems if isinstance(error, InputError) else (FAILED,)
            job.change(state="failed", problems=plain(problems))
            raise
        return job.document()

    @app.post("/api/cases/{name}/report", status_code=202, openapi_extra=takes(Scenario))
    async def start_report(name: str, request: Request, quick: bool = True) -> dict[str, Any]:
        """Starts an appraisal of a scenario: report, results.json, tables, data package. Returns a job.

        quick: only the coalitions of programmes that the synergies need; without it all of them, which takes minutes.
        """
        scenario = await model(request, Scenario)
        found = await held(name)
        case_of(found.case(), scenario)
        shown = scenario.model_dump(mode="json", by_alias=True)
        shown["name"] = ""
        key = settings_key(
            found.key, f"report {quick} {json.dumps(shown, sort_keys=True)}", settings(found.case(), scenario)
        )
        job = service.jobs.add(Job("report", name, key))
        if not await aside(service.jobs.found, job):
            service.background.submit(run_full, service, found, shown, quick, job)
        return job.document()

    def owned(job_id: str) -> Job:
        job = service.jobs.get(job_id) if len(job_id) == 32 and job_id.isascii() else None
        if job is None:
            raise RefusedError(404, Problem("job", "there is no such job", "start it again"))
        return job

    @app.get("/api/jobs/{job_id}")
    async def job_state(
        job_id: str,
        seen: Annotated[int, Query(ge=-1, le=10**9)] = -1,
        wait: Annotated[float, Query(ge=0, le=_LONGEST_WAIT)] = 0.0,
    ) -> dict[str, Any]:
        """A job, at once, or when its version is no longer the one seen, or after so many seconds."""
        job = await aside(owned, job_id)
        job.asked = time.monotonic()
        until = time.monotonic() + wait
        while job.version == seen and unfinished(job) and time.monotonic() < until:
            await asyncio.sleep(0.05)
        job.asked = time.monotonic()
        return job.document()

    @app.delete("/api/jobs/{job_id}")
    async def cancel_job(job_id: str) -> dict[str, Any]:
        """Cancels a job; one that is finished stays as it is."""
        job = await aside(owned, job_id)
        if unfinished(job):
            await aside(cancel, job)
        return job.document()

    async def download(job_id: str, kind: str, media: str, name: str) -> Response:
        job = await aside(owned, job_id)
        content = await aside(service.store.get, kind, job.result_name) if job.what == "report" else None
        if job.state != "done" or content is None:
            raise RefusedError(
                404, Problem("job", "has no finished report", "wait for it, or start it again")
            )
        return Response(
            content,
            media_type=media,
            headers={
                "content-disposition": f'attachment; filename="{name}"',
                "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
            },
        )

    @app.get("/api/jobs/{job_id}/report.html")
    async def download_report(job_id: str) -> Response:
        """The report of a finished full appraisal."""
        return await download(job_id, "page", "text/html; charset=utf-8", "report.html")

    @app.get("/api/jobs/{job_id}/package.zip")
    async def download_package(job_id: str) -> Response:
        """Report, results.json, tables and data package of a finished full appraisal."""
        return await download(job_id, "zip", "application/zip", "landbridge-package.zip")

    @app.post(
        "/api/read",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {kind: {"schema": {"type": "string"}} for kind in documents.SUFFIXES},
            }
        },
    )
    async def read_document(request: Request) -> dict[str, Any]:
        """Reads the text of an agreement: what it promises, and where in the text each promise stands."""
        try:
            suffix = documents.suffix_of(request.headers.get("content-type", ""))
        except InputError as error:
            raise RefusedError(415, *error.problems) from None
        content = await body(request, documents.MOST_BYTES)
        answer = await aside(service.reader.run, (content, suffix), work.READER_SECONDS + 5.0)
        return done(answer)

    @app.post("/api/route", openapi_extra=takes(RouteRequest))
    async def find_route(request: Request) -> dict[str, Any]:
        """Alternatives from door to door, with their legs and lines; in a scenario also without it."""
        asked = await model(request, RouteRequest)
        question: dict[str, Any] = {"request": asked.model_dump(mode="json", by_alias=True)}
        if asked.case is not None:
            found = await held(asked.case)
            if asked.scenario is not None:
                settings(found.case(), asked.scenario)
            question["folder"] = str(found.folder)
        answer = await aside(service.routes.ask, question)
        return done(answer)

    @app.get("/api/places")
    async def places(q: Annotated[str, Query(min_length=1, max_length=60)]) -> dict[str, Any]:
        """Names of places that begin with some letters, at most twelve."""
        return {"places": await aside(_places, q)}

    app.state.service = service
    return Guard(app, hosts, token)


def _places(beginning: str) -> list[dict[str, str]]:
    from landbridge.world.places import fold, load_zones

    wanted = fold(beginning)
    found = [zone for zone in load_zones() if wanted and fold(zone.name).startswith(wanted)]
    found.sort(key=lambda zone: -zone.population)
    return [{"name": zone.name, "iso3": zone.iso3} for zone in found[:12]]
