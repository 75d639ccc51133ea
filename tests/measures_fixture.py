"""A measure of each kind as TOML, to be changed and written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

HEAD = 'schema = "measures/0.1"\n'
COMMON = """
[[measure]]
id = "{id}"
title = "A test measure"
side = "A03.b"
cites = ["C14", "A03"]
start = 2019-01-01
from = "assumption"
citation = "a reasoned guess"
"""
BORDER = """kind = "border_time"
crossing = "Alashankou/Dostyk"
mode = "rail"
value = { low = -1, mid = -2.5, high = -4.0, unit = "h" }
"""
BODIES = {
    "capacity": """
mode = "rail"
crossing = "Alashankou/Dostyk"
value = { low = 2.0, mid = 5.0, high = 9.0, unit = "trains/day" }
""",
    "link": 'mode = "rail"\naction = "upgrade"\nplaces = ["Dostyk", "Moyynty"]\n'
    'value = { low = 5, mid = 10, high = 15, unit = "percent" }\n',
    "border_time": BORDER.removeprefix('kind = "border_time"\n'),
    "service": 'mode = "sea"\nplaces = ["Aktau", "Alat"]\n'
    'value = { low = -5, mid = -10, high = -15, unit = "h" }\n',
    "port_access": 'port = "Aktau"\nvalue = { low = -1, mid = -2, high = -3, unit = "USD/t" }\n',
    "transfer": 'crossing = "Alashankou/Dostyk"\nvalue = { low = -1, mid = -2, high = -3, unit = "h" }\n',
    "freight_rate": 'mode = "rail"\ncountries = ["KAZ"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percent" }\n',
    "ntm": 'exporters = ["KAZ"]\nimporters = ["CHN"]\nsectors = ["A01_02"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percentage points" }\n',
    "tariff": 'exporters = ["KAZ"]\nimporters = ["CHN"]\nsectors = ["A01_02"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percentage points" }\n',
    "productivity": 'country = "KAZ"\nsectors = ["C20"]\n'
    'value = { low = 0.1, mid = 0.2, high = 0.3, unit = "percent" }\n',
    "services_cost": 'exporters = ["CHN"]\nimporters = ["KAZ"]\nsectors = ["J"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percent" }\n',
    "digital_customs": 'pair = ["CHN", "KAZ"]\n'
    "documents_usd_per_t = { low = -0.1, mid = -0.2, high = -0.3 }\n"
    'value = { low = -1, mid = -2, high = -3, unit = "percent" }\n',
}

RECORD = SimpleNamespace(
    commitments=[
        SimpleNamespace(id="C14", quote="strategic synergy between the corridors"),
        SimpleNamespace(id="C18", quote="raise the speed by 12.5 per cent on 1,200 km"),
    ],
    alignments=[SimpleNamespace(id="A03", quote="the corridors of both sides")],
)


def one(kind: str, *changes: tuple[str, str], body: str = "", name: str = "M01") -> str:
    """A measure of a kind as TOML, with parts of it replaced."""
    text = COMMON.format(id=name) + f'kind = "{kind}"\n' + (body or BODIES[kind])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def write(folder: Path, *tables: str, head: str = HEAD) -> Path:
    path = folder / "measures.toml"
    path.write_text(head + "".join(tables), encoding="utf-8")
    return path
