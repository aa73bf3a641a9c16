package configs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inTemplate puts text under device_classes: /Server/Web: templates: Web:, eight spaces in, from line 5 on.
func inTemplate(text string) string {
	return "device_classes:\n  /Server/Web:\n    templates:\n      Web:\n" + indent(text, 8)
}

// inDevice puts text under devices: web01:, four spaces in, from line 8 on.
// inDevice puts text under devices: web01:, four spaces in, from line 8 on, beside a good device.
func inDevice(text string) string {
	return "classes: {Site: {}}\ndevice_classes:\n  /Server/Web:\n    templates: {Web: {}, Site: {}}\n" +
		"devices:\n  db01: {device_class: /Server}\n  web01:\n" + indent(text, 4)
}

func indent(text string, by int) string {
	return strings.Repeat(" ", by) + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", by)) + "\n"
}

// TestProblems says for each mistake in our own files what is reported, where, and what it costs.
func TestProblems(t *testing.T) {
	page := `datasources: {page: {type: HTTP, url: "http://localhost/", datapoints: {time: GAUGE}}}`
	tests := []struct {
		name, text string
		want       []string
	}{
		{"unknown section", "device: {}", []string{`1:1: error: unknown key "device" (nearest known: devices)`}},
		{"unknown key of a class", "device_classes:\n  /A: {zProperty: {}}", []string{`2:8: error: unknown key "zProperty" (nearest known: zProperties)`}},
		{"path of a class", "device_classes:\n  Server: {}", []string{`2:3: error: "Server" is no path of a device class: want one such as /Server/Linux [device class Server]`}},
		{"unknown key of a template", inTemplate("threshold: {}"), []string{`5:9: error: unknown key "threshold" (nearest known: thresholds)`}},
		{"unknown key of a type", inTemplate("datasources:\n  page:\n    type: HTTP\n    url: http://x/\n    timeuot: 3"),
			[]string{`9:13: error: unknown key "timeuot" (nearest known: timeout) [data source Web/page]`}},
		{"unknown key of Python", inTemplate("datasources:\n  page:\n    type: Python\n    plugin_classname: a.B\n    param: {}"),
			[]string{`9:13: error: unknown key "param" (nearest known: params) [data source Web/page]`}},
		{"no type", inTemplate("datasources:\n  page: {}"), []string{`6:11: error: the data source has no type [data source Web/page]`}},
		{"unknown type", inTemplate("datasources:\n  page: {type: HTPP}"),
			[]string{`6:24: error: type "HTPP" is not collected: no such data source type is in this program (nearest known: HTTP) [data source Web/page]`}},
		{"Python without a class", inTemplate("datasources:\n  page: {type: Python}"), []string{`6:11: error: a data source of type Python needs plugin_classname [data source Web/page]`}},
		{"class without a module", inTemplate("datasources:\n  page: {plugin_classname: Orders}"),
			[]string{`6:11: error: plugin_classname "Orders" is no dotted name such as ZenPacks.example.Shop.dsplugins.Orders [data source Web/page]`}},
		{"required property", inTemplate("datasources:\n  page: {type: HTTP}"),
			[]string{`6:11: error: url: missing, and data source type HTTP cannot do without it [data source Web/page]`}},
		{"params of a Go type", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, params: {timeout: 1}}"),
			[]string{`6:11: error: params is for Python data sources: the properties of type HTTP stand beside type [data source Web/page]`}},
		{"property out of range", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, timeout: -1}"),
			[]string{`6:55: error: timeout: -1 is too small, want at least 0 [data source Web/page]`}},
		{"bad TALES", inTemplate("datasources:\n  page: {type: HTTP, url: \"http://${here/id/\"}"),
			[]string{`6:35: error: column 18: ${here/id/: a step of the path is empty [data source Web/page]`}},
		{"bad TALES in a secret", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, token: \"s3cret ${\"}"),
			[]string{`6:53: error: the text holds an expression that cannot be evaluated [data source Web/page]`}},
		{"cycle time", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, cycletime: 1m}"),
			[]string{`6:57: error: want a cycle time in seconds, a number above 0 or TALES, got "1m" [data source Web/page]`}},
		{"cycle time of none", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, cycletime: 0}"),
			[]string{`6:57: error: want a cycle time in seconds, a number above 0 or TALES, got "0" [data source Web/page]`}},
		{"severity", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, severity: critcal}"),
			[]string{`6:56: error: want a severity (clear, debug, info, warning, error, critical or 0 to 5), got "critcal" (nearest known: critical) [data source Web/page]`}},
		{"flag", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, enabled: maybe}"),
			[]string{`6:55: error: want true or false, got "maybe" [data source Web/page]`}},
		{"shorthand", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, datapoints: {time: GAGE}}"),
			[]string{`6:65: error: want a type such as GAUGE or DERIVE_MIN_0_MAX_100, got "GAGE" (nearest known: GAUGE) [data source Web/page]`}},
		{"bound of a datapoint", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, datapoints: {time: {rrdmin: low}}}"),
			[]string{`6:74: error: want a number or U, got "low" [data source Web/page]`}},
		{"unknown datapoint of the type", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, datapoints: {tme: GAUGE}}"),
			[]string{`6:59: error: type HTTP has no datapoint "tme", it has time, size, status (nearest known: time) [data source Web/page]`}},
		{"unknown key of a datapoint", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, datapoints: {time: {rrdtpe: GAUGE}}}"),
			[]string{`6:66: error: unknown key "rrdtpe" (nearest known: rrdtype) [data source Web/page]`}},
		{"tag", inTemplate("datasources:\n  page: {type: HTTP, url: http://x/, datapoints: {time: {tags: site}}}"),
			[]string{`6:72: error: want a tag as name:value, got "site" [data source Web/page]`}},
		{"id", inTemplate("datasources:\n  a/b: {type: HTTP, url: http://x/}"),
			[]string{`6:11: error: "a/b" cannot be the id of a data source: use letters, digits, spaces and - _ , . $ ( ), no _ at either end (it would become a_b) [data source Web/a/b]`}},
		{"dsname", inTemplate(page + "\nthresholds: {slow: {dsnames: [page_tine], maxval: 1}}"),
			[]string{`6:39: error: template Web has no datapoint "page_tine": want <data source>_<datapoint> (nearest known: page_time) [threshold Web/slow]`}},
		{"bound of a threshold", inTemplate(page + "\nthresholds: {slow: {dsnames: [page_time], maxval: 1O0}}"),
			[]string{`6:59: error: "1O0" is neither a number nor an expression over here: column 1: 1O0: bad number: '1O0' [threshold Web/slow]`}},
		{"name in a bound", inTemplate(page + "\nthresholds: {slow: {dsnames: [page_time], maxval: high}}"),
			[]string{`6:59: error: "high" is neither a number nor an expression over here: column 1: high: unknown name 'high' [threshold Web/slow]`}},
		{"unknown key of a threshold", inTemplate(page + "\nthresholds: {slow: {dsnames: [page_time], max: 1}}"),
			[]string{`6:51: error: unknown key "max" [threshold Web/slow]`}},
		{"mapping wanted", inTemplate("datasources: [page]"), []string{`5:22: error: want a mapping of names to values, got a list`}},
		{"text wanted", inTemplate("description: {a: b}"), []string{`5:22: error: want text, got a mapping`}},
		{"DEFAULTS", inTemplate("datasources: {DEFAULTS: HTTP}"), []string{`5:33: error: DEFAULTS must be a mapping, got "HTTP"`}},
		{"merge of a list", inTemplate("<<: [a]"), []string{`5:14: error: want a mapping of names to values, got "a"`}},
		{"key", inTemplate("? [a]\n: b"), []string{`5:11: error: a key must be text, got a list`}},
		{"same template twice", "device_classes:\n  /A: {templates: {T: {}}}\n---\ndevice_classes:\n  /A: {templates: {T: {}}}",
			[]string{`5:20: error: template T of /A is given twice, first at inventory.yaml:2:20 [template T]`}},
		{"unbound template", "device_classes:\n  /A: {zProperties: {zDeviceTemplates: [T]}}", []string{`2:41: warning: zDeviceTemplates binds the template "T", which is defined nowhere`}},

		{"definition", "zProperties: {shopPort: 1}", []string{`1:15: error: "shopPort" is no name of a zProperty: want one such as zShopPort [zProperty shopPort]`}},
		{"type of a definition", "zProperties: {zShopPort: {type: integer}}",
			[]string{`1:33: error: zProperty zShopPort: unknown type "integer", want one of string, int, float, boolean, lines, password [zProperty zShopPort]`}},
		{"default", "zProperties: {zShopPort: {type: int, default: x}}", []string{`1:47: error: the default of zProperty zShopPort: an int is needed, and this text is no whole number [zProperty zShopPort]`}},
		{"key of a definition", "zProperties: {zShopPort: {typ: int}}", []string{`1:27: error: unknown key: want type, default, label, category, description, name (nearest known: type) [zProperty zShopPort]`}},
		{"defined twice", "zProperties: {zShopPort: 1}\n---\nzProperties: {zShopPort: 2}",
			[]string{`3:15: error: zProperty zShopPort is defined twice, first at inventory.yaml:1:15 [zProperty zShopPort]`}},
		{"value of a class", "device_classes:\n  /A: {zProperties: {zCommandPort: x}}", []string{`2:36: error: zProperty zCommandPort: an int is needed, and this text is no whole number [zProperty zCommandPort]`}},
		{"undefined in a class", "device_classes:\n  /A: {zProperties: {zComandPort: 1}}",
			[]string{`2:22: error: zProperty zComandPort is not defined (nearest known: zCommandPort, zCommandPath) [zProperty zComandPort]`}},

		{"unknown key of a device", inDevice("device_class: /Server/Web\ntitel: x"), []string{`9:5: error: unknown key "titel" (nearest known: title) [device web01]`}},
		{"no class", inDevice("title: x"), []string{`8:5: error: device_class is missing: Path of its device class. [device web01]`}},
		{"missing class", inDevice("device_class: /Server/Wbe"), []string{`8:19: error: device class "/Server/Wbe" does not exist (nearest known: /Server/Web) [device web01]`}},
		{"missing template", inDevice("device_class: /Server/Web\ntemplates: [Wbe]"),
			[]string{`9:17: error: there is no template "Wbe" in /Server/Web or above (nearest known: Web) [device web01]`}},
		{"production state", inDevice("device_class: /Server\nproductionState: Prodction"),
			[]string{`9:22: error: want a production state such as Production or 1000, got "Prodction" (nearest known: Production) [device web01]`}},
		{"value of a device", inDevice("device_class: /Server\nzProperties: {zCommandPort: x}"),
			[]string{`9:33: error: zProperty zCommandPort: an int is needed, and this text is no whole number [device web01]`}},
		{"key twice", inDevice("device_class: /Server\ntitle: a\ntitle: b"), []string{`10:5: error: "title" is given twice, first in line 9 [device web01]`}},
		{"component without id", inDevice("device_class: /Server\ncomponents: {sites: [{title: x}]}"), []string{`9:26: error: id is missing: Its id, which results name it by. [device web01]`}},
		{"component twice", inDevice("device_class: /Server\ncomponents: {sites: [{id: a}, {id: a}]}"),
			[]string{`9:35: error: component a is given twice in sites, first in line 9 [device web01]`}},
		{"no list of components", inDevice("device_class: /Server\ncomponents: {sites: {id: a}}"), []string{`9:25: error: want a list of components, got a mapping [device web01]`}},
		{"class of a component", inDevice("device_class: /Server/Web\ncomponents: {sites: [{id: a, class: Siet}]}"),
			[]string{`9:41: error: class "Siet" does not exist: declare it under classes (nearest known: Site) [device web01]`}},
		{"template of a component", inDevice("device_class: /Server/Web\ncomponents: {sites: [{id: a, templates: Siet}]}"),
			[]string{`9:45: error: there is no template "Siet" in /Server/Web or above (nearest known: Site) [device web01]`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := loadText(t, tt.text)
			if diff := cmp.Diff(tt.want, problems(inv)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if strings.Contains(tt.text, "db01") && (inv.Device("db01") == nil || inv.Device("web01") != nil) {
				t.Errorf("want the good device alone in the inventory, got %v", inv.Devices)
			}
		})
	}
}

// TestPackProblems: what is an error in our files is a warning in a pack's, costs nothing there, and is an error again
// when asked for.
func TestPackProblems(t *testing.T) {
	text := inTemplate(strings.Join([]string{
		"unknown: 1",
		"datasources:",
		"  page: {type: HTTP, url: http://x/, timeuot: 1, severity: dire, datapoints: {time: {rrdtype: GAUGE_MIN_0}, size: GAUGE_MIN_}}",
		"  snmp: {type: SNMP, oid: 1.3.6, datapoints: {x: GAUGE}}",
		"  snmp: {type: SNMP, oid: 1.3.7, datapoints: {y: GAUGE}}",
		"thresholds: {slow: {dsnames: [page_gone], maxval: high, optional: true}}",
	}, "\n")) + "devices: {}\nzProperties: {zShopSecret: {type: instancecredentials, default: s3cret}, shop: 1}\n"
	want := []string{
		`5:9: warning: unknown key "unknown"`,
		`7:46: warning: unknown key "timeuot" (nearest known: timeout)`,
		`7:68: warning: want a severity (clear, debug, info, warning, error, critical or 0 to 5), got "dire"`,
		`7:103: warning: want GAUGE, COUNTER, DERIVE or ABSOLUTE, got "GAUGE_MIN_0"`,
		`7:123: warning: want a type such as GAUGE or DERIVE_MIN_0_MAX_100, got "GAUGE_MIN_"`,
		`9:11: warning: "snmp" is given twice, first in line 8`,
		`9:24: warning: type "SNMP" is not collected: no such data source type is in this program`,
		`10:39: warning: template Web has no datapoint "page_gone": want <data source>_<datapoint> (nearest known: page_size, page_time)`,
		`10:59: warning: "high" is neither a number nor an expression over here: column 1: high: unknown name 'high'`,
		`11:1: warning: unknown key "devices"`,
		`12:35: warning: zProperty zShopSecret: unknown type "instancecredentials", want one of string, int, float, boolean, lines, password`,
		`12:74: warning: "shop" is no name of a zProperty: want one such as zShopPort`,
	}
	inv := loadPack(t, text)
	if diff := cmp.Diff(want, problems(inv)); diff != "" {
		t.Errorf("problems of a pack (-want +got):\n%s", diff)
	}
	web := template(t, inv, "/Server/Web", "Web")
	if got := source(t, web, "snmp"); got.Properties["oid"] != "1.3.7" || len(got.DataPoints) != 1 || got.DataPoints[0].ID != "y" {
		t.Errorf("want the last of two equal keys, got %+v", got)
	}
	if got := source(t, web, "page"); got.Severity != 3 || len(got.DataPoints) != 2 {
		t.Errorf("want the data source whole with a warning's severity, got %+v", got)
	}
	if len(web.Thresholds) != 1 {
		t.Errorf("want the threshold kept, got %v", web.Thresholds)
	}
	if p := inv.ZProperties["zShopSecret"]; !p.Secret() {
		t.Errorf("values of an unknown type must be kept secret, got type %s", p.Type)
	}

	strict := loadAs(t, text, &Pack{Name: "ZenPacks.example.Shop"}, LoadOptions{Types: testTypes(), Strict: true})
	// All of them but the missing datapoint: the error of its data source says enough.
	if len(strict.Problems) != len(want)-1 {
		t.Errorf("strict finds %d problems, want %d", len(strict.Problems), len(want)-1)
	}
	for _, p := range strict.Problems {
		if p.Severity != ProblemError {
			t.Errorf("strict: want an error, got %s", p)
		}
	}
	if left := template(t, strict, "/Server/Web", "Web"); len(left.DataSources) != 0 || len(left.Thresholds) != 0 {
		t.Errorf("strict: want what has errors left out, got %q", summary(left))
	}
}

// TestSecretsStayOut: nothing of a zProperty's value is in any problem, whatever is wrong with it.
func TestSecretsStayOut(t *testing.T) {
	const secret = "s3cret"
	for _, value := range []string{secret, "[" + secret + ", [a]]", "{type: lost, default: " + secret + "}", "{typ: " + secret + "}", "{default: {a: " + secret + "}}", `"${` + secret + `"`, "{" + secret + ": 1}", "{" + secret + "}", "{<<: " + secret + "}", "{type: int, " + secret + ": 1, " + secret + ": 2}", "{default: {" + secret + ": 1, " + secret + ": 2}}"} {
		for _, place := range []string{
			"zProperties: {zShopPassword: %s}",
			"zProperties: {zShopPassword: {type: password, default: %s}}",
			"zProperties: {zShopPassword: {type: int, default: %s}}",
			"device_classes: {/A: {zProperties: {zLostPassword: %s}}}",
			"device_classes: {/A: {zProperties: {zCommandPassword: %s, zCommandPort: %[1]s, zDeviceTemplates: {a: 1}}}}",
			"device_classes: {/A: {}}\ndevices: {a: {device_class: /A, zProperties: {zCommandPassword: %s, zSnmpPort: %[1]s}}}",
		} {
			text := fmt.Sprintf(place, value)
			for _, p := range loadText(t, text).Problems {
				if strings.Contains(p.String(), secret) {
					t.Errorf("%s\nshows the value: %s", text, p)
				}
			}
		}
	}
}

// TestOrderOfProblems: as the files were read, and by place within each.
func TestOrderOfProblems(t *testing.T) {
	root := writeTree(t, map[string]string{
		"b.yaml": "device: {}\ndevices: {x: {device_class: /Lost}}\nclass: {}\n",
		"a.yaml": "what: {}\n",
	})
	inv := loadPath(t, root)
	var got []string
	for _, p := range inv.Problems {
		got = append(got, strings.TrimPrefix(p.Position.String(), root+"/"))
	}
	if want := []string{"a.yaml:1:1", "b.yaml:1:1", "b.yaml:2:29", "b.yaml:3:1"}; !slices.Equal(got, want) {
		t.Errorf("problems at %q, want %q", got, want)
	}
}
