package peers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.jcajce.provider.digest.SM3;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.core.signatures.appearance.StampAnnot;
import org.ofdrw.gm.ses.parse.SESVersion;
import org.ofdrw.gm.ses.parse.VersionParser;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.reader.model.StampAnnotEntity;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.NumberFormatAtomicSignID;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.DigitalSignContainer;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.GBT35275PKCS9DSContainer;
import org.ofdrw.sign.signContainer.SESV1Container;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.SignedDataValidateContainer;
import org.ofdrw.sign.verify.container.GBT35275ValidateContainer;
import org.ofdrw.sign.verify.container.SESV1ValidateContainer;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/** ofdrw as a peer: it signs and verifies whole documents, with each of its containers. */
public final class Ofdrw {
    private static final ASN1ObjectIdentifier SM3_OID = new ASN1ObjectIdentifier("1.2.156.10197.1.401");

    private Ofdrw() {}

    public static void main(String[] arguments) throws IOException {
        Security.addProvider(new BouncyCastleProvider());
        String version = OFDSigner.class.getPackage().getImplementationVersion();
        Harness harness = new Harness("ofdrw " + (version == null ? "2.3.3" : version));
        harness.add("ofd.verify", request -> verify(request.octets("document")));
        harness.add("ofd.sign", Ofdrw::sign);
        harness.add("ofd.stamps", request -> stamps(request.octets("document")));
        harness.serve();
    }

    /** All signatures of the document, each by the container that its value belongs to. */
    private static Fields verify(byte[] document) throws Exception {
        Path file = Files.createTempFile("verify", ".ofd");
        try {
            Files.write(file, document);
            try (OFDReader reader = new OFDReader(file);
                    OFDValidator validator = new OFDValidator(reader)) {
                validator.setValidator(new ByStructure());
                validator.exeValidate();
            }
        } finally {
            Files.delete(file);
        }
        return Fields.of("status", "accepted");
    }

    /** What a viewer draws: each seal's picture, and the places where it stands. */
    private static Fields stamps(byte[] document) throws Exception {
        Path file = Files.createTempFile("stamps", ".ofd");
        try {
            Files.write(file, document);
            List<Fields> found = new ArrayList<>();
            try (OFDReader reader = new OFDReader(file)) {
                for (StampAnnotEntity seal : reader.getStampAnnots()) {
                    for (StampAnnot place : seal.getStampAnnots()) {
                        found.add(
                                Fields.of(
                                        "picture", seal.getImageByte(),
                                        "kind", seal.getImgType().getBytes(StandardCharsets.UTF_8),
                                        "page", place.getPageRef().getRefId().getId(),
                                        "left", place.getBoundary().getTopLeftX(),
                                        "top", place.getBoundary().getTopLeftY(),
                                        "width", place.getBoundary().getWidth(),
                                        "height", place.getBoundary().getHeight()));
                    }
                }
            }
            return Fields.of("stamps", found);
        } finally {
            Files.delete(file);
        }
    }

    private static final class ByStructure implements SignedDataValidateContainer {
        @Override
        public void validate(SigType type, String algorithm, byte[] content, byte[] value)
                throws IOException, java.security.GeneralSecurityException {
            container(type, value).validate(type, algorithm, content, value);
        }

        private SignedDataValidateContainer container(SigType type, byte[] value) {
            if (type == SigType.Sign) {
                return new GBT35275ValidateContainer();
            }
            SESVersion version = VersionParser.parseSES_SignatureVersion(ASN1Sequence.getInstance(value)).getVersion();
            return version == SESVersion.v1 ? new SESV1ValidateContainer() : new SESV4ValidateContainer();
        }
    }

    private static Fields sign(Fields request) throws Exception {
        Path source = Files.createTempFile("source", ".ofd");
        Path target = Files.createTempFile("target", ".ofd");
        try {
            Files.write(source, request.octets("document"));
            try (OFDReader reader = new OFDReader(source);
                    OFDSigner signer = new OFDSigner(reader, target, new NumberFormatAtomicSignID())) {
                boolean whole = request.text("mode").equals("whole");
                signer.setSignMode(whole ? SignMode.WholeProtected : SignMode.ContinueSign);
                signer.setSignContainer(container(request));
                if (request.has("seal")) {
                    signer.addApPos(new NormalStampPos(1, 50, 50, 40, 40));
                }
                signer.exeSign();
            }
            return Fields.of("document", Files.readAllBytes(target));
        } finally {
            Files.delete(source);
            Files.delete(target);
        }
    }

    private static ExtendSignatureContainer container(Fields request) throws Exception {
        PrivateKey key = key(request.octets("key"));
        Certificate certificate = certificate(request.octets("certificate"));
        byte[] seal = request.octets("seal");
        switch (request.text("form")) {
            case "bare":
                return new DigitalSignContainer(key);
            case "direct":
                return new GBT35275DSContainer(certificate, key);
            case "base64":
                GBT35275DSContainer container = new GBT35275DSContainer(certificate, key);
                container.setEnableFileHashBase64(true);
                return container;
            case "attributes":
                return new GBT35275PKCS9DSContainer(certificate, key);
            case "ses1":
                return new SESV1Container(key, org.ofdrw.gm.ses.v1.SESeal.getInstance(seal), certificate);
            case "ses4":
                SESV4Container made =
                        new SESV4Container(key, org.ofdrw.gm.ses.v4.SESeal.getInstance(seal), certificate);
                if (request.has("stamp_key")) {
                    made.setTimestampHook(value -> stamp(request, value));
                }
                return made;
            default:
                throw new IllegalArgumentException(request.text("form"));
        }
    }

    /** A timestamp over a signature value, by Bouncy Castle. */
    private static byte[] stamp(Fields request, byte[] value) {
        try {
            X509Certificate authority = (X509Certificate) certificate(request.octets("stamp_certificate"));
            var signer =
                    new JcaSimpleSignerInfoGeneratorBuilder()
                            .setProvider("BC")
                            .build("SM3WITHSM2", key(request.octets("stamp_key")), authority);
            DigestCalculator digest =
                    new JcaDigestCalculatorProviderBuilder()
                            .setProvider("BC")
                            .build()
                            .get(new AlgorithmIdentifier(SM3_OID));
            var generator = new TimeStampTokenGenerator(signer, digest, new ASN1ObjectIdentifier("1.2.3.4"));
            generator.addCertificates(new JcaCertStore(List.of(authority)));
            byte[] imprint = new SM3.Digest().digest(value);
            var question = new TimeStampRequestGenerator();
            question.setCertReq(true);
            var asked = question.generate(SM3_OID, imprint);
            return generator.generate(asked, BigInteger.valueOf(7), new Date()).getEncoded();
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws Exception {
        return KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static Certificate certificate(byte[] der) throws Exception {
        return CertificateFactory.getInstance("X.509", "BC").generateCertificate(new ByteArrayInputStream(der));
    }
}
