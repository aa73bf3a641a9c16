"""`ZenPacks.zenoss.PythonCollector.twisted_utils`: waiting with limits."""

from twisted.internet import defer


def sleep(seconds):
    """A Deferred that fires after so many seconds."""
    from twisted.internet import reactor, task

    return task.deferLater(reactor, seconds, lambda: None)


def add_timeout(deferred, seconds, exception_class=defer.CancelledError):
    """Cancel `deferred` after so many seconds; it then fails with `exception_class`.

    When the canceller gives another error, or a value, that is kept.
    """
    from twisted.internet import reactor

    state = {"expired": False}

    def expire():
        state["expired"] = True
        deferred.cancel()

    timer = reactor.callLater(seconds, expire)

    def settled(result):
        if timer.active():
            timer.cancel()
        if state["expired"] and getattr(result, "type", None) is defer.CancelledError:
            raise exception_class()
        return result

    return deferred.addBoth(settled)
