"""
Lint: is a certificate what the standards say it should be?

One rule checks one clause and has a stable code. Nothing is decided here about trust; the authority runs
all rules on what it is about to sign and refuses to sign what breaks one of severity ``error``.
"""

from gmkit.pki.lint.examine import lint_certificate, lint_pair
from gmkit.pki.lint.rule import Rule, Severity, Violation, rules

__all__ = ["Rule", "Severity", "Violation", "lint_certificate", "lint_pair", "rules"]
