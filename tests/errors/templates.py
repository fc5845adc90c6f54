"""
The messages and hints that the source raises: templates in which ``{}`` stands for what is filled in.

A message is what the first argument of an error's class can be: a literal, a formatted literal, one of two, a name
that was given one of these just before, or an argument of a helper that makes the error.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from gmkit import errors

ROOT = Path(__file__).resolve().parents[2]
# "told" and "say" are of the command line: results and remarks for people.
CLASSES = frozenset(errors.__all__) | {"UsageError", "told", "say"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def raised() -> dict[str, str]:
    """Every template, with the place where it is raised."""
    modules = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for top in ("src/gmkit", "cli/gmkit_cli")
        for path in sorted((ROOT / top).rglob("*.py"))
    }
    found: dict[str, str] = {}
    for path, module in modules.items():
        makers = _makers(module)
        for scope, call in _calls(module):
            name = _called(call)
            for expression in _said(call, name, makers):
                for template in _templates(expression, scope):
                    found.setdefault(template, f"{path.relative_to(ROOT)}:{call.lineno}")
    return {
        template: place
        for template, place in found.items()
        if any(c.isalpha() for c in template.replace("{}", ""))
    }


def _said(
    call: ast.Call, name: str, makers: dict[str, list[tuple[int, str]]]
) -> Iterator[ast.expr]:
    keywords = {each.arg: each.value for each in call.keywords}
    if name == "Refused":  # of gmkit.pki: reason, detail
        yield from call.args[1:2]
    if name == "Ailment":  # of gmkit.ca.doctor: urgency, code, message
        yield from call.args[2:3]
    if name in CLASSES:
        yield from call.args[:1]
        if "hint" in keywords:
            yield keywords["hint"]
    for position, parameter in makers.get(name, ()):
        if parameter in keywords:
            yield keywords[parameter]
        elif position < len(call.args):
            yield call.args[position]


def _makers(module: ast.Module) -> dict[str, list[tuple[int, str]]]:
    """Functions that put a parameter of theirs into an error as its message or hint."""
    found: dict[str, list[tuple[int, str]]] = {}
    for function in ast.walk(module):
        if not isinstance(function, Function):
            continue
        parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        shift = 1 if parameters[:1] in (["self"], ["cls"]) else 0
        keyword = [each.arg for each in function.args.kwonlyargs]
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or _called(call) not in {*CLASSES, "Refused"}:
                continue
            first = 1 if _called(call) == "Refused" else 0
            given = [
                *call.args[first : first + 1],
                *(each.value for each in call.keywords if each.arg == "hint"),
            ]
            for each in given:
                if isinstance(each, ast.Name) and each.id in parameters:
                    found.setdefault(function.name, []).append(
                        (parameters.index(each.id) - shift, each.id)
                    )
                elif isinstance(each, ast.Name) and each.id in keyword:
                    found.setdefault(function.name, []).append((10**6, each.id))
    return found


def _calls(module: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Every call, with the innermost function it stands in."""

    def within(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield scope, child
            yield from within(child, child if isinstance(child, Function) else scope)

    return within(module, module)


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _templates(expression: ast.expr, scope: ast.AST) -> Iterator[str]:
    match expression:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in parts)
        case ast.IfExp(body=first, orelse=second):
            yield from _templates(first, scope)
            yield from _templates(second, scope)
        case ast.Name(id=name):
            for node in ast.walk(scope):
                match node:
                    case ast.Assign(targets=[ast.Name(id=assigned)], value=value) if (
                        assigned == name
                    ):
                        if not isinstance(value, ast.Name):
                            yield from _templates(value, scope)
                    case _:
                        pass
        case _:
            pass
