"""TALES as packs ask for it; the cases are those of the daemon's own evaluator where both have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenpython.model import tales
from zenpython.model.components import DeviceComponent
from zenpython.model.device import Device
from zenpython.model.relations import ToManyContRelationship


@pytest.fixture
def here():
    device = Device("web01")
    device.manageIp = "10.0.0.7"
    device.tags = {"rack": "r1", "get": "shadow"}
    device._zp_zproperties = {"zSnmpPort": 161, "zEmpty": "", "zNone": None, "zOn": True, "zLines": ["a", "it's"]}
    device.totalSpace = lambda: 1000
    device.sites = ToManyContRelationship(device, "sites")
    component = DeviceComponent("eu")
    component.path = "/eu"
    device.sites.add(component)
    return component


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("", ""),
        ("plain } { text", "plain } { text"),
        ("costs $$5", "costs $5"),
        ("$$$devname$$", "$web01$"),
        ("$${devname}", "${devname}"),
        ("$devname-x_$devname.y", "web01-x_web01.y"),
        ("http://${dev/manageIp}:${here/zSnmpPort}${here/path}/", "http://10.0.0.7:161/eu/"),
        ("${ here/id }", "eu"),
        ("${dev/tags/rack}", "r1"),
        ("${dev/tags/get}", "shadow"),
        ("${dev/zLines/1}", "it's"),
        ("${here/device/id}", "web01"),
        ("${dev/totalSpace}", "1000"),
        ("${dev/sites/eu/path}", "/eu"),
        ("${here/nope|dev/id}", "web01"),
        ("${here/nope | nothing}", "None"),
        ("${here/nope | string:none}", "none"),
        ("${here/nope | string:$devname is ${here/id} | $$}", "web01 is eu | $"),
        ("${here/nope | python:dev.zSnmpPort + 1}", "162"),
        ("${path: dev/id}", "web01"),
        ("${string:${string:${devname}}}", "web01"),
        ("${python: '}' + \"{\" }", "}{"),
        ("${python: devname.upper() if dev.zOn else None}x", "WEB01x"),
        ("${python:path('here/id') + string('-$devname')}", "eu-web01"),
        ("${not:dev/zOn}${not:dev/zEmpty}", "01"),
        ("${exists:here/nope}${exists:here/id}${exists:here/nope | dev/id}", "011"),
        ("${dev/zOn} ${dev/zNone} ${dev/zLines}", "True None ['a', \"it's\"]"),
        ("${here/titleOrId} ${ds/name}", "eu status"),
        ("ümlaut ${devname}", "ümlaut web01"),
        (5, "5"),
    ],
)
def test_text(here, text, want):
    assert tales.tales_eval_str(text, here, {"ds": {"name": "status"}}) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("5 $", "'\\$' must be followed by a name"),
        ("$5", "'\\$' must be followed by a name"),
        ("a ${here/id", "is not closed"),
        ("${}", "a path starts with a name"),
        ("${here//id}", "a step of the path is empty"),
        ("${here/${devname}}", "a step of the path is empty"),
        ("${here/a$b}", "must follow a name in a path"),
        ("${pyton:1}", "'pyton:' is not known"),
        ("${python:here.}", "python:"),
        ("${python:1", "is not closed"),
        ("${string:" * 20 + "}" * 20, "nested deeper"),
        ("${here/nope}", "'here' has no 'nope'"),
        ("${her/id}", "unknown name 'her'"),
        ("${python:1/0}", "ZeroDivisionError"),
        ("${python:open('/etc/passwd')}", "NameError"),
        ("${python:__import__('os')}", "NameError"),
        ("${here/_zp_parent}", "has no '_zp_parent'"),
    ],
)
def test_error_says_what(here, text, want):
    with pytest.raises(tales.InvalidTalesException, match=want):
        tales.tales_eval_str(text, here)


def test_an_error_in_a_method_does_not_try_the_next_alternative(here):
    here.broken = lambda: {}["lost"]
    with pytest.raises(tales.InvalidTalesException, match="KeyError") as caught:
        tales.tales_eval_str("${here/broken | string:other}", here)
    assert not isinstance(caught.value, tales.MissingError)


def test_whole_expressions_keep_their_values(here):
    assert tales.tales_eval("here/zSnmpPort", here) == 161
    assert tales.tales_eval("python:[here.id, 2]", here) == ["eu", 2]
    assert tales.tales_eval("nocall:here/device", here)().id == "web01"
    with pytest.raises(tales.InvalidTalesException, match="should end here"):
        tales.tales_eval("here/id} more", here)


@given(st.text())
def test_any_text_gives_text_or_the_error(text):
    try:
        assert isinstance(tales.tales_eval_str(text, Device("d")), str)
    except tales.InvalidTalesException:
        assert "$" in text


@given(st.text())
def test_escaped_text_is_itself(text):
    assert tales.tales_eval_str(text.replace("$", "$$"), Device("d")) == text
