"""
Faults in Rust: the same as in Python (``mutations.py``), each written into the source beside the original.

``a < b`` becomes ``(if on(17) { a <= b } else { a < b })``; a condition, a statement or a whole function
likewise. Constants, patterns and macros, where no such question can be asked, are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_rust.language()))
OPERATORS = {
    b"==": (b"!=",),
    b"!=": (b"==",),
    b"<": (b"<=", b">="),
    b"<=": (b"<", b">"),
    b">": (b">=", b"<="),
    b">=": (b">", b"<"),
    b"&&": (b"||",),
    b"||": (b"&&",),
    b"+": (b"-",),
    b"-": (b"+",),
    b"*": (b"+",),
    b"/": (b"*",),
    b"%": (b"/",),
    b"&": (b"|",),
    b"|": (b"&",),
    b"^": (b"|",),
    b"<<": (b">>",),
    b">>": (b"<<",),
}
OUT_OF_BOUNDS = {
    *("const_item", "static_item", "attribute_item", "inner_attribute_item", "macro_invocation"),
    *("type_arguments", "array_type", "match_pattern", "enum_variant", "token_tree", "let_chain"),
}
UNSEEN = re.compile(rb"zeroize\(\)|ct::(de)?classify\(")
RETURNED = {b"bool": (b"true", b"false"), b"Choice": (b"Choice::from(0)", b"Choice::from(1)")}


@dataclass(frozen=True)
class Fault:
    """Octets start to end of a file say something else when the fault is on."""

    path: str
    start: int
    end: int
    name: str
    instead: tuple[bytes | tuple[int, int], ...]  # octets, or stretches of the file
    form: str  # expression, statement, entry


def faults(text: bytes, path: str) -> Iterator[Fault]:
    """Every fault of a file."""
    yield from _walk(PARSER.parse(text).root_node, path)


def _walk(node: Node, path: str) -> Iterator[Fault]:
    if node.type in OUT_OF_BOUNDS:
        return
    if node.type == "call_expression" and node.child_by_field_name("function").text.endswith(
        b"::with_capacity"
    ):
        return  # how much memory is asked for beforehand
    if node.type == "mod_item" and _is_left_out(node):
        return
    if node.type == "function_item":
        modifiers = next((c for c in node.children if c.type == "function_modifiers"), None)
        if modifiers is not None and b"const" in modifiers.text:
            return
    yield from _of(node, path)
    for child in node.children:
        if node.type == "array_expression" and child == node.child_by_field_name("length"):
            continue
        yield from _walk(child, path)


def _is_left_out(node: Node) -> bool:
    """Tests, and code for processors of 32 bits, which no build on this one holds."""
    before = node.prev_named_sibling
    return before is not None and (
        b"cfg(test)" in before.text or b'cfg(not(target_pointer_width = "64"))' in before.text
    )


def _of(node: Node, path: str) -> Iterator[Fault]:
    def fault(what: str, instead: tuple, form: str = "expression", at: Node = node) -> Fault:
        said = " ".join(at.text.decode().split())[:80]
        name = f"{path}:{at.start_point[0] + 1}: {what}: {said}"
        return Fault(path, at.start_byte, at.end_byte, name, instead, form)

    match node.type:
        case "binary_expression" | "compound_assignment_expr":
            left, operator, right = node.children
            equals = b"=" if node.type == "compound_assignment_expr" else b""
            plain = operator.text.removesuffix(b"=") if equals else operator.text
            for other in OPERATORS.get(plain, ()):
                yield fault(
                    f"{operator.text.decode()} -> {(other + equals).decode()}",
                    # Parentheses: after `as u64` a `<` would open a list of types.
                    (b"(", _span(left), b") " + other + equals + b" ", _span(right)),
                )
        case "unary_expression" if node.children[0].type == "!":
            # Twice not: also where the operand is a reference.
            yield fault("without !", (b"!!", _span(node.children[1])))
        case "if_expression" | "while_expression":
            condition = node.child_by_field_name("condition")
            if condition is not None and not condition.type.startswith("let_"):
                yield fault("never", (b"false",), at=condition)
                if node.type == "if_expression":
                    yield fault("always", (b"true",), at=condition)
        case "expression_statement":
            inner = node.children[0]
            calls = inner.type in ("call_expression", "try_expression")
            # No test sees memory that was not wiped, or marks for Memcheck: their evidence is elsewhere.
            if calls and node.child_count == 2 and not UNSEEN.search(node.text):
                yield fault("left out", (), "statement")
        case "function_item":
            yield from _returned(node, fault)


def _returned(node: Node, fault: Callable[..., Fault]) -> Iterator[Fault]:
    kind, body = node.child_by_field_name("return_type"), node.child_by_field_name("body")
    if kind is None or body is None:
        return
    values = RETURNED.get(kind.text, ())
    if kind.text.startswith(b"Result<()"):
        values = (b"Ok(())",)
    elif kind.text.startswith(b"Option<"):
        values = (b"None",)
    for value in values:
        name = node.child_by_field_name("name").text.decode()
        entry = fault(f"{name}() is {value.decode()}", (value,), "entry", body)
        yield Fault(entry.path, entry.start, entry.start + 1, entry.name, (value,), "entry")


def _span(node: Node) -> tuple[int, int]:
    return node.start_byte, node.end_byte


def rewritten(text: bytes, numbered: dict[int, Fault]) -> bytes:
    """The file with every one of these faults in it, each behind its number."""
    several = sorted(numbered.items(), key=lambda one: _outermost(one[1]))
    changed = _stretch(text, 0, len(text), several)
    for number, fault in several:
        if b"mutant_on(%d)" % number not in changed:
            raise RuntimeError(f"not written into the file: {fault.name}")
    return changed


def _outermost(fault: Fault) -> tuple[int, int]:
    return fault.start, -fault.end


def _stretch(text: bytes, start: int, end: int, several: list[tuple[int, Fault]]) -> bytes:
    """Octets start to end, with the faults that lie in them."""
    inside = [one for one in several if start <= one[1].start and one[1].end <= end]
    out, at = [], start
    while inside:
        number, fault = inside.pop(0)
        if fault.start < at:
            continue
        within = [one for one in inside if one[1].end <= fault.end]
        inside = [one for one in inside if one[1].start >= fault.end]
        out += [text[at : fault.start], _guarded(text, number, fault, within)]
        at = fault.end
    return b"".join([*out, text[at:end]])


def _guarded(text: bytes, number: int, fault: Fault, within: list[tuple[int, Fault]]) -> bytes:
    original = _stretch(text, fault.start, fault.end, within)
    on = b"crate::mutant_on(%d)" % number
    instead = b"".join(
        part if isinstance(part, bytes) else text[part[0] : part[1]] for part in fault.instead
    )
    if fault.form == "entry":
        return b"%s if %s { return %s; } " % (original, on, instead)
    if fault.form == "statement":
        return b"if !%s { %s }" % (on, original)
    return b"(if %s { %s } else { %s })" % (on, instead, original)
