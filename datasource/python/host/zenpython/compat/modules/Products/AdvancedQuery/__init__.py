"""`Products.AdvancedQuery`: queries over catalogs, as objects that code can build, join and evaluate.

There is no catalog here; `matches(attributes)` lets model look-ups (spec §7.3) run the same queries over objects.
"""

import fnmatch
import re

__zenpython_permissive__ = True


class BaseQuery:
    """A query: join with &, | and ~."""

    def __and__(self, other):
        return And(self, other)

    def __or__(self, other):
        return Or(self, other)

    def __invert__(self):
        return Not(self)


class _Index(BaseQuery):
    """A query over the values of one index."""

    def __init__(self, idx, value, filter=False):
        self._idx, self._term, self._filter = idx, value, filter

    def matches(self, read):
        """Whether the query holds, `read(index)` giving an object's value; of lists, whether it holds for one."""
        value = read(self._idx)
        values = value if isinstance(value, (list, tuple, set)) else [value]
        return any(self._holds(each) for each in values)

    def __str__(self):
        return f"{type(self).__name__}({self._idx!r}, {self._term!r})"


class Eq(_Index):
    """The value equals the term."""

    def _holds(self, value):
        return value == self._term


class In(_Index):
    """The value is among the terms."""

    def _holds(self, value):
        return value in self._term


class Ge(_Index):
    """The value is the term or greater."""

    def _holds(self, value):
        return value is not None and value >= self._term


class Le(_Index):
    """The value is the term or less."""

    def _holds(self, value):
        return value is not None and value <= self._term


class MatchGlob(_Index):
    """The value matches a pattern with * and ?, in any case."""

    def _holds(self, value):
        return fnmatch.fnmatchcase(str(value).lower(), str(self._term).lower())


class MatchRegexp(_Index):
    """A regular expression is found in the value."""

    def _holds(self, value):
        return re.search(self._term, str(value)) is not None


class Generic(_Index):
    """The value equals the term, or one of it where it is a list or a dictionary with `query`."""

    def _holds(self, value):
        term = self._term.get("query") if isinstance(self._term, dict) else self._term
        return value in term if isinstance(term, (list, tuple, set)) else value == term


class Between(BaseQuery):
    """The value lies between two terms, both included."""

    def __init__(self, idx, low, high, filter=False):
        self._low, self._high = Ge(idx, low), Le(idx, high)

    def matches(self, read):
        """Whether the query holds."""
        return self._low.matches(read) and self._high.matches(read)


class Not(BaseQuery):
    """The query does not hold."""

    def __init__(self, query):
        self._query = query

    def matches(self, read):
        """Whether the query holds."""
        return not self._query.matches(read)


class _Joined(BaseQuery):
    """Several queries."""

    def __init__(self, *queries):
        self._subqueries = list(queries)

    def addSubquery(self, query):
        """Add a query."""
        self._subqueries.append(query)
        return self

    def __len__(self):
        return len(self._subqueries)

    def __str__(self):
        return f"{type(self).__name__}({', '.join(map(str, self._subqueries))})"


class And(_Joined):
    """All of the queries hold."""

    def matches(self, read):
        """Whether the query holds."""
        return all(query.matches(read) for query in self._subqueries)


class Or(_Joined):
    """One of the queries holds."""

    def matches(self, read):
        """Whether the query holds."""
        return any(query.matches(read) for query in self._subqueries)
