"""Sync a store and die at a given statement; run by `test_sync_kills` in a process of its own.

For each number on the command line a child syncs a fresh copy of the store and kills itself before that statement;
then the parent syncs what is left, and says whether it is what the server is, and whether anything was done twice.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.crm.faulty import Faulty, contents, server_of, synced, visible
from tests.crm.world import deal, ref, user

from salesteam.crm import open_store

HOUR = timedelta(hours=1)


def world():
    """A server that was synced once and changed since."""
    server = server_of(records=[user("li")])
    for number in range(6):
        server.now += HOUR
        server.create(deal(f"D-{number}", owner=ref("user", "li")))
    adapter = Faulty(server)
    adapter.bad[ref("deal", "D-1")] = "?"
    return server, adapter


def change(server, adapter):
    """New, changed, deleted and healed records."""
    adapter.bad.clear()
    acts = [
        *(partial(server.create, deal(f"D-{number}")) for number in range(6, 9)),
        partial(server.touch, ref("deal", "D-2")),
        partial(server.delete, ref("deal", "D-3")),
        partial(server.touch, ref("deal", "D-1")),
    ]
    for act in acts:
        server.now += HOUR  # so that the overlap hides no cursor that runs ahead
        act()


def main(path, step):
    """Die at a step, go on, compare."""
    server, adapter = world()
    with open_store(path) as store:
        synced(adapter, store, page_size=2, kinds=["user", "deal"])
    change(server, adapter)
    child = os.fork()
    if child == 0:
        left = [step]

        def tick(_):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        store = open_store(path)
        store.connection.set_trace_callback(tick)
        synced(adapter, store, page_size=2, kinds=["user", "deal"])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    with open_store(path) as store:
        run = synced(adapter, store, page_size=2, kinds=["user", "deal"])
        same = visible(server, kinds=["user", "deal"]) == contents(store, kinds=["user", "deal"])
        changes = [(str(each.ref), each.op) for each in store.changes()]
        twice = len(changes) - len(set(changes))
        whole = store.connection.execute("PRAGMA integrity_check").fetchone()[0]
        print(os.WIFSIGNALED(status), run.state, same, twice, len(store.quarantine()), whole)  # noqa: T201
    return not os.WIFSIGNALED(status)


if __name__ == "__main__":
    folder, first, stride = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for number in range(first, 10_000, stride):
        if main(folder / f"{number}.sqlite", number):
            break
