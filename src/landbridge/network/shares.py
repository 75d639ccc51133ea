"""Shares of the mode chains in trade, compared with published ones."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from landbridge.network.graph import build_network
from landbridge.network.skim import Skimmer
from landbridge.network.skimmed import ClassSkim
from landbridge.network.tradecost import zone_weights
from landbridge.world.data import read_csv
from landbridge.world.economy_base import EconomyBase, load_economy_base
from landbridge.world.network_tables import CargoClass, country_groups, load_cargo_classes

# The day of the first shipped case; the published figures are of other years, see the table.
DATE = datetime.date(2017, 6, 8)


@dataclass(frozen=True)
class ShareResidual:
    """A published share of a flow, or its volume, and what the model says.

    measure: "value", "tonnes" or "containers" for shares (tonnes of containerised classes stand for containers), or
    "Mt" for a volume in million tonnes a year. modes: the chains counted, of: those that make up the whole.
    """

    flow: str
    measure: str
    modes: tuple[str, ...]
    of: tuple[str, ...]
    published: float
    model: float
    year: str
    flag: str
    source: str

    @property
    def residual(self) -> float:
        """Model less published: in shares, or in million tonnes."""
        return self.model - self.published


class TradeByChain:
    """Trade between economies by mode chain: the base's trade times the shares of the skims.

    skims: of each class, between the shipped zones. Trade of sectors without a cargo class (oil, gas, coal, services)
    is left out.
    """

    def __init__(self, base: EconomyBase, skims: dict[str, ClassSkim], classes: Sequence[CargoClass]) -> None:
        self.base, self.classes = base, classes
        weights = zone_weights(base.economies)
        self._share = {
            cargo.name: {
                chain: weights @ share @ weights.T for chain, share in skims[cargo.name].share.items()
            }
            for cargo in classes
        }

    @cached_property
    def _value(self) -> dict[str, np.ndarray]:
        """Trade (n, n) of each class in million USD, from seller to buyer."""
        return {
            cargo.name: self.base.trade[:, :, [self.base.sectors.index(code) for code in cargo.sectors]].sum(
                2
            )
            for cargo in self.classes
        }

    def flow(self, pairs: np.ndarray, chains: Sequence[str], measure: str) -> float:
        """Trade of some pairs (n, n) by some chains: million USD for "value", else million tonnes."""
        total = 0.0
        for cargo in self.classes:
            if measure == "containers" and cargo.name in ("bulk", "agrifood"):
                continue
            worth = 1.0 if measure == "value" else 1.0 / cargo.value_usd_per_t
            by_chain = sum(self._share[cargo.name][chain] for chain in chains)
            total += worth * float((self._value[cargo.name] * by_chain)[pairs].sum())
        return total


def model_trade() -> TradeByChain:
    """The base's trade over the shipped network, without any measure."""
    classes = load_cargo_classes()
    skimmer = Skimmer(build_network(DATE), classes, np.zeros(0, int))
    everything = np.ones((len(skimmer.zones), len(skimmer.zones)), bool)
    return TradeByChain(load_economy_base(), skimmer.skim([(everything, skimmer.unchanged())]), classes)


def _members(text: str, economies: Sequence[str]) -> np.ndarray:
    """Which economies (n,) a list of ISO3 codes and customs groups names; "*" names all."""
    wanted, groups = text.split(";"), country_groups()
    return np.array(
        [text == "*" or code in wanted or groups.get(code, "OTHER") in wanted for code in economies]
    )


def mode_share_residuals(trade: TradeByChain | None = None) -> list[ShareResidual]:
    """Every row of mode_shares_published.csv beside the model. trade: by default of the shipped network."""
    trade = trade or model_trade()
    economies = trade.base.economies
    found = []
    for row in read_csv("network/mode_shares_published.csv"):
        sellers, buyers = (_members(row[key], economies) for key in ("exporters", "importers"))
        pairs = sellers[:, None] & buyers[None, :]
        if row["both_ways"] == "yes":
            pairs |= pairs.T
        np.fill_diagonal(pairs, False)
        modes, of = tuple(row["modes"].split(";")), tuple(row["of"].split(";"))
        model = trade.flow(pairs, modes, row["measure"])
        if row["measure"] != "Mt":
            whole = trade.flow(pairs, of, row["measure"])
            model = model / whole if whole > 0 else 0.0
        found.append(
            ShareResidual(
                row["flow"],
                row["measure"],
                modes,
                of,
                float(row["published"]),
                model,
                row["year"],
                row["flag"],
                row["source"],
            )
        )
    return found


def residual_lines(residuals: Sequence[ShareResidual]) -> list[str]:
    """The residuals as lines of a table: shares in per cent, volumes in million tonnes a year."""
    lines = [f"{'flow and mode':62} {'unit':>12} {'year':>6} {'published':>9} {'model':>9} {'residual':>9}"]
    for one in residuals:
        scale = 1.0 if one.measure == "Mt" else 100.0
        unit = "Mt a year" if one.measure == "Mt" else f"% {one.measure}"
        name = f"{one.flow}: {' + '.join(one.modes)}"
        lines.append(
            f"{name[:62]:62} {unit:>12} {one.year:>6.6} {scale * one.published:9.1f} "
            f"{scale * one.model:9.1f} {scale * one.residual:+9.1f}"
        )
    return lines
