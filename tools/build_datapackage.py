"""Writes src/landbridge/data/datapackage.json from the files present and the provenance notes in tools/provenance.

Every file needs a note, and every note a file: the script stops at the first that lacks one.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from landbridge.world.data import PACKAGE_FILE, count_rows

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "src" / "landbridge" / "data"
NOTES = ROOT / "tools" / "provenance"


def main() -> int:
    notes: dict[str, dict[str, object]] = {}
    for path in sorted(NOTES.glob("*.json")):
        for note in json.loads(path.read_text(encoding="utf-8")):
            name = note["file"].removeprefix("src/landbridge/data/")
            notes[name] = note
    files = sorted(
        path.relative_to(DATA).as_posix()
        for path in DATA.rglob("*")
        if path.is_file() and path.name != PACKAGE_FILE and path.suffix not in {".py", ".pyc"}
    )
    missing = [name for name in files if name not in notes]
    orphans = [name for name in notes if name not in files]
    if missing or orphans:
        print(f"files without a provenance note: {missing}\nnotes without a file: {orphans}", file=sys.stderr)
        return 1
    resources = []
    for name in files:
        content = (DATA / name).read_bytes()
        note = notes[name]
        resources.append(
            {
                "path": name,
                "title": note["title"],
                "source": note["source"],
                "source_url": note.get("source_url", ""),
                "licence": note["licence"],
                "flags": note["flags"],
                "builder": note["builder"],
                "rows": count_rows(name, content),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    package = {"name": "landbridge-data", "version": "0.1.0", "resources": resources}
    (DATA / PACKAGE_FILE).write_text(
        json.dumps(package, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
    )
    print(f"{len(resources)} files, {sum(r['bytes'] for r in resources) / 1e6:.1f} MB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
