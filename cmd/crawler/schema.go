package main

import (
	"github.com/spf13/cobra"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{Use: "schema", Hidden: true}
}
