"""The ceremony: exactly what was reviewed is made, in two places; or nothing is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gmkit import ca, keys, pki, sm2, x509
from gmkit.ca import ceremony
from gmkit.ca.ceremony import Secrets
from gmkit.ca.layout import Settings
from gmkit.ca.restore import Newest, restore
from gmkit.errors import GmkitError, InvalidArgument, IssuingError, StorageError, WrongPassword
from gmkit.x509 import RevocationReason as Reason
from tests.ca.conftest import CEREMONY, NAMES, NOW, application
from tests.ca.test_doctor import FAST

SECRETS = Secrets(b"root", b"issuing", FAST)


@pytest.fixture
def written(tmp_path, settings):
    (tmp_path / "medium").mkdir()
    path = tmp_path / "ceremony.toml"
    path.write_text(CEREMONY.replace("STORE", settings.store))
    return path


def perform(path, folder, **changes):
    plan = ceremony.read(path)
    ceremony.perform(plan, folder, SECRETS, now=NOW, reviewed=plan.fingerprint, **changes)
    return plan


def test_two_folders_with_a_key_each(written, tmp_path):
    plan = perform(written, tmp_path / "issuing")
    root_folder, folder = tmp_path / "medium" / "root", tmp_path / "issuing"
    assert [each.name for each in (root_folder / "keys").iterdir()] == ["root.pem"]
    assert [each.name for each in (folder / "keys").iterdir()] == ["issuing.pem"]
    with pytest.raises(WrongPassword):
        keys.load((root_folder / "keys" / "root.pem").as_uri(), password=b"issuing")
    with ca.Authority(folder, password=b"issuing") as issuing:
        assert issuing.issuing.not_after - issuing.issuing.not_before == timedelta(
            days=2000, seconds=-1
        )
        made = issuing.issue("merchant-signing", application(), now=NOW)
        published = issuing.publish(now=NOW)["issuing.crl"]
        assert b"http://a.example/c.crl" in made.der
        assert [each.profile for each in issuing.find()] == ["merchant-signing"]
        # There is no way to the root from here.
        for act in (
            lambda: issuing.publish(now=NOW, authority="root"),
            lambda: issuing.certify_authority(application(), now=NOW),
        ):
            with pytest.raises(InvalidArgument, match="not for this folder"):
                act()
        with pytest.raises(InvalidArgument, match="no certificate"):
            issuing.revoke([issuing.issuing.serial], reason=Reason.CA_COMPROMISE, now=NOW)
        assert issuing.log.verify()[1] == []
        [act] = issuing.log.acts(kind="ceremony")
        assert act.act["file"] == plan.fingerprint.hex()
        assert act.act["witnesses"] == ["Alice", "Bob"]
    root_list = x509.CertificateList.from_der((root_folder / "lists" / "root.crl").read_bytes())
    verifier = pki.Verifier(
        [issuing.root], time=NOW + timedelta(hours=1), purpose=pki.Purpose.SIGNING,
        revocation=pki.Revocation.REQUIRE, crls=[root_list, published],
    )  # fmt: skip
    verifier.verify(made, [issuing.issuing])
    # The root revokes the issuing authority, in its own folder.
    with ca.Authority(root_folder, password=b"root") as root:
        assert root.main == "root"
        assert [each.profile for each in root.find()] == ["root", "issuing-ca"]
        root.revoke([issuing.issuing.serial], reason=Reason.CA_COMPROMISE, now=NOW)
        assert len(root.publish(now=NOW, authority="root")["root.crl"]) == 1
        assert root.log.verify()[1] == []
        with pytest.raises(StorageError, match="no issuing authority"):
            root.issue("merchant-signing", application(), now=NOW)
        codes = {each.code for each in root.examine(now=NOW)}
        assert codes == {"root-key-online", "backup-missing"}
        root.backup(tmp_path / "b", now=NOW)
    restore(tmp_path / "b", tmp_path / "again", Newest(nothing=True), now=NOW)
    with ca.Authority(tmp_path / "again", password=b"root") as root:
        assert root.publish(now=NOW, authority="root")["root.crl"].number == 3


def test_only_what_was_reviewed(written, tmp_path):
    plan = ceremony.read(written)
    written.write_text(written.read_text().replace("days = 4000", "days = 4001"))
    changed = ceremony.read(written)
    with pytest.raises(InvalidArgument, match="what was reviewed"):
        ceremony.perform(changed, tmp_path / "i", SECRETS, now=NOW, reviewed=plan.fingerprint)
    assert not (tmp_path / "i").exists()
    assert list((tmp_path / "medium").iterdir()) == []


@pytest.mark.parametrize("step", ["publish", "certify_authority"])
def test_nothing_is_left_when_it_fails(written, tmp_path, monkeypatch, step, settings):
    def fail(*_, **__):
        raise StorageError("pulled")

    with monkeypatch.context() as patch:
        patch.setattr(ca.Authority, step, fail)
        with pytest.raises(StorageError, match="pulled"):
            perform(written, tmp_path / "issuing")
    assert not (tmp_path / "issuing").exists()
    assert list((tmp_path / "medium").iterdir()) == []


def test_what_does_not_fit_the_profiles(written, tmp_path):
    text = written.read_text()
    written.write_text(text.replace("CN=Issuing,O=Company,C=CN", "CN=Issuing"))
    with pytest.raises(IssuingError, match="needs C, O"):
        perform(written, tmp_path / "issuing")
    written.write_text(text.replace("days = 2000", "days = 20000"))
    with pytest.raises(IssuingError, match="days of validity"):
        perform(written, tmp_path / "issuing")
    assert list((tmp_path / "medium").iterdir()) == []


def test_cross_certificates(written, tmp_path):
    """Whoever trusts our root trusts what theirs issues."""
    ca.create(tmp_path / "theirs", NAMES, password=None, now=NOW)
    with ca.Authority(tmp_path / "theirs") as theirs:
        leaf = theirs.issue("merchant-signing", application(), now=NOW)
    their_root = tmp_path / "theirs" / "root.pem"
    text = written.read_text().replace("CN=Root,", "CN=Our Root,")
    written.write_text(
        f'{text}\n[[cross]]\ncertificate = "{their_root}"\ndays = 700\noutput = "cross.pem"\n'
    )
    perform(written, tmp_path / "issuing")
    cross = x509.Certificate.from_pem((tmp_path / "cross.pem").read_bytes())
    with ca.Authority(tmp_path / "issuing") as ours:
        verifier = pki.Verifier(
            [ours.root],
            time=NOW + timedelta(hours=1),
            purpose=pki.Purpose.SIGNING,
            revocation=pki.Revocation.NONE,
        )
    chain = verifier.verify(leaf, [theirs.issuing, cross])
    assert [str(each.subject) for each in chain.certificates][-1] == "CN=Our Root,O=Company,C=CN"
    with ca.Authority(tmp_path / "medium" / "root", password=b"root") as root:
        for wrong in (leaf, theirs.issuing):
            with pytest.raises(InvalidArgument, match="no root"):
                root.cross_certify(wrong, now=NOW)


def test_on_two_machines(tmp_path, settings):
    """The root never meets the issuing key: a request goes over, a certificate comes back."""
    root_only = tmp_path / "root.toml"
    root_only.write_text('[root]\nfolder = "root"\nsubject = "CN=Root,O=Company,C=CN"\n')
    perform(root_only, tmp_path / "unused")
    assert not (tmp_path / "unused").exists()
    key = sm2.generate_private_key()
    (tmp_path / "own.key").write_bytes(key.to_pem(password=None))
    request = x509.RequestBuilder(subject=NAMES.issuing).sign(key)
    with ca.Authority(tmp_path / "root", password=b"root") as root:
        made = root.certify_authority(ca.Application.from_request(request), now=NOW)
    (tmp_path / "issuing.pem").write_bytes(made.to_pem())
    issuing_only = tmp_path / "issuing.toml"
    issuing_only.write_text(
        '[root]\ncertificate = "root/root.pem"\n[issuing]\ncertificate = "issuing.pem"\n'
        f'key = "file:{tmp_path}/own.key"\nstore = "{settings.store}"\n'
    )
    perform(issuing_only, tmp_path / "issuing")
    with ca.Authority(tmp_path / "issuing") as issuing:
        certificate = issuing.issue("merchant-signing", application(), now=NOW)
        pki.Verifier(
            [root.root],
            time=NOW + timedelta(hours=1),
            purpose=pki.Purpose.SIGNING,
            revocation=pki.Revocation.NONE,
        ).verify(certificate, [issuing.issuing])
    other = tmp_path / "other.toml"
    ca.create(tmp_path / "theirs", NAMES, password=None, now=NOW)
    for old, new in (
        ("root/root.pem", "theirs/root.pem"),
        ("own.key", "theirs/keys/issuing.pem"),
        ('certificate = "issuing.pem"', 'certificate = "root/root.pem"'),
    ):
        other.write_text(issuing_only.read_text().replace(old, new))
        with pytest.raises(InvalidArgument):
            perform(other, tmp_path / "x")
        assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "contents",
    [
        "nonsense",
        "",
        "[root]",
        "[unknown]",
        '[root]\nsubject = "CN=a"',
        '[root]\nfolder = "x"\nsubject = 3',
        '[root]\nfolder = "x"\nsubject = "CN=a"\nmore = 1',
        '[root]\nfolder = "x"\nsubject = "CN=a"\ndays = 0',
        '[root]\nfolder = "x"\nsubject = "CN=a"\ndays = true',
        '[root]\nfolder = "x"\nsubject = "nonsense"',
        '[root]\nfolder = "x"\nsubject = "CN=a"\ncertificate = "y"',
        '[root]\ncertificate = "absent.pem"\n[issuing]\ncertificate = "absent.pem"\nkey = "file:x"',
        '[root]\ncertificate = "absent.pem"\n[issuing]\nsubject = "CN=a"',
        '[root]\nfolder = "x"\nsubject = "CN=a"\n[issuing]\nsubject = "CN=b"\ncrl_days = "x"',
        '[root]\nfolder = "x"\nsubject = "CN=a"\n[issuing]\nsubject = "CN=b"\nroot_key = "file:x"',
        '[root]\nfolder = "x"\nsubject = "CN=a"\n[issuing]\nkey = "x"\nsubject = "CN=b"',
        '[root]\nfolder = "x"\nsubject = "CN=a"\n[cross]\ncertificate = "x"',
        '[root]\nfolder = "x"\nsubject = "CN=a"\n[[cross]]\ndays = 3',
        "root = 1",
        "cross = 1",
        '[ceremony]\nwitnesses = "x"\n[root]\nfolder = "x"\nsubject = "CN=a"',
        "\ud800",
    ],
)
def test_files_that_are_no_ceremony(tmp_path, contents):
    path = tmp_path / "c.toml"
    path.write_bytes(contents.encode(errors="surrogatepass"))
    with pytest.raises(GmkitError):
        ceremony.read(path)


def test_settings_of_a_ceremony_are_those_of_the_authority(written, tmp_path, settings):
    perform(written, tmp_path / "issuing")
    with ca.Authority(tmp_path / "issuing") as issuing:
        assert issuing.settings == Settings(
            store=settings.store, root_key="", crl_urls=("http://a.example/c.crl",)
        )
