"""Where the figures of a link of the shipped network come from, and how good the weakest of them is."""

from __future__ import annotations

from functools import cache

from landbridge.network.graph import Kind, Network
from landbridge.world.data import read_csv
from landbridge.world.network_tables import country_groups, load_land

# From the best to the weakest.
_RANK = ("source", "estimated", "regional_default", "assumption", "synthetic")
_PARAMETERS = "network/mode_parameters.csv"


@cache
def _parameter_flags() -> dict[tuple[str, str, str], str]:
    return {(row["scope"], row["mode"], row["parameter"]): row["flag"] for row in read_csv(_PARAMETERS)}


@cache
def _haul_flag(mode: str, iso3: str) -> str:
    """The weakest flag of a country's speed, rate, emission and spread."""
    flags, group = _parameter_flags(), country_groups().get(iso3, "OTHER")
    found = [
        next(
            (flags[s, mode, name] for s in (iso3, group, "DEFAULT") if (s, mode, name) in flags), "assumption"
        )
        for name in ("speed_km_h", "rate_usd_per_t_km", "co2_kg_per_t_km", "moving_cv_of_a_day")
    ]
    return weakest(found)


def weakest(flags: list[str]) -> str:
    """The flag of the least certain of some figures."""
    return max(flags, key=lambda flag: _RANK.index(flag) if flag in _RANK else len(_RANK))


@cache
def _crossings() -> dict[tuple[str, str], str]:
    return {
        (row["mode"], row["name"]): weakest([row["flag"], row["capacity_flag"] or row["flag"]])
        for row in read_csv("network/border_crossings.csv")
    }


@cache
def _services() -> dict[str, str]:
    return {row["name"]: row["flag"] for row in read_csv("network/sea_services.csv")}


def evidence(network: Network, arc: int) -> tuple[str, str]:
    """The shipped files behind an arc and its weakest flag."""
    kind = Kind(int(network.kind[arc]))
    ends = [str(network.node_country[end[arc]]) for end in (network.tail, network.head)]
    if kind in (Kind.SERVICE, Kind.RORO):
        name = str(network.service[arc])
        return f"network/sea_services.csv, {name}; network/ports.csv", weakest(
            [_services()[name], "assumption"]
        )
    if kind in (Kind.RAIL_ACCESS, Kind.ROAD_ACCESS):
        return f"straight distance x choice.csv access_winding; {_PARAMETERS}", "assumption"
    mode = kind.name.lower()
    files, flags = (
        [f"network/{mode}.npz, OpenStreetMap", _PARAMETERS],
        [_haul_flag(mode, end) for end in ends],
    )
    if network.link[arc] >= 0 and load_land(mode).repaired[network.link[arc]]:
        files[0] += ", gap in the map closed"
        flags.append("estimated")
    if ends[0] != ends[1]:
        name = str(network.crossing[arc])
        listed = _crossings().get((mode, name))
        files.append(f"network/border_crossings.csv, {name}" if listed else "network/border_defaults.csv")
        flags.append(listed or "regional_default")
    return "; ".join(files), weakest(flags)
