// emmansun/gmsm as a peer.
package main

import (
	"gmkit/tests/peers/harness"
)

func main() {
	operations := map[string]harness.Operation{}
	for _, part := range []map[string]harness.Operation{algorithms, keyFiles, pki, messages} {
		for name, operation := range part {
			operations[name] = operation
		}
	}
	harness.Serve("emmansun/gmsm 0.41.1", operations)
}
