"""What zenpack.yaml says about classes and relations, in all its spellings."""

from __future__ import annotations

import pytest

from zenpython.model.yuml import parse_relations
from zenpython.model.zenpackyaml import load_pack_spec, pack_spec


@pytest.mark.parametrize(
    ("line", "left", "right"),
    [
        ("Array 1:MC Disk", ("Array", "disks", "MC"), ("Disk", "array", "1")),
        ("Array(all) 1:MC (box)Disk", ("Array", "all", "MC"), ("Disk", "box", "1")),
        ("Array(all) 1:MC Disk(box)", ("Array", "all", "MC"), ("Disk", "box", "1")),
        ("Port M:M Subnet", ("Port", "subnets", "M"), ("Subnet", "ports", "M")),
        ("Tenant 1:M VolSnapshot", ("Tenant", "volSnapshots", "M"), ("VolSnapshot", "tenant", "1")),
        ("Tenant 1:1 Quota", ("Tenant", "quota", "1"), ("Quota", "tenant", "1")),
        (
            "Products.ZenModel.Device.Device(vms) 1:M VM(host)",
            ("Products.ZenModel.Device.Device", "vms", "M"),
            ("VM", "host", "1"),
        ),
        ("[Array]++-[Disk]", ("Array", "disks", "MC"), ("Disk", "array", "1")),
        ("[Array]++all -box[Disk]", ("Array", "all", "MC"), ("Disk", "box", "1")),
        ("[Host]1-.-*[VM]", ("Host", "vMs", "M"), ("VM", "host", "1")),
        ("[Host]*-.-*[Net]", ("Host", "nets", "M"), ("Net", "hosts", "M")),
        ("[Host]1 -.- 1[Quota]", ("Host", "quota", "1"), ("Quota", "host", "1")),
        ("[Host]vms 1-.-0..* on[VM]", ("Host", "vms", "M"), ("VM", "on", "1")),
    ],
)
def test_relations(line, left, right):
    (found,) = parse_relations([line])
    assert (found.left.class_name, found.left.relation, found.left.holds) == left
    assert (found.right.class_name, found.right.relation, found.right.holds) == right


def test_relations_as_text_and_maps():
    lines = "\n// a comment\n[A]++-[B]\n\n# another\nA 1:M C"
    assert [r.right.class_name for r in parse_relations(lines)] == ["B", "C"]
    entry = {
        "left_class": "A", "left_relname": "bs", "left_type": "ToManyCont",
        "right_class": "B", "right_relname": "a", "right_type": "ToOne",
    }  # fmt: skip
    (found,) = parse_relations([entry])
    assert (found.left.holds, found.right.relation, found.right.holds) == ("MC", "a", "1")
    assert parse_relations(None) == []
    with pytest.raises(ValueError, match="'A to B' is neither"):
        parse_relations(["A to B"])


def test_classes_with_defaults_at_both_levels():
    spec = pack_spec(
        "ZenPacks.a.B",
        {
            "classes": {
                "DEFAULTS": {"base": "Component", "label": "Thing"},
                "One": {
                    "properties": {
                        "DEFAULTS": {"type": "int"},
                        "x": None,
                        "y": {"type": "string", "default": "q"},
                        "z": 5,
                    }
                },
                "Two": None,
                "Three": {"base": ["One"], "label": "The Third", "monitoring_templates": "T"},
            }
        },
    )
    one, two, three = spec.classes.values()
    assert one.bases == ["Component"] and one.properties == {
        "x": {"type": "int"},
        "y": {"type": "string", "default": "q"},
        "z": {"default": 5},
    }
    assert (two.bases, two.label, two.meta_type) == (["Component"], "Thing", "Two")
    assert (three.bases, three.label, three.monitoring_templates) == (["One"], "The Third", ["T"])


def test_files_of_a_folder_are_laid_together(tmp_path):
    assert load_pack_spec("p", tmp_path) is None
    (tmp_path / "zenpack.yaml").write_text(
        "!ZenPackSpec\nname: !!python/unicode p\nclasses:\n  A: !ClassSpec {label: first}\n"
    )
    (tmp_path / "classes.yaml").write_text("classes: {A: {label: later}, B: {}}\nclass_relationships: ['A 1:MC B']\n")
    (tmp_path / "broken.yaml").write_text("classes: [")
    (tmp_path / "list.yaml").write_text("[1]")
    spec = load_pack_spec("p", tmp_path)
    assert list(spec.classes) == ["A", "B"] and len(spec.relations) == 1 and spec.classes["A"].label == "first"
    assert sorted(p.partition(": ")[0].rpartition("/")[2] for p in spec.problems) == ["broken.yaml", "list.yaml"]
