"""Many documents, judged on all cores."""

from __future__ import annotations

import mmap
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gmkit.cms import Compat
from gmkit.documents.dispatch import verify
from gmkit.documents.kinds import Kind, recognise
from gmkit.errors import GmkitError
from gmkit.pki import Profile, Revocation
from gmkit.verdict import Finding, Outcome, Severity, Trust, Verdict
from gmkit.verdict.render import html_part, to_dict, to_text
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.ocsp import OcspResponse

__all__ = ["SIGNATURE_SUFFIXES", "Job", "Report", "find_jobs", "verify_files"]

#: Names of a detached signature beside its file: order.txt and order.txt.p7s.
SIGNATURE_SUFFIXES = (".p7s", ".p7", ".p7m", ".sig", ".tsr", ".tst")
#: With fewer files than this, starting processes takes longer than they save.
_ALONE = 32
_MAX_PIECE = 64  # files a process takes at a time
_HEAD = 1024
#: What a document of a kind holds if it is signed.
_MARKS = {
    Kind.PDF: b"/ByteRange",
    Kind.OFD: b"Signatures.xml",
    Kind.XML: b"SignatureValue",
    Kind.CMS: b"",
}


@dataclass(frozen=True, slots=True)
class Job:
    """
    One document to judge.

    Attributes:
        document: The file.
        signature: Its detached signature, or None.
        name: What to call it.
    """

    document: Path
    signature: Path | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """
    A verdict in its faces, as it comes back from another process.

    Attributes:
        outcome: The answer.
        reasons: Why not.
        data: For JSON.
        text: For people.
        html: A part of a page, or "" if none was wanted.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    data: dict[str, object]
    text: tuple[str, ...]
    html: str

    @classmethod
    def of(cls, verdict: Verdict, *, html: bool = True) -> Report:
        """The faces of a verdict; the page only where it is wanted."""
        return cls(
            verdict.outcome,
            verdict.reasons,
            to_dict(verdict),
            tuple(to_text(verdict)),
            html_part(verdict) if html else "",
        )


def find_jobs(paths: Iterable[Path], *, signature: Path | None = None) -> list[Job]:
    """
    What is to be judged in these files and folders.

    A file beside which a signature lies is judged with it, the signature not again by itself. Hidden
    files in folders are passed over, and links in them are not followed.

    Args:
        paths: Files, and folders with everything below them.
        signature: The detached signature of the only file.
    """
    jobs = []
    for path in paths:
        if path.is_dir():
            jobs += _folder(path)
        elif signature is not None:
            jobs.append(Job(path, signature, str(path)))
        else:
            jobs += _file(path)
    return jobs


def verify_files(
    jobs: Sequence[Job],
    *,
    trust: Trust,
    compat: Compat | None = None,
    processes: int | None = None,
    html: bool = False,
) -> Iterator[Report]:
    """
    Judge documents, in their order, on as many cores as there are.

    Args:
        jobs: The documents.
        trust: Roots, moment, evidence.
        compat: The one non-conforming CMS form to accept.
        processes: How many at once; None: one for each core, and none beside this one for few files.
        html: Also make the parts of a page.

    Yields:
        One report for each; a file that cannot be read is *not verifiable*.
    """
    count = processes or len(os.sched_getaffinity(0))
    if count < 2 or (processes is None and len(jobs) < _ALONE):
        yield from (_report(job, trust, compat, html) for job in jobs)
        return
    context = multiprocessing.get_context(_start_method())
    packed = _Packed.of(trust, compat, html)
    with ProcessPoolExecutor(
        min(count, len(jobs)), mp_context=context, initializer=_start, initargs=(packed,)
    ) as pool:
        # Large pieces cost little to hand out, small ones keep all processes busy to the end.
        piece = max(1, min(_MAX_PIECE, len(jobs) // (8 * count)))
        yield from pool.map(_work, jobs, chunksize=piece)


def _start_method() -> str:
    """
    A copy of this process where that is safe, and it starts at once; otherwise a new one.

    It is safe with one thread: a lock that another one holds would stay locked for ever in the copy.
    """
    try:
        threads = sum(1 for _ in Path("/proc/self/task").iterdir())  # those of native code too
    except OSError:
        return "spawn"
    return "fork" if threads == 1 else "spawn"


def _folder(folder: Path) -> list[Job]:
    jobs = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                jobs += _file(Path(where, name))
    used = {job.signature for job in jobs}
    return [job for job in jobs if job.document not in used]


def _file(path: Path) -> list[Job]:
    """A file by itself, or with the signature beside it; both if it also holds signatures of its own."""
    name = str(path)
    candidates = (path.with_name(path.name + end) for end in SIGNATURE_SUFFIXES)
    beside = next((each for each in candidates if each.is_file()), None)
    if beside is None:
        return [Job(path, None, name)]
    jobs = [Job(path, beside, name)]
    return [Job(path, None, name), *jobs] if _holds_signatures(path) else jobs


def _holds_signatures(path: Path) -> bool:
    """Whether a document seems to hold signatures; those are then judged beside the detached one."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            # The directory of an archive stands at its end; names in it are plain.
            kind = Kind.OFD if head[:2] == b"PK" else recognise(head)
            mark = _MARKS.get(kind)
            if mark is None:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
                return octets.find(mark) >= 0
    except (OSError, ValueError):
        return False  # whoever judges it says what is wrong


def _report(job: Job, trust: Trust, compat: Compat | None, html: bool) -> Report:
    name = job.name or str(job.document)
    try:
        signature = None if job.signature is None else job.signature.read_bytes()
        verdict = verify(job.document, trust=trust, name=name, signature=signature, compat=compat)
    except (GmkitError, OSError) as why:
        words = why.message if isinstance(why, GmkitError) else (why.strerror or str(why)).lower()
        finding = Finding("unreadable", Severity.UNCHECKED, words, "文件无法读取")
        verdict = Verdict(name, "unknown", trust.at, (), (finding,))
    return Report.of(verdict, html=html)


@dataclass(frozen=True, slots=True)
class _Packed:
    """A Trust on its way to another process: octets instead of native objects."""

    at: datetime
    roots: tuple[bytes, ...]
    timestamp_roots: tuple[bytes, ...] | None
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsp: tuple[bytes, ...]
    responders: tuple[bytes, ...]
    user_id: bytes
    profile: Profile
    revocation: Revocation
    compat: Compat | None
    html: bool

    @classmethod
    def of(cls, trust: Trust, compat: Compat | None, html: bool) -> _Packed:
        def octets(several: Iterable[Certificate | CertificateList]) -> tuple[bytes, ...]:
            return tuple(one.der for one in several)

        stamping = trust.timestamp_roots
        return cls(
            trust.at,
            octets(trust.roots),
            None if stamping is None else octets(stamping),
            octets(trust.certificates),
            octets(trust.crls),
            tuple(one.der for one in trust.ocsp),
            octets(trust.responders),
            trust.user_id,
            trust.profile,
            trust.revocation,
            compat,
            html,
        )

    def trust(self) -> Trust:
        def certificates(several: Iterable[bytes]) -> tuple[Certificate, ...]:
            return tuple(map(Certificate, several))

        stamping = self.timestamp_roots
        return Trust(
            self.at,
            certificates(self.roots),
            None if stamping is None else certificates(stamping),
            certificates(self.certificates),
            tuple(map(CertificateList, self.crls)),
            tuple(map(OcspResponse.from_der, self.ocsp)),
            certificates(self.responders),
            self.user_id,
            self.profile,
            self.revocation,
        )


_state: list[tuple[Trust, Compat | None, bool]] = []


def _start(packed: _Packed) -> None:
    """In a new process: what stays the same for all its documents."""
    _state[:] = [(packed.trust(), packed.compat, packed.html)]


def _work(job: Job) -> Report:
    trust, compat, html = _state[0]
    return _report(job, trust, compat, html)
