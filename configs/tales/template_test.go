package tales

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"
)

// thing is an Object that can list its names, like a device of the inventory.
type thing map[string]any

func (t thing) TalesGet(name string) (any, bool) { v, ok := t[name]; return v, ok }
func (t thing) TalesNames() []string             { return Names(t).TalesNames() }

// silent is an Object that cannot list its names, but can be written.
type silent struct{}

func (silent) TalesGet(string) (any, bool) { return nil, false }
func (silent) String() string              { return "<silent>" }

var errBroken = errors.New("the method is broken")

// testNames are the names Zenoss gives, over a device with a component.
func testNames() Names {
	device := thing{
		"id": "web01", "manageIp": "10.0.0.7", "zSnmpPort": 161, "zHttpPort": int64(8080), "zTimeout": 2.5,
		"zLines": []string{"a", "it's"}, "zOn": true, "zEmpty": "", "zNone": nil,
		"totalSpace": func() any { return 1000 },
		"broken":     func() (any, error) { return nil, errBroken },
		"nested":     Func(func([]any) (any, error) { return Func(nil), nil }),
		"scale":      Func(func(args []any) (any, error) { return args[0].(int64) * 10, nil }),
		"tags":       map[string]string{"rack": "r1"},
		"cpu":        map[string]any{"speed": 2400, "get": "shadow"},
	}
	device["device"] = func() any { return device }
	component := thing{"id": "eu", "path": "/eu", "data items": thing{"x.y": 7}, "device": func() any { return device }}
	return Names{
		"here": component, "context": component, "device": device, "dev": device, "devname": "web01",
		"ds": thing{"id": "status", "eventClass": "/Perf"}, "datasource": nil, "dp": silent{},
		"now": time.Unix(1404160028, 900e6),
	}
}

func TestTemplate(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"plain } { text", "plain } { text"},
		{"costs $$5", "costs $5"},
		{"$$$devname$$", "$web01$"},
		{"$${devname}", "${devname}"},
		{"$devname", "web01"},
		{"$devname-x_$devname.y", "web01-x_web01.y"},
		{"http://${dev/manageIp}:${device/zHttpPort}${here/path}/", "http://10.0.0.7:8080/eu/"},
		{"${ here/id }", "eu"},
		{"${here/data items/x.y}", "7"},
		{"${dev/tags/rack}", "r1"},
		{"${dev/cpu/speed}", "2400"},
		{"${dev/zLines/1}", "it's"},
		{"${here/device/id}", "web01"},
		{"${dev/totalSpace}", "1000"},
		{"${here/nope|dev/id}", "web01"},
		{"${here/nope | nope/x | dev/zTimeout}", "2.5"},
		{"${here/nope | nothing}", "None"},
		{"${here/nope | string:none}", "none"},
		{"${here/nope | string:}", ""},
		{"${here/nope | string:$devname is ${here/id} | $$}", "web01 is eu | $"},
		{"${here/nope | python:dev.zSnmpPort + 1}", "162"},
		{"${dev/zEmpty | string:none}", ""},
		{"${path: dev/id}", "web01"},
		{"${string:${string:${devname}}}", "web01"},
		{"${python:dev.zSnmpPort / 7}", "23.0"},
		{"${python: '}' + \"{\" }", "}{"},
		{"${python: devname.upper() if dev.zOn else None}x", "WEB01x"},
		{"${not:dev/zOn}${not:dev/zEmpty}", "01"},
		{"${exists:here/nope}${exists:here/id}${exists:here/nope | dev/id}", "011"},
		{"${dev/zOn} ${dev/zNone} ${dev/zLines}", `True None ['a', "it's"]`},
		{"${dev/cpu}", "{'get': 'shadow', 'speed': 2400}"},
		{"$now", "1404160028"},
		{"${dp}", "<silent>"},
		{"ümlaut ${devname}", "ümlaut web01"},
	}
	names := testNames()
	for _, tt := range tests {
		tmpl, err := Compile(tt.text)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.text, err)
			continue
		}
		if got, err := tmpl.Eval(names); err != nil || got != tt.want {
			t.Errorf("%q gives %q, %v, want %q", tt.text, got, err, tt.want)
		}
	}
}

func TestTemplateSyntaxErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"5 $", "column 3: $: '$' must be followed by a name or '{'; write '$$' for a dollar sign"},
		{"$5", "column 1: $: '$' must be followed by"},
		{"a ${here/id", "column 3: ${here/id: '${' is not closed by '}'"},
		{"a ${", "column 3: ${: '${' is not closed"},
		{"${here/id | ", "column 1: ${here/id |: '${' is not closed"},
		{"${here | string:x", "column 1: ${here | string:x: '${' is not closed"},
		{"${}", "column 3: ${}: a path starts with a name"},
		{"${here|}", "column 8: ${here|}: a path starts with a name"},
		{"${/here}", "column 3: ${/here}: a path starts with a name"},
		{"x${here//id}", "column 9: ${here//id}: a step of the path is empty"},
		{"${here/}", "column 8: ${here/}: a step of the path is empty"},
		{"${here/?name}", "column 8: ${here/?name}: a step taken from a variable"},
		{"${here.id}", "column 7: ${here.id}: '/', '|' or '}' must follow a name in a path"},
		{"${here/${devname}}", "column 8: ${here/${devname}: '$' cannot stand in a path"},
		{"${pyton:1}", "column 3: ${pyton:1}: expression type 'pyton:' is not known; write one of exists:, not:, path:, python:, string:; nearest: 'python'"},
		{"${nocall:here}", "column 3: ${nocall:here}: expression type 'nocall:' is not known"},
		{"ab${python:here.}", "column 17: ${python:here.}: a name must follow '.'"},
		{"${python:}", "column 10: ${python:}: the expression is empty"},
		{"${python:1", "column 1: ${python:1: '${' is not closed"},
		{strings.Repeat("${string:", 20), "column 147: "},
	}
	for _, tt := range tests {
		_, err := Compile(tt.text)
		requireProblem(t, tt.text, err, tt.want)
		if errors.Is(err, ErrMissing) {
			t.Errorf("%q: a syntax error counts as missing", tt.text)
		}
	}
}

func TestTemplateEvalErrors(t *testing.T) {
	tests := []struct {
		text    string
		missing bool
		want    string
	}{
		{"http://${her/id}/", true, "column 10: ${her/id}: unknown name 'her'; nearest: 'here'"},
		{"$devnam", true, "column 2: $devnam: unknown name 'devnam'; nearest: 'devname'"},
		{"x ${dev/zHtpPort}", true, "column 9: ${dev/zHtpPort}: 'dev' has no 'zHtpPort'; nearest: 'zHttpPort'"},
		{"${here/nope | here/device/manageIP}", true, "column 27: ${here/nope | here/device/manageIP}: 'here/device' has no 'manageIP'; nearest: 'manageIp'"},
		{"${dp/zHttpPort}", true, "column 6: ${dp/zHttpPort}: 'dp' has no 'zHttpPort'"},
		{"${dev/tags/rak}", true, "column 12: ${dev/tags/rak}: 'dev/tags' has no 'rak'; nearest: 'rack'"},
		{"${dev/zNone/x}", true, "column 13: ${dev/zNone/x}: 'dev/zNone' is None and has no 'x'"},
		{"${dev/zLines/2}", true, "column 14: ${dev/zLines/2}: 'dev/zLines' is list and has no '2'"},
		{"${dev/zLines/x}", true, "column 14: "},
		{"${dev/broken | string:x}", false, "column 7: ${dev/broken | string:x}: the method is broken"},
		{"${exists:dev/broken}", false, "column 14: ${exists:dev/broken}: the method is broken"},
		{"${dev/nested}", false, "column 7: ${dev/nested}: the method returns a method"},
		{"a${here}", false, "column 2: ${here}: an object is no text"},
		{"${not:here/nope}", true, "column 12: ${not:here/nope}: 'here' has no 'nope'"},
		{"ab${python:dev.zNone + 1}", false, "column 22: ${python:dev.zNone + 1}: '+' of None and int is not possible"},
		{"${here/nope|string:${ds/nope}}", true, "column 25: ${here/nope|string:${ds/nope}}: 'ds' has no 'nope'"},
	}
	names := testNames()
	for _, tt := range tests {
		tmpl, err := Compile(tt.text)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.text, err)
			continue
		}
		_, err = tmpl.Eval(names)
		requireProblem(t, tt.text, err, tt.want)
		if errors.Is(err, ErrMissing) != tt.missing {
			t.Errorf("%q: missing is %t, want %t", tt.text, !tt.missing, tt.missing)
		}
	}
}

// requireProblem checks that err is an *Error that begins with want.
func requireProblem(t *testing.T, text string, err error, want string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%q:\n got %v\nwant %s", text, err, want)
	}
}

func TestErrorKeepsTheCause(t *testing.T) {
	tmpl, err := Compile("${dev/broken}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = tmpl.Eval(testNames()); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want it to wrap the method's error", err)
	}
}

func TestErrorHidesUserinfo(t *testing.T) {
	_, err := Compile("${string:http://monitor:s3cret@host/${x")
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "://***@host") {
		t.Errorf("got %v", err)
	}
}

func TestErrorQuotesLittle(t *testing.T) {
	_, err := Compile("${here/\n  x " + strings.Repeat("ä", 500))
	if err == nil || len(err.Error()) > 2*maxQuoted || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestIsStatic(t *testing.T) {
	for text, want := range map[string]bool{"": true, "300": true, "a$$b": true, "$$": true, "$a": false, "${a}": false} {
		tmpl, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := tmpl.IsStatic(); got != want {
			t.Errorf("IsStatic of %q is %t", text, got)
		}
	}
}

func TestStaticTextIsNotCopied(t *testing.T) {
	text := strings.Repeat("plain ", 1000)
	tmpl, err := Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if got, err := tmpl.Eval(nil); err != nil || len(got) != len(text) {
			t.Error("wrong text")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestGoValues(t *testing.T) {
	type level int
	var noInt *big.Int
	tests := []struct {
		value any
		want  string
	}{
		{int8(-3), "-3"}, {uint64(1 << 63), "9223372036854775808"}, {float32(0.5), "0.5"}, {level(4), "4"},
		{big.NewInt(12), "12"}, {noInt, "None"}, {[]int{1, 2}, "[1, 2]"}, {[2]bool{true}, "[True, False]"},
		{map[string]int{"b": 1, "a": 2}, "{'a': 2, 'b': 1}"}, {[]any{nil, "x", 1e16}, "[None, 'x', 1e+16]"},
		{1e-5, "1e-05"}, {100.0, "100.0"}, {"a\n\"'\x01\u00a0\U000e0001\\", "a\n\"'\x01\u00a0\U000e0001\\"},
		{[]string{"a\n\"'\x01\u00a0\u2028\U000e0001\\"}, `['a\n"\'\x01\xa0\u2028\U000e0001\\']`},
	}
	tmpl, err := Compile("$v")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if got, err := tmpl.Eval(Names{"v": tt.value}); err != nil || got != tt.want {
			t.Errorf("%#v is written %q, %v, want %q", tt.value, got, err, tt.want)
		}
	}
}

func TestValuesThatAreNoText(t *testing.T) {
	endless := []any{nil}
	endless[0] = endless
	wide := []any{strings.Repeat("x", maxString/2), strings.Repeat("x", maxString/2)}
	tests := []struct {
		value any
		want  string
	}{
		{endless, "nested deeper"}, {wide, "grows beyond"}, {map[int]string{1: "a"}, "an object is no text"},
		{struct{}{}, "an object is no text"}, {[]any{func() any { return 1 }}, "a method is no text"},
	}
	tmpl, err := Compile("$v")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if _, err := tmpl.Eval(Names{"v": tt.value}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%T: got %v, want %s", tt.value, err, tt.want)
		}
	}
}

func TestText(t *testing.T) {
	for want, value := range map[string]any{"None": nil, "True": true, "1.0": 1.0, "300": int64(300), " a": " a", "['a', 1]": []any{"a", 1}} {
		if got, err := Text(value); err != nil || got != want {
			t.Errorf("%#v is written %q, %v, want %q", value, got, err, want)
		}
	}
	if _, err := Text(struct{}{}); err == nil {
		t.Error("a struct is text")
	}
}

func TestNilNames(t *testing.T) {
	tmpl, err := Compile("$nothing ${here|string:x}")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tmpl.Eval(nil); err != nil || got != "None x" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTemplateIsSafeForConcurrentUse(t *testing.T) {
	tmpl, err := Compile("${python:dev.totalSpace() * 2} ${here/nope|devname}")
	if err != nil {
		t.Fatal(err)
	}
	names := testNames()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				if got, err := tmpl.Eval(names); err != nil || got != "2000 web01" {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
	group.Wait()
}

func ExampleCompile() {
	template, err := Compile("http://${dev/manageIp}:${here/zHttpPort | string:80}/")
	if err != nil {
		fmt.Println(err)
		return
	}
	device := map[string]any{"manageIp": "10.0.0.7", "zHttpPort": 8080}
	fmt.Println(template.Eval(Names{"here": device, "dev": device}))
	fmt.Println(template.Eval(Names{"here": nil, "dev": device}))
	// Output:
	// http://10.0.0.7:8080/ <nil>
	// http://10.0.0.7:80/ <nil>
}

func BenchmarkTemplate(b *testing.B) {
	names := testNames()
	for _, text := range []string{"300", "${device/zSnmpPort}", "http://${dev/manageIp}:${device/zHttpPort}${here/path}/"} {
		b.Run(text, func(b *testing.B) {
			tmpl, err := Compile(text)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tmpl.Eval(names); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"$$", "$", "${", "$a${b/c|d}", "${string:${a}}}", "${python:'}'}", "${not:exists:a}", "${here/zLines/0 | nothing}",
		"${python:[1,2][0] if here.id in 'x' else max(1,2)**3}", "\xff${\xff}", "${dev/cpu}${here}",
	} {
		f.Add(seed)
	}
	names := testNames()
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := Compile(text)
		if err != nil {
			requireColumn(t, err, text)
			return
		}
		got, err := tmpl.Eval(names)
		if err != nil {
			requireColumn(t, err, text)
			return
		}
		if !strings.Contains(text, "$") && (got != text || !tmpl.IsStatic()) {
			t.Fatalf("plain text %q became %q", text, got)
		}
	})
}

// requireColumn checks that err is an *Error that points into text, or just behind it.
func requireColumn(t *testing.T, err error, text string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Column < 1 || e.Column > len(text)+1 || e.Expr == "" || e.Problem == "" {
		t.Fatalf("%q: bad error %#v", text, err)
	}
}
