package tales

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
)

// maxBits bounds the integers an expression may make, so that 9**9**9 is an error and not an hour.
const maxBits = 4096

var (
	errTooLarge = fmt.Errorf("the number grows beyond %d bits", maxBits)
	errZero     = errors.New("division by zero")
	errOverflow = errors.New("the number is too large for a float")
	errComplex  = errors.New("the power is a complex number, which is not supported")
)

// unbool turns a bool into the int it is to Python's arithmetic.
func unbool(v any) any {
	if b, ok := v.(bool); ok {
		return zeroOrOne(b)
	}
	return v
}

// arithmetic is left op right for op one of + - * / // % **.
func arithmetic(op string, left, right any) (any, error) {
	a, b := unbool(left), unbool(right)
	if i, ok := a.(*big.Int); ok {
		if j, ok := b.(*big.Int); ok {
			return integers(op, i, j)
		}
	}
	if isNumber(a) && isNumber(b) {
		x, err := toFloat(a)
		if err != nil {
			return nil, err
		}
		y, err := toFloat(b)
		if err != nil {
			return nil, err
		}
		return floats(op, x, y)
	}
	return strs(op, a, b)
}

func isNumber(v any) bool {
	switch v.(type) {
	case *big.Int, float64:
		return true
	}
	return false
}

// toFloat converts a number, which a bool no longer is, to the nearest float.
func toFloat(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(f, 0) {
			return 0, errOverflow
		}
		return f, nil
	}
	return 0, fmt.Errorf("%s is no number", kind(v))
}

func isDivision(op string) bool { return op == "/" || op == "//" || op == "%" }

func integers(op string, a, b *big.Int) (any, error) {
	if b.Sign() == 0 && isDivision(op) {
		return nil, errZero
	}
	switch op {
	case "+":
		return bounded(new(big.Int).Add(a, b))
	case "-":
		return bounded(new(big.Int).Sub(a, b))
	case "*":
		return bounded(new(big.Int).Mul(a, b))
	case "/":
		f, _ := new(big.Rat).SetFrac(a, b).Float64()
		if math.IsInf(f, 0) {
			return nil, errOverflow
		}
		return f, nil
	case "//":
		quotient, _ := floorDivide(a, b)
		return bounded(quotient)
	case "%":
		_, modulus := floorDivide(a, b)
		return bounded(modulus)
	}
	return integerPower(a, b)
}

func bounded(i *big.Int) (any, error) {
	if i.BitLen() > maxBits {
		return nil, errTooLarge
	}
	return i, nil
}

// floorDivide rounds the quotient down, so that the modulus has the sign of b.
func floorDivide(a, b *big.Int) (quotient, modulus *big.Int) {
	quotient, modulus = new(big.Int).QuoRem(a, b, new(big.Int))
	if modulus.Sign() != 0 && modulus.Sign() != b.Sign() {
		quotient.Sub(quotient, big.NewInt(1))
		modulus.Add(modulus, b)
	}
	return quotient, modulus
}

func integerPower(base, exponent *big.Int) (any, error) {
	if exponent.Sign() < 0 {
		x, err := toFloat(base)
		if err != nil {
			return nil, err
		}
		y, err := toFloat(exponent)
		if err != nil {
			return nil, err
		}
		return floatPower(x, y)
	}
	if base.BitLen() <= 1 { // -1, 0 and 1 stay small under any exponent, which may be a huge one
		if exponent.Sign() == 0 {
			return big.NewInt(1), nil
		}
		if base.Sign() < 0 && exponent.Bit(0) == 0 {
			return big.NewInt(1), nil
		}
		return base, nil
	}
	// The result has more than (bits-1)·exponent bits: refused before it is computed.
	if !exponent.IsInt64() || exponent.Int64() > maxBits || int64(base.BitLen()-1)*exponent.Int64() > maxBits {
		return nil, errTooLarge
	}
	return bounded(new(big.Int).Exp(base, exponent, nil))
}

func floats(op string, a, b float64) (any, error) {
	if b == 0 && isDivision(op) {
		return nil, errZero
	}
	switch op {
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	case "/":
		return a / b, nil
	case "//":
		quotient, _ := floatFloorDivide(a, b)
		return quotient, nil
	case "%":
		_, modulus := floatFloorDivide(a, b)
		return modulus, nil
	}
	return floatPower(a, b)
}

// floatFloorDivide derives the quotient from the exact remainder: flooring a/b would be wrong where the division
// rounds up, as 1 // 0.1 does.
func floatFloorDivide(a, b float64) (quotient, modulus float64) {
	modulus = math.Mod(a, b)
	quotient = (a - modulus) / b
	if modulus == 0 {
		modulus = math.Copysign(0, b)
	} else if (b < 0) != (modulus < 0) {
		modulus += b
		quotient--
	}
	if quotient == 0 {
		return math.Copysign(0, a/b), modulus
	}
	floor := math.Floor(quotient)
	if quotient-floor > 0.5 {
		floor++
	}
	return floor, modulus
}

func floatPower(a, b float64) (any, error) {
	switch {
	case a == 0 && b < 0:
		return nil, errZero
	case a < 0 && !math.IsInf(a, 0) && !math.IsInf(b, 0) && b != math.Trunc(b):
		return nil, errComplex
	}
	power := math.Pow(a, b)
	if math.IsInf(power, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0) {
		return nil, errOverflow
	}
	return power, nil
}

// strs is the arithmetic of strings: joining and repeating.
func strs(op string, a, b any) (any, error) {
	s, sOK := a.(string)
	t, tOK := b.(string)
	switch {
	case op == "+" && sOK && tOK:
		if len(s)+len(t) > maxString {
			return nil, errTooLong
		}
		return s + t, nil
	case op == "*" && sOK:
		if n, ok := b.(*big.Int); ok {
			return repeat(s, n)
		}
	case op == "*" && tOK:
		if n, ok := a.(*big.Int); ok {
			return repeat(t, n)
		}
	case op == "%" && sOK:
		return nil, errors.New("formatting a string with '%' is not supported; join with '+' and str()")
	}
	return nil, fmt.Errorf("'%s' of %s and %s is not possible", op, kind(a), kind(b))
}

func repeat(s string, n *big.Int) (any, error) {
	if s == "" || n.Sign() <= 0 {
		return "", nil
	}
	if !n.IsInt64() || n.Int64() > maxString || len(s)*int(n.Int64()) > maxString {
		return nil, errTooLong
	}
	return strings.Repeat(s, int(n.Int64())), nil
}
