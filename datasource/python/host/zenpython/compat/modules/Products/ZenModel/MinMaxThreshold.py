"""`Products.ZenModel.MinMaxThreshold`: the calculator that datapoints' `rpn` texts are written for."""

import operator

__zenpython_permissive__ = True

_BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod}


def rpneval(value, rpn):
    """Apply a reverse Polish text such as `100,*` to a value: the value goes on the stack first.

    Returns the last result; the value itself where the text is empty; NaN where it cannot be calculated.
    """
    stack = [float(value)]
    try:
        for token in filter(None, (part.strip() for part in str(rpn or "").split(","))):
            if token in _BINARY:
                right, left = stack.pop(), stack.pop()
                stack.append(_BINARY[token](left, right))
            else:
                stack.append(float(token))
        return stack.pop()
    except (IndexError, ValueError, ZeroDivisionError):
        return float("nan")
