"""What is uncertain in an appraisal, how it is distributed, and what one draw of it all makes of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.appraisal.uncertainty.distributions import Quantile, Ranges, happens, truncated_normal
from landbridge.economy.audit import LARGE_THETA
from landbridge.measures import MeasureBase, Setting
from landbridge.network.emissions import MODES
from landbridge.network.terms import Terms
from landbridge.world.data import read_csv
from landbridge.world.economy_base import Elasticities
from landbridge.world.network_tables import CargoClass

GROUPS = {
    "elasticities": "trade elasticities",
    "time_values": "values of time",
    "value_densities": "value densities",
    "rates": "freight rates",
    "borders": "hours at borders",
    "choice": "choice between modes",
    "emission_factors": "CO2 of a tonne and kilometre",
}
_TWO_TRIANGLES = "two triangles with median at mid, low and high the 5 and 95 % quantiles"
_IN_LOGS = f"{_TWO_TRIANGLES}, in logarithms"
_NORMAL = "normal with the published standard error, given that it is positive"
_GATE = "happens or not, by its probability"


@dataclass(frozen=True)
class Input:
    """One uncertain quantity.

    low, mid, high: its 5 % quantile, the value used without draws, and its 95 % quantile, in its unit. quantile: from a
    probability to what is drawn: the value itself, for elasticities standard errors from the estimate, for measures
    the place in their range. group: what it is counted with in the indices.
    """

    id: str
    group: str
    words: str
    unit: str
    low: float
    mid: float
    high: float
    distribution: str
    source: str
    flag: str
    quantile: Quantile


@dataclass(frozen=True)
class Draw:
    """One draw of everything. theta: (s,) trade elasticities. settings: measure id -> setting, of all measures."""

    theta: np.ndarray
    classes: tuple[CargoClass, ...]
    terms: Terms
    settings: Mapping[str, Setting]


@dataclass(frozen=True)
class Uncertain:
    """The uncertain inputs of a case and the values they are drawn about.

    elasticities: as published. members: (s,) number of each sector's elasticity among the inputs. settings: all
    measures at mid, weighted by their probability. measures: the same ids in order.
    """

    inputs: tuple[Input, ...]
    elasticities: Elasticities
    members: np.ndarray
    classes: tuple[CargoClass, ...]
    settings: Mapping[str, Setting]
    probability: Mapping[str, float]
    groups: Mapping[str, str]

    def drawn(self, probability: np.ndarray) -> np.ndarray:
        """What is drawn (k, d) at the probabilities (k, d)."""
        columns = [one.quantile(probability[:, k]) for k, one in enumerate(self.inputs)]
        return np.stack(columns, axis=1)

    def draw(self, row: np.ndarray) -> Draw:
        """The draw with the drawn values (d,)."""
        at = {one.id: float(value) for one, value in zip(self.inputs, row, strict=True)}
        table = self.elasticities
        theta = table.theta + table.se * row[self.members]
        classes = tuple(
            replace(
                cargo,
                value_usd_per_t=at[f"value_{cargo.name}"],
                time_value=at[f"time_{cargo.name}"] / 100.0,
            )
            for cargo in self.classes
        )
        between = at["mode_cost_elasticity"]
        # Chains within a nest are nearer substitutes than nests; where the draws say otherwise, they are as near.
        within = max(between, at["nest_cost_elasticity"])
        rail, road, sea = at["rate_rail"], at["rate_road"], at["rate_sea"]
        emitted = {f"{mode}_co2": at[f"co2_{mode}"] for mode in MODES}
        terms = Terms(rail, road, sea, at["border_dwell"], between, within, **emitted)
        settings = {}
        for name, middle in self.settings.items():
            weight, chance = middle.weight, self.probability[name]
            if f"gate_{name}" in at:
                weight = at[f"gate_{name}"] * weight / chance
            settings[name] = Setting(at.get(name, middle.position), weight)
        return Draw(theta, classes, terms, settings)

    def one_at_a_time(self, group: str, end: int) -> np.ndarray:
        """What is drawn (d,) with the inputs of a group at their low (end 0) or high (end 1), the others at mid."""
        ranges = read_ranges()
        probability = np.full((1, len(self.inputs)), 0.5)
        mine = np.array([one.group == group for one in self.inputs])
        middle = self.middle()
        probability[0, mine] = (ranges.low, ranges.high)[end]
        moved = self.drawn(probability)[0]
        gates = np.array([one.distribution == _GATE for one in self.inputs])
        moved[gates] = float(end)
        return np.where(mine, moved, middle)

    def middle(self) -> np.ndarray:
        """What is drawn (d,) when every input has the value that is used without draws; gates have no such value.

        A gate counts as half open here, at its probability.
        """
        middle = np.zeros(len(self.inputs))
        for k, one in enumerate(self.inputs):
            if one.distribution == _GATE or (one.group in GROUPS and one.group != "elasticities"):
                middle[k] = one.mid
        return middle


def read_ranges() -> Ranges:
    """How the low and high of ranges are read, from uncertainty.csv."""
    row = _rows()["range_quantiles"]
    return Ranges(float(row["low"]), float(row["high"]))


def _rows() -> dict[str, dict[str, str]]:
    return {row["parameter"]: row for row in read_csv("uncertainty.csv")}


def uncertain_inputs(
    measures: Sequence[MeasureBase],
    settings: Mapping[str, Setting],
    alignments: Mapping[str, str],
    elasticities: Elasticities,
    classes: tuple[CargoClass, ...],
) -> Uncertain:
    """The uncertain inputs of a case.

    settings: of all measures at mid. alignments: programme side -> what its measures are counted with.
    """
    found, members = _elasticities(elasticities)
    found += _of_classes() + _of_transport() + _of_emissions(ranges := read_ranges())
    groups = dict(GROUPS)
    for measure in measures:
        group = alignments[measure.side]
        groups[group] = f"measures of {group}"
        found += _of_measure(measure, group, ranges)
    probability = {measure.id: measure.probability for measure in measures}
    return Uncertain(
        tuple(found), elasticities, members, classes, dict(settings), probability, _used(groups, found)
    )


def _used(groups: dict[str, str], inputs: list[Input]) -> dict[str, str]:
    present = {one.group for one in inputs}
    return {group: words for group, words in groups.items() if group in present}


def _elasticities(table: Elasticities) -> tuple[list[Input], np.ndarray]:
    """Sectors that share one published estimate share its error."""
    labels = list(dict.fromkeys(table.source))
    members = np.array([labels.index(source) for source in table.source])
    found = []
    for number, source in enumerate(labels):
        rows = np.flatnonzero(members == number)
        se = table.se[rows]
        known = rows[se > 0]
        # In standard errors, so far may the shared error go before an elasticity leaves its bounds.
        least = max(((0.0 - table.theta[known]) / table.se[known]).tolist(), default=-np.inf)
        most = min(((LARGE_THETA - table.theta[known]) / table.se[known]).tolist(), default=np.inf)
        quantile = truncated_normal(0.0, float(len(known) > 0), least, most)
        first = rows[0]
        low, high = (table.theta[first] + table.se[first] * quantile(np.array([p]))[0] for p in (0.05, 0.95))
        sectors = [table.sectors[row] for row in rows]
        found.append(
            Input(
                f"theta_{sectors[0]}",
                "elasticities",
                f"trade elasticity of {', '.join(sectors)}",
                "1",
                float(low),
                float(table.theta[first]),
                float(high),
                _NORMAL,
                source,
                table.flag[first],
                quantile,
            )
        )
    return found, members


def _of_classes() -> list[Input]:
    ranges = read_ranges()
    found = []
    for key, column, low, high, group, unit in (
        ("time", "time_value_pct_per_day", "time_low", "time_high", "time_values", "% of value a day"),
        ("value", "value_usd_per_t", "value_low", "value_high", "value_densities", "USD/t"),
    ):
        for row in read_csv("cargo_classes.csv"):
            levels = float(row[low]), float(row[column]), float(row[high])
            words = f"{'value of time' if key == 'time' else 'value'} of {row['title'][0].lower()}{row['title'][1:]}"
            found.append(
                Input(
                    f"{key}_{row['class']}", group, words, unit, *levels, _IN_LOGS,
                    f"cargo_classes.csv: {row['source']}", row["flag"], ranges.log(*levels),
                )
            )  # fmt: skip
    return found


def _of_transport() -> list[Input]:
    ranges = read_ranges()
    found = []
    rows = [
        (row, "borders" if key == "border_dwell" else "rates", row["words"], (row["low"], row["mid"], row["high"]))
        for key, row in _rows().items()
        if row["shape"]
    ]  # fmt: skip
    names = {
        "mode_cost_elasticity": "elasticity of the choice between modes",
        "nest_cost_elasticity": "the same between ways by one mode",
    }
    rows += [
        (row, "choice", names[row["parameter"]], (row["low"], row["value"], row["high"]))
        for row in read_csv("choice.csv")
        if row["parameter"] in names
    ]
    for row, group, words, given in rows:
        low, mid, high = (float(value) for value in given)
        levels = ranges.log(low, mid, high)
        found.append(
            Input(
                row["parameter"], group, words, row["unit"], low, mid, high, _IN_LOGS, row["source"],
                row["flag"], levels,
            )
        )  # fmt: skip
    return found


def _of_emissions(ranges: Ranges) -> list[Input]:
    """Factors on the CO2 of the haul by each mode."""
    found = []
    for row in read_csv("network/mode_parameters.csv"):
        if row["parameter"] == "co2_kg_per_t_km":
            low, mid, high = (float(row[name]) / float(row["value"]) for name in ("low", "value", "high"))
            words = f"CO2 of a tonne and kilometre by {row['mode']}"
            flag = "" if row["flag"] == "source" else row["flag"]
            found.append(
                Input(
                    f"co2_{row['mode']}", "emission_factors", words, "factor", low, mid, high, _IN_LOGS, row["source"],
                    flag, ranges.log(low, mid, high),
                )
            )  # fmt: skip
    return found


def _of_measure(measure: MeasureBase, group: str, ranges: Ranges) -> list[Input]:
    value = measure.value
    flag = "assumption" if measure.from_ == "assumption" else ""
    found = []
    if value.low != value.high:
        found.append(
            Input(
                measure.id, group, measure.title, value.unit, value.low, value.mid, value.high, _TWO_TRIANGLES,
                measure.citation, flag, ranges.linear(-1.0, 0.0, 1.0),
            )
        )  # fmt: skip
    if 0.0 < measure.probability < 1.0:
        found.append(
            Input(
                f"gate_{measure.id}", group, f"whether it happens: {measure.title}", "1", 0.0,
                measure.probability, 1.0, _GATE, measure.citation, "assumption", happens(measure.probability),
            )
        )  # fmt: skip
    return found
