"""What a worker is sent at a time: chunks for about two seconds, fewer towards the end."""

from collections import deque
from collections.abc import Sequence

from stairwise.numerics.sweeps.plan import Index
from stairwise.numerics.sweeps.run import Todo
from stairwise.numerics.sweeps.worker import ChunkReport

#: Seconds of work that are sent, and recorded, at a time: what a worker that is killed may lose.
#: Sending costs 3 ms and recording some 50 on a busy machine: with 1 second two workers on two
#: cores were 1.75 times as fast as one, with 2 seconds 1.81 times (measured in turn).
SECONDS = 2.0
#: Most chunks at a time, however short.
MOST = 64


#: A chunk to compute, and whether its failed cells are tried again.
Task = tuple[Index, bool]


class Batches:
    """Hands out the chunks of a sweep, each until it is accounted for or given up."""

    def __init__(self, todo: Todo) -> None:
        self._new = iter(todo)
        self._left = todo.count
        self._back: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._seconds = SECONDS  # of a chunk, as the last ones took

    def take(self, flying: int) -> tuple[Task, ...]:
        """The next chunks, where so many batches fly; empty when all have been handed out."""
        if self._alone:
            self._left -= 1
            return (self._alone.popleft(),)
        share = -(-self._left // (flying + 1))  # all workers end at about the same time
        count = max(1, min(MOST, share, int(SECONDS / max(self._seconds, SECONDS / MOST))))
        found: list[Task] = []
        while len(found) < count:
            task = self._back.popleft() if self._back else next(self._new, None)
            if task is None:
                break
            found.append(task)
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
