// What docker makes of an env-file, as JSON: the parser behind "docker run --env-file", with no docker around it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/docker/cli/pkg/kvfile"
)

func main() {
	pairs, err := kvfile.ParseFromReader(os.Stdin, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	found := map[string]string{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		found[name] = value
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
