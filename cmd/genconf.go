package cmd

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/configs/options"
)

func genconfVerb(s Streams) *cli.Command {
	return verb("genconf", "print a template of the configuration file", "", func(c *cli.Context) error {
		if err := noArguments(c); err != nil {
			return err
		}
		return failedIf(options.GenConf(s.Out))
	})
}

func genxmlconfigsVerb(Streams) *cli.Command {
	return &cli.Command{
		Name: "genxmlconfigs", Hidden: true,
		Action: func(*cli.Context) error {
			return failed(errors.New("genxmlconfigs is retired: nothing reads its XML any more; use genconf"))
		},
	}
}

func failedIf(err error) error {
	if err == nil {
		return nil
	}
	return failed(err)
}
