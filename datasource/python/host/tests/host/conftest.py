"""Fixtures: worker and builder processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from host.rig import Daemon


@pytest.fixture
def start() -> Iterator[Any]:
    """Return a function that starts a Daemon with credit; all are ended with the test."""
    daemons: list[Daemon] = []

    def start(role: str = "worker", credit: bool = True, **welcome: Any) -> Daemon:
        daemon = Daemon(role, **welcome)
        daemons.append(daemon)
        if credit:
            daemon.credit()
        return daemon

    yield start
    for daemon in daemons:
        daemon.close()


@pytest.fixture
def worker(start: Any) -> Daemon:
    """A worker process on the epoll reactor."""
    daemon: Daemon = start()
    return daemon
