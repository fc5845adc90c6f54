"""Folders: what belongs together is judged once, and on several cores as on one."""

from __future__ import annotations

import subprocess
import sys

from gmkit import documents
from gmkit.documents.batch import find_jobs, verify_files
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SIGNER, trust


def test_a_folder_on_one_core_and_on_two(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / ".hidden").mkdir()
    for number in range(40):
        path = tmp_path / ("inner" if number % 2 else "") / f"{number}.txt"
        content = b"order %d" % number
        path.write_bytes(content if number % 10 else b"changed")
        signature = documents.sign(content, SIGNER, time=NOW)
        path.with_name(path.name + ".p7s").write_bytes(signature)
    (tmp_path / "alone.p7m").write_bytes(documents.sign(b"x", SIGNER, time=NOW, detached=False))
    (tmp_path / "plain").write_bytes(b"nobody signed this")
    (tmp_path / ".hidden" / "a").write_bytes(b"")
    (tmp_path / "gone").symlink_to("nowhere")
    jobs = find_jobs([tmp_path])
    assert len(jobs) == 43
    alone = list(verify_files(jobs, trust=trust(), processes=1, html=True))
    several = list(verify_files(jobs, trust=trust(), processes=2, html=True))
    assert alone == several
    by_name = {one.data["file"].rpartition("/")[2]: one for one in alone}
    for number in range(40):
        expected = Outcome.VALID if number % 10 else Outcome.INVALID
        assert by_name[f"{number}.txt"].outcome is expected
    assert by_name["alone.p7m"].outcome is Outcome.VALID
    assert by_name["plain"].reasons == ("no-signature",)
    assert by_name["gone"].reasons == ("unreadable",)
    assert next(iter(verify_files(jobs[:1], trust=trust()))).html == ""


def test_copies_of_a_process_only_while_it_has_one_thread():
    alone = "import sys\nfrom gmkit.documents import batch\nsys.stdout.write(batch._start_method())"
    several = f"import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n{alone}"
    for program, expected in ((alone, "fork"), (several, "spawn")):
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        assert ran.stdout.decode() == expected


def test_a_document_with_signatures_of_its_own_is_judged_by_both(tmp_path):
    message = documents.sign(b"x", SIGNER, time=NOW, detached=False)
    (tmp_path / "a.p7m").write_bytes(message)
    (tmp_path / "a.p7m.p7s").write_bytes(documents.sign(b"other", SIGNER, time=NOW))
    for unsigned, name in ((b"<order/>", "b.xml"), (b"%PDF-1.7 unsigned", "c.pdf")):
        (tmp_path / name).write_bytes(unsigned)
        (tmp_path / f"{name}.p7s").write_bytes(
            documents.sign(unsigned, SIGNER, time=NOW, kind=documents.Kind.CMS)
        )
    found = list(verify_files(find_jobs([tmp_path]), trust=trust()))
    outcomes = [one.outcome for one in found]
    assert outcomes == [Outcome.VALID, Outcome.INVALID, Outcome.VALID, Outcome.VALID]
