"""One lock for what a process has only once; it belongs to no floor, as all floors hold it."""

import threading

#: Held while anything global is changed: one lock for all, so that no order of them can deadlock.
process_lock = threading.RLock()
