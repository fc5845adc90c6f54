"""
What a mutant is: one small fault in the syntax tree of a module.

The faults are those that verification code dies of: a check that is skipped (a condition never true, a
``raise`` or a call of a rule left out, a loop that never runs), a condition turned round, a boundary moved
by one, one of two demands forgotten. Messages and documentation are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
QUANTIFIERS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutation:
    """One fault: where, in words, and what makes it in the tree it was found in."""

    line: int
    last: int
    text: str
    apply: Callable[[], None]


def mutations(tree: ast.Module) -> Iterator[Mutation]:
    """Every fault of a module, in the order of the text; the same for the same text."""
    yield from sorted(_walk(tree), key=lambda one: one.line)


def _walk(node: ast.AST) -> Iterator[Mutation]:
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return  # what an error says, and to whom it is owed, is not the check
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return
    if isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
    ):
        return
    for name, value in ast.iter_fields(node):
        if name in (
            "annotation",
            "returns",
            "decorator_list",
            "bases",
            "keywords",
        ) and not isinstance(node, ast.Call):
            continue
        if isinstance(value, list):
            for position, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield from _of_statement(value, position)
                    yield from _walk(child)
        elif isinstance(value, ast.AST):
            yield from _walk(value)
    yield from _of(node)


def _of_statement(block: list[Any], position: int) -> Iterator[Mutation]:
    """A statement left out: a raise, or a call made for what it does."""
    statement = block[position]
    left_out = isinstance(statement, ast.Raise) or (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call | ast.Await | ast.YieldFrom)
    )
    if left_out:
        quiet = ast.copy_location(ast.Pass(), statement)
        yield Mutation(
            *_lines(statement),
            f"leave out: {_short(statement)}",
            lambda: block.__setitem__(position, quiet),
        )
    other = {ast.Break: ast.Continue, ast.Continue: ast.Pass}.get(type(statement))
    if other is not None:
        instead = ast.copy_location(other(), statement)
        yield Mutation(
            *_lines(statement),
            f"{_short(statement)} -> {_short(instead)}",
            lambda: block.__setitem__(position, instead),
        )


def _of(node: ast.AST) -> Iterator[Mutation]:
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            yield _put(node, "test", _constant(node.test, value=False), "never: ")
            yield _put(node, "test", _negated(node.test), "the contrary: ")
        case ast.comprehension():
            for position, condition in enumerate(node.ifs):
                always = _constant(condition, value=True)
                yield Mutation(
                    *_lines(condition),
                    f"always: {_short(condition)}",
                    lambda ifs=node.ifs, at=position, new=always: ifs.__setitem__(at, new),
                )
        case ast.For():
            nothing = ast.copy_location(ast.Tuple(elts=[], ctx=ast.Load()), node.iter)
            yield _put(node, "iter", nothing, "no turn: ")
        case ast.Compare():
            for position, operator in enumerate(node.ops):
                for other in COMPARISONS[type(operator)]:
                    yield _swap(node, "ops", position, other())
        case ast.BoolOp():
            turned = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield _put(node, "op", turned, "and/or: ")
            for demand in node.values:
                # `True and x` is x, `False or x` too: one operand alone would not compile.
                rest = [
                    _constant(demand, value=isinstance(node.op, ast.And)),
                    *(other for other in node.values if other is not demand),
                ]
                yield _put(node, "values", rest, f"forget {_short(demand)} in: ")
        case ast.BinOp() if type(node.op) in ARITHMETIC and not _is_text(node):
            yield _put(node, "op", ARITHMETIC[type(node.op)](), "operator: ")
        case ast.AugAssign() if type(node.op) in ARITHMETIC:
            yield _put(node, "op", ARITHMETIC[type(node.op)](), "operator: ")
        case ast.Call(func=ast.Name(id=name)) if name in QUANTIFIERS:
            other_name = ast.copy_location(ast.Name(QUANTIFIERS[name], ast.Load()), node.func)
            yield _put(node, "func", other_name, "quantifier: ")
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield _put(node, "value", _constant(node.value, value=None), "nothing: ")
        case ast.Constant(value=bool()):
            yield _put(node, "value", not node.value, "constant: ")
        case ast.Constant(value=int()):
            yield _put(node, "value", node.value + 1, "constant + 1: ")
        case ast.Constant(value=bytes()):
            yield _put(node, "value", node.value + b"!", "constant + '!': ")


def _lines(node: ast.expr | ast.stmt) -> tuple[int, int]:
    """The lines whose tests see it: a block's faults lie in its head."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) else node.end_lineno
    return node.lineno, max(node.lineno, last or 0)


def _put(node: ast.expr | ast.stmt, field: str, new: object, what: str) -> Mutation:
    return Mutation(*_lines(node), what + _short(node), lambda: setattr(node, field, new))


def _swap(node: ast.Compare, field: str, position: int, new: ast.cmpop) -> Mutation:
    return Mutation(
        *_lines(node),
        f"{type(node.ops[position]).__name__} -> {type(new).__name__}: {_short(node)}",
        lambda: getattr(node, field).__setitem__(position, new),
    )


def _constant(where: ast.expr, *, value: object) -> ast.expr:
    return ast.copy_location(ast.Constant(value), where)


def _negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else text[:87] + "..."
