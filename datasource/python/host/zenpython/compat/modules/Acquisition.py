"""`Acquisition`: objects here are not wrapped, so each is its own base."""

__zenpython_permissive__ = True


def aq_base(obj):
    """The object itself."""
    return obj


aq_self = aq_inner = aq_base


def aq_parent(obj):
    """The object's container, where it knows one."""
    return getattr(obj, "__parent__", None)


def aq_chain(obj):
    """The object and its containers, innermost first."""
    chain = []
    while obj is not None and obj not in chain:
        chain.append(obj)
        obj = aq_parent(obj)
    return chain
