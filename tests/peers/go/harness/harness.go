// Package harness answers one JSON request a line with one JSON answer a line. Octets are hex.
package harness

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"time"
)

// Fields of a request or of an answer.
type Fields map[string]any

// Operation is what a request may ask for.
type Operation func(Fields) (Fields, error)

// Octets of a field; none if it is absent.
func (f Fields) Octets(name string) []byte {
	text, given := f[name].(string)
	if !given {
		return nil
	}
	octets, err := hex.DecodeString(text)
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	return octets
}

// Has says whether the field was given.
func (f Fields) Has(name string) bool { return f[name] != nil }

// Text of a field.
func (f Fields) Text(name string) string {
	text, _ := f[name].(string)
	return text
}

// Number of a field.
func (f Fields) Number(name string) int64 {
	number, _ := f[name].(float64)
	return int64(number)
}

// Flag of a field.
func (f Fields) Flag(name string) bool {
	flag, _ := f[name].(bool)
	return flag
}

// Time of a field, in seconds since 1970.
func (f Fields) Time(name string) time.Time { return time.Unix(f.Number(name), 0).UTC() }

// List of a field.
func (f Fields) List(name string) []Fields {
	var found []Fields
	members, _ := f[name].([]any)
	for _, member := range members {
		found = append(found, Fields(member.(map[string]any)))
	}
	return found
}

// Octets as they are answered.
func Octets(data []byte) string { return hex.EncodeToString(data) }

func run(operation Operation, request Fields) (answer Fields, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	return operation(request)
}

// Serve until the input ends.
func Serve(version string, operations map[string]Operation) {
	names := []string{}
	for name := range operations {
		names = append(names, name)
	}
	sort.Strings(names)
	operations["hello"] = func(Fields) (Fields, error) {
		return Fields{"version": version, "operations": names}, nil
	}
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriterSize(os.Stdout, 1<<20)
	writer := json.NewEncoder(output)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var request Fields
		if err := json.Unmarshal(line, &request); err != nil {
			panic(err)
		}
		var answer Fields
		operation, known := operations[request.Text("operation")]
		if known {
			answer, err = run(operation, request)
		} else {
			err = errors.New("no such operation")
		}
		if err != nil {
			answer = Fields{"error": err.Error()}
		}
		if err := writer.Encode(answer); err != nil {
			panic(err)
		}
		if input.Buffered() == 0 {
			if err := output.Flush(); err != nil {
				return
			}
		}
	}
}
