"""Box proofs on the command line: search with a certificate, and replay of one."""

import os
from pathlib import Path

import click

from stairwise.numerics.boxes import BoxVerdict
from stairwise.numerics.certificate import prove_boxes
from stairwise.numerics.replay import replay_certificate
from stairwise.reports.files import require_writable
from stairwise.reports.progress import progress_bar
from stairwise.theory.decide import Verdict


def print_boxes(certificate: Path, workers: int | None) -> bool:
    """Prove every bound over its box, one line each; whether all are proved."""
    require_writable(certificate)
    with progress_bar() as show:

        def tell(done: int, total: int, verdict: BoxVerdict) -> None:
            show(verdict.note, done, total)

        verdicts = prove_boxes(None, certificate, workers or os.cpu_count() or 1, tell)
    for verdict in verdicts:
        click.echo(verdict.note)
    proved = sum(verdict.verdict is Verdict.PROVED for verdict in verdicts)
    boxes = sum(len(verdict.leaves) for verdict in verdicts)
    click.echo(f"{proved} of {len(verdicts)} claims proved over {boxes} boxes: {certificate}")
    return proved == len(verdicts) > 0


def print_replay(certificate: Path) -> bool:
    """Re-check a certificate; whether it proves all that the theory claims."""
    with progress_bar() as show:

        def tell(done: int, total: int, verdict: BoxVerdict) -> None:
            show(verdict.note, done, total)

        replay = replay_certificate(certificate, tell)
    for fault in replay.faults:
        click.echo(f"fault: {fault}")
    for doubt in replay.doubts:
        click.echo(f"doubt: {doubt}")
    for claim in replay.missing:
        click.echo(f"not in the certificate: {claim}")
    click.echo(f"{replay.verdict}: {replay.proofs} proofs, {replay.leaves} boxes re-checked")
    return replay.verdict is Verdict.PROVED and not replay.missing
