"""A small network as GMNS tables, for tests that read, change and appraise it."""

from __future__ import annotations

import datetime
from pathlib import Path

from landbridge.network import (
    Network,
    Skimmer,
    compile_measures,
)
from landbridge.world.network_tables import load_cargo_classes
from small_case import CONFIG, NODES

MANUFACTURES = next(cargo for cargo in load_cargo_classes() if cargo.name == "manufactures")
DATE = datetime.date(2017, 6, 8)

# Two cities in Kazakhstan on broad gauge, one in China on standard gauge, and a road to the fourth in Kyrgyzstan.
SMALL = {
    "config.csv": CONFIG,
    "node.csv": NODES + "s,Sary-Ozek,78.0,44.4,station,,KAZ,\n",
    "link.csv": """\
link_id,name,from_node_id,to_node_id,directed,geometry,length,free_speed,lb_mode,lb_usd_per_t_km,lb_fee_usd_per_t,\
lb_kgco2e_per_t_km,lb_border_h,lb_border_back_h,lb_gauge_change_h,lb_wait_h,lb_crossing,lb_opened,lb_closed,lb_reopened,lb_sd_h,lb_sd_back_h,lb_capacity_t_per_day
1,,ra,rb,false,"LINESTRING (76.9 43.2, 77.5 44.0, 78.4 45.0)",260,50,rail,0.05,,0.03,,,,,,,,,,,
2,,rb,rc,false,,180,45,rail,0.05,,0.03,,,,,,,,,,,
3,Khorgos line,rc,rd,false,,650,45,rail,0.06,24.5,0.03,48,18,5,,Khorgos,,,,12,8,90000
4,,ha,hb,false,,270,40,road,0.08,,0.06,,,,,,,,,,,
5,,hb,hd,false,,850,40,road,0.08,5,0.06,20,,,,Khorgos,,,,,,
6,,ha,he,false,,240,40,road,0.08,3,0.06,4,6,,,Korday,,,,,,
7,,a,ra,false,,5,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
8,,b,rb,false,,5,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
9,,d,rd,false,,5,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
10,,a,ha,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
11,,b,hb,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
12,,d,hd,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
13,,e,he,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
14,,s,rb,false,,2,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
""",
    "zone.csv": """\
zone_id,name,lb_iso3,lb_population,lb_aliases
A,Almaty,KAZ,2000000,Alma-Ata
B,Taldykorgan,KAZ,145000,
D,Urumqi,CHN,3500000,Ürümqi
E,Bishkek,KGZ,1000000,Frunze
""",
}


def written(folder: Path, files: dict[str, str]) -> Path:
    """The folder, with the files in it."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """The folder, with one text in one file replaced."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def skim(network: Network) -> dict:
    """Skims of manufactures without any measure."""
    compiled = compile_measures(network, [])
    skimmer = Skimmer(network, [MANUFACTURES], compiled.touched)
    states = compiled.states({}, skimmer.zone_iso3)
    return skimmer.skim(states, with_parts=True)["manufactures"]
