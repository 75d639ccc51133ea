"""What an appraisal on a user's own network keeps of the shipped world and what it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landbridge.network.tradecost import zone_weights
from landbridge.world.data import Resource, resources

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal

# Shipped files that describe a network, or build one; a user's own tables stand in their place.
REPLACED = (
    "zones.csv",
    "network/border_crossings.csv",
    "network/border_defaults.csv",
    "network/capacity_changes.csv",
    "network/closed_borders.csv",
    "network/gap_overrides.csv",
    "network/kept_out.csv",
    "network/known_detours.csv",
    "network/known_missing.csv",
    "network/line_capacities.csv",
    "network/place_names.csv",
    "network/ports.csv",
    "network/rail.npz",
    "network/rail_line_lengths.csv",
    "network/road.npz",
    "network/sea_services.csv",
    "network/stations.csv",
    "network/track_gauge.csv",
)


def files_used(appraisal: Appraisal) -> list[Resource]:
    """The data files behind an appraisal: the user's own tables first, then the shipped ones that are kept."""
    own = appraisal.appraiser.network.network.atlas.own
    return [*own, *(one for one in resources().values() if not own or one.file not in REPLACED)]


def without_zone(appraisal: Appraisal) -> list[str]:
    """Economies (ISO3) that no zone of the network stands for: their trade costs stay as they are."""
    economies = appraisal.appraiser.base.economies
    weights = zone_weights(economies, appraisal.appraiser.own_zones)
    return [code for code, row in zip(economies, weights, strict=True) if not row.any()]


def network_used(appraisal: Appraisal) -> dict[str, Any]:
    """The network of a run as plain data: its size, its files, and the economies it leaves out."""
    network = appraisal.appraiser.network.network
    own = bool(network.atlas.own)
    return {
        "own": own,
        "files": [one.file for one in network.atlas.own],
        "replaces": [name for name in REPLACED if name in resources()] if own else [],
        "nodes": len(network.node),
        "arcs": len(network.tail),
        "zones": len(network.atlas.zones),
        "ocean_ports": len(network.atlas.ports),
        "economies_without_zone": without_zone(appraisal),
    }


def remarks_on_the_network(appraisal: Appraisal) -> list[str]:
    """What a reader must know of a user's own network; nothing for the shipped one."""
    network = appraisal.appraiser.network.network
    if not network.atlas.own:
        return []
    economies = appraisal.appraiser.base.economies
    absent = without_zone(appraisal)
    present = [code for code in economies if code not in absent]
    idle = sorted({zone.name for zone in network.atlas.zones if zone.economy not in economies})
    remarks = [
        f"The network is the user's own: {len(network.atlas.zones)} zones of {', '.join(present)}, read from"
        f" {', '.join(one.file for one in network.atlas.own)}; it stands in place of the shipped roads, railways,"
        " ports, crossings and zones.",
        "Kept from the shipped data: the economy, the cargo classes, the choice between modes, the speeds and rates"
        " by country that price a link which a measure adds, and the sea lanes that the user's ocean ports join.",
    ]
    if absent:
        remarks.append(
            f"{len(absent)} of {len(economies)} economies have no zone in the user's network: the cost of their trade,"
            f" also with those that have one, stays as it is. They are {', '.join(absent)}."
        )
    if idle:
        remarks.append(f"Zones of no economy of the trade model, used by freight alone: {', '.join(idle)}.")
    return remarks + list(network.atlas.notes)
