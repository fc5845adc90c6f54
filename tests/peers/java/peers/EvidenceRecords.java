package peers;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

/** RFC 4998. */
final class EvidenceRecords {
    private EvidenceRecords() {}

    static void add(Harness harness) {
        harness.add("evidence.verify", f -> {
            var record = record(f);
            try {
                record.validatePresent(group(f), f.time("time"));
                record.validate(Messages.verifier(new X509CertificateHolder(f.octets("certificate"))));
            } catch (Exception why) {
                return Fields.of("valid", false, "reason", String.valueOf(why.getMessage()));
            }
            return Fields.of("valid", true, "root", record.getPrimaryRootHash());
        });
        harness.add("evidence.request", f -> {
            var generator = new TimeStampRequestGenerator();
            generator.setCertReq(true);
            TimeStampRequest request = f.has("hash")
                    ? record(f).generateHashRenewalRequest(digest(f), group(f), generator)
                    : record(f).generateTimeStampRenewalRequest(generator);
            return Fields.of("der", request.getEncoded());
        });
        harness.add("evidence.renew", f -> {
            var response = new TimeStampResponse(f.octets("response"));
            ERSEvidenceRecord renewed = f.has("hash")
                    ? record(f).renewHash(digest(f), group(f), response)
                    : record(f).renewTimeStamp(response);
            return Fields.of("der", renewed.getEncoded());
        });
    }

    private static ERSEvidenceRecord record(Fields f) throws Exception {
        return new ERSEvidenceRecord(f.octets("der"), digests());
    }

    private static DigestCalculatorProvider digests() throws Exception {
        return new JcaDigestCalculatorProviderBuilder().setProvider(Keys.PROVIDER).build();
    }

    private static DigestCalculator digest(Fields f) throws Exception {
        return digests().get(new AlgorithmIdentifier(new ASN1ObjectIdentifier(f.text("hash"))));
    }

    private static ERSDataGroup group(Fields f) {
        List<ERSData> objects = new ArrayList<>();
        for (Fields one : f.list("objects")) {
            objects.add(new ERSByteData(one.octets("data")));
        }
        return new ERSDataGroup(objects);
    }
}
