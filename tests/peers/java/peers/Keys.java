package peers;

import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.jcajce.provider.asymmetric.ec.BCECPrivateKey;
import org.bouncycastle.jcajce.provider.asymmetric.ec.BCECPublicKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECNamedCurveSpec;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.spec.ECParameterSpec;
import org.bouncycastle.jce.spec.ECPrivateKeySpec;
import org.bouncycastle.jce.spec.ECPublicKeySpec;

/** SM2 keys from their octets, in Bouncy Castle's two worlds. */
final class Keys {
    static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
    private static final ASN1ObjectIdentifier OID = GMObjectIdentifiers.sm2p256v1;
    private static final X9ECParameters CURVE = CustomNamedCurves.getByOID(OID);
    private static final ECDomainParameters DOMAIN = new ECNamedDomainParameters(OID, CURVE);
    private static final ECParameterSpec SPEC = ECNamedCurveTable.getParameterSpec("sm2p256v1");

    static {
        // PKCS#12 stores look their algorithms up among the registered ones.
        Security.addProvider(PROVIDER);
    }

    private Keys() {}

    static ECPrivateKeyParameters lightPrivate(byte[] octets) {
        return new ECPrivateKeyParameters(new BigInteger(1, octets), DOMAIN);
    }

    static ECPublicKeyParameters lightPublic(byte[] octets) {
        return new ECPublicKeyParameters(CURVE.getCurve().decodePoint(octets), DOMAIN);
    }

    static PrivateKey privateKey(byte[] octets) {
        return new BCECPrivateKey(
                "EC", new ECPrivateKeySpec(new BigInteger(1, octets), SPEC), BouncyCastleProvider.CONFIGURATION);
    }

    static PublicKey publicKey(byte[] octets) {
        return new BCECPublicKey(
                "EC", new ECPublicKeySpec(SPEC.getCurve().decodePoint(octets), SPEC), BouncyCastleProvider.CONFIGURATION);
    }

    static PublicKey publicOf(byte[] privateOctets) {
        return publicKey(SPEC.getG().multiply(new BigInteger(1, privateOctets)).normalize().getEncoded(false));
    }

    static byte[] octets(PublicKey key) {
        BCECPublicKey found = (BCECPublicKey) key;
        if (!found.getQ().getCurve().equals(SPEC.getCurve())) {
            throw new IllegalArgumentException("not an SM2 key");
        }
        return found.getQ().getEncoded(false);
    }

    static byte[] octets(PrivateKey key) {
        byte[] octets = new byte[32];
        byte[] number = ((BCECPrivateKey) key).getD().toByteArray();
        int length = Math.min(32, number.length);
        System.arraycopy(number, number.length - length, octets, 32 - length, length);
        return octets;
    }
}
