"""TOML of the standard library, or on Python 3.10 the package that pytest itself reads it with."""

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

__all__ = ["tomllib"]
