package peers;

import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.jcajce.provider.asymmetric.ec.BCECPublicKey;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;

/** Keys as files. */
final class KeyFiles {
    private KeyFiles() {}

    static void add(Harness harness) {
        harness.add("key.write", f -> {
            PrivateKey key = Keys.privateKey(f.octets("key"));
            return switch (f.text("form")) {
                case "pkcs8" -> Fields.of("der", key.getEncoded());
                case "sec1" -> Fields.of("der", PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey()
                        .toASN1Primitive().getEncoded());
                case "pkcs8-aes" -> encrypted(f, key, NISTObjectIdentifiers.id_aes256_CBC, PKCSObjectIdentifiers.id_hmacWithSHA256);
                default -> throw new IllegalArgumentException("unknown form");
            };
        });
        harness.add("key.read", f -> {
            PrivateKeyInfo info;
            if (f.text("form").equals("sec1")) {
                var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, GMObjectIdentifiers.sm2p256v1);
                info = new PrivateKeyInfo(algorithm, ECPrivateKey.getInstance(f.octets("der")));
            } else if (f.has("password")) {
                var decryptor = new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(Keys.PROVIDER).build(password(f));
                info = new PKCS8EncryptedPrivateKeyInfo(f.octets("der")).decryptPrivateKeyInfo(decryptor);
            } else {
                info = PrivateKeyInfo.getInstance(f.octets("der"));
            }
            PrivateKey key = KeyFactory.getInstance("EC", Keys.PROVIDER)
                    .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
            byte[] octets = Keys.octets(key);
            return Fields.of("key", octets, "public", Keys.octets(Keys.publicOf(octets)));
        });
        harness.add("public.write", f -> Fields.of("der", Keys.publicKey(f.octets("public")).getEncoded()));
        harness.add("public.read", f -> {
            PublicKey key = KeyFactory.getInstance("EC", Keys.PROVIDER)
                    .generatePublic(new X509EncodedKeySpec(f.octets("der")));
            return Fields.of("public", Keys.octets((BCECPublicKey) key));
        });
    }

    private static Fields encrypted(Fields f, PrivateKey key, ASN1ObjectIdentifier cipher, ASN1ObjectIdentifier prf) throws Exception {
        var encryptor = new JceOpenSSLPKCS8EncryptorBuilder(cipher)
                .setProvider(Keys.PROVIDER)
                .setPRF(new AlgorithmIdentifier(prf, DERNull.INSTANCE))
                .setIterationCount(1000)
                .setPassword(password(f))
                .build();
        var made = new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(key.getEncoded())).build(encryptor);
        return Fields.of("der", made.getEncoded());
    }

    private static char[] password(Fields f) {
        return new String(f.octets("password"), java.nio.charset.StandardCharsets.UTF_8).toCharArray();
    }
}
