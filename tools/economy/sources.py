"""Reads the inputs of the economy base: the package with the OECD flows, and the fact tables beside this script."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FACTS = Path(__file__).resolve().parent.parent / "facts" / "economy"
MEMBER = "sanction_simulator/data/bench_cache.npz"
REST = "ROW"


@dataclass(frozen=True)
class Flows:
    """The source network. Million USD; n economies, s sectors.

    intermediate: (n, n, s) sales of i to producers in j of sector r. inputs: (n, s, s) input r used by sector t of j,
    from anywhere. imported_inputs: the same from abroad only. final_sales: (n, s) all final sales of i, home and
    abroad. output: (n, s).
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    intermediate: np.ndarray
    inputs: np.ndarray
    imported_inputs: np.ndarray
    final_sales: np.ndarray
    output: np.ndarray

    @property
    def goods(self) -> int:
        """How many sectors, from the first, make goods; electricity is the first that does not."""
        return self.sectors.index("D")


def read_flows(wheel: Path) -> Flows:
    """The flows of the `sanction_simulator` wheel, read as data: nothing of the package runs, nothing is unpickled.

    Node k of the package is sector k // n of economy k % n; a flow is a buyer's input share times its spending on
    inputs, `A * (omb * s)`.
    """
    with zipfile.ZipFile(wheel) as archive:
        content = io.BytesIO(archive.read(MEMBER))
    with np.load(content, allow_pickle=False) as cache:
        economies = tuple(str(code) for code in cache["countries"])
        sectors = tuple(str(code) for code in cache["sectors"])
        n, s = len(economies), len(sectors)
        flow = (cache["A"] * (cache["omb"] * cache["s"])[None, :]).reshape(s, n, s, n)
        output = cache["s"].reshape(s, n).T.copy()
        final_sales = cache["z"].reshape(s, n).T.copy()
    gap = np.abs(flow.sum((2, 3)).T + final_sales - output).max() / output.max()
    if gap > 1e-9:
        raise SystemExit(
            f"{wheel}: sales and output differ by {gap:.1e}; the order of its nodes is not the known one"
        )
    home = np.einsum("ritj,ij->irt", flow, np.eye(n))
    inputs = flow.sum(1).transpose(2, 0, 1)
    return Flows(
        economies=economies,
        sectors=sectors,
        intermediate=flow.sum(2).transpose(1, 2, 0).copy(),
        inputs=inputs.copy(),
        imported_inputs=np.maximum(inputs - home, 0.0),
        final_sales=final_sales,
        output=output,
    )


@dataclass(frozen=True)
class Facts:
    """The fact tables. Economies in the order of the base, the source's first; money in million USD.

    gdp, exports, imports: (N,), nan where unknown. distance_km: (N, N). partners: (seller, buyer) -> published shares
    of goods trade as (reporter, 'export' or 'import', share). home_bias: (s,). export_mix: (N - n, s) rows sum to one.
    donors: economy -> economies whose technology stands in for its own.
    """

    economies: tuple[str, ...]
    gdp: np.ndarray
    exports: np.ndarray
    imports: np.ndarray
    distance_km: np.ndarray
    partners: tuple[tuple[str, str, str, float], ...]
    home_bias: np.ndarray
    export_mix: np.ndarray
    donors: dict[str, tuple[str, ...]]
    parameters: dict[str, dict[str, Any]]


def table(name: str) -> list[dict[str, str]]:
    """The rows of a fact table."""
    with (FACTS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_parameters() -> dict[str, dict[str, Any]]:
    """Section -> name -> value, without the notes."""
    document = tomllib.loads((FACTS / "parameters.toml").read_text(encoding="utf-8"))
    return {
        section: {key: item["value"] if isinstance(item, dict) else item for key, item in entries.items()}
        for section, entries in document.items()
    }


def read_facts(flows: Flows) -> Facts:
    """The fact tables in the order of the source's economies and sectors, the constructed ones after them."""
    parameters = read_parameters()
    macro = {row["iso3"]: row for row in table("macro.csv")}
    donors: dict[str, tuple[str, ...]] = {}
    for row in table("donors.csv"):
        donors[row["iso3"]] = (*donors.get(row["iso3"], ()), row["donor"])
    economies = (*flows.economies, *donors)

    def column(name: str, rest: float) -> np.ndarray:
        return np.array([rest if c == REST else float(macro[c][name] or "nan") for c in economies])

    distances = {row[""]: row for row in table("distance_km.csv")}
    mix = np.zeros((len(donors), len(flows.sectors)))
    for row in table("export_mix.csv"):
        mix[list(donors).index(row["iso3"]), flows.sectors.index(row["sector"])] = float(row["weight"])
    bias = {row["sector"]: float(row["ratio"]) for row in table("home_bias.csv")}
    rest = parameters["rest_of_world"]
    return Facts(
        economies=economies,
        gdp=column("gdp_2022_musd", rest["gdp_musd"]),
        exports=column("exports_2022_musd", rest["exports_musd"]),
        imports=column("imports_2022_musd", rest["imports_musd"]),
        distance_km=np.array([[float(distances[a][b]) for b in economies] for a in economies]),
        partners=tuple(
            (row["iso3"], row["flow"], row["partner"], float(row["percent"]) / 100.0)
            for row in table("partner_shares.csv")
            if row["partner"]
        ),
        home_bias=np.array([bias[sector] for sector in flows.sectors]),
        export_mix=mix / mix.sum(1, keepdims=True),
        donors=donors,
        parameters=parameters,
    )
