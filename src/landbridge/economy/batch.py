"""Many scenarios of one model in one call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np

from landbridge.economy.equations import Coefficients, coefficients, one_round
from landbridge.economy.model import Model
from landbridge.economy.shock import Shock
from landbridge.economy.solution import Certificate, Solution
from landbridge.economy.solver import check_incomes, solution_at, solve_from, starting_point
from landbridge.errors import InputError, LandbridgeError, NotConvergedError, Problem, nearest

BACKENDS = ("numpy", "jax")


@dataclass(frozen=True)
class Failure:
    """A scenario without an equilibrium, and why."""

    scenario: int
    reason: str


@dataclass(frozen=True)
class Batch:
    """The equilibria of k scenarios of a batch of b, and those that failed.

    scenario: (k,) which scenarios these are. real_income_hat, wage_hat: (k, n). price_hat: (k, n, s). expenditure:
    (k, n, s) million USD. certificates: k of them. failures: the other b - k. `solution` rebuilds trade and shares.
    """

    scenario: np.ndarray
    real_income_hat: np.ndarray
    wage_hat: np.ndarray
    price_hat: np.ndarray
    expenditure: np.ndarray
    certificates: tuple[Certificate, ...]
    failures: tuple[Failure, ...]

    def solution(self, model: Model, shocks: Sequence[Shock], row: int) -> Solution:
        """The whole solution of a row, rebuilt from what is kept."""
        ratio = self.expenditure[row] / np.where(model.bought, model.expenditure, 1.0)
        point = np.concatenate(
            [
                np.log(self.wage_hat[row]),
                np.log(self.price_hat[row]).ravel(),
                np.log(np.where(model.bought, ratio, 1.0)).ravel(),
            ]
        )
        shock = shocks[int(self.scenario[row])]
        return solution_at(model, shock, point, self.certificates[row].iterations)


@dataclass(frozen=True)
class _Kept:
    scenario: int
    solution: Solution


def solve_many(
    model: Model,
    shocks: Iterable[Shock],
    *,
    tolerance: float = 1e-10,
    threads: int = 1,
    backend: str = "numpy",
    chunk: int = 16,
    on_failure: str = "raise",
) -> Batch:
    """The equilibria of many shocks to one model.

    threads: how many chunks of scenarios are solved at once (numpy). backend: 'numpy', or 'jax' where JAX is installed
    (`landbridge[gpu]`), which solves a chunk at once on its default device in float64. chunk: scenarios in a chunk; in
    numpy each starts from the last one of its chunk where that is nearer than the base. on_failure: 'raise', or
    'report' to go on and list them.

    Raises InputError for a shock that does not fit or an unknown option, NotConvergedError naming every scenario
    without an equilibrium.
    """
    for place, given, known in (
        ("backend", backend, BACKENDS),
        ("on_failure", on_failure, ("raise", "report")),
    ):
        if given not in known:
            raise InputError(
                Problem(place, f"{given!r} is not known", f"one of {known}; {nearest(given, known)}")
            )
    problems = [
        Problem(place, f"is {given}", "1 or more")
        for place, given in (("threads", threads), ("chunk", chunk))
        if given < 1
    ]
    if isinstance(shocks, Shock):
        problems.append(Problem("shocks", "are a single shock", "a list of shocks, or `solve`"))
    if problems:
        raise InputError(problems)
    shocks = list(shocks)
    for k, shock in enumerate(shocks):
        try:
            shock.check(model)
        except InputError as error:
            problems += [Problem(f"scenario {k}, {p.place}", p.message, p.remedy) for p in error.problems]
    if problems:
        raise InputError(problems)
    pieces = [range(k, min(k + chunk, len(shocks))) for k in range(0, len(shocks), chunk)]
    found: list[_Kept | Failure]
    if backend == "jax":
        found = list(chain.from_iterable(_by_jax(model, shocks, piece, tolerance, chunk) for piece in pieces))
    elif threads == 1:
        found = list(chain.from_iterable(_in_turn(model, shocks, piece, tolerance) for piece in pieces))
    else:
        with ThreadPoolExecutor(threads) as pool:
            lists = pool.map(lambda piece: list(_in_turn(model, shocks, piece, tolerance)), pieces)
            found = list(chain.from_iterable(lists))
    failures = tuple(each for each in found if isinstance(each, Failure))
    if failures and on_failure == "raise":
        raise NotConvergedError(
            "\n".join(f"scenario {failure.scenario}: {failure.reason}" for failure in failures)
        )
    return _gathered(model, [each for each in found if isinstance(each, _Kept)], failures)


def _gathered(model: Model, kept: list[_Kept], failures: tuple[Failure, ...]) -> Batch:
    n, s = model.size
    solutions = [each.solution for each in kept]
    return Batch(
        scenario=np.array([each.scenario for each in kept], int),
        real_income_hat=np.array([each.real_income_hat for each in solutions]).reshape(-1, n),
        wage_hat=np.array([each.wage_hat for each in solutions]).reshape(-1, n),
        price_hat=np.array([each.price_hat for each in solutions]).reshape(-1, n, s),
        expenditure=np.array([each.expenditure for each in solutions]).reshape(-1, n, s),
        certificates=tuple(each.certificate for each in solutions),
        failures=failures,
    )


def _slim(scenario: int, solution: Solution) -> _Kept:
    """A solution without its largest arrays, so that a batch fits memory."""
    empty = np.empty((0, 0, 0))
    values = {name: getattr(solution, name) for name in Solution.__dataclass_fields__}
    return _Kept(scenario, Solution(**{**values, "trade": empty, "import_share": empty}))


def _in_turn(
    model: Model, shocks: Sequence[Shock], piece: range, tolerance: float
) -> Iterator[_Kept | Failure]:
    """One chunk, each scenario from the last or the base, whichever leaves the smaller gap."""
    base = starting_point(model, None)
    last = base
    for k in piece:
        try:
            start = base if last is base else _nearer(model, shocks[k], base, last)
            solution = solve_from(model, shocks[k], start, tolerance, 2000)
        except LandbridgeError as error:
            yield Failure(k, str(error))
            continue
        last = starting_point(model, solution)
        yield _slim(k, solution)


def _nearer(model: Model, shock: Shock, base: np.ndarray, last: np.ndarray) -> np.ndarray:
    c = coefficients(model, shock)
    with np.errstate(all="ignore"):
        gaps = [float(one_round(np, c, point, c.net_weight is not c.weight)[0]) for point in (base, last)]
    return last if gaps[1] < gaps[0] else base


def _by_jax(
    model: Model, shocks: Sequence[Shock], piece: range, tolerance: float, chunk: int
) -> Iterator[_Kept | Failure]:
    """One chunk on JAX's device; every point is then certified in numpy, and finished there if it must be."""
    from landbridge.economy.device import points_of

    many: list[Coefficients | None] = []
    for k in piece:
        try:
            many.append(coefficients(model, shocks[k]))
        except InputError as error:
            many.append(None)
            yield Failure(k, str(error))
    usable = [c for c in many if c is not None]
    has_tariff = bool(model.tariff.any()) or any(
        shock.tariff is not None or shock.tariff_hat is not None for shock in shocks
    )
    solved = points_of(usable, tolerance / 4.0, width=chunk, has_tariff=has_tariff) if usable else ((), ())
    points = iter(zip(*solved, strict=True))
    for k, c in zip(piece, many, strict=True):
        if c is None:
            continue
        point, rounds = next(points)
        try:
            if np.isfinite(point).all():
                solution = solution_at(model, shocks[k], point, int(rounds))
                if solution.certificate.max_residual <= tolerance:
                    check_incomes(model, solution)
                    yield _slim(k, solution)
                    continue
            yield _slim(k, solve_from(model, shocks[k], starting_point(model, None), tolerance, 2000))
        except LandbridgeError as error:
            yield Failure(k, str(error))
