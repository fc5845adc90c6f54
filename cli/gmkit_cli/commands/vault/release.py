"""``gmkit vault release``."""

from gmkit_cli.vaults import change_command

command = change_command(
    "release",
    """
    Undo a restriction: the data of a person can be shown again.

    Data that was erased does not come back.
    """,
)
