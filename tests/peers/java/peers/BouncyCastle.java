package peers;

import java.io.IOException;

/** Bouncy Castle as a peer. */
public final class BouncyCastle {
    private BouncyCastle() {}

    public static void main(String[] arguments) throws IOException {
        Harness harness = new Harness("Bouncy Castle " + Keys.PROVIDER.getVersionStr());
        Algorithms.add(harness);
        KeyFiles.add(harness);
        Certificates.add(harness);
        Messages.add(harness);
        Timestamps.add(harness);
        EvidenceRecords.add(harness);
        Stores.add(harness);
        harness.serve();
    }
}
