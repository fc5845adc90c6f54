"""``gmkit vault restrict``."""

from gmkit_cli.vaults import change_command

command = change_command(
    "restrict",
    """
    Let the data of a person be stored and nothing else, until it is released.

    For data that a law orders to be kept although its purpose is gone.
    """,
)
