package peers;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/** Certificates, requests, revocation lists, OCSP. */
final class Certificates {
    private Certificates() {}

    static void add(Harness harness) {
        harness.add("certificate.write", Certificates::writeCertificate);
        harness.add("certificate.read", f -> {
            X509CertificateHolder found = new X509CertificateHolder(f.octets("der"));
            X509CertificateHolder issuer = f.has("issuer") ? new X509CertificateHolder(f.octets("issuer")) : found;
            BasicConstraints constraints = BasicConstraints.fromExtensions(found.getExtensions() == null ? new Extensions(new Extension[0]) : found.getExtensions());
            return Fields.of(
                    "serial", Fields.octetsOf(found.getSerialNumber()),
                    "subject", commonName(found.getSubject()),
                    "public", Keys.octets(key(found.getSubjectPublicKeyInfo())),
                    "not_before", found.getNotBefore().getTime() / 1000,
                    "not_after", found.getNotAfter().getTime() / 1000,
                    "ca", constraints != null && constraints.isCA(),
                    "valid", found.isSignatureValid(verifier(issuer)));
        });
        harness.add("request.write", f -> {
            var info = SubjectPublicKeyInfo.getInstance(Keys.publicOf(f.octets("key")).getEncoded());
            var made = new PKCS10CertificationRequestBuilder(new X500Name("CN=" + f.text("subject")), info).build(signer(f));
            return Fields.of("der", made.getEncoded());
        });
        harness.add("request.read", f -> {
            var found = new PKCS10CertificationRequest(f.octets("der"));
            var info = found.getSubjectPublicKeyInfo();
            var provider = new JcaContentVerifierProviderBuilder().setProvider(Keys.PROVIDER).build(info);
            return Fields.of(
                    "subject", commonName(found.getSubject()),
                    "public", Keys.octets(key(info)),
                    "valid", found.isSignatureValid(provider));
        });
        harness.add("crl.write", f -> {
            var issuer = new X509CertificateHolder(f.octets("issuer"));
            var builder = new X509v2CRLBuilder(issuer.getSubject(), f.time("this_update"));
            builder.setNextUpdate(f.time("next_update"));
            builder.addExtension(Extension.cRLNumber, false, new ASN1Integer(f.number("number")));
            for (Fields one : f.list("revoked")) {
                builder.addCRLEntry(one.integer("serial"), one.time("time"), (int) one.number("reason"));
            }
            return Fields.of("der", builder.build(signer(f)).getEncoded());
        });
        harness.add("crl.read", f -> {
            var found = new X509CRLHolder(f.octets("der"));
            List<Fields> revoked = new ArrayList<>();
            for (Object each : found.getRevokedCertificates()) {
                var entry = (X509CRLEntryHolder) each;
                Extension reason = entry.getExtension(Extension.reasonCode);
                revoked.add(Fields.of(
                        "serial", Fields.octetsOf(entry.getSerialNumber()),
                        "time", entry.getRevocationDate().getTime() / 1000,
                        "reason", reason == null ? 0 : CRLReason.getInstance(reason.getParsedValue()).getValue().intValue()));
            }
            var number = ASN1Integer.getInstance(found.getExtension(Extension.cRLNumber).getParsedValue());
            return Fields.of(
                    "number", number.getValue().longValue(),
                    "this_update", found.getThisUpdate().getTime() / 1000,
                    "next_update", found.getNextUpdate().getTime() / 1000,
                    "revoked", revoked,
                    "valid", found.isSignatureValid(verifier(new X509CertificateHolder(f.octets("issuer")))));
        });
        addOcsp(harness);
    }

    private static void addOcsp(Harness harness) {
        harness.add("ocsp.request.write", f -> {
            OCSPReqBuilder builder = new OCSPReqBuilder();
            builder.addRequest(id(f));
            if (f.has("nonce")) {
                builder.setRequestExtensions(nonce(f.octets("nonce")));
            }
            return Fields.of("der", builder.build().getEncoded());
        });
        harness.add("ocsp.request.read", f -> {
            OCSPReq found = new OCSPReq(f.octets("der"));
            var issuer = new X509CertificateHolder(f.octets("issuer"));
            List<Fields> asked = new ArrayList<>();
            for (Req one : found.getRequestList()) {
                CertificateID id = one.getCertID();
                asked.add(Fields.of(
                        "serial", Fields.octetsOf(id.getSerialNumber()),
                        "hash", id.getHashAlgOID().getId(),
                        "matches", id.matchesIssuer(issuer, new JcaDigestCalculatorProviderBuilder().setProvider(Keys.PROVIDER).build())));
            }
            Extension nonce = found.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
            Fields answer = Fields.of("asked", asked);
            return nonce == null ? answer : Fields.of("asked", asked, "nonce", ASN1OctetString.getInstance(nonce.getParsedValue()).getOctets());
        });
        harness.add("ocsp.response.write", f -> {
            var responder = new X509CertificateHolder(f.octets("certificate"));
            BasicOCSPRespBuilder builder = f.flag("by_name")
                    ? new BasicOCSPRespBuilder(new RespID(responder.getSubject()))
                    : new BasicOCSPRespBuilder(responder.getSubjectPublicKeyInfo(), new JcaDigestCalculatorProviderBuilder().setProvider(Keys.PROVIDER).build().get(RespID.HASH_SHA1));
            CertificateStatus status = switch (f.text("status")) {
                case "good" -> CertificateStatus.GOOD;
                case "revoked" -> new RevokedStatus(f.time("revoked"), (int) f.number("reason"));
                default -> new UnknownStatus();
            };
            builder.addResponse(id(f), status, f.time("this_update"), f.time("next_update"), null);
            if (f.has("nonce")) {
                builder.setResponseExtensions(nonce(f.octets("nonce")));
            }
            BasicOCSPResp basic = builder.build(signer(f), new X509CertificateHolder[] {responder}, f.time("this_update"));
            return Fields.of("der", new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded());
        });
        harness.add("ocsp.response.read", f -> {
            OCSPResp found = new OCSPResp(f.octets("der"));
            if (found.getStatus() != OCSPRespBuilder.SUCCESSFUL) {
                return Fields.of("response", found.getStatus());
            }
            BasicOCSPResp basic = (BasicOCSPResp) found.getResponseObject();
            List<Fields> answers = new ArrayList<>();
            for (SingleResp one : basic.getResponses()) {
                CertificateStatus status = one.getCertStatus();
                String said = status == CertificateStatus.GOOD ? "good" : status instanceof RevokedStatus ? "revoked" : "unknown";
                Fields answer = Fields.of(
                        "serial", Fields.octetsOf(one.getCertID().getSerialNumber()),
                        "status", said,
                        "this_update", one.getThisUpdate().getTime() / 1000,
                        "next_update", one.getNextUpdate().getTime() / 1000);
                if (status instanceof RevokedStatus gone) {
                    answer.json.addProperty("revoked", gone.getRevocationTime().getTime() / 1000);
                    answer.json.addProperty("reason", gone.hasRevocationReason() ? gone.getRevocationReason() : 0);
                }
                answers.add(answer);
            }
            X509CertificateHolder responder = basic.getCerts().length > 0 ? basic.getCerts()[0] : new X509CertificateHolder(f.octets("issuer"));
            Extension nonce = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
            Fields answer = Fields.of("response", 0, "answers", answers, "valid", basic.isSignatureValid(verifier(responder)));
            if (nonce != null) {
                answer.json.addProperty("nonce", java.util.HexFormat.of().formatHex(ASN1OctetString.getInstance(nonce.getParsedValue()).getOctets()));
            }
            return answer;
        });
    }

    private static Fields writeCertificate(Fields f) throws Exception {
        X500Name subject = new X500Name("CN=" + f.text("subject"));
        X500Name issuer = f.has("issuer") ? new X509CertificateHolder(f.octets("issuer")).getSubject() : subject;
        var builder = new X509v3CertificateBuilder(
                issuer,
                f.integer("serial"),
                f.time("not_before"),
                f.time("not_after"),
                subject,
                SubjectPublicKeyInfo.getInstance(Keys.publicKey(f.octets("public")).getEncoded()));
        boolean authority = f.flag("ca");
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(
                authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
        if (f.has("key_id")) {
            builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(f.octets("key_id")));
        }
        return Fields.of("der", builder.build(signer(f)).getEncoded());
    }

    static ContentSigner signer(Fields f) throws Exception {
        return new JcaContentSignerBuilder("SM3WITHSM2").setProvider(Keys.PROVIDER).build(Keys.privateKey(f.octets("key")));
    }

    static ContentVerifierProvider verifier(X509CertificateHolder issuer) throws Exception {
        return new JcaContentVerifierProviderBuilder().setProvider(Keys.PROVIDER).build(issuer);
    }

    static X509Certificate jca(X509CertificateHolder holder) throws Exception {
        return new JcaX509CertificateConverter().setProvider(Keys.PROVIDER).getCertificate(holder);
    }

    private static PublicKey key(SubjectPublicKeyInfo info) throws Exception {
        return KeyFactory.getInstance("EC", Keys.PROVIDER).generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }

    private static CertificateID id(Fields f) throws Exception {
        return new CertificateID(digest(f.text("hash")), new X509CertificateHolder(f.octets("issuer")), f.integer("serial"));
    }

    private static DigestCalculator digest(String oid) throws Exception {
        return new JcaDigestCalculatorProviderBuilder().setProvider(Keys.PROVIDER).build()
                .get(new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid)));
    }

    private static Extensions nonce(byte[] octets) throws Exception {
        return new Extensions(new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(octets).getEncoded()));
    }

    private static String commonName(X500Name name) {
        return IETFUtils.valueToString(name.getRDNs(BCStyle.CN)[0].getFirst().getValue());
    }
}
