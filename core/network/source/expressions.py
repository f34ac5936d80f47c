"""Layers as expressions: what their modules print, without what goes without saying."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Any

import torch
from torch import nn

from core.errors import UserError
from core.network.source.definitions import WIDTH

_INDENT = " " * 4


def expression(name: str, module: nn.Module, own: Mapping[str, type]) -> ast.Call:
    """The call that makes a module like this one; `own` are the classes that are not torch's.

    Raises UserError, naming the layer, if the module does not print itself as such a call.
    """
    try:
        call = ast.parse(repr(module), mode="eval").body
    except SyntaxError as error:
        raise UserError(
            f"The layer {name} cannot be written as source: it prints itself as {module!r}."
        ) from error
    if not isinstance(call, ast.Call):
        raise UserError(
            f"The layer {name} cannot be written as source: {module!r} makes no module."
        )
    full: ast.Call = ast.fix_missing_locations(_Qualified(own).visit(call))
    short: ast.Call = ast.fix_missing_locations(_Shortened().visit(_copied(full)))
    return short if _makes(short, own, repr(module)) else full


def wrapped(begin: str, call: ast.expr, end: str = "") -> str:
    """`begin`, the call and `end` in lines of at most `WIDTH`, broken as formatters break them.

    `begin` carries the indentation.
    """
    line = f"{begin}{ast.unparse(call)}{end}"
    if len(line) <= WIDTH or not isinstance(call, ast.Call):
        return line
    indent = " " * (len(begin) - len(begin.lstrip()))
    parts = [ast.unparse(part) for part in (*call.args, *call.keywords)]
    head, inner = f"{begin}{ast.unparse(call.func)}(", indent + _INDENT
    flat = inner + ", ".join(parts)
    if len(flat) > WIDTH:
        flat = "\n".join(f"{inner}{part}," for part in parts)
    return f"{head}\n{flat}\n{indent}){end}"


class _Qualified(ast.NodeTransformer):
    """Puts `nn.` before the names of torch's modules."""

    def __init__(self, own: Mapping[str, type]) -> None:
        self._own = own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._own or node.id not in vars(nn):
            return node
        return ast.Attribute(ast.Name("nn", ast.Load()), node.id, ast.Load())


class _Shortened(ast.NodeTransformer):
    """Leaves out of calls of torch's modules what is their default, and writes (2, 2) as 2."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return node
        defaults = signature(vars(nn)[node.func.attr]).parameters
        for keyword in node.keywords:
            keyword.value = _one_for_all(keyword.value)
        node.keywords = [word for word in node.keywords if not _is_default(word, defaults)]
        return node


def _one_for_all(value: ast.expr) -> ast.expr:
    """One number for a tuple of equal ones."""
    if not isinstance(value, ast.Tuple):
        return value
    texts = {ast.unparse(part) for part in value.elts}
    return value.elts[0] if len(texts) == 1 else value


def _is_default(word: ast.keyword, defaults: Mapping[str, Parameter]) -> bool:
    known = defaults.get(word.arg or "")
    return known is not None and ast.unparse(word.value) == repr(known.default)


def _copied(call: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(call), mode="eval").body


def _makes(call: ast.expr, own: Mapping[str, type], wanted: str) -> bool:
    """Whether a call makes a module that prints itself as wanted."""
    names: dict[str, Any] = {"nn": nn, **own}
    try:
        with torch.device("meta"):
            return repr(eval(ast.unparse(call), names)) == wanted
    except (TypeError, ValueError, RuntimeError):  # it was not the default for all its arguments
        return False
