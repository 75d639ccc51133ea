"""Times a scenario of the shipped case at half of the zones and at all, and equilibria at half and double sizes.

    PYTHONPATH=src OMP_NUM_THREADS=1 python benchmarks/growth.py [--repeat 3]

Prints CPU seconds and what doubling does to them; asserts no times. A scenario of the network is what a coalition costs
there: the states of freight with all measures, re-pricing, sweeps and iceberg costs of all cargo classes. Half of the
zones are every other one of the shipped cities. Worlds of other sizes than the shipped one are random and balanced, as
in equilibria.py.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from equilibria import cheaper, cpu, random_world

from landbridge.economy import calibrate, solve
from landbridge.measures import Setting, load_case
from landbridge.network import Skimmer, build_network, compile_measures, iceberg_costs, zone_weights
from landbridge.world.economy_base import load_economy_base
from landbridge.world.network_tables import load_cargo_classes


def scenarios(repeat: int) -> list[tuple[str, float]]:
    """CPU seconds of a scenario of the first case with half of the zones and with all."""
    case = load_case("china-kazakhstan-2017")
    measures = compile_measures(build_network(case.baseline_date), case.measures)
    classes = load_cargo_classes()
    weights = zone_weights(load_economy_base(case.economy_year).economies)
    # Capacity measures need the volumes of the baseline, which are worked out once a case.
    acting = [name for name in measures.compiled if not measures.compiled[name].capacities]
    found = []
    zones = weights.shape[1]
    for only in (np.arange(0, zones, 2), np.arange(zones)):
        skimmer = Skimmer(measures.network, classes, measures.touched, only=only, kept_bytes=0)
        own = weights[:, only]
        times = []
        # The first run compiles and opens what serves all later ones; no two are of the same costs.
        for run in range(repeat + 1):
            began = time.process_time()
            given = {name: Setting(position=run / 10.0) for name in acting}
            states = measures.states(given, skimmer.zone_iso3)
            iceberg_costs(skimmer.skim(states), classes, own)
            times.append(time.process_time() - began)
        found.append((f"a scenario, {len(only)} zones", min(times[1:])))
    return found


def equilibria(sizes: list[tuple[int, int]], repeat: int) -> list[tuple[str, float]]:
    """CPU seconds of a solution at several numbers of economies and sectors."""
    found = []
    for n, s in sizes:
        model, shock = calibrate(random_world(n, s)), cheaper(n, s, max(n // 10, 2), 10.0)
        found.append((f"an equilibrium, {n} x {s}", cpu(lambda m=model, k=shock: solve(m, k), repeat)[0]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the fastest counts")
    repeat = parser.parse_args().repeat
    for rows in (
        scenarios(repeat),
        equilibria([(45, 36), (90, 36), (180, 36)], repeat),
        equilibria([(90, 18), (90, 36), (90, 72)], repeat),
    ):
        before = np.nan
        for words, seconds in rows:
            times = "" if np.isnan(before) else f"   {seconds / before:5.2f} times the one before"
            print(f"{words:32s}{seconds:9.3f} s{times}", flush=True)
            before = seconds


if __name__ == "__main__":
    main()
