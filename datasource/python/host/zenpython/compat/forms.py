"""Form fields (spec §1.3): the kinds that data source interfaces declare, keeping what they were given.

They are zope Attributes, for interface bodies take nothing else. The `types` call of the builder reads title, order,
group and xtype from them.
"""

from __future__ import annotations

from typing import Any

from zope.interface import Attribute

__all__ = [
    "Bool", "Choice", "Entity", "Field", "File", "Float", "Int", "List", "MultiChoice", "Password", "Text", "TextLine",
    "Tuple",
]  # fmt: skip


class Field(Attribute):
    """A form field: any keyword is kept as attribute."""

    xtype: str = "textfield"

    def __init__(self, title: Any = "", description: Any = "", **options: Any) -> None:
        super().__init__(str(title or ""), str(description or ""))
        self.title, self.description = title, description
        self.required = options.pop("required", False)
        self.readonly = options.pop("readonly", False)
        self.default = options.pop("default", None)
        self.options = options
        self.__dict__.update(options)


def _kind(name: str, xtype: str) -> type[Field]:
    return type(name, (Field,), {"xtype": xtype, "__doc__": f"A {name} field, shown as {xtype}."})


Text = _kind("Text", "textarea")
TextLine = _kind("TextLine", "textfield")
Bool = _kind("Bool", "checkbox")
Int = _kind("Int", "numberfield")
Float = _kind("Float", "numberfield")
Tuple = _kind("Tuple", "itemselector")
List = _kind("List", "itemselector")
Choice = _kind("Choice", "autoformcombo")
MultiChoice = _kind("MultiChoice", "itemselector")
Password = _kind("Password", "password")
Entity = _kind("Entity", "linkfield")
File = _kind("File", "fileuploadfield")
