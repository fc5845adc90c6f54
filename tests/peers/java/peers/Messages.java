package peers;

import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSSignerDigestMismatchException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;

/** Signed and enveloped messages. */
final class Messages {

    private Messages() {}

    static void add(Harness harness) {
        harness.add("cms.sign", f -> {
            if (f.text("family").equals("gm")) {
                throw new IllegalArgumentException("Bouncy Castle writes the RFC's content types only");
            }
            var certificate = new X509CertificateHolder(f.octets("certificate"));
            var digests = new JcaDigestCalculatorProviderBuilder().setProvider(Keys.PROVIDER).build();
            var generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new JcaSignerInfoGeneratorBuilder(digests).build(Certificates.signer(f), certificate));
            generator.addCertificates(new CollectionStore<>(List.of(certificate)));
            var content = new CMSProcessableByteArray(PKCSObjectIdentifiers.data, f.octets("data"));
            return Fields.of("der", generator.generate(content, !f.flag("detached")).getEncoded());
        });
        harness.add("cms.verify", f -> {
            CMSSignedData message = f.has("data")
                    ? new CMSSignedData(new CMSProcessableByteArray(f.octets("data")), f.octets("der"))
                    : new CMSSignedData(f.octets("der"));
            Collection<SignerInformation> signers = message.getSignerInfos().getSigners();
            if (signers.isEmpty()) {
                throw new IllegalArgumentException("nobody signed");
            }
            for (SignerInformation signer : signers) {
                @SuppressWarnings("unchecked")
                Collection<X509CertificateHolder> found = message.getCertificates().getMatches(signer.getSID());
                try {
                    if (!signer.verify(verifier(found.iterator().next()))) {
                        return Fields.of("valid", false);
                    }
                } catch (CMSSignerDigestMismatchException mismatch) {
                    return Fields.of("valid", false);
                }
            }
            return Fields.of("valid", true, "data", (byte[]) message.getSignedContent().getContent());
        });
        harness.add("cms.encrypt", f -> {
            if (f.text("family").equals("gm")) {
                throw new IllegalArgumentException("Bouncy Castle writes the RFC's content types only");
            }
            var generator = new CMSEnvelopedDataGenerator();
            var certificate = Certificates.jca(new X509CertificateHolder(f.octets("certificate")));
            generator.addRecipientInfoGenerator(
                    new JceKeyTransRecipientInfoGenerator(certificate).setProvider(Keys.PROVIDER));
            var encryptor = new JceCMSContentEncryptorBuilder(GMObjectIdentifiers.sms4_cbc).setProvider(Keys.PROVIDER).build();
            return Fields.of("der", generator.generate(new CMSProcessableByteArray(f.octets("data")), encryptor).getEncoded());
        });
        harness.add("cms.decrypt", f -> {
            RecipientInformation recipient =
                    new CMSEnvelopedData(f.octets("der")).getRecipientInfos().getRecipients().iterator().next();
            var opener = new JceKeyTransEnvelopedRecipient(Keys.privateKey(f.octets("key"))).setProvider(Keys.PROVIDER);
            return Fields.of("data", recipient.getContent(opener));
        });
    }

    static SignerInformationVerifier verifier(X509CertificateHolder certificate) throws Exception {
        return new JcaSimpleSignerInfoVerifierBuilder().setProvider(Keys.PROVIDER).build(certificate);
    }
}
