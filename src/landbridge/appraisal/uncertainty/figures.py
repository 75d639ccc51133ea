"""The headline figures of an appraisal: what each is, which coalitions it needs, and where a draw has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.appraisal.coalitions import alignments_of
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.shown import WORLD, shown
from landbridge.appraisal.uncertainty.freight import OF_A_PAIR, OF_CO2
from landbridge.appraisal.uncertainty.inputs import GROUPS

KT = "kt CO2e a year"
# The set of everyone, apart by country.
PROGRAMMES = "programmes"
Coalition = frozenset[str]


@dataclass(frozen=True)
class Figure:
    """One headline figure, a change that all measures bring, or what sides bring together beyond apart.

    what: welfare, synergy (of an alignment), programmes (of each country's sides), freight or co2. part: of a freight
    figure which of OF_A_PAIR, of a CO2 figure which of OF_CO2. abroad: whether it is of international freight alone.
    groups: of inputs, those that can move it.
    """

    id: str
    what: str
    unit: str
    groups: frozenset[str]
    iso3: str | None = None
    alignment: str | None = None
    pair: tuple[str, str] | None = None
    part: str | None = None
    abroad: bool = False


class Figures:
    """The headline figures of a case, in the order in which a draw's vector has them. groups: of its inputs."""

    def __init__(self, appraiser: Appraiser, groups: Collection[str]) -> None:
        case, every = appraiser.case, frozenset(groups)
        self.everyone: Coalition = frozenset(side.id for side in case.sides)
        # What is valued together, and the coalitions apart.
        self.sets: dict[str, tuple[Coalition, list[Coalition]]] = {
            name: (frozenset(pair), [frozenset({side}) for side in pair])
            for name, pair in alignments_of(case.sides).items()
        }
        own: dict[str, set[str]] = {}
        for side in case.sides:
            own.setdefault(side.country, set()).add(side.id)
        if len(own) > 1:
            self.sets[PROGRAMMES] = self.everyone, [frozenset(sides) for sides in own.values()]
        codes, self._weights, _ = shown(appraiser)
        self._of_synergies = [k for k, iso3 in enumerate(codes) if iso3 in (*case.parties, WORLD)]
        # No emission factor changes a cost, and no elasticity of trade a way.
        income, ways = every - {"emission_factors"}, every - {"elasticities"}
        # The two sides of an alignment meet no measure of another one.
        general = frozenset(group for group in income if group in GROUPS)
        found = [Figure(f"welfare.{iso3}", "welfare", "percent", income, iso3) for iso3 in codes]
        found += [
            Figure(f"programmes.{codes[k]}", PROGRAMMES, "percent", income, codes[k])
            if name == PROGRAMMES
            else Figure(f"synergy.{name}.{codes[k]}", "synergy", "percent", general | {name}, codes[k], name)
            for name in self.sets
            for k in self._of_synergies
        ]
        self._freight_from = len(found)
        found += [
            Figure(
                f"freight.{'.'.join(pair)}.{part}", "freight", unit,
                ways if part == "kgco2e_per_t" else ways & income, pair=(pair[0], pair[1]), part=part,
            )
            for pair in case.city_pairs
            for part, unit in OF_A_PAIR.items()
        ]  # fmt: skip
        found += [
            Figure(f"co2.{'international.' * abroad}{part}", "co2", KT, every, part=part, abroad=abroad)
            for abroad in (False, True)
            for part in OF_CO2
        ]
        found += [Figure(f"co2.{iso3}", "co2", KT, every, iso3, part="total") for iso3 in codes[:-1]]
        self.list: tuple[Figure, ...] = tuple(found)

    def moved_by(self, group: str) -> tuple[str, ...]:
        """The sets for which a group of inputs can change what they bring beyond apart."""
        return tuple(
            name
            for name in self.sets
            if any(
                group in one.groups
                for one in self.list
                if one.alignment == name or (one.what == name == PROGRAMMES)
            )
        )

    def coalitions(self, sets: Sequence[str]) -> list[Coalition]:
        """The coalitions that a draw values: everyone, then those of the sets, each once."""
        needed = [one for name in sets for one in (self.sets[name][0], *self.sets[name][1])]
        return list(dict.fromkeys([self.everyone, *needed]))

    def __call__(self, percents: np.ndarray, sets: Sequence[str], freight: np.ndarray | None) -> np.ndarray:
        """The vector (f,) of a draw; not a number where it was not valued. percents: (k, n) of its coalitions."""
        income = percents @ self._weights
        found = np.full(len(self.list), np.nan)
        found[: income.shape[1]] = income[0]
        row = {coalition: k for k, coalition in enumerate(self.coalitions(sets))}
        width = len(self._of_synergies)
        for number, name in enumerate(self.sets):
            if name in sets:
                together, apart = self.sets[name]
                value = income[:, self._of_synergies]
                start = income.shape[1] + number * width
                found[start : start + width] = value[row[together]] - sum(value[row[one]] for one in apart)
        if freight is not None:
            found[self._freight_from :] = freight
        return found
