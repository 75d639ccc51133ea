"""What each measure and each channel brings of the whole: shares that add up to it.

In the economy, the gain is the integral of its derivatives along the straight line, in logarithms, from the base to the
whole change of costs, tariffs and productivities (Aumann and Shapley 1974; the derivatives are those of
economy.gradient, the nodes are Gauss and Legendre's). What a measure changes of a trade cost on the network depends on
what the others do; its share is the mean of what it changes when the measures join one by one, in some orders and in
their reverses. An order and its reverse give Shapley values as long as measures meet in pairs, and any order adds up;
how far two such pairs of orders lie apart is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.appraisal.channels import MONEY, OPENING, TIME, Piece, pieces_of
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.values import Valuer
from landbridge.economy import Gradient, gradient, solve
from landbridge.economy.shock import new_tariff
from landbridge.measures import MeasureBase, Setting
from landbridge.network import hours, iceberg_costs, usd_per_t
from landbridge.network.tradecost import between_economies

CHANNELS = {
    TIME: "Hours on the way: links, borders, services, ports",
    MONEY: "Money for the way: rates, fees, documents",
    "capacity": "Less waiting where capacity was short",
    "tariff": "Tariffs",
    "ntm": "Non-tariff measures",
    "productivity": "Productivity",
    "services": "Cost of trading services",
}
_BY_KIND = {"services_cost": "services"}
NODES = 2

_PAIRS_OF_ORDERS = 2
_SETS_A_TASK = 7

# Names of pieces in place, sorted.
Pieces = tuple[str, ...]
Task = tuple[tuple[Pieces, bool], ...]
# Measure and channel.
Row = tuple[str, str]


@dataclass(frozen=True)
class Attribution:
    """Shares of the change of real income, in per cent points.

    parts: (measure id, channel) of each row. percent: (rows, m) by economy shown; each column adds up to the total.
    total: (m,). gap: (m,) what the integral missed of it and is spread over the rows. spread: (m,) the most that a row
    would be higher or lower with half of the orders.
    """

    parts: tuple[tuple[str, str], ...]
    percent: np.ndarray
    total: np.ndarray
    gap: np.ndarray
    spread: np.ndarray

    def summed(self, label: Callable[[str, str], Mapping[str, float]]) -> dict[str, np.ndarray]:
        """Sums (m,) over rows by label. label: measure, channel -> labels and the share of the row each gets."""
        found: dict[str, np.ndarray] = {}
        for (measure, channel), row in zip(self.parts, self.percent, strict=True):
            for name, share in label(measure, channel).items():
                found[name] = found.get(name, 0.0) + share * row
        return found


class NetworkShares:
    """Values sets of pieces of the network measures of a scenario."""

    def __init__(self, appraiser: Appraiser, settings: Mapping[str, Setting]) -> None:
        self.appraiser = appraiser
        self.network, self.settings, self.pieces = pieces_of(appraiser.network, settings)

    def costs(self, names: Sequence[str], with_parts: bool) -> np.ndarray:
        """Iceberg cost factors (k, n, n) by class with some pieces in place; with their parts, (3, k, n, n).

        The second of three is the part of the factor that is expected money for the way, the third expected time.
        """
        one = self.appraiser
        settings = {name: self.settings[name] for name in names}
        states = self.network.states(settings, one.skimmer.zone_iso3)
        skims = one.skimmer.skim(states, with_parts=with_parts)
        factors = iceberg_costs(skims, one.classes, one.weights)
        cost = np.array([factors[cargo.name] for cargo in one.classes])
        if not with_parts:
            return cost
        money, time = np.empty_like(cost), np.empty_like(cost)
        for k, cargo in enumerate(one.classes):
            parts = skims[cargo.name].parts
            assert parts is not None
            money[k] = between_economies(usd_per_t(parts), one.weights) / cargo.value_usd_per_t
            time[k] = between_economies(hours(parts), one.weights) * cargo.time_value / 24.0
        return np.array([cost, money, time])


def cost_task(valuer: Valuer, task: Task) -> dict[Pieces, np.ndarray]:
    """The costs of the sets of pieces of a task, of all measures; a function, so that other processes can import it."""
    appraiser = valuer.alone()
    shares = NetworkShares(appraiser, appraiser.settings_of_sides(valuer.plan.sides))
    return {names: shares.costs(names, with_parts) for names, with_parts in task}


def orders_of(pieces: Sequence[str], seed: int) -> list[tuple[str, ...]]:
    """The orders in which pieces join: each drawn one is followed by its reverse."""
    rng = np.random.default_rng(seed)
    drawn = [tuple(pieces[k] for k in rng.permutation(len(pieces))) for _ in range(_PAIRS_OF_ORDERS)]
    return [one for order in drawn for one in (order, order[::-1])]


def tasks_of(pieces: Sequence[Piece], seed: int) -> list[Task]:
    """What has to be known of the network: the sets of pieces that the orders pass; neighbours together."""
    with_parts = {piece.name: piece.channel == OPENING for piece in pieces}
    sets: dict[Pieces, bool] = {}
    for order in orders_of([piece.name for piece in pieces], seed):
        for size in range(len(order)):
            before, after = _set(order[:size]), _set(order[: size + 1])
            for one in (before, after):
                sets[one] = sets.get(one, False) or with_parts[order[size]]
    listed = list(sets.items())
    return [tuple(listed[k : k + _SETS_A_TASK]) for k in range(0, len(listed), _SETS_A_TASK)]


def _set(names: Iterable[str]) -> Pieces:
    return tuple(sorted(names))


def network_shares(
    pieces: Sequence[Piece], costs: Mapping[Pieces, np.ndarray], orders: Sequence[Sequence[str]]
) -> dict[Row, np.ndarray]:
    """What each measure changes of the logarithm of iceberg costs (k, n, n), by measure and channel.

    costs: by sets of pieces, as the tasks give them. The mean over the orders; the shares add up to the whole change.
    """
    piece_of = {piece.name: piece for piece in pieces}
    found: dict[Row, np.ndarray] = {}

    def add(row: Row, share: np.ndarray) -> None:
        found[row] = found.get(row, 0.0) + share / len(orders)

    for order in orders:
        for size, name in enumerate(order):
            piece = piece_of[name]
            before, after = costs[_set(order[:size])], costs[_set(order[: size + 1])]
            if piece.channel != OPENING:
                add((piece.measure, piece.channel), np.log(_cost(after) / _cost(before)))
                continue
            # One dollar less on a cost of x is a fall of log x by one over the logarithmic mean of old and new.
            change, difference = np.log(after[0] / before[0]), after[0] - before[0]
            mean = np.where(difference == 0.0, before[0], difference / np.where(change == 0.0, 1.0, change))
            money, time = closed((after[1:] - before[1:]) / mean, change)
            add((piece.measure, MONEY), money)
            add((piece.measure, TIME), time)
    return dict(sorted(found.items()))


def _cost(found: np.ndarray) -> np.ndarray:
    return found if found.ndim == 3 else found[0]


def closed(shares: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Shares (p, ...) that add up to the total (...): what is left over is spread in proportion to their size.

    Where no share is anything, what is left over is spread evenly.
    """
    if not len(shares):
        return shares
    left = total - shares.sum(0)
    size = np.abs(shares)
    whole = size.sum(0)
    weight = np.where(whole > 0, size / np.where(whole > 0, whole, 1.0), 1.0 / len(shares))
    result = shares + weight * left
    # Rounding goes to the largest, so that the sum is the total to the last digits.
    largest = np.argmax(size, axis=0)[None]
    rest = total - result.sum(0)
    np.put_along_axis(result, largest, np.take_along_axis(result, largest, 0) + rest[None], 0)
    return result


@dataclass(frozen=True)
class _Change:
    """What one row of an attribution changes, in logarithms; None where it changes nothing of a kind.

    freight: (k, n, n) iceberg costs by cargo class. cost: (n, n, s) iceberg costs. tariff: (n, n, s) one plus the
    rate. productivity: (n, s).
    """

    freight: np.ndarray | None = None
    cost: np.ndarray | None = None
    tariff: np.ndarray | None = None
    productivity: np.ndarray | None = None

    def along(self, slope: _Slope) -> float:
        """The change of the goal, to first order."""
        pairs = (
            (self.freight, slope.freight),
            (self.cost, slope.cost),
            (self.tariff, slope.tariff),
            (self.productivity, slope.productivity),
        )
        return float(sum((change * by).sum() for change, by in pairs if change is not None))


@dataclass(frozen=True)
class _Slope:
    """Derivatives of a goal by the logarithms that a _Change holds."""

    freight: np.ndarray
    cost: np.ndarray
    tariff: np.ndarray
    productivity: np.ndarray


def attribute(
    appraiser: Appraiser,
    settings: Mapping[str, Setting],
    costs: Mapping[Pieces, np.ndarray],
    weights: np.ndarray,
    total: np.ndarray,
    seed: int,
) -> Attribution:
    """Shares of every measure by channel in the change of real income.

    settings: the scenario. costs, seed: see tasks_of. weights: (n, m) of economies' percentages in the figures to share
    out, such as one economy or the world. total: (m,) these figures, per cent.
    Raises NotConvergedError where an equilibrium on the way or a derivative is not reached.
    """
    model, whole = appraiser.model, appraiser.shock(settings)
    changes, apart = _changes(appraiser, settings, costs, seed)
    nodes, node_weights = np.polynomial.legendre.leggauss(NODES)
    raw = np.zeros((len(changes), weights.shape[1]))
    half = np.zeros((len(apart), weights.shape[1]))
    for node, node_weight in zip(0.5 * (nodes + 1.0), 50.0 * node_weights, strict=True):
        shock = whole.part(model, float(node))
        solution = solve(model, shock)
        for column in range(weights.shape[1]):
            goal = gradient(model, shock, solution, weights[:, column] * solution.real_income_hat)
            slope = _Slope(
                freight=np.array([_of_class(appraiser, goal, cargo.sectors) for cargo in appraiser.classes]),
                cost=goal.trade_cost,
                tariff=goal.tariff * (1.0 + new_tariff(model, shock)),
                productivity=goal.productivity,
            )
            raw[:, column] += node_weight * np.array([change.along(slope) for change in changes.values()])
            half[:, column] += node_weight * np.array([change.along(slope) for change in apart])
    return Attribution(
        parts=tuple(changes),
        percent=closed(raw, total),
        total=total,
        gap=np.abs(total - raw.sum(0)),
        spread=np.abs(half).max(0, initial=0.0),
    )


def _of_class(appraiser: Appraiser, goal: Gradient, sectors: Sequence[str]) -> np.ndarray:
    return np.asarray(goal.trade_cost[:, :, [appraiser.base.sectors.index(code) for code in sectors]].sum(2))


def _changes(
    appraiser: Appraiser, settings: Mapping[str, Setting], costs: Mapping[Pieces, np.ndarray], seed: int
) -> tuple[dict[Row, _Change], list[_Change]]:
    """What each measure and channel changes, and how far half of the orders would be from it."""
    found: dict[Row, _Change] = {}
    apart: list[_Change] = []
    _, _, pieces = pieces_of(appraiser.network, settings)
    if pieces:
        orders = orders_of([piece.name for piece in pieces], seed)
        shares = network_shares(pieces, costs, orders)
        first = network_shares(pieces, costs, orders[: len(orders) // 2])
        found = {row: _Change(freight=freight) for row, freight in shares.items()}
        apart = [_Change(freight=first[row] - freight) for row, freight in shares.items()]
    unmoved = np.ones_like(appraiser.model.import_share)
    for name in sorted(set(settings) - {piece.measure for piece in pieces}):
        kind = kind_of(appraiser.measures[name])
        alone = appraiser.shock({name: settings[name]}, freight=unmoved)
        row = name, _BY_KIND.get(kind, kind)
        if alone.trade_cost_hat is not None and (alone.trade_cost_hat != 1.0).any():
            found[row] = _Change(cost=np.log(alone.trade_cost_hat))
        if alone.productivity_hat is not None and (alone.productivity_hat != 1.0).any():
            found[row] = replace(found.get(row, _Change()), productivity=np.log(alone.productivity_hat))
    for name, change in _tariff_shares(appraiser, settings, unmoved, seed).items():
        found[name, "tariff"] = _Change(tariff=change)
    return found, apart


def _tariff_shares(
    appraiser: Appraiser, settings: Mapping[str, Setting], unmoved: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """Log changes (n, n, s) of one plus the tariff by measure: the mean over orders, as on the network."""

    def log_tariff(names: Sequence[str]) -> np.ndarray:
        shock = appraiser.shock({name: settings[name] for name in names}, freight=unmoved)
        return np.log((1.0 + new_tariff(appraiser.model, shock)) / (1.0 + appraiser.model.tariff))

    names = [name for name in sorted(settings) if kind_of(appraiser.measures[name]) == "tariff"]
    found = {name: np.zeros_like(unmoved) for name in names}
    orders = orders_of(names, seed)
    for order in orders:
        reached = np.zeros_like(unmoved)
        for size, name in enumerate(order):
            before, reached = reached, log_tariff(order[: size + 1])
            found[name] += (reached - before) / len(orders)
    return found


def kind_of(measure: MeasureBase) -> str:
    """The kind of a measure, as its file names it."""
    return str(measure.kind)  # type: ignore[attr-defined]
