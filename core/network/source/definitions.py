"""The source text of classes, with all that they use, so that it runs without this package."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

#: A line of source fits this many characters.
WIDTH = 100

_INDENT = " " * 4


@dataclass
class Imports:
    """What a program imports: whole modules, and names from others."""

    modules: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, module: str, name: str = "") -> None:
        """Import a module, or a name from it; both as they stand after "import"."""
        if name:
            self.names.setdefault(module, set()).add(name)
        else:
            self.modules.add(module)

    def known(self) -> set[str]:
        """The names that the imports bring."""
        every = [*self.modules, *(name for names in self.names.values() for name in names)]
        return {name.rpartition(" as ")[2].partition(".")[0] for name in every}

    def text(self) -> str:
        """The lines, in the usual order: the standard library's, then the others."""
        parts = ["from __future__ import annotations"]
        for standard in (True, False):
            lines = [
                *(
                    f"import {name}"
                    for name in sorted(self.modules)
                    if _is_standard(name) is standard
                ),
                *(
                    _import_line(module, self.names[module])
                    for module in sorted(self.names)
                    if _is_standard(module) is standard
                ),
            ]
            parts += ["\n".join(lines)] if lines else []
        return "\n\n".join(parts)


def definitions(classes: Iterable[type], imports: Imports) -> list[str]:
    """The source of the classes and of what they use of their own package, in a working order.

    What they import from elsewhere is added to `imports`.
    """
    texts: dict[tuple[str, str], str] = {}
    for one in classes:
        _collect(one.__module__, one.__name__, imports, texts)
    return [text for text in texts.values() if text]


def _collect(module: str, name: str, imports: Imports, texts: dict[tuple[str, str], str]) -> None:
    """Add a definition of a module after all that it uses."""
    file = _file(module)
    if name in file.imported:
        _bring(module, file.imported[name], imports, texts)
    if name not in file.defined or (module, name) in texts:
        return
    texts[module, name] = ""  # met again where two use each other
    node = file.defined[name]
    for used in _names_in(node):
        _collect(module, used, imports, texts)
    text = file.text_of(node)
    del texts[module, name]
    texts[module, name] = text


def _bring(
    module: str,
    imported: tuple[str, str],
    imports: Imports,
    texts: dict[tuple[str, str], str],
) -> None:
    """Import a name, or take over its definition from a module of the same package."""
    origin, name = imported
    if name and origin.partition(".")[0] == module.partition(".")[0]:
        _collect(origin, name, imports, texts)
    else:
        imports.add(origin, name)


@dataclass(frozen=True)
class _File:
    """What stands at the top level of a module."""

    lines: tuple[str, ...]
    defined: Mapping[str, ast.stmt]
    imported: Mapping[str, tuple[str, str]]

    def text_of(self, node: ast.stmt) -> str:
        """The lines of a definition, with its decorators."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(d.lineno for d in decorators)])
        return "\n".join(self.lines[first - 1 : node.end_lineno])


@cache
def _file(module: str) -> _File:
    """The source of a module, read once."""
    source = inspect.getsource(importlib.import_module(module))
    tree = ast.parse(source)
    return _File(
        tuple(source.splitlines()),
        MappingProxyType({name: node for node in tree.body for name in _defined_by(node)}),
        MappingProxyType(dict(_imported_by(tree.body))),
    )


def _defined_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _imported_by(body: Iterable[ast.stmt]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each imported name, with its module and what is imported from that."""
    for node in body:
        if isinstance(node, ast.If):  # those for type hints alone
            yield from _imported_by(node.body)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name
                shown = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                origin = (
                    (node.module or "", shown) if isinstance(node, ast.ImportFrom) else (shown, "")
                )
                yield name, origin


def _names_in(node: ast.stmt) -> list[str]:
    """The names that a definition uses, in the order of their first use."""
    return list(dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name)))


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _import_line(module: str, names: Iterable[str]) -> str:
    ordered = sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"{_INDENT}{name},\n" for name in ordered) + ")"
