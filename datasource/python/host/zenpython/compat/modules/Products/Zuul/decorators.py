"""`Products.Zuul.decorators`: decorators of facades and infos."""

import functools

__zenpython_permissive__ = True


def info(function):
    """Let a method's objects be given as infos."""
    from Products.Zuul import info as info_of

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        return info_of(function(*args, **kwargs))

    return wrapped


def memoize(function):
    """Keep a function's results by its arguments."""
    return functools.cache(function)
