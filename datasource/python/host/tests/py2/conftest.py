"""How these tests run Python 2 source: as a module of a pack, the way the pack loader does."""

from __future__ import annotations

import types

import pytest

from zenpython import py2


@pytest.fixture
def run(tmp_path):
    """Run Python 2 source; gives the module's names."""

    def run_source(source: str, name: str = "module") -> dict:
        path = tmp_path / f"{name}.py"
        # A line that only Python 2 has makes each row Python 2, whatever else it shows.
        data = (source + "\nif 0: print 'py2'\n").encode()
        path.write_bytes(data)
        translation = py2.translate(str(path), data)
        assert translation.native
        module = types.ModuleType(name)
        module.__file__ = str(path)
        py2.prepare(module)
        exec(translation.code, module.__dict__)
        return module.__dict__

    return run_source
