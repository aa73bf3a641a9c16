package configs

import (
	"fmt"
	"strings"
)

// ZPropertiesMarkdown returns the user's page on the platform's zProperties, docs/zproperties.md.
func ZPropertiesMarkdown() string {
	var b strings.Builder
	b.WriteString(zPropertiesIntroduction)
	category := ""
	for _, p := range platformZProperties {
		if p.Category != category {
			category = p.Category
			fmt.Fprintf(&b, "\n### %s\n\n| name | type | default | sets |\n| --- | --- | --- | --- |\n", category)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, p.Type, markdownDefault(p.Default), p.Label)
	}
	return b.String()
}

const zPropertiesIntroduction = `# zProperties

<!-- Written by go test ./configs -run TestZPropertiesPage -update. Do not edit. -->

A zProperty is a setting that a device class hands down to its subclasses, devices and their components; each of them
may set its own value. Data sources read one as ` + "`${here/zSnmpPort}`" + `, thresholds as ` + "`here.zSnmpPort`" + `,
plugins by naming it in ` + "`proxy_attributes`" + `.

Define your own at the top level of an inventory, under ` + "`zProperties`" + `:

` + "```yaml" + `
zProperties:
  zHttpPort: 8080                              # short for {default: 8080}
  zHttpPassword: {type: password, default: ''}
` + "```" + `

## Types

| type | value | also taken |
| --- | --- | --- |
| string | text | a number or boolean, written as ` + "`300`, `1.0`, `True`" + `: put it in quotes to keep its form |
| int | a whole number | one in quotes, ` + "`300.0`" + ` |
| float | a finite number | one in quotes |
| boolean | ` + "`true`, `false`" + ` | ` + "`yes`, `no`, `on`, `off`, `1`, `0`" + `, also in quotes and in any case |
| lines | a list of texts | one text, split at line ends; empty and repeated lines are dropped |
| password | text that is never logged or shown | as string |

A key without a value is the empty text, 0, ` + "`false`" + ` or no lines. Anything else of the wrong type is an error.

## Defined by the platform

These need no definition. The defaults are those of a new Zenoss installation; what
stands under "Older platforms" is kept for packs that still ask for it.
`

func markdownDefault(value any) string {
	var text string
	switch v := value.(type) {
	case []string:
		text = strings.Join(v, ", ")
	default:
		text = fmt.Sprint(v)
	}
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
