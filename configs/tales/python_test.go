package tales

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func evalPython(source string, names Object) (any, error) {
	e, err := CompilePython(source)
	if err != nil {
		return nil, err
	}
	return e.Eval(names)
}

func TestPython(t *testing.T) {
	tests := []struct {
		source string
		want   any
	}{
		// Literals.
		{"90", int64(90)}, {" \n 90 \n", int64(90)}, {"1_000", int64(1000)}, {"0x1F", int64(31)}, {"0o17", int64(15)},
		{"0b101", int64(5)}, {"00", int64(0)}, {"1.5", 1.5}, {".5", 0.5}, {"5.", 5.0}, {"1e3", 1000.0}, {"1E-2", 0.01},
		{"1_0.2_5", 10.25}, {"1e999", math.Inf(1)}, {"None", nil}, {"True", true}, {"False", false},
		{`'a'`, "a"}, {`"it's"`, "it's"}, {`'a' "b"`, "ab"}, {`'\x41é\n\\\'\q'`, "Aé\n\\'\\q"}, {`r'\n'`, `\n`},
		{`u'x'`, "x"}, {`'\U0001F600\0'`, "😀\x00"}, {"[1, 'a', [2.0]]", []any{int64(1), "a", []any{2.0}}}, {"[]", []any{}},
		{"()", []any{}}, {"(1,)", []any{int64(1)}}, {"(1)", int64(1)}, {"(1, 2,)", []any{int64(1), int64(2)}},
		// Arithmetic: true division, floor towards minus infinity, the modulus with the divisor's sign.
		{"2 + 3 * 4", int64(14)}, {"(2 + 3) * 4", int64(20)}, {"7 / 2", 3.5}, {"6 / 2", 3.0}, {"1 - 2 - 3", int64(-4)},
		{"7 // 2", int64(3)}, {"-7 // 2", int64(-4)}, {"7 // -2", int64(-4)}, {"-7 // -2", int64(3)},
		{"7 % 3", int64(1)}, {"-7 % 3", int64(2)}, {"7 % -3", int64(-2)}, {"-7 % -3", int64(-1)},
		{"7.5 // 2", 3.0}, {"-7.5 // 2", -4.0}, {"-7.5 % 2", 0.5}, {"7.5 % -2", -0.5}, {"1 // 0.1", 9.0}, {"0.0 // -2", math.Copysign(0, -1)},
		{"2 ** 10", int64(1024)}, {"2 ** 3 ** 2", int64(512)}, {"-2 ** 2", int64(-4)}, {"(-2) ** 2", int64(4)},
		{"2 ** -1", 0.5}, {"4 ** 0.5", 2.0}, {"0 ** 0", int64(1)}, {"1 ** 10 ** 100", int64(1)}, {"(-1) ** (10 ** 100 + 1)", int64(-1)},
		{"2 ** 64 - 2 ** 63", new(big.Int).Lsh(big.NewInt(1), 63)}, {"10 ** 30 // 10 ** 28", int64(100)},
		{"True + True", int64(2)}, {"-True", int64(-1)}, {"+1.5", 1.5}, {"--1", int64(1)}, {"'a' + 'b' * 2", "abb"}, {"2 * 'ab'", "abab"}, {"'x' * -1", ""},
		// Comparison.
		{"1 < 2 < 3", true}, {"1 < 3 < 2", false}, {"3 > 2 >= 2 != 1", true}, {"1 == 1.0 == True", true}, {"'a' < 'b'", true},
		{"1 == '1'", false}, {"None == 0", false}, {"2 ** 53 + 1 == 2.0 ** 53", false}, {"float('nan') == float('nan')", false},
		{"float('nan') < 1", false}, {"1 < float('inf')", true}, {"[1, 'a'] == [1.0, 'a']", true}, {"[1] == [1, 2]", false}, {"[1] == 1", false},
		{"2 in [1, 2]", true}, {"3 in (1, 2)", false}, {"3 not in (1, 2)", true}, {"'b' in 'abc'", true}, {"'speed' in dev.cpu", true}, {"1 in dev.cpu", false},
		{"dev.zNone is None", true}, {"dev.zOn is not None", true}, {"True is True", true}, {"1 is True", false},
		{"dp == dp", true}, {"dev.cpu == dev.cpu", true}, {"dev.cpu == dev.tags", false},
		// Boolean operators give an operand and leave the rest alone.
		{"1 and 'x'", "x"}, {"0 and nope", int64(0)}, {"'' or 'x'", "x"}, {"1 or nope", int64(1)}, {"not 0", true}, {"not not []", false},
		{"not 1 == 2", true}, {"1 or 0 and 0", int64(1)}, {"not dev.cpu", false}, {"not 0.0 and not None and not dev.zEmpty", true},
		{"1 if 2 > 1 else nope", int64(1)}, {"nope if 0 else 2", int64(2)}, {"1 if 0 else 2 if 0 else 3", int64(3)},
		// Objects.
		{"dev.zSnmpPort", int64(161)}, {"dev.cpu.speed * 0.5", 1200.0}, {"dev.totalSpace() * 0.9", 900.0}, {"here.device().zTimeout", 2.5},
		{"dev.zTimeout()", 2.5}, {"dev.scale(4)", int64(40)}, {"dev.cpu['speed']", int64(2400)}, {"dev.cpu.get", "shadow"},
		{"dev.tags.get('rack')", "r1"}, {"dev.tags.get('x', 5)", int64(5)}, {"dev.tags.get('x')", nil}, {"dev.tags.get(1)", nil},
		{"dev.zLines[0]", "a"}, {"dev.zLines[-1]", "it's"}, {"'häb'[1]", "ä"}, {"[1, 2][True]", int64(2)},
		{"getattr(here, 'nope', 3)", int64(3)}, {"getattr(dev, 'zSnmpPort')", int64(161)}, {"getattr(dev, 'totalSpace')()", int64(1000)},
		{"hasattr(dev, 'zSnmpPort') and not hasattr(dev, 'nope')", true}, {"now // 60 * 60", int64(1404160020)}, {"nothing", nil},
		// Builtins.
		{"int(2.9)", int64(2)}, {"int(-2.9)", int64(-2)}, {"int(' -42 ')", int64(-42)}, {"int('1_000')", int64(1000)}, {"int(True)", int64(1)},
		{"int(1e20)", new(big.Int).Mul(big.NewInt(1e10), big.NewInt(1e10))}, {"float(3)", 3.0}, {"float(' 1e3 ')", 1000.0}, {"float('-inf')", math.Inf(-1)},
		{"min(3, 1, 2)", int64(1)}, {"max([1, 2.5])", 2.5}, {"max('b', 'a')", "b"}, {"abs(-3)", int64(3)}, {"abs(-2.5)", 2.5}, {"abs(True)", int64(1)},
		{"round(2.5)", int64(2)}, {"round(3.5)", int64(4)}, {"round(-2.5)", int64(-2)}, {"round(2.675, 2)", 2.67}, {"round(1.25, 1)", 1.2},
		{"round(1234, -2)", int64(1200)}, {"round(1250, -2)", int64(1200)}, {"round(1250.0, -2)", 1200.0}, {"round(7, 2)", int64(7)}, {"round(2.5, None)", int64(2)},
		{"round(-0.4, 0)", math.Copysign(0, -1)}, {"round(0.0, 1)", 0.0}, {"round(1e-320, 400)", 1e-320},
		{"len('häb')", int64(3)}, {"len([1, 2])", int64(2)}, {"len(dev.tags)", int64(1)}, {"str(1.0)", "1.0"}, {"str('a')", "a"}, {"str(None)", "None"},
		{"bool('x')", true}, {"bool(0.0)", false},
		// String methods.
		{"'Ab'.lower() + 'Ab'.upper()", "abAB"}, {"' a '.strip()", "a"}, {"'xax'.strip('x')", "a"}, {"'abc'.startswith('ab')", true},
		{"'abc'.endswith('x')", false}, {"'a-b'.replace('-', '+')", "a+b"}, {"'a b  c'.split()", []any{"a", "b", "c"}}, {"'a,b'.split(',')[1]", "b"},
	}
	names := testNames()
	for _, tt := range tests {
		got, err := evalPython(tt.source, names)
		if err != nil {
			t.Errorf("%s: %v", tt.source, err)
			continue
		}
		if !sameResult(got, tt.want) {
			t.Errorf("%s gives %T %v, want %T %v", tt.source, got, got, tt.want, tt.want)
		}
	}
}

// sameResult tells types and the sign of zero apart.
func sameResult(got, want any) bool {
	f, ok := got.(float64)
	g, wantOK := want.(float64)
	if ok && wantOK {
		return math.Float64bits(f) == math.Float64bits(g)
	}
	return cmp.Equal(got, want, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }))
}

func TestPythonSyntaxErrors(t *testing.T) {
	tests := []struct{ source, want string }{
		{"", "column 1: : the expression is empty"},
		{"1 +", "column 4: 1 +: the expression ends where a value is expected"},
		{"1 2", "column 3: 1 2: an operator is missing before this int"},
		{"here here", "column 6: here here: 'here' cannot stand here"},
		{"(1", "column 3: (1: ')' is missing after the last item"},
		{"max(1, 2", "column 9: max(1, 2: ')' is missing after the last argument"},
		{"here[1", "column 7: here[1: ']' is missing after the index"},
		{"1)", "column 2: 1): ')' cannot stand here"},
		{"1 if 2", "column 7: 1 if 2: 'else' is missing after the condition"},
		{"1 not 2", "column 7: 1 not 2: 'in' is missing after 'not'"},
		{"here.", "column 6: here.: a name must follow '.'"},
		{"here.1", "column 5: "},
		{"'abc", "column 1: 'abc: the string is not closed by '"},
		{`'abc\`, `column 5: 'abc\: the string ends in a backslash`},
		{`'\x4'`, "column 2: "}, {`'\ud800'`, "column 2: "}, {`'\17'`, "column 2: "}, {`'\N{DASH}'`, "column 2: "}, {`'\U0`, "column 2: "},
		{"010", "column 1: 010: a number may not start with 0"},
		{"12ab", "column 1: 12ab: bad number: '12ab'"}, {"1__0", "column 1: 1__0: bad number"}, {"1e", "column 1: 1e: bad number"},
		{"0xg", "column 1: "}, {"1.2.3", "column 1: "}, {"1_.5", "column 1: "},
		{"a $ b", "column 3: a $ b: unexpected character '$'"}, {"1 + ä", "column 5: 1 + ä: unexpected character 'ä'"},
		{"and", "column 1: and: 'and' cannot stand here"}, {"a ? b", "column 3: "},
		// Python that is left out is named.
		{"lambda: 1", "column 1: lambda: 1: not supported: a lambda"},
		{"[x for x in y]", "column 4: [x for x in y]: not supported: a comprehension"},
		{"max(x for x in y)", "column 7: max(x for x in y): not supported: a comprehension"},
		{"{'a': 1}", "column 1: {'a': 1}: not supported: a dict or set in braces"},
		{"a = 1", "column 3: a = 1: not supported: assignment; compare with '=='"}, {"(a := 1)", "column 4: "}, {"a += 1", "column 3: "},
		{"a <> b", "column 3: a <> b: not supported: '<>'; write '!='"}, {"1 & 2", "column 3: 1 & 2: not supported: the bit operator '&'"},
		{"~1", "column 1: ~1: not supported: the bit operator '~'"}, {"1 << 2", "column 3: "}, {"a; b", "column 2: a; b: not supported: a second statement"},
		{"import os", "column 1: import os: not supported: an import"}, {"f(a=1)", "column 4: f(a=1): keyword arguments are not supported"},
		{"f(*a)", "column 3: f(*a): unpacking with '*' is not supported"}, {"a[1:2]", "column 4: a[1:2]: slices are not supported"}, {"a[:2]", "column 3: "},
		{"1j", "column 1: 1j: complex numbers are not supported: '1j'"}, {"10L", "column 1: 10L: long integers are written without 'L'"},
		{"f'{x}'", "column 1: f'{x}': a string with the prefix 'f' is not supported"}, {"b'x'", "column 1: "},
		{"'''x'''", "column 1: '''x''': a string in triple quotes is not supported"}, {"await x", "column 1: "}, {"`x`", "column 1: "},
		// Limits.
		{strings.Repeat("(", 100) + strings.Repeat(")", 100), "column 65: "}, {strings.Repeat("-", 100) + "1", "column 64: "},
		{strings.Repeat("not ", 100) + "1", "column 253: "}, {strings.Repeat("2**", 100) + "1", "column "},
		{strings.Repeat("1+", 3000) + "1", "column 1: "}, {strings.Repeat("9", 2000), "column 1: "},
	}
	for _, tt := range tests {
		_, err := CompilePython(tt.source)
		requireProblem(t, tt.source, err, tt.want)
	}
}

func TestPythonEvalErrors(t *testing.T) {
	tests := []struct {
		source  string
		missing bool
		want    string
	}{
		{"her.zFoo", true, "column 1: her.zFoo: unknown name 'her'; nearest: 'here'"},
		{"1 + rond(2)", true, "column 5: 1 + rond(2): unknown name 'rond'; nearest: 'round'"},
		{"dev.zSnmpPrt", true, "column 5: dev.zSnmpPrt: object has no attribute 'zSnmpPrt'; nearest: 'zSnmpPort'"},
		{"dev.zNone.x", true, "column 11: dev.zNone.x: None has no attribute 'x'"},
		{"dev.zLines.0", false, "column 11: "},
		{"[1].x", true, "column 5: [1].x: list has no attribute 'x'"},
		{"dev.totalSpace * 2", false, "column 16: dev.totalSpace * 2: '*' of method and int is not possible"},
		{"dev.device.id", false, "column 12: dev.device.id: a method has no 'id': call it first"},
		{"dev.zSnmpPort(1)", false, "column 14: dev.zSnmpPort(1): int cannot be called"},
		{"3()", false, "column 2: 3(): int cannot be called"},
		{"dev.totalSpace(1)", false, "column 15: dev.totalSpace(1): the method takes no arguments, not 1"},
		{"dev.broken(1)", false, "column 11: dev.broken(1): the method takes no arguments"},
		{"dev.broken()", false, "column 11: dev.broken(): the method is broken"},
		{"'a'.format(1)", true, "column 5: 'a'.format(1): str has no method 'format' here"},
		{"dev.cpu['sped']", true, "column 8: dev.cpu['sped']: not found: the dict has no such key; nearest: 'speed'"},
		{"dev.cpu[1]", false, "column 8: dev.cpu[1]: the keys of a dict are str, not int"},
		{"[1][1]", true, "column 4: [1][1]: not found: the index is outside the list of 1"}, {"[1][-2]", true, "column 4: "}, {"''[0]", true, "column 3: "},
		{"[1][10**30]", true, "column 4: "}, {"[1]['a']", false, "column 4: [1]['a']: an index is an int, not str"}, {"dev[0]", false, "column 4: dev[0]: object has no items"},
		{"1 / 0", false, "column 3: 1 / 0: division by zero"}, {"1 // 0", false, "column 3: "}, {"1 % 0.0", false, "column 3: "}, {"0 ** -1", false, "column 3: "},
		{"(-8) ** 0.5", false, "column 6: (-8) ** 0.5: the power is a complex number"},
		{"1 + '1'", false, "column 3: 1 + '1': '+' of int and str is not possible"}, {"[1] + [2]", false, "column 5: "}, {"-'a'", false, "column 1: -'a': the sign '-' needs a number, not str"},
		{"'%s' % 1", false, "column 6: '%s' % 1: formatting a string with '%' is not supported"},
		{"1 < 'a'", false, "column 3: 1 < 'a': '<' of int and str is not possible"}, {"None < 1", false, "column 6: "}, {"1 < 2 < None", false, "column 7: "},
		{"1 in 2", false, "column 3: 1 in 2: 'in' int is not possible"}, {"1 in 'a'", false, "column 3: "}, {"1 is 2", false, "column 3: 1 is 2: 'is' compares with None, True or False only"},
		{"int('x')", false, "column 4: int('x'): int() cannot read this str of 1 bytes as a whole number"}, {"int(None)", false, "column 4: "}, {"int('1.5')", false, "column 4: "},
		{"int(float('nan'))", false, "column 4: int(float('nan')): int() of nan is not possible"}, {"float('0x1p3')", false, "column 6: "}, {"float([])", false, "column 6: "}, {"float('1_')", false, "column 6: "},
		{"round('x')", false, "column 6: "}, {"round(1, 'x')", false, "column 6: "}, {"round(1.5, 1000)", false, "column 6: "}, {"round(float('inf'))", false, "column 6: "}, {"round(1.7e308, -308)", false, "column 6: "},
		{"len(1)", false, "column 4: "}, {"abs('a')", false, "column 4: "}, {"max([])", false, "column 4: "}, {"max(1)", false, "column 4: "}, {"max()", false, "column 4: max(): max() takes 1 or more arguments, not 0"},
		{"min(1, 'a')", false, "column 4: "}, {"len(1, 2)", false, "column 4: len(1, 2): len() takes 1 argument, not 2"}, {"round()", false, "column 6: round(): round() takes 1 to 2 arguments, not 0"}, {"hasattr(1)", false, "column 8: hasattr(1): hasattr() takes 2 arguments, not 1"},
		{"getattr(dev, 'nope')", true, "column 8: "}, {"getattr(dev, 1)", false, "column 8: "}, {"hasattr(dev, 1)", false, "column 8: "}, {"'a'.split('')", false, "column 10: "}, {"'a'.strip(1)", false, "column 10: "},
		{"str(len)", false, "column 4: "}, {"str(dev)", false, "column 4: "},
		// No runaway.
		{"9**9**9", false, "column 2: 9**9**9: the number grows beyond 4096 bits"}, {"2**4096", false, "column 2: "}, {"(2**4000) * (2**4000)", false, "column 11: "},
		{"10.0 ** 1000", false, "column 6: 10.0 ** 1000: the number is too large for a float"}, {"2**2000 * 1.0", false, "column 9: "}, {"1.0 * 2**2000", false, "column 5: "}, {"2**2000 / 3", false, "column 9: "}, {"float(2**2000)", false, "column 6: "},
		{"(2**2000) ** -1", false, "column 11: "}, {"2 ** -(2**2000)", false, "column 3: "}, {"'x' * 10**9", false, "column 5: 'x' * 10**9: the text grows beyond 65536 bytes"}, {"'x' * 2**100", false, "column 5: "},
		{"'xx' * 40000", false, "column 6: "}, {"'x' * 60000 + 'x' * 60000", false, "column 13: "}, {"('a' * 60000).replace('a', 'bb')", false, "column 22: "}, {"int('9' * 2000)", false, "column 4: "},
	}
	names := testNames()
	for _, tt := range tests {
		_, err := evalPython(tt.source, names)
		requireProblem(t, tt.source, err, tt.want)
		if errors.Is(err, ErrMissing) != tt.missing {
			t.Errorf("%s: missing is %t, want %t", tt.source, !tt.missing, tt.missing)
		}
	}
}

// TestErrorsHoldNoValues: what an expression reads may be a password.
func TestErrorsHoldNoValues(t *testing.T) {
	names := Names{"here": thing{"zPassword": "hunter2", "list": []string{"hunter2"}, "tags": map[string]string{"hunter2": "x"}}}
	for _, source := range []string{
		"int(here.zPassword)", "float(here.zPassword)", "here.zPassword + 1", "here.zPassword < 1", "here.zPassword.x",
		"here.zPassword(1)", "here.list[5]", "here.list[here.zPassword]", "getattr(here, here.zPassword)", "-here.zPassword",
		"here.zPassword[99]", "1 in here.zPassword", "here.zPassword * 100000", "max(1, here.zPassword)", "here.list.x",
	} {
		if _, err := evalPython(source, names); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestEndlessLists(t *testing.T) {
	endless := []any{nil}
	endless[0] = endless
	names := Names{"a": endless, "b": thing{"a": endless}, "id": Func(func(args []any) (any, error) { return args[0], nil })}
	for _, source := range []string{"a == b.a", "str(a)", "1 in [a == a]", "a in a"} {
		if _, err := evalPython(source, names); err == nil || !strings.Contains(err.Error(), "nested deeper") {
			t.Errorf("%s: %v", source, err)
		}
	}
	if _, err := evalPython("id(a)", names); err != nil {
		t.Errorf("passing one on: %v", err)
	}
}

func TestNamesHideBuiltins(t *testing.T) {
	if got, err := evalPython("max + 1", Names{"max": 1}); err != nil || got != int64(2) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestFloorDivisionLaw: a == a // b * b + a % b, and the modulus lies between 0 and b.
func TestFloorDivisionLaw(t *testing.T) {
	law, err := CompilePython("a == a // b * b + a % b and (0 <= a % b < b or b < a % b <= 0)")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64().Draw(t, "a")
		b := rapid.Int64().Filter(func(b int64) bool { return b != 0 }).Draw(t, "b")
		if holds, err := law.Eval(Names{"a": a, "b": b}); err != nil || holds != true {
			t.Fatalf("%d and %d: %v, %v", a, b, holds, err)
		}
	})
}

// TestFloatTextReadsBack: float(str(x)) is x, whatever notation str chose.
func TestFloatTextReadsBack(t *testing.T) {
	back, err := CompilePython("float(str(x))")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		if got, err := back.Eval(Names{"x": x}); err != nil || !sameResult(got, x) {
			t.Fatalf("%v became %v, %v", x, got, err)
		}
	})
}

func ExampleCompilePython() {
	bound, err := CompilePython("here.totalBytes() * 0.9 if here.zLimit is None else here.zLimit")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bound.Eval(Names{"here": map[string]any{"totalBytes": 1000, "zLimit": nil}}))
	fmt.Println(bound.Eval(Names{"here": map[string]any{"totalBytes": 1000, "zLimit": 750}}))
	// Output:
	// 900 <nil>
	// 750 <nil>
}

func FuzzCompilePython(f *testing.F) {
	for _, seed := range []string{
		"9**9**9", "'a'*9999999", "here.device().cpu['speed'] // 7 % -3", "1 if a else (2,)", "[1][0]", "max(1,2.5,True)",
		"round(2.675, 2)", "'\\x41'.replace('A','b').split()", "not a in b is not None", "0x1F+0b1-1_0e5", "a\xff", "dev.zLines[-1]",
	} {
		f.Add(seed)
	}
	names := testNames()
	f.Fuzz(func(t *testing.T, source string) {
		e, err := CompilePython(source)
		if err != nil {
			var located *Error
			if !errors.As(err, &located) || located.Column < 1 || located.Column > len(source)+1 || located.Problem == "" {
				t.Fatalf("%q: bad error %#v", source, err)
			}
			return
		}
		v, err := e.Eval(names)
		if err != nil {
			requireColumn(t, err, source)
			return
		}
		if i, ok := v.(*big.Int); ok && i.BitLen() > maxBits {
			t.Fatalf("%q made %d bits", source, i.BitLen())
		}
		if s, ok := v.(string); ok && len(s) > maxString {
			t.Fatalf("%q made %d bytes", source, len(s))
		}
	})
}
