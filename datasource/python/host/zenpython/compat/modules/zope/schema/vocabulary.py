"""`zope.schema.vocabulary`: terms for choices."""

__zenpython_permissive__ = True


class SimpleTerm:
    """One choice: value, token (its text by default) and title."""

    def __init__(self, value, token=None, title=None):
        self.value, self.token, self.title = value, str(value if token is None else token), title


class SimpleVocabulary:
    """Choices, in order."""

    def __init__(self, terms=(), *interfaces, **options):
        self.terms = list(terms)
        self.by_value = {term.value: term for term in self.terms}

    @classmethod
    def fromValues(cls, values, *interfaces):
        """A vocabulary of plain values."""
        return cls([SimpleTerm(value) for value in values])

    @classmethod
    def fromItems(cls, items, *interfaces):
        """A vocabulary of (title or token, value) pairs."""
        return cls([SimpleTerm(item[1], item[0], item[0]) for item in items])

    @classmethod
    def createTerm(cls, *args):
        """One term."""
        return SimpleTerm(*args)

    def getTerm(self, value):
        """The term of a value; LookupError without."""
        try:
            return self.by_value[value]
        except KeyError:
            raise LookupError(value) from None

    def __contains__(self, value):
        return value in self.by_value

    def __iter__(self):
        return iter(self.terms)

    def __len__(self):
        return len(self.terms)
