// Composecheck reads a compose file as Docker Compose does: against its schema,
// with variables from an env file. It is a module of its own, to keep the
// program's go.mod small:
//
//	go run -C cmd/querent/testdata/composecheck . ../../../../docker-compose.yml ENVFILE
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// check prints what the file comes to.
func check(file, env string) error {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithEnvFiles(env), cli.WithDotEnv, cli.WithName("querent"), cli.WithInterpolation(true), cli.WithNormalization(true), cli.WithConsistency(true))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	names := project.ServiceNames()
	slices.Sort(names)
	text, err := project.MarshalYAML()
	if err != nil {
		return err
	}
	fmt.Printf("# services: %v\n%s", names, text)
	return nil
}
