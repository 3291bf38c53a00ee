// Package nianbao holds the seed list that is shipped with the program; the program itself is in cmd/crawler.
package nianbao

import _ "embed"

// SeedsYAML is the shipped seed list, in the form that crawl/portal reads.
//
//go:embed seeds.yaml
var SeedsYAML []byte
