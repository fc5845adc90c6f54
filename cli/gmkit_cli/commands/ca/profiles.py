"""``gmkit ca profiles``."""

from pathlib import Path

import click

from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@pass_context
def command(context: Context, folder: Path | None) -> None:
    """
    List the certificate profiles: those that come with gmkit, and those of an authority's FOLDER.

    \b
    Example:
      $ gmkit ca profiles authority
    """
    from gmkit.pki.profile import load_profile, profile_names

    place = None if folder is None else folder / "profiles"
    found = [load_profile(name, place) for name in profile_names(place)]
    context.emit(
        {
            "profiles": [
                {
                    "name": p.name,
                    "title": p.title,
                    "title_zh": p.title_zh,
                    "days": p.days,
                    "pair": p.pair,
                }
                for p in found
            ]
        },
        text=context.table(
            (told("name"), told("days"), told("title"), ""),
            [(p.name, str(p.days), p.title, p.title_zh) for p in found],
        ),
    )
