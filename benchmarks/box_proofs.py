"""All box proofs of the theory's domain, and their replay, timed.

Claims: every inequality at every depth is proved with no volume left undecided, in less than 15
minutes on 2 cores, and the certificate stands when it is replayed.

Run: python benchmarks/box_proofs.py [--workers 2]
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from stairwise.numerics.certificate import prove_boxes
from stairwise.numerics.replay import replay_certificate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    workers = parser.parse_args().workers
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        began = time.perf_counter()
        verdicts = prove_boxes(certificate=path, workers=workers)
        searched = time.perf_counter() - began
        began = time.perf_counter()
        replay = replay_certificate(path)
        replayed = time.perf_counter() - began
        size = path.stat().st_size / 1e6
    outcomes = Counter(str(verdict.verdict) for verdict in verdicts)
    leaves, examined = sum(len(v.leaves) for v in verdicts), sum(v.examined for v in verdicts)
    undecided = sum(float(v.volume("undecided")) for v in verdicts)
    print(f"{len(verdicts)} claims: {dict(outcomes)}, undecided volume {undecided:g}")
    print(f"{leaves} boxes of {examined} examined, certificate {size:.2f} MB")
    print(f"search {searched:.1f} s on {workers} processes, replay {replayed:.1f} s on one")
    print(f"replay: {replay.verdict}, {len(replay.faults)} faults, {len(replay.missing)} missing")


if __name__ == "__main__":
    main()
