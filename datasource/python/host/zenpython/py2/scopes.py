"""What a file binds where: needed to tell Python 2's builtins from a file's own names, and names that outlive."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_Scope = (*Function, ast.ClassDef)
_Comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(tree: ast.AST) -> set[str]:
    """Every name that a file binds anywhere: a builtin of that name may be the file's own."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def handler_names(tree: ast.AST) -> set[str]:
    """Names that `except … as name` binds anywhere in a file."""
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}


def caught_reads(tree: ast.AST) -> set[int]:
    """Ids of the name nodes inside handlers that read the exception caught there."""
    return {
        id(node)
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler) and handler.name
        for node in ast.walk(handler)
        if isinstance(node, ast.Name) and node.id == handler.name
    }


def outliving_handlers(tree: ast.AST) -> set[ast.ExceptHandler]:
    """Handlers whose name is read in the same scope outside of a handler that binds it."""
    found: set[ast.ExceptHandler] = set()
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, Function))]:
        handlers = [node for node in _own(scope) if isinstance(node, ast.ExceptHandler) and node.name]
        if not handlers:
            continue
        inside: dict[str, set[int]] = {}
        for handler in handlers:
            inside.setdefault(handler.name or "", set()).update(map(id, ast.walk(handler)))
        outside = {
            node.id
            for node in ast.walk(scope)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id in inside
            and id(node) not in inside[node.id]
        }
        found.update(handler for handler in handlers if handler.name in outside)
    return found


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the functions and classes in it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, _Scope):
            yield from _own(child)


def leaking_comprehensions(tree: ast.Module) -> list[tuple[int, str]]:
    """Lines and names of list comprehensions whose variable is read afterwards, and bound by nothing else."""
    found: list[tuple[int, str]] = []
    module_names = _bindings(tree) | set(dir(builtins))
    for scope in [
        tree,
        *(node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))),
    ]:
        leaks = {
            name.id: comprehension.lineno
            for comprehension in _own(scope)
            if isinstance(comprehension, ast.ListComp)
            for generator in comprehension.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name)
        }
        if not leaks:
            continue
        bound = _bindings(scope) | module_names
        found += [
            (leaks[node.id], node.id)
            for node in _outside_comprehensions(scope)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id in leaks
            and node.id not in bound
        ]
    return found


def _bindings(scope: ast.AST) -> set[str]:
    """Names that a scope itself binds, list comprehensions left out."""
    names = {
        argument.arg
        for argument in ast.walk(getattr(scope, "args", ast.Module([], [])))
        if isinstance(argument, ast.arg)
    }
    for node in _outside_comprehensions(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            names.update(node.names)
    return names


def _outside_comprehensions(scope: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, _Comprehensions):
            continue
        yield child
        if not isinstance(child, _Scope):
            yield from _outside_comprehensions(child)
