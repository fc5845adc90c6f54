"""Install all peers, and say which could not be had."""

import sys

from tests.peers.install import PEERS, NotInstalled


def main() -> int:
    """Exit code 1 if one is missing."""
    missing = 0
    for name, install in PEERS.items():
        try:
            print(f"{name}: {' '.join(install())}")
        except NotInstalled as error:
            missing += 1
            print(f"{name}: NOT INSTALLED: {error}", file=sys.stderr)
    return 1 if missing else 0


sys.exit(main())
