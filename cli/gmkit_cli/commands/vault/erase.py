"""``gmkit vault erase``."""

from gmkit_cli.vaults import change_command

command = change_command(
    "erase",
    """
    Destroy the key and the data of a person; receipts and proofs stay as they are.

    What was sealed cannot be opened again by anybody, except from copies of the vault made before: let
    those expire. If others read the vault all the while, old pages stay in its log until `gmkit vault
    overwrite` has run.
    """,
)
