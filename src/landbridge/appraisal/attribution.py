"""What each measure and each channel brings of the whole: shares that add up to it.

In the economy, the gain is the integral of its derivatives along the straight line, in logarithms, from the base to the
whole change of costs, tariffs and productivities (Aumann and Shapley 1974; the derivatives are those of
economy.gradient, the nodes are Gauss and Legendre's). What a measure changes of a trade cost on the network depends on
what the others do; its share is the mean of what it changes first, alone, and last, when all others are in place. That
is its Shapley value as long as measures meet in pairs. What more of them make together is left over, and is spread
over the measures in proportion to their shares, cell by cell, as are the errors of the integral; how much that moved is
told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.appraisal.channels import MONEY, OPENING, TIME, Piece, pieces_of
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.values import Valuer
from landbridge.economy import Gradient, Shock, gradient, solve
from landbridge.economy.shock import new_tariff
from landbridge.measures import MeasureBase, Setting
from landbridge.network import iceberg_costs, usd_per_t
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

Pieces = tuple[str, ...]
Task = tuple[tuple[Pieces, bool], ...]


@dataclass(frozen=True)
class Attribution:
    """Shares of the change of real income, in per cent points.

    parts: (measure id, channel) of each row. percent: (rows, m) by economy shown; each column adds up to the total.
    total: (m,). gap: (m,) how much of it was left over and spread.
    """

    parts: tuple[tuple[str, str], ...]
    percent: np.ndarray
    total: np.ndarray
    gap: np.ndarray

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

    def costs(self, names: Sequence[str], with_money: bool) -> np.ndarray:
        """Iceberg cost factors (k, n, n) by class with some pieces in place; with money, (2, k, n, n).

        The second of two is the part of the factor that is expected money for the way.
        """
        one = self.appraiser
        settings = {name: self.settings[name] for name in names}
        states = self.network.states(settings, one.skimmer.zone_iso3)
        skims = one.skimmer.skim(states, with_parts=with_money)
        factors = iceberg_costs(skims, one.classes, one.weights)
        cost = np.array([factors[cargo.name] for cargo in one.classes])
        if not with_money:
            return cost
        money = []
        for cargo in one.classes:
            parts = skims[cargo.name].parts
            assert parts is not None
            money.append(between_economies(usd_per_t(parts), one.weights) / cargo.value_usd_per_t)
        return np.array([cost, money])


def cost_task(valuer: Valuer, task: Task) -> dict[Pieces, np.ndarray]:
    """The costs of the sets of pieces of a task, of all measures; a function, so that other processes can import it."""
    appraiser = valuer.alone()
    shares = NetworkShares(appraiser, appraiser.settings_of_sides(valuer.plan.sides))
    return {names: shares.costs(names, with_money) for names, with_money in task}


def tasks_of(pieces: Sequence[Piece]) -> list[Task]:
    """What has to be known of the network: nothing, each piece alone, all but each, all; neighbours together."""
    everything = tuple(piece.name for piece in pieces)
    openings = any(piece.channel == OPENING for piece in pieces)
    sets: dict[Pieces, bool] = {(): openings, everything: openings}
    for piece in pieces:
        sets[(piece.name,)] = sets.get((piece.name,), False) or piece.channel == OPENING
    for piece in pieces:
        rest = tuple(name for name in everything if name != piece.name)
        sets[rest] = sets.get(rest, False) or piece.channel == OPENING
    listed = list(sets.items())
    return [tuple(listed[k : k + 6]) for k in range(0, len(listed), 6)]


def network_shares(
    pieces: Sequence[Piece], costs: Mapping[Pieces, np.ndarray]
) -> dict[tuple[str, str], np.ndarray]:
    """What each measure changes of the logarithm of iceberg costs (k, n, n), by measure and channel.

    costs: by sets of pieces, as the tasks give them. The shares do not add up to the whole change yet.
    """
    everything = tuple(piece.name for piece in pieces)
    found: dict[tuple[str, str], np.ndarray] = {}

    def add(measure: str, channel: str, share: np.ndarray) -> None:
        found[measure, channel] = found.get((measure, channel), 0.0) + share

    for piece in pieces:
        rest = tuple(name for name in everything if name != piece.name)
        for without, having in (((), (piece.name,)), (rest, everything)):
            before, after = costs[without], costs[having]
            if piece.channel != OPENING:
                add(piece.measure, piece.channel, 0.5 * np.log(_cost(after) / _cost(before)))
                continue
            # One dollar less on a cost of x is a fall of log x by one over the logarithmic mean of old and new.
            change = np.log(after[0] / before[0])
            difference = after[0] - before[0]
            mean = np.where(difference == 0.0, before[0], difference / np.where(change == 0.0, 1.0, change))
            money = (after[1] - before[1]) / mean
            add(piece.measure, MONEY, 0.5 * money)
            add(piece.measure, TIME, 0.5 * (change - money))
    return found


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
) -> Attribution:
    """Shares of every measure by channel in the change of real income.

    settings: the scenario. costs: see tasks_of. weights: (n, m) of economies' percentages in the figures to share
    out, such as one economy or the world. total: (m,) these figures, per cent.
    Raises NotConvergedError where an equilibrium on the way or a derivative is not reached.
    """
    model, whole = appraiser.model, appraiser.shock(settings)
    changes, left_over = _changes(appraiser, settings, costs, whole)
    nodes, node_weights = np.polynomial.legendre.leggauss(NODES)
    raw, left = np.zeros((len(changes), weights.shape[1])), np.zeros(weights.shape[1])
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
            left[column] += node_weight * left_over.along(slope)
    gap = np.abs(left) + np.abs(total - raw.sum(0))
    return Attribution(tuple(changes), closed(raw, total), total, gap)


def _of_class(appraiser: Appraiser, goal: Gradient, sectors: Sequence[str]) -> np.ndarray:
    return np.asarray(goal.trade_cost[:, :, [appraiser.base.sectors.index(code) for code in sectors]].sum(2))


def _changes(
    appraiser: Appraiser, settings: Mapping[str, Setting], costs: Mapping[Pieces, np.ndarray], whole: Shock
) -> tuple[dict[tuple[str, str], _Change], _Change]:
    """What each measure and channel changes, and what of it was left over before the shares were closed."""
    found: dict[tuple[str, str], _Change] = {}
    left_over = _Change()
    _, _, pieces = pieces_of(appraiser.network, settings)
    if pieces:
        shares = network_shares(pieces, costs)
        everything = tuple(piece.name for piece in pieces)
        total = np.log(_cost(costs[everything]) / _cost(costs[()]))
        stack = np.array(list(shares.values()))
        left_over = replace(left_over, freight=total - stack.sum(0))
        for key, freight in zip(shares, closed(stack, total), strict=True):
            found[key] = _Change(freight=freight)
    unmoved = np.ones_like(appraiser.model.import_share)
    for name in sorted(set(settings) - {piece.measure for piece in pieces}):
        kind = kind_of(appraiser.measures[name])
        alone = appraiser.shock({name: settings[name]}, freight=unmoved)
        key = name, _BY_KIND.get(kind, kind)
        if alone.trade_cost_hat is not None and (alone.trade_cost_hat != 1.0).any():
            found[key] = _Change(cost=np.log(alone.trade_cost_hat))
        if alone.productivity_hat is not None and (alone.productivity_hat != 1.0).any():
            found[key] = replace(found.get(key, _Change()), productivity=np.log(alone.productivity_hat))
    tariffs, rest = _tariff_shares(appraiser, settings, whole, unmoved)
    for name, change in tariffs.items():
        found[name, "tariff"] = _Change(tariff=change)
    return found, replace(left_over, tariff=rest)


def _tariff_shares(
    appraiser: Appraiser, settings: Mapping[str, Setting], whole: Shock, unmoved: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """Log changes (n, n, s) of one plus the tariff by measure, and what was left over; as on the network."""

    def log_tariff(names: Sequence[str]) -> np.ndarray:
        shock = appraiser.shock({name: settings[name] for name in names}, freight=unmoved)
        return np.log((1.0 + new_tariff(appraiser.model, shock)) / (1.0 + appraiser.model.tariff))

    names = [name for name in sorted(settings) if kind_of(appraiser.measures[name]) == "tariff"]
    if not names:
        return {}, None
    total = log_tariff(names)
    shares = [
        0.5 * (log_tariff([name]) + total - log_tariff([other for other in names if other != name]))
        for name in names
    ]
    stack = np.array(shares)
    return dict(zip(names, closed(stack, total), strict=True)), total - stack.sum(0)


def kind_of(measure: MeasureBase) -> str:
    """The kind of a measure, as its file names it."""
    return str(measure.kind)  # type: ignore[attr-defined]
