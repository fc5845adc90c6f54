package peers;

import cn.hutool.crypto.SecureUtil;
import cn.hutool.crypto.SmUtil;
import cn.hutool.crypto.asymmetric.KeyType;
import cn.hutool.crypto.asymmetric.SM2;
import java.io.IOException;
import java.util.HexFormat;
import org.bouncycastle.crypto.engines.SM2Engine;

/** hutool as a peer; its algorithms are Bouncy Castle's, its forms and defaults its own. */
public final class Hutool {
    private Hutool() {}

    public static void main(String[] arguments) throws IOException {
        Harness harness = new Harness("hutool " + SecureUtil.class.getPackage().getImplementationVersion());
        harness.add("sign", f -> {
            SM2 sm2 = new SM2(f.octets("key"), null);
            if (f.text("form").equals("raw")) {
                sm2.usePlainEncoding();
            }
            return Fields.of("signature", sm2.sign(f.octets("data"), f.octets("id")));
        });
        harness.add("verify", f -> {
            SM2 sm2 = new SM2(null, f.octets("public"));
            if (f.text("form").equals("raw")) {
                sm2.usePlainEncoding();
            }
            return Fields.of("valid", sm2.verify(f.octets("data"), f.octets("signature"), f.octets("id")));
        });
        harness.add("encrypt", f -> {
            SM2 sm2 = new SM2(null, f.octets("public")).setMode(mode(f));
            return Fields.of("ciphertext", sm2.encrypt(f.octets("data"), KeyType.PublicKey));
        });
        harness.add("decrypt", f -> {
            SM2 sm2 = new SM2(f.octets("key"), null).setMode(mode(f));
            return Fields.of("data", sm2.decrypt(f.octets("ciphertext"), KeyType.PrivateKey));
        });
        // What it does when nothing is said: keys, signatures and ciphertexts in hex.
        harness.add("default.sign", f -> {
            String hex = new SM2(f.text("key"), null).signHex(f.text("data"));
            return Fields.of("signature", hex);
        });
        harness.add("default.verify", f ->
                Fields.of("valid", new SM2(null, f.text("public")).verifyHex(f.text("data"), f.text("signature"))));
        harness.add("default.encrypt", f ->
                Fields.of("ciphertext", SmUtil.sm2(null, f.text("public")).encrypt(f.octets("data"), KeyType.PublicKey)));
        harness.add("default.decrypt", f ->
                Fields.of("data", SmUtil.sm2(f.text("key"), null).decrypt(f.octets("ciphertext"), KeyType.PrivateKey)));
        harness.add("sm3", f -> Fields.of("digest", SmUtil.sm3().digest(f.octets("data"))));
        harness.add("hmac", f -> Fields.of("mac", SmUtil.hmacSm3(f.octets("key")).digest(f.octets("data"))));
        harness.add("key.read", f -> {
            SM2 sm2 = new SM2(f.octets("der"), null);
            return Fields.of("key", sm2.getD(), "public", Keys.octets(Keys.publicOf(sm2.getD())));
        });
        harness.add("public.read", f -> {
            SM2 sm2 = new SM2(null, f.octets("der"));
            return Fields.of("public", sm2.getQ(false));
        });
        harness.serve();
    }

    private static SM2Engine.Mode mode(Fields f) {
        return switch (f.text("form")) {
            case "c1c3c2" -> SM2Engine.Mode.C1C3C2;
            case "c1c2c3" -> SM2Engine.Mode.C1C2C3;
            default -> throw new IllegalArgumentException("no DER ciphertexts");
        };
    }
}
