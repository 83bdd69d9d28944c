"""Training one run after another, any of which Ctrl-C or divergence may cut short."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stairwise.numerics.experiments.history import Divergence, History, Interrupted

#: What tells runs apart: a depth, or a name.
Key = TypeVar("Key", int, str)


@dataclass
class Runs(Generic[Key]):
    """Histories and seconds by run; whether Ctrl-C or divergence cut the last one short."""

    histories: dict[Key, History] = field(default_factory=dict)
    seconds: dict[Key, float] = field(default_factory=dict)
    interrupted: bool = False
    failure: Divergence | None = None


def run_each(
    keys: Iterable[Key],
    train: Callable[[Key], History],
    unit: Callable[[Key], float] = lambda _: 1.0,
) -> Runs[Key]:
    """Train run by run; what is done is kept on Ctrl-C and on divergence.

    unit: learning rate of a plain one of 1, by run; divergence is told in the plain one.
    """
    runs: Runs[Key] = Runs()
    for key in keys:
        began = time.perf_counter()
        try:
            runs.histories[key] = train(key)
        except Interrupted as stop:
            runs.histories[key], runs.interrupted = stop.history, True
        except KeyboardInterrupt:
            runs.interrupted = True
        except Divergence as error:
            runs.histories[key], runs.failure = error.history, error.per(unit(key))
        runs.seconds[key] = time.perf_counter() - began
        if runs.interrupted or runs.failure is not None:
            break
    runs.histories = {key: run for key, run in runs.histories.items() if run.time.size}
    return runs
