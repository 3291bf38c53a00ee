package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"nianbao/report"
)

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "dev"
}

// software names the program in the archive.
func software() string { return "nianbao/" + version() }

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "version", Short: a.say("Show the versions of the program and its parser", "显示程序与解析器的版本"), Args: exactly(0, "flags only"),
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return jsonLine(a.out, map[string]string{"version": version(), "parser": report.Version, "go": runtime.Version()})
			}
			_, err := fmt.Fprintf(a.out, "crawler %s\nparser %s\n%s %s/%s\n", version(), report.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON")
	return cmd
}
