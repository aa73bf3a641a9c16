package wire

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/reasons.md and the examples of docs/streams.md anew")

// declaredReasons reads the constants from the source, so that none can be without a row.
func declaredReasons(t *testing.T) []Reason {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []Reason
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Reason" && len(spec.Values) == 1 {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if text != "" {
				declared = append(declared, Reason(text))
			}
		}
		return true
	})
	return declared
}

func TestEveryReasonHasItsRow(t *testing.T) {
	declared := declaredReasons(t)
	var tabled []Reason
	for _, info := range Reasons() {
		tabled = append(tabled, info.Reason)
	}
	if !slices.Equal(declared, tabled) {
		t.Errorf("constants %v,\nrows %v: the same, in the same order", declared, tabled)
	}
	if len(declared) < 20 {
		t.Errorf("only %d constants found: the test looks in the wrong place", len(declared))
	}
}

func TestReasonRows(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	last := 0
	seen := map[Reason]bool{}
	for _, info := range Reasons() {
		if !name.MatchString(string(info.Reason)) || seen[info.Reason] {
			t.Errorf("%q is no snake_case name, or stands twice", info.Reason)
		}
		seen[info.Reason] = true
		kind := slices.Index(Kinds(), info.Kind)
		if kind < last {
			t.Errorf("%s: kind %q is unknown or out of order", info.Reason, info.Kind)
		}
		last = kind
		for _, text := range []string{info.Meaning, info.Remedy} {
			if text == "" || strings.ContainsAny(text, "\n|") || strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q is no line for a table", info.Reason, text)
			}
		}
		if found, ok := info.Reason.Info(); !ok || found != info {
			t.Errorf("%s: Info gives %v", info.Reason, found)
		}
	}
	if info, ok := Reason("no such reason").Info(); ok {
		t.Errorf("an unknown reason has a row: %v", info)
	}
}

func TestReasonsAreTheCallersOwn(t *testing.T) {
	Reasons()[0].Meaning = "overwritten"
	if Reasons()[0].Meaning == "overwritten" {
		t.Error("a caller can change the table")
	}
}

const reasonsHead = `# Reasons

Whatever goes another way than planned is counted with one of these reasons: in ` + "`/metrics`" + `, in logs and events, in the
` + "`dropped`" + ` rows of ` + "`zenpython run --format json`" + `. Nothing disappears without one. This page is made from the program's own
table (` + "`go test ./hub/wire -update`" + `).

The ledgers that must come out even, for each class of records (events, values, maps):

    returned  = produced + merged + suppressed + rejected
    produced  = published + dropped + queued + in flight
    slots due = ran + missed
`

var kindHeads = map[ReasonKind]string{
	Rejected:   "Items of a result that no record was made of. The rest of the result is not affected.",
	Merged:     "Records that became part of another one. Nothing is lost.",
	Suppressed: "Records that say nothing new. Nothing is lost.",
	Dropped:    "Records that were lost on their way to the hub.",
	Missed:     "Slots of a task for which no run was started.",
}

func reasonsPage() []byte {
	var page bytes.Buffer
	page.WriteString(reasonsHead)
	for _, kind := range Kinds() {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| reason | meaning | what to do |\n| --- | --- | --- |\n", kind, kindHeads[kind])
		for _, info := range Reasons() {
			if info.Kind == kind {
				fmt.Fprintf(&page, "| `%s` | %s | %s |\n", info.Reason, info.Meaning, info.Remedy)
			}
		}
	}
	return page.Bytes()
}

func TestReasonsPageIsTheTable(t *testing.T) {
	const path = "../../docs/reasons.md"
	if *update {
		if err := os.WriteFile(path, reasonsPage(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page, reasonsPage()) {
		t.Errorf("%s is not the table any more: run go test ./hub/wire -update", path)
	}
}
