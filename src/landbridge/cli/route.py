"""`landbridge route`: door to door between two places."""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from landbridge.cli.common import Commands, print_json
from landbridge.errors import InputError, Problem, nearest


def add_to(commands: Commands) -> None:
    """Declares the command."""
    route = commands.add_parser("route", help="the best door-to-door route between two places")
    route.add_argument("origin", metavar="FROM", help="a city, port, station or border crossing")
    route.add_argument("destination", metavar="TO", help="likewise")
    route.add_argument(
        "--class",
        dest="cargo",
        default="manufactures",
        metavar="K",
        help="bulk, agrifood, materials, manufactures (default) or equipment",
    )
    route.add_argument("--avoid", default="", metavar="ISO3,..", help="countries not to enter")
    route.add_argument("--mode", choices=["rail", "road", "sea"], help="only ways led by this mode")
    route.add_argument(
        "--at", default="2017-06-08", metavar="DATE", help="the network at a date (default 2017-06-08)"
    )
    route.add_argument("--json", action="store_true", help="print the route as JSON")
    route.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.network import build_network, describe, find_routes
    from landbridge.world.network_tables import load_cargo_classes
    from landbridge.world.places import gazetteer

    classes = {cargo.name: cargo for cargo in load_cargo_classes()}
    if options.cargo not in classes:
        raise InputError(
            Problem("--class", f"{options.cargo} is no cargo class", f"one of {', '.join(classes)}")
        )
    try:
        date = datetime.date.fromisoformat(options.at)
    except ValueError as error:
        raise InputError(Problem("--at", f"{options.at} is not a date", "write it as 2017-06-08")) from error
    avoid = [code.strip().upper() for code in options.avoid.split(",") if code.strip()]
    origin, destination = gazetteer().find(options.origin), gazetteer().find(options.destination)
    network = build_network(date)
    known = set(network.node_country.tolist())
    for code in avoid:
        if code not in known:
            raise InputError(Problem("--avoid", f"{code} is no country of the network", nearest(code, known)))
    routes = [
        describe(route)
        for route in find_routes(network, origin, destination, classes[options.cargo], avoid=avoid)
    ]
    if options.mode is not None:
        routes = [route for route in routes if route["chain"] == options.mode]
        if not routes:
            message = f"no way leads there by {options.mode}"
            raise InputError(Problem(f"{origin.name} to {destination.name}", message, "leave --mode out"))
    best = {
        "from": origin.name,
        "to": destination.name,
        "class": options.cargo,
        "at": date.isoformat(),
        **routes[0],
        "other_chains": routes[1:],
    }
    if options.json:
        print_json(best)
        return 0
    _print_route(best)
    return 0


def _print_route(best: dict[str, Any]) -> None:
    print(
        f"{best['from']} to {best['to']}, {best['class']}, network of {best['at']}: best by {best['chain']}"
    )
    print(f"  {best['days']:.1f} days, {best['usd_per_t']:.0f} USD/t, {best['kgco2e_per_t']:.0f} kg CO2e/t")
    print(f"  with the value of time: {best['generalised_cost_usd_per_t']:.0f} USD/t")
    for leg in best["legs"]:
        spent = leg["hours"]
        print(
            f"  {leg['mode']:5} {leg['from']} - {leg['to']}: {sum(leg['km'].values()):.0f} km, "
            f"{spent['moving']:.0f} h moving, {spent['border']:.0f} h at borders, {spent['gauge_change']:.0f} h gauge "
            f"change, {spent['port_and_terminal']:.0f} h port and terminal; {leg['usd_per_t']:.0f} USD/t "
            f"[{' '.join(leg['countries'])}]"
            + (f" via {', '.join(leg['crossings'])}" if leg["crossings"] else "")
        )
    worth_naming = 3.0 * best["generalised_cost_usd_per_t"]
    for other in best["other_chains"]:
        if other["generalised_cost_usd_per_t"] > worth_naming:
            continue
        with_time = other["generalised_cost_usd_per_t"]
        print(
            f"  or by {other['chain']}: {other['days']:.1f} days, {other['usd_per_t']:.0f} USD/t, "
            f"with the value of time {with_time:.0f} USD/t"
        )
