"""How packs are found on disk and imported."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from zenpython import compat
from zenpython.compat import packs


def _pack(folder: Path, *files: str) -> None:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("__import__('pkg_resources').declare_namespace(__name__)\n" if "ns" in name else "")


@pytest.mark.parametrize(
    ("files", "path", "name", "expected"),
    [
        (["r/ZenPacks/a/B/__init__.py", "r/ZenPacks/a/B/x.py"], "r", "", {"ZenPacks.a.B": "r/ZenPacks/a/B"}),
        (["r/ZenPacks/a/B/x.py", "r/ZenPacks/a/C/x.py"], "r", "ZenPacks.a.C", {"ZenPacks.a.C": "r/ZenPacks/a/C"}),
        (["r/ZenPacks/a/B/D/x.py"], "r", "", {"ZenPacks.a.B.D": "r/ZenPacks/a/B/D"}),
        (["r/ZenPacks/a/B/x.py"], "r/ZenPacks/a/B", "", {"ZenPacks.a.B": "r/ZenPacks/a/B"}),
        (["ZenPacks.a.B/x.py", "ZenPacks.a.B/__init__.py"], "ZenPacks.a.B", "", {"ZenPacks.a.B": "ZenPacks.a.B"}),
        (["plain/x.py"], "plain", "ZenPacks.a.E", {"ZenPacks.a.E": "plain"}),
        (["r/t1/ZenPacks/a/F/x.py", "r/build/ZenPacks/a/F/x.py"], "r", "", {"ZenPacks.a.F": "r/t1/ZenPacks/a/F"}),
    ],
)
def test_layouts(tmp_path, files, path, name, expected):
    _pack(tmp_path, *files)
    found = packs.locate({"name": name, "path": str(tmp_path / path)})
    assert {pack.name: str(pack.folder.relative_to(tmp_path)) for pack in found} == expected


def test_file_belongs_to_innermost_pack(tmp_path):
    outer, inner = packs.Pack("ZenPacks.a.B", tmp_path / "B"), packs.Pack("ZenPacks.a.B.C", tmp_path / "B" / "C")
    _pack(tmp_path, "B/C/x.py", "B/y.py")
    known = packs.Packs([outer, inner])
    assert known.at(str(tmp_path / "B/C/x.py")) == inner
    assert known.at(str(tmp_path / "B/y.py")) == outer
    assert known.at(str(tmp_path / "Bother.py")) is None
    assert known.is_namespace("ZenPacks.a")
    assert not known.is_namespace("ZenPacks.a.B")


def test_plugin_loads_without_the_packs_init(shop):
    cls = compat.load_class("ZenPacks.test.compatshop.dsplugins.Orders.Orders")
    data = cls().collect(None)
    assert data["values"] == {None: {"orders": 3}}
    assert data["maps"][0].id == "a_b"
    assert "RAN" not in vars(sys.modules["ZenPacks.test.compatshop"])


def test_class_named_by_its_package(shop):
    cls = compat.load_class("ZenPacks.test.compatshop.dsplugins.Orders")
    assert cls is compat.load_class("ZenPacks.test.compatshop.dsplugins.Orders.Orders")


def test_init_runs_once_when_a_name_is_wanted(shop):
    cls = compat.load_class("ZenPacks.test.compatshop.dsplugins.Timed.Timed")
    package = sys.modules["ZenPacks.test.compatshop"]
    assert cls.timeout == 7
    assert package.RAN == ["init"]
    assert package.ZenPack.packZProperties == [("zShopPort", 80, "int")]
    with pytest.raises(AttributeError, match="noSuchName"):
        _ = package.noSuchName
    assert package.RAN == ["init"]


def test_touches_are_recorded_with_the_pack(shop):
    compat.load_class("ZenPacks.test.compatshop.dsplugins.Timed.Timed")
    touches = {(touch.module, touch.attribute) for touch in compat.touched() if touch.pack == shop.name}
    assert ("Products.ZenRelations.zPropertyCategory", "setzPropertyCategory") in touches
    assert ("ZenPacks.test.compatshop.Till", "Till") in touches


def test_missing_name_of_a_real_module_says_module_name_and_pack(shop):
    with pytest.raises(ImportError) as raised:
        compat.load_class("ZenPacks.test.compatshop.dsplugins.Wanting.Wanting")
    for part in ("noSuchHelper", "Products.ZenUtils.Utils", "ZenPacks.test.compatshop", "Wanting.py:3"):
        assert part in str(raised.value)


def test_missing_pack_says_who_wants_it(shop):
    with pytest.raises(ModuleNotFoundError) as raised:
        compat.load_class("ZenPacks.test.compatshop.dsplugins.Elsewhere.Elsewhere")
    assert "ZenPacks.test.compatabsent" in str(raised.value)
    assert "ZenPacks.test.compatshop" in str(raised.value)


@pytest.mark.parametrize(
    ("dotted", "text"),
    [
        ("Orders", "want package.module.Class"),
        ("ZenPacks.test.compatshop.dsplugins.Orders.Nothing", "no class 'Nothing'"),
        ("ZenPacks.test.compatshop.dsplugins.absent.Class", "absent"),
    ],
)
def test_classes_that_are_not_there(shop, dotted, text):
    with pytest.raises(ImportError, match=text):
        compat.load_class(dotted)


def test_bundled_library_is_seen_by_its_pack_alone(shop):
    compat.load_class("ZenPacks.test.compatshop.dsplugins.Orders.Orders")
    del sys.modules["shoplib"]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("shoplib")


def test_bundled_zenpacklib_is_ours(shop):
    bundled = importlib.import_module("ZenPacks.test.compatshop.zenpacklib")
    assert bundled is importlib.import_module("ZenPacks.zenoss.ZenPackLib.zenpacklib")


def test_data_source_module(shop):
    from zope.interface import implementedBy

    module = importlib.import_module("ZenPacks.test.compatshop.datasources.ShopDataSource")
    assert module.IShopDataSourceInfo in implementedBy(module.ShopDataSourceInfo)
    assert module.ShopDataSourceInfo.__component_adapts__ == (module.ShopDataSource,)
    assert module.IShopDataSourceInfo["limit"].group == "Shop"
    source = module.ShopDataSource("s1")
    info = module.ShopDataSourceInfo(source)
    info.limit, info.severity = "20", "Critical"
    assert (source.limit, source.severity, info.type) == ("20", 5, "Shop")


def test_no_bytecode_is_written_to_a_pack(shop):
    compat.load_class("ZenPacks.test.compatshop.dsplugins.Orders.Orders")
    assert not list(shop.folder.rglob("__pycache__"))
