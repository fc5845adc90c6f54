"""A timestamping authority over HTTP, as the commands ask it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gmkit import documents
from gmkit.errors import GmkitError, StorageError
from gmkit.verdict import Outcome
from gmkit_cli.params import Password
from gmkit_cli.stamping import load_stamp
from tests.documents.people import NOW, SIGNER, TSA, trust

NOBODY = Password(None, "--tsa-password-fd")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/timestamp-query"
        if self.path == "/broken":
            answer = b"this is no answer"
        elif self.path == "/endless":
            answer = bytes(2 << 20)
        else:
            answer = TSA.respond(body, time=NOW)
        self.send_response(200 if self.path != "/missing" else 404)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def address():
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_signature_stamped_over_http(address):
    stamp = load_stamp(None, NOBODY, (), f"{address}/")
    message = documents.sign(b"order", SIGNER, time=NOW, detached=False, stamp=stamp)
    verdict = documents.verify(message, trust=trust())
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].time.proved == NOW


@pytest.mark.parametrize("path", ["broken", "endless", "missing"])
def test_answers_that_are_none(address, path):
    stamp = load_stamp(None, NOBODY, (), f"{address}/{path}")
    with pytest.raises(GmkitError):
        documents.sign(b"order", SIGNER, time=NOW, stamp=stamp)


def test_nobody_answers():
    stamp = load_stamp(None, NOBODY, (), "http://127.0.0.1:9/")
    with pytest.raises(StorageError, match="does not answer"):
        documents.sign(b"order", SIGNER, time=NOW, stamp=stamp)
