"""`Products.ZenUtils.ZenTales`: TALES expressions over model objects."""

from zenpython.model.tales import InvalidTalesException  # noqa: F401 - foreign name
from zenpython.model.tales import tales_eval as talesEval  # noqa: F401 - foreign name
from zenpython.model.tales import tales_eval_str as talesEvalStr  # noqa: F401 - foreign name

__zenpython_permissive__ = True
