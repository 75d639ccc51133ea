"""A small case on a small network: six programme sides, three of which act on the network."""

from __future__ import annotations

import shutil
from pathlib import Path

from landbridge.measures import Case, load_case
from landbridge.network import Network, read_network

RECORD = Path(__file__).resolve().parents[1] / "docs" / "examples" / "own-network" / "record.json"

CASE = """\
name = "small"
title = "Six sides on a small network"
baseline_date = 2017-06-08
parties = ["CHN", "KAZ"]
neighbours = ["KGZ"]
economy_year = 2022
city_pairs = [["Urumqi", "Almaty"]]

[document]
title = "Made for a test"
"""

SIDE = """
[[side]]
id = "{id}"
label = "{id}"
country = "{country}"
alignment = "{alignment}"
"""

MEASURES = """\
schema = "measures/0.1"

[[measure]]
id = "M01"
title = "Rail border, Chinese way"
side = "A02.a"
cites = ["A02", "C13"]
kind = "border_time"
crossing = "Khorgos"
mode = "rail"
direction = "CHN>KAZ"
start = 2018-01-01
value = { low = -4.0, mid = -10.0, high = -15.0, unit = "h" }
from = "assumption"
citation = "made for a test"

[[measure]]
id = "M02"
title = "The same border, Kazakh way, and its papers"
side = "A02.b"
cites = ["A02"]
kind = "digital_customs"
pair = ["CHN", "KAZ"]
start = 2018-01-01
value = { low = -10.0, mid = -30.0, high = -40.0, unit = "percent" }
documents_usd_per_t = { low = -0.5, mid = -1.5, high = -2.0 }
from = "assumption"
citation = "made for a test"

[[measure]]
id = "M03"
title = "Cheaper rail in Kazakhstan"
side = "A03.a"
cites = ["A03", "C13", "C21"]
kind = "freight_rate"
mode = "rail"
countries = ["KAZ"]
start = 2018-01-01
value = { low = -2.0, mid = -5.0, high = -10.0, unit = "percent" }
probability = 0.5
from = "assumption"
citation = "made for a test"

[[measure]]
id = "M04"
title = "Parks"
side = "A03.b"
cites = ["A03"]
kind = "productivity"
country = "KAZ"
sectors = ["C20", "C23"]
start = 2018-01-01
value = { low = 0.1, mid = 0.3, high = 0.6, unit = "percent" }
from = "assumption"
citation = "made for a test"

[[measure]]
id = "M05"
title = "Standards"
side = "A03.b"
cites = ["A03"]
kind = "ntm"
exporters = ["KAZ"]
importers = ["CHN"]
sectors = ["C10T12"]
start = 2018-01-01
value = { low = -0.5, mid = -1.0, high = -2.0, unit = "percentage points" }
from = "assumption"
citation = "made for a test"
"""

MEASURES += "".join(
    f"""
[[measure]]
id = "{name}"
title = "Plants"
side = "{side}"
cites = ["A04"]
kind = "productivity"
country = "{country}"
sectors = ["{sector}"]
start = 2018-01-01
value = {{ low = 0.01, mid = 0.02, high = 0.05, unit = "percent" }}
from = "assumption"
citation = "made for a test"
"""
    for name, side, country, sector in (("M06", "A04.a", "CHN", "C29"), ("M07", "A04.b", "KAZ", "C28"))
)

CONFIG = """\
dataset_name,long_length,speed,crs,currency,lb_date,lb_source,lb_licence
small,km,km/h,EPSG:4326,USD,2017-06-08,made for a test,CC0
"""
NODES = """\
node_id,name,x_coord,y_coord,node_type,zone_id,lb_iso3,lb_gauge_mm
ra,,76.9,43.2,rail,,KAZ,1520
rb,,78.4,45.0,rail,,KAZ,1520
rc,,80.3,44.2,rail,,KAZ,1520
rd,,87.6,43.8,rail,,CHN,1435
ha,,76.9,43.2,road,,KAZ,
hb,,78.4,45.0,road,,KAZ,
hd,,87.6,43.8,road,,CHN,
he,,74.6,42.9,road,,KGZ,
a,Almaty,76.9,43.2,zone,A,KAZ,
b,Taldykorgan,78.4,45.0,zone,B,KAZ,
d,Urumqi,87.6,43.8,zone,D,CHN,
e,Bishkek,74.6,42.9,zone,E,KGZ,
"""
LINKS = """\
link_id,name,from_node_id,to_node_id,directed,length,free_speed,lb_mode,lb_usd_per_t_km,lb_fee_usd_per_t,\
lb_kgco2e_per_t_km,lb_border_h,lb_border_back_h,lb_gauge_change_h,lb_wait_h,lb_crossing
1,,ra,rb,false,260,50,rail,0.05,,0.03,,,,,
2,,rb,rc,false,180,45,rail,0.05,,0.03,,,,,
3,,rc,rd,false,650,45,rail,0.06,24.5,0.03,48,18,5,,Khorgos
4,,ha,hb,false,270,40,road,0.08,,0.06,,,,,
5,,hb,hd,false,850,40,road,0.08,5,0.06,20,,,,Khorgos
6,,ha,he,false,240,40,road,0.08,3,0.06,4,6,,,Korday
7,,a,ra,false,5,60,rail_terminal,0.12,10,0.09,,,,24,
8,,b,rb,false,5,60,rail_terminal,0.12,10,0.09,,,,24,
9,,d,rd,false,5,60,rail_terminal,0.12,10,0.09,,,,24,
10,,a,ha,false,2,60,road_terminal,0.12,5,0.09,,,,6,
11,,b,hb,false,2,60,road_terminal,0.12,5,0.09,,,,6,
12,,d,hd,false,2,60,road_terminal,0.12,5,0.09,,,,6,
13,,e,he,false,2,60,road_terminal,0.12,5,0.09,,,,6,
"""
ZONES = """\
zone_id,name,lb_iso3,lb_population
A,Almaty,KAZ,2000000
B,Taldykorgan,KAZ,145000
D,Urumqi,CHN,3500000
E,Bishkek,KGZ,1000000
"""

SIDES = {
    "A02.a": "CHN",
    "A02.b": "KAZ",
    "A03.a": "CHN",
    "A03.b": "KAZ",
    "A04.a": "CHN",
    "A04.b": "KAZ",
}


def write_case(folder: Path) -> tuple[Path, Path]:
    """Writes the case and its network into two folders; returns them."""
    case, network = folder / "case", folder / "network"
    for place in (case, network):
        place.mkdir(parents=True)
    sides = "".join(
        SIDE.format(id=side, country=country, alignment=side[:3]) for side, country in SIDES.items()
    )
    (case / "case.toml").write_text(CASE + sides, encoding="utf-8")
    (case / "measures.toml").write_text(MEASURES, encoding="utf-8")
    shutil.copy(RECORD, case / "record.json")
    tables = {"config.csv": CONFIG, "node.csv": NODES, "link.csv": LINKS, "zone.csv": ZONES}
    for name, text in tables.items():
        (network / name).write_text(text, encoding="utf-8")
    return case, network


def load(folder: Path) -> tuple[Case, Network]:
    """The case and its network, written into a folder and read again."""
    case_folder, network_folder = write_case(folder)
    case = load_case(case_folder, shipped_names=False)
    return case, read_network(network_folder, case.baseline_date)
