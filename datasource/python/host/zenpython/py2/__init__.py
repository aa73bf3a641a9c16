"""Python 2 source of ZenPacks on Python 3: translated when it is imported, with native strings at the libraries' edges.

`translate` gives a file's code; where its `native` is set, `prepare` readies the module that runs it. `native` and
`to_bytes` cross between bytes and native strings, and `ByteString` marks those that stand for binary data.
"""

from zenpython.py2.builtin import prepare
from zenpython.py2.report import Note
from zenpython.py2.strings import ByteString, native, to_bytes
from zenpython.py2.translation import Translation, translate, use_cache

__all__ = ["ByteString", "Note", "Translation", "native", "prepare", "to_bytes", "translate", "use_cache"]
