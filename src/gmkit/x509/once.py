"""A property computed once and kept: ``functools.cached_property`` without its lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

_Value = TypeVar("_Value")


class once(Generic[_Value]):  # noqa: N801 - used as a decorator
    """
    The value is the same whoever computes it, so two threads that compute it at once do no harm; the
    lock that Python 3.10 and 3.11 take here costs more than most of the values.
    """

    def __init__(self, compute: Callable[..., _Value]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[_Value]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> _Value: ...
    def __get__(self, instance: object | None, owner: type) -> once[_Value] | _Value:
        if instance is None:
            return self
        value = self._compute(instance)
        # Found there from now on, before this descriptor is asked.
        instance.__dict__[self._name] = value
        return value
