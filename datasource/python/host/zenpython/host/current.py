"""The task whose plugin code is running, for what is logged and printed there."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

#: The id of the task, None outside of plugin code. It follows coroutines, inlineCallbacks and deferred threads.
current_task: ContextVar[Any] = ContextVar("current_task", default=None)
