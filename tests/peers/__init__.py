"""
Other people's implementations as peers in the tests.

:func:`peer` starts one: ``peer("gmsm").call("sign", key=…, data=…)``. Each is a small program of ours around
the library, fed one JSON request a line, so that one process serves thousands of cases. What is missing is
installed on first use, pinned, outside the checkout (:mod:`tests.peers.install`).
"""

from tests.peers.peer import Peer, PeerError, names, peer

__all__ = ["Peer", "PeerError", "names", "peer"]
