"""What commands that draw share."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from gmkit_cli.context import Context

__all__ = ["tell_language", "zone"]


def zone(_ctx: click.Context, _parameter: click.Parameter, value: str) -> ZoneInfo:
    """Callback of ``--zone``: the time zone of a name in the IANA database."""
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(
            f"{value!r} is no time zone that this machine knows; Asia/Shanghai is one"
        ) from None


def tell_language(context: Context, used: str) -> None:
    """Say that a picture has other words than were asked for."""
    if used != context.lang:
        context.say("no font with Chinese is installed: the picture has English words")
