package peers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Collections;
import org.bouncycastle.cert.X509CertificateHolder;

/** PKCS#12. */
final class Stores {
    private Stores() {}

    static void add(Harness harness) {
        harness.add("pkcs12.write", f -> {
            KeyStore store = KeyStore.getInstance(f.text("form").equals("old") ? "PKCS12" : "PKCS12-AES256-AES128", Keys.PROVIDER);
            store.load(null, null);
            Certificate certificate = Certificates.jca(new X509CertificateHolder(f.octets("certificate")));
            store.setKeyEntry("one", Keys.privateKey(f.octets("key")), password(f), new Certificate[] {certificate});
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            store.store(output, password(f));
            return Fields.of("der", output.toByteArray());
        });
        harness.add("pkcs12.read", f -> {
            KeyStore store = KeyStore.getInstance("PKCS12", Keys.PROVIDER);
            store.load(new ByteArrayInputStream(f.octets("der")), password(f));
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    return Fields.of(
                            "key", Keys.octets((PrivateKey) store.getKey(alias, password(f))),
                            "certificate", store.getCertificate(alias).getEncoded());
                }
            }
            throw new IllegalArgumentException("no key");
        });
    }

    private static char[] password(Fields f) {
        return new String(f.octets("password"), StandardCharsets.UTF_8).toCharArray();
    }
}
