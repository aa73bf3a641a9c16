package configs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// faultyInventory is a good inventory, line by line, into which one fault of a known kind can be put at a known line.
type faultyInventory struct {
	lines []string
	spots map[string][]spot // where a fault of each kind can go
}

// spot is a line that a fault can change, and what that costs.
type spot struct {
	line int    // from 1
	unit string // Problem.Unit
}

// faultKinds changes a good line into a bad one; more lines than one are put in its place, and the last is the bad one.
var faultKinds = map[string]func(rng *rand.Rand, good string) []string{
	"unknown key": func(rng *rand.Rand, good string) []string {
		return []string{good, indentOf(good) + fmt.Sprintf("wrong%d: 1", rng.IntN(100))}
	},
	"wrong type": func(rng *rand.Rand, good string) []string {
		return []string{keyOf(good) + pick(rng, " [[1], [2]]", " {a: {b: c}}", " [{}]")}
	},
	"missing class": func(rng *rand.Rand, good string) []string {
		return []string{keyOf(good) + pick(rng, " /Lost", " /Server/Webb", " Server/Web", " 7")}
	},
	"missing template": func(rng *rand.Rand, good string) []string {
		return []string{keyOf(good) + pick(rng, " [Lost]", " Webb", " [Web, Lost]")}
	},
	"missing dsname": func(rng *rand.Rand, good string) []string {
		return []string{keyOf(good) + pick(rng, " [lost_time]", " page0", " [page0_lost]")}
	},
	"bad TALES": func(rng *rand.Rand, good string) []string {
		return []string{keyOf(good) + pick(rng, ` "http://${here/id"`, ` "${/}"`, ` "${}"`, ` "a ${python: 1 +}"`)}
	},
	"bad number": func(rng *rand.Rand, good string) []string {
		return []string{keyOf(good) + pick(rng, " 1O", " 5m", " -3x", " [1, 2]")}
	},
	"duplicate": func(_ *rand.Rand, good string) []string { return []string{good, good} },
}

func pick(rng *rand.Rand, choices ...string) string { return choices[rng.IntN(len(choices))] }

func indentOf(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

// keyOf is a line up to its colon.
func keyOf(line string) string { return line[:strings.Index(line, ":")+1] }

// newFaulty makes a good inventory of random size.
func newFaulty(rng *rand.Rand) *faultyInventory {
	f := &faultyInventory{spots: map[string][]spot{}}
	f.add("", "device_classes:")
	f.add("", "  /Server/Web:")
	f.add("", "    zProperties: {zDeviceTemplates: [Web]}")
	f.add("", "    templates:")
	f.add("", "      Web:")
	f.add("", "        datasources:")
	sources := 1 + rng.IntN(3)
	for i := range sources {
		f.addSource(rng, i)
	}
	f.add("", "        thresholds:")
	for i := range 1 + rng.IntN(2) {
		unit := fmt.Sprintf("threshold Web/slow%d", i)
		f.add("", fmt.Sprintf("          slow%d:", i))
		f.add(unit, fmt.Sprintf("            dsnames: [page%d_time]", rng.IntN(sources)), "missing dsname", "unknown key")
		f.add(unit, "            maxval: 5", "bad number", "duplicate")
		f.add(unit, "            severity: error", "wrong type")
	}
	f.add("", "devices:")
	for i := range 2 + rng.IntN(4) {
		f.addDevice(i)
	}
	return f
}

func (f *faultyInventory) addSource(rng *rand.Rand, i int) {
	unit := fmt.Sprintf("data source Web/page%d", i)
	f.add("", fmt.Sprintf("          page%d:", i))
	f.add(unit, "            type: HTTP", "duplicate")
	f.add(unit, `            url: "http://${dev/manageIp}/"`, "bad TALES", "wrong type")
	f.add(unit, pick(rng, "            cycletime: 60", "            cycletime: ${here/zCommandCollectionInterval}"), "bad number", "bad TALES", "unknown key")
	f.add(unit, "            datapoints: {time: GAUGE, size: DERIVE_MIN_0}", "wrong type")
}

func (f *faultyInventory) addDevice(i int) {
	unit := fmt.Sprintf("device web%d", i)
	f.add(unit, fmt.Sprintf("  web%d:", i))
	f.add(unit, "    device_class: /Server/Web", "missing class", "wrong type", "unknown key", "duplicate")
	f.add(unit, "    templates: [Web]", "missing template", "unknown key")
	f.add(unit, "    productionState: 1000", "bad number", "wrong type", "duplicate")
	f.add(unit, "    zProperties:")
	f.add(unit, "      zCommandPort: 22", "bad number", "wrong type", "unknown key", "duplicate")
	f.add(unit, "    components:")
	f.add(unit, "      sites:")
	f.add(unit, "        - id: eu")
	f.add(unit, "          title: Europe", "wrong type", "unknown key", "duplicate")
}

func (f *faultyInventory) add(unit, line string, kinds ...string) {
	f.lines = append(f.lines, line)
	for _, kind := range kinds {
		f.spots[kind] = append(f.spots[kind], spot{len(f.lines), unit})
	}
}

// inject returns the text with one fault of that kind, the fault's line and what it costs.
func (f *faultyInventory) inject(rng *rand.Rand, kind string) (text string, line int, unit string) {
	at := f.spots[kind][rng.IntN(len(f.spots[kind]))]
	bad := faultKinds[kind](rng, f.lines[at.line-1])
	lines := slices.Concat(f.lines[:at.line-1], bad, f.lines[at.line:])
	return strings.Join(lines, "\n") + "\n", at.line + len(bad) - 1, at.unit
}

// TestMalformedInventories puts one fault into each of 10,000 inventories: it is found where it is, costs what it
// stands in, and nothing else.
func TestMalformedInventories(t *testing.T) {
	kinds := make([]string, 0, len(faultKinds))
	for kind := range faultKinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for i := range 10_000 {
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		good := newFaulty(rng)
		kind := kinds[i%len(kinds)]
		text, line, unit := good.inject(rng, kind)
		inv := loadText(t, text)
		if complaint := judge(inv, good, line, unit); complaint != "" {
			t.Fatalf("inventory %d, %s in line %d: %s\nproblems: %q\n%s", i, kind, line, complaint, problems(inv), numbered(text))
		}
	}
}

// judge says what is wrong with how a fault was found, "" for nothing.
func judge(inv *Inventory, good *faultyInventory, line int, unit string) string {
	if len(inv.Problems) == 0 {
		return "it is not found"
	}
	for _, p := range inv.Problems {
		if p.Severity != ProblemError || p.Line != line || p.Unit != unit {
			return fmt.Sprintf("want errors that cost %q in line %d alone", unit, line)
		}
	}
	for _, text := range good.lines {
		id, isDevice := strings.CutPrefix(strings.TrimSuffix(text, ":"), "  web")
		if isDevice && (inv.Device("web"+id) == nil) != (unit == "device web"+id) {
			return "want all devices but the faulty one, got " + strings.Join(ids(inv), " ")
		}
	}
	web := inv.DeviceClasses["/Server/Web"].Templates["Web"]
	left := len(web.DataSources) + len(web.Thresholds)
	want := strings.Count(strings.Join(good.lines, "\n"), "\n          page") + strings.Count(strings.Join(good.lines, "\n"), "\n          slow")
	if !strings.HasPrefix(unit, "device ") {
		want--
	}
	if left != want {
		return fmt.Sprintf("%d data sources and thresholds are left, want %d", left, want)
	}
	return ""
}

func numbered(text string) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		n++
		fmt.Fprintf(&b, "%3d %s", n, line)
	}
	return b.String()
}

// TestGoodInventories: without a fault the generated inventories have no problem, or the test above would prove
// nothing.
func TestGoodInventories(t *testing.T) {
	for i := range 200 {
		text := strings.Join(newFaulty(rand.New(rand.NewPCG(2, uint64(i)))).lines, "\n")
		if inv := loadText(t, text); len(inv.Problems) > 0 {
			t.Fatalf("problems %q in\n%s", problems(inv), numbered(text))
		}
	}
}
