"""Scores the reader against the corpus of tests/corpus: `python benchmarks/reading.py [--slips] [--split held-out]`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from landbridge.agreements.scoring import load_corpus, load_gold, score

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT.parent / "shared" / "gold" / "seed_gold.json"


def main() -> None:
    """Prints precision, recall and F1 by field: on each part of the corpus, and on the seed where it is beside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=ROOT / "tests" / "corpus", help="folder of texts and gold"
    )
    parser.add_argument("--seed", type=Path, default=SEED, help="a gold record in JSON")
    parser.add_argument("--split", help="one part of the corpus only")
    parser.add_argument("--slips", action="store_true", help="show every difference")
    options = parser.parse_args()
    golds = load_corpus(options.corpus, options.split)
    parts = {
        f"{split} texts": [g for g in golds if g.split == split] for split in sorted({g.split for g in golds})
    }
    if options.seed.exists() and options.split is None:
        parts["seed"] = [load_gold(options.seed)]
    for name, part in parts.items():
        start = time.process_time()
        scores = score(part)
        spent = time.process_time() - start
        letters = sum(len(gold.text) for gold in part)
        print(
            f"{name}: {len(part)} documents, {letters} characters, {letters / spent / 1e3:.0f} thousand a second"
        )
        print(scores.table())
        if options.slips:
            print("\n".join(scores.slips))
        print()


if __name__ == "__main__":
    main()
