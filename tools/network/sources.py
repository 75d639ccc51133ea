"""Reads the public packages as data, never as code."""

from __future__ import annotations

import json
import re
import tarfile
import zipfile
from pathlib import Path

import numpy as np


def read_scgraph(wheel: Path, member: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A graph of the `scgraph_data` wheel: link ends u < v, lengths in km, nodes (n, 2) in latitude and longitude.

    The package stores the graph as Python source; it is parsed as text. Self-loops are dropped, and of parallel links
    the shortest is kept.
    """
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"scgraph_data/{member}.py").decode("utf-8")
    start, middle = text.index("graph=") + 6, text.index("\nnodes=")
    end = text.index("\n", middle + 7)
    body = text[start:middle].strip()
    tails, heads, lengths = [], [], []
    for node, part in enumerate(body[2:-2].split("}, {")):
        for item in part.split(", ") if part else ():
            head, length = item.split(": ")
            if node < int(head):
                tails.append(node)
                heads.append(int(head))
                lengths.append(float(length))
    numbers = re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text[middle + 7 : end])
    nodes = np.array(numbers, dtype=float).reshape(-1, 2)
    return np.array(tails), np.array(heads), np.maximum(np.array(lengths), 1e-3), nodes


def read_marnet(sdist: Path) -> list[tuple[str, np.ndarray]]:
    """The sea lanes of the `searoute` sdist: (passage name or '', polyline (n, 2) in latitude and longitude)."""
    with tarfile.open(sdist) as archive:
        member = next(
            m for m in archive.getmembers() if m.name.endswith("searoute/data/marnet_searoute.geojson")
        )
        stream = archive.extractfile(member)
        assert stream is not None
        document = json.loads(stream.read())
    lanes = []
    for feature in document["features"]:
        shape = feature["geometry"]
        lines = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        for line in lines:
            points = np.array(line, dtype=float)[:, 1::-1]
            points[:, 1] = (points[:, 1] + 180.0) % 360.0 - 180.0
            lanes.append((feature["properties"].get("passage") or "", points))
    return lanes
