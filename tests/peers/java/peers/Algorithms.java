package peers;

import java.security.SecureRandom;
import java.security.Signature;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.DSAEncoding;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** SM2, SM3 and SM4. */
final class Algorithms {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Algorithms() {}

    static void add(Harness harness) {
        harness.add("sign", f -> {
            SM2Signer signer = new SM2Signer(encoding(f));
            signer.init(true, withID(f, new ParametersWithRandom(Keys.lightPrivate(f.octets("key")), RANDOM)));
            byte[] data = f.octets("data");
            signer.update(data, 0, data.length);
            return Fields.of("signature", signer.generateSignature());
        });
        harness.add("verify", f -> {
            SM2Signer signer = new SM2Signer(encoding(f));
            signer.init(false, withID(f, Keys.lightPublic(f.octets("public"))));
            byte[] data = f.octets("data");
            signer.update(data, 0, data.length);
            return Fields.of("valid", signer.verifySignature(f.octets("signature")));
        });
        harness.add("encrypt", f -> {
            SM2Engine engine = new SM2Engine(new SM3Digest(), mode(f));
            engine.init(true, new ParametersWithRandom(Keys.lightPublic(f.octets("public")), RANDOM));
            byte[] data = f.octets("data");
            return Fields.of("ciphertext", engine.processBlock(data, 0, data.length));
        });
        harness.add("decrypt", f -> {
            SM2Engine engine = new SM2Engine(new SM3Digest(), mode(f));
            engine.init(false, Keys.lightPrivate(f.octets("key")));
            byte[] box = f.octets("ciphertext");
            return Fields.of("data", engine.processBlock(box, 0, box.length));
        });
        addDefaults(harness);
        addSymmetric(harness);
    }

    /** What the provider does when nothing is said. */
    private static void addDefaults(Harness harness) {
        harness.add("default.sign", f -> {
            Signature signature = Signature.getInstance("SM3withSM2", Keys.PROVIDER);
            signature.initSign(Keys.privateKey(f.octets("key")));
            signature.update(f.octets("data"));
            return Fields.of("signature", signature.sign());
        });
        harness.add("default.verify", f -> {
            Signature signature = Signature.getInstance("SM3withSM2", Keys.PROVIDER);
            signature.initVerify(Keys.publicKey(f.octets("public")));
            signature.update(f.octets("data"));
            return Fields.of("valid", signature.verify(f.octets("signature")));
        });
        harness.add("default.encrypt", f -> {
            Cipher cipher = Cipher.getInstance("SM2", Keys.PROVIDER);
            cipher.init(Cipher.ENCRYPT_MODE, Keys.publicKey(f.octets("public")), RANDOM);
            return Fields.of("ciphertext", cipher.doFinal(f.octets("data")));
        });
        harness.add("default.decrypt", f -> {
            Cipher cipher = Cipher.getInstance("SM2", Keys.PROVIDER);
            cipher.init(Cipher.DECRYPT_MODE, Keys.privateKey(f.octets("key")));
            return Fields.of("data", cipher.doFinal(f.octets("ciphertext")));
        });
    }

    private static void addSymmetric(Harness harness) {
        harness.add("sm3", f -> {
            SM3Digest digest = new SM3Digest();
            byte[] data = f.octets("data");
            digest.update(data, 0, data.length);
            byte[] value = new byte[32];
            digest.doFinal(value, 0);
            return Fields.of("digest", value);
        });
        harness.add("hmac", f -> {
            HMac mac = new HMac(new SM3Digest());
            mac.init(new KeyParameter(f.octets("key")));
            byte[] data = f.octets("data");
            mac.update(data, 0, data.length);
            byte[] value = new byte[32];
            mac.doFinal(value, 0);
            return Fields.of("mac", value);
        });
        harness.add("sm4.encrypt", f -> Fields.of("ciphertext", sm4(f, Cipher.ENCRYPT_MODE).doFinal(f.octets("data"))));
        harness.add("sm4.decrypt", f -> Fields.of("data", sm4(f, Cipher.DECRYPT_MODE).doFinal(f.octets("ciphertext"))));
    }

    private static Cipher sm4(Fields f, int direction) throws Exception {
        boolean gcm = f.text("form").equals("gcm");
        String name = switch (f.text("form")) {
            case "cbc" -> "SM4/CBC/PKCS5Padding";
            case "ctr" -> "SM4/CTR/NoPadding";
            default -> "SM4/GCM/NoPadding";
        };
        Cipher cipher = Cipher.getInstance(name, Keys.PROVIDER);
        byte[] iv = f.octets("iv");
        cipher.init(
                direction,
                new SecretKeySpec(f.octets("key"), "SM4"),
                gcm ? new GCMParameterSpec(128, iv) : new IvParameterSpec(iv));
        if (gcm && f.has("aad")) {
            cipher.updateAAD(f.octets("aad"));
        }
        return cipher;
    }

    private static DSAEncoding encoding(Fields f) {
        return f.text("form").equals("raw") ? PlainDSAEncoding.INSTANCE : StandardDSAEncoding.INSTANCE;
    }

    private static SM2Engine.Mode mode(Fields f) {
        return switch (f.text("form")) {
            case "c1c3c2" -> SM2Engine.Mode.C1C3C2;
            case "c1c2c3" -> SM2Engine.Mode.C1C2C3;
            default -> throw new IllegalArgumentException("no DER ciphertexts");
        };
    }

    private static CipherParameters withID(Fields f, CipherParameters key) {
        return f.has("id") ? new ParametersWithID(key, f.octets("id")) : key;
    }
}
