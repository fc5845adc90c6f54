package peers;

import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.util.CollectionStore;

/** RFC 3161. */
final class Timestamps {
    private Timestamps() {}

    static void add(Harness harness) {
        harness.add("timestamp.request", f -> {
            var generator = new TimeStampRequestGenerator();
            generator.setCertReq(true);
            if (f.has("policy")) {
                generator.setReqPolicy(new ASN1ObjectIdentifier(f.text("policy")));
            }
            var request = generator.generate(new ASN1ObjectIdentifier(f.text("hash")), f.octets("digest"), f.integer("nonce"));
            return Fields.of("der", request.getEncoded());
        });
        harness.add("timestamp.respond", f -> {
            var certificate = new X509CertificateHolder(f.octets("certificate"));
            var provider = new JcaDigestCalculatorProviderBuilder().setProvider(Keys.PROVIDER).build();
            SignerInfoGenerator signer = new JcaSignerInfoGeneratorBuilder(provider).build(Certificates.signer(f), certificate);
            DigestCalculator digest = provider.get(new AlgorithmIdentifier(new ASN1ObjectIdentifier(f.text("hash"))));
            var tokens = new TimeStampTokenGenerator(signer, digest, new ASN1ObjectIdentifier(f.text("policy")));
            tokens.setAccuracySeconds(1);
            tokens.addCertificates(new CollectionStore<>(List.of(certificate)));
            var responses = new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED);
            var response = responses.generate(new TimeStampRequest(f.octets("der")), f.integer("serial"), f.time("time"));
            if (response.getTimeStampToken() == null) {
                throw new IllegalArgumentException(response.getStatusString());
            }
            return Fields.of("der", response.getEncoded());
        });
        harness.add("timestamp.verify", f -> {
            TimeStampToken token;
            if (f.has("request")) {
                var response = new TimeStampResponse(f.octets("der"));
                response.validate(new TimeStampRequest(f.octets("request")));
                token = response.getTimeStampToken();
            } else {
                token = new TimeStampToken(new org.bouncycastle.cms.CMSSignedData(f.octets("der")));
            }
            token.validate(Messages.verifier(new X509CertificateHolder(f.octets("certificate"))));
            var info = token.getTimeStampInfo();
            return Fields.of(
                    "valid", true,
                    "time", info.getGenTime().getTime() / 1000,
                    "serial", Fields.octetsOf(info.getSerialNumber()),
                    "policy", info.getPolicy().getId(),
                    "digest", info.getMessageImprintDigest());
        });
    }
}
