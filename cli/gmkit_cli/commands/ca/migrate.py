"""``gmkit ca migrate``."""

from pathlib import Path

import click

from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@pass_context
def command(context: Context, folder: Path) -> None:
    """
    Bring the store of an authority into the form that this version of gmkit uses; make a copy first.

    \b
    Example:
      $ gmkit ca migrate authority
    """
    from gmkit.ca.layout import Layout
    from gmkit.ca.migrate import migrate
    from gmkit.ca.schema import HEAD
    from gmkit.ca.store import Store

    layout = Layout(folder)
    store = Store(layout.store_url(layout.read_settings().store), existing=True)
    try:
        migrate(store)
        store.check_version()
    finally:
        store.close()
    context.emit({"form": HEAD}, text=told(f"the store has the form {HEAD}"))
