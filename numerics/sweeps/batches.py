"""What a worker is sent at a time: chunks for about a second, fewer towards the end."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from stairwise.numerics.sweeps.plan import Index
from stairwise.numerics.sweeps.run import Todo
from stairwise.numerics.sweeps.worker import ChunkReport

#: Seconds of work that are sent at a time. Client and scheduler spend some 3 ms on it (measured).
SECONDS = 1.0
#: Most chunks at a time, however short.
MOST = 64


class Task(NamedTuple):
    """A chunk to compute; whether its failed cells are tried again."""

    index: Index
    retry: bool


class Batches:
    """Hands out the chunks of a sweep, each until it is accounted for or given up."""

    def __init__(self, todo: Todo) -> None:
        self._new = iter(todo)
        self._left = todo.count
        self._back: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._seconds = SECONDS  # of a chunk, as the last ones took

    def take(self, threads: int) -> tuple[Task, ...]:
        """The next chunks for one of so many threads; empty when all have been handed out."""
        if self._alone:
            self._left -= 1
            return (self._alone.popleft(),)
        share = -(-self._left // (2 * threads))  # all threads end at about the same time
        count = max(1, min(MOST, share, int(SECONDS / max(self._seconds, SECONDS / MOST))))
        found: list[Task] = []
        while len(found) < count:
            task = self._back.popleft() if self._back else next(self._new, None)
            if task is None:
                break
            found.append(Task(*task))
        self._left -= len(found)
        return tuple(found)

    def done(self, batch: Sequence[Task], reports: Sequence[ChunkReport]) -> None:
        """Heed how long the chunks took; those that there was no time for come again."""
        if reports:
            self._seconds = sum(report.seconds for report in reports) / len(reports)
        self._return(self._back, batch[len(reports) :])

    def one_by_one(self, batch: Sequence[Task]) -> None:
        """Hand these out alone: one of them may have killed the workers that had them."""
        self._return(self._alone, batch)

    def _return(self, where: deque[Task], tasks: Sequence[Task]) -> None:
        where.extend(tasks)
        self._left += len(tasks)
