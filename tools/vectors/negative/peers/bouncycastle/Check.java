import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.agreement.SM2KeyExchange;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.SM2KeyExchangePrivateParameters;
import org.bouncycastle.crypto.params.SM2KeyExchangePublicParameters;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;

/**
 * What Bouncy Castle says to one question a line, in the form of peers/gmsm/main.go; a line for A ends
 * with the S_B it received, and the answers to "exchange" have the confirmations after the key.
 *
 * <p>It has no DER form of ciphertexts at this level: "decrypt DER" is answered with "?". An exception
 * of another kind than a refusal counts as one and is said.
 */
public final class Check {
  static final X9ECParameters X9 = GMNamedCurves.getByName("sm2p256v1");
  static final ECDomainParameters CURVE =
      new ECDomainParameters(X9.getCurve(), X9.getG(), X9.getN(), X9.getH());

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      System.out.println(new BouncyCastleProvider().getInfo());
      return;
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String said;
      try {
        said = answer(line.split(" "));
      } catch (Exception problem) {
        said = "0 " + problem.getClass().getSimpleName();
      }
      System.out.println(said);
    }
  }

  static String answer(String[] q) throws Exception {
    switch (q[0]) {
      case "verify":
        return verify(q[1], q[2], new Preset(unhex(q[3])), new byte[0], new byte[0], q[4]);
      case "verifymsg":
        return verify(q[1], q[2], new SM3Digest(), unhex(q[3]), unhex(q[4]), q[5]);
      case "decrypt":
        if (q[1].equals("DER")) {
          return "?";
        }
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.valueOf(q[1]));
        engine.init(false, secret(q[2]));
        byte[] ciphertext = unhex(q[3]);
        return "1 " + Hex.toHexString(engine.processBlock(ciphertext, 0, ciphertext.length));
      case "exchange":
        return exchange(q);
      default:
        throw new IllegalArgumentException(q[0]);
    }
  }

  static String verify(String form, String key, Digest digest, byte[] id, byte[] message, String sig) {
    SM2Signer signer =
        new SM2Signer(
            form.equals("der") ? StandardDSAEncoding.INSTANCE : PlainDSAEncoding.INSTANCE, digest);
    signer.init(false, new ParametersWithID(point(key), id));
    signer.update(message, 0, message.length);
    return signer.verifySignature(unhex(sig)) ? "1" : "0";
  }

  static String exchange(String[] q) {
    boolean begins = q[1].equals("A");
    byte[] own = unhex(begins ? q[2] : q[3]);
    byte[] other = unhex(begins ? q[3] : q[2]);
    SM2KeyExchange exchange = new SM2KeyExchange();
    exchange.init(
        new ParametersWithID(
            new SM2KeyExchangePrivateParameters(begins, secret(q[4]), secret(q[5])), own));
    ParametersWithID peer =
        new ParametersWithID(
            new SM2KeyExchangePublicParameters(point(q[6]), point(q[7])), other);
    int bits = 8 * Integer.parseInt(q[8]);
    if (!begins) {
      byte[][] made = exchange.calculateKeyWithConfirmation(bits, null, peer);
      // Key, S1 = SB to be sent, S2 = SA to be received.
      return "1 " + Hex.toHexString(made[0]) + " " + Hex.toHexString(made[1]) + " " + Hex.toHexString(made[2]);
    }
    byte[][] made = exchange.calculateKeyWithConfirmation(bits, unhex(q[9]), peer);
    return "1 " + Hex.toHexString(made[0]) + " " + Hex.toHexString(made[1]);
  }

  static ECPublicKeyParameters point(String hex) {
    return new ECPublicKeyParameters(CURVE.getCurve().decodePoint(unhex(hex)), CURVE);
  }

  static ECPrivateKeyParameters secret(String hex) {
    return new ECPrivateKeyParameters(new BigInteger(1, Hex.decode(hex)), CURVE);
  }

  static byte[] unhex(String hex) {
    return hex.equals("-") ? new byte[0] : Hex.decode(hex);
  }

  /** A digest that gives e whatever it is fed: the way to a signature of a hash. */
  static final class Preset implements Digest {
    private final byte[] e;

    Preset(byte[] e) {
      this.e = e;
    }

    @Override
    public String getAlgorithmName() {
      return "preset";
    }

    @Override
    public int getDigestSize() {
      return e.length;
    }

    @Override
    public void update(byte in) {}

    @Override
    public void update(byte[] in, int at, int size) {}

    @Override
    public int doFinal(byte[] out, int at) {
      System.arraycopy(e, 0, out, at, e.length);
      return e.length;
    }

    @Override
    public void reset() {}
  }
}
