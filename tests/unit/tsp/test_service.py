"""A timestamp authority in a folder: its numbers, its clock, its certificate."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from gmkit import sm2, tsp
from gmkit.errors import InvalidArgument, StorageError, WrongPassword
from gmkit.tsp import SerialCounter, ServiceSettings, TimestampService, create_service
from tests.unit.tsp.test_timestamp import (
    NOW,
    POLICY,
    ROOT_KEY,
    STAMPING,
    TSA_CERTIFICATE,
    TSA_KEY,
    certificate,
    purposes,
    trust,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tsa.key").write_bytes(TSA_KEY.to_pem(password=None))
    key = (tmp_path / "tsa.key").as_uri()
    create_service(tmp_path / "stamps", [TSA_CERTIFICATE], ServiceSettings(key=key, policy=POLICY))
    return tmp_path / "stamps"


def ask(service, *, time=NOW, **options):
    request = tsp.TimestampRequest(tsp.Imprint.of(b"data"), nonce=2**100, **options)
    return request, service.respond(request.to_der(), time=time)


def granted(service, **options):
    request, response = ask(service, **options)
    return tsp.verify_response(response, request, trust=trust).info


def refused(service, **options):
    answer = tsp.TimestampResponse.parse(ask(service, **options)[1])
    assert answer.token is None
    assert answer.status == tsp.Status.REJECTION
    return answer.failure, answer.text


def test_stamps_have_numbers_that_never_come_again(folder):
    numbers = [granted(TimestampService(folder)).serial for _ in range(3)]
    service = TimestampService(folder, block=10)
    numbers += [granted(service).serial for _ in range(25)]
    numbers += [granted(TimestampService(folder), time=NOW + SECOND).serial]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)


def test_an_older_copy_of_the_counter_brings_no_number_back(folder):
    service = TimestampService(folder)
    granted(service)
    old = (folder / "serial").read_bytes()
    numbers = {granted(service).serial for _ in range(5)}
    (folder / "serial").write_bytes(old)
    numbers |= {granted(TimestampService(folder), time=NOW + SECOND).serial for _ in range(5)}
    assert len(numbers) == 10


@pytest.mark.parametrize("block", [1, 100])
def test_threads_and_processes_share_no_number(tmp_path, block):
    program = (
        "import sys; from datetime import datetime, timezone; from gmkit.tsp import SerialCounter\n"
        f"counter = SerialCounter(sys.argv[1], block={block})\n"
        "time = datetime(2026, 5, 6, tzinfo=timezone.utc)\n"
        "print(*(counter.next(time) for _ in range(50)))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "serial")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    numbers = [n for each in running for n in each.communicate()[0].split()]
    counter = SerialCounter(tmp_path / "serial", block=block)
    with ThreadPoolExecutor(4) as pool:
        time = datetime(2026, 5, 6, tzinfo=timezone.utc)
        numbers += map(str, pool.map(lambda _: counter.next(time), range(100)))
    assert len(numbers) == 300
    assert len(set(numbers)) == 300


@pytest.mark.parametrize("block", [1, 100])
def test_a_clock_that_runs_backwards_stamps_nothing(folder, block):
    service = TimestampService(folder, block=block)
    granted(service)
    for which in (service, TimestampService(folder)):
        failure, text = refused(which, time=NOW - SECOND)
        assert failure == {tsp.FailureInfo.TIME_NOT_AVAILABLE}
        assert "backwards" in text[0]
    assert granted(service).time == NOW.replace(microsecond=0)


def test_ordered_stamps_have_a_second_each(folder):
    settings = (folder / "tsa.toml").read_text().replace("ordering = false", "ordering = true")
    (folder / "tsa.toml").write_text(settings)
    first, second = TimestampService(folder), TimestampService(folder, block=100)
    assert granted(first).ordering
    failure, _ = refused(second)
    assert failure == {tsp.FailureInfo.TIME_NOT_AVAILABLE}
    assert granted(second, time=NOW + SECOND).ordering
    assert refused(first, time=NOW + SECOND)[0] == {tsp.FailureInfo.TIME_NOT_AVAILABLE}


def test_what_cannot_be_granted_takes_no_number(folder):
    service = TimestampService(folder)
    assert refused(service, policy="1.2.3")[0] == {tsp.FailureInfo.UNACCEPTED_POLICY}
    for junk in (b"", b"hello", b"\x30\x00"):
        answer = tsp.TimestampResponse.parse(service.respond(junk, time=NOW))
        assert answer.failure == {tsp.FailureInfo.BAD_DATA_FORMAT}
    assert not (folder / "serial").exists()


def test_accuracy_and_policy_are_those_of_the_settings(folder):
    info = granted(TimestampService(folder))
    assert (info.policy, info.accuracy) == (POLICY, SECOND)
    settings = (folder / "tsa.toml").read_text().replace("= 1000", "= 0")
    (folder / "tsa.toml").write_text(settings)
    assert granted(TimestampService(folder)).accuracy is None


def test_a_certificate_out_of_its_time_stamps_nothing(folder):
    late = TSA_CERTIFICATE.not_after + SECOND
    assert refused(TimestampService(folder), time=late)[0] == {tsp.FailureInfo.TIME_NOT_AVAILABLE}


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (purposes(STAMPING, critical=False),),
        (purposes(STAMPING, "1.3.6.1.5.5.7.3.3"),),
        (purposes("2.5.29.37.0"),),
    ],
)
def test_the_purpose_is_critical_and_the_only_one(tmp_path, extensions):
    wrong = certificate(TSA_KEY, "tsa", issuer=(ROOT_KEY, "root"), serial=3, extensions=extensions)
    with pytest.raises(InvalidArgument, match="timestamp"):
        create_service(tmp_path / "stamps", [wrong], ServiceSettings(key="file:x", policy=POLICY))
    assert not (tmp_path / "stamps").exists()


def test_what_does_not_go_together_is_said(folder, tmp_path):
    with pytest.raises(StorageError, match="exists"):
        create_service(folder, [TSA_CERTIFICATE], ServiceSettings(key="file:x", policy=POLICY))
    with pytest.raises(InvalidArgument):
        create_service(tmp_path / "x", [], ServiceSettings(key="file:x", policy=POLICY))
    with pytest.raises(StorageError, match="not the folder"):
        TimestampService(tmp_path)
    other = sm2.generate_private_key()
    (tmp_path / "tsa.key").write_bytes(other.to_pem(password=None))
    with pytest.raises(InvalidArgument, match="does not belong"):
        TimestampService(folder)
    protected = TSA_KEY.to_pem(password=b"right", iterations=1000)
    (tmp_path / "tsa.key").write_bytes(protected)
    with pytest.raises(WrongPassword):
        TimestampService(folder, password=b"wrong")
    granted(TimestampService(folder, password=b"right"))


@pytest.mark.parametrize(
    "settings",
    [
        {"policy": ""},
        {"policy": "1"},
        {"policy": "1.x"},
        {"policy": POLICY, "accuracy_ms": -1},
        {"policy": POLICY, "family": "other"},
    ],
)
def test_settings_that_are_none(settings):
    with pytest.raises(InvalidArgument, match=r"tsa\.toml"):
        ServiceSettings(**settings)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"null", b"[1]", b'{"count": -1, "second": 1}', b'{"count": true, "second": 1}',
     b'{"count": 1099511627776, "second": 1}', b"\xff", b'{"count": 1, "second": "1"}'],
)  # fmt: skip
def test_a_damaged_counter_gives_nothing_away(tmp_path, content):
    (tmp_path / "serial").write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        SerialCounter(tmp_path / "serial").next(NOW)
    assert (tmp_path / "serial").read_bytes() == content


def test_a_counter_that_cannot_be_written_gives_nothing_away(tmp_path):
    with pytest.raises(StorageError):
        SerialCounter(tmp_path / "none" / "serial").next(NOW)
