package tales

import (
	"fmt"
	"math"
	"math/big"
)

// maxPlaces is where rounding a float can no longer change it: floats reach from 1e-324 to 1e308.
const maxPlaces = 400

// round is Python's round(number[, places]): half to even, of the float's exact value; without places the result is
// an int.
func round(args []any) (any, error) {
	number := unbool(args[0])
	if !isNumber(number) {
		return nil, fmt.Errorf("round() needs a number, not %s", kind(number))
	}
	if len(args) == 1 || args[1] == nil {
		return roundToInt(number)
	}
	places, ok := unbool(args[1]).(*big.Int)
	if !ok {
		return nil, fmt.Errorf("the places for round() are an int, not %s", kind(args[1]))
	}
	if !places.IsInt64() || places.Int64() > maxPlaces || places.Int64() < -maxPlaces {
		return nil, fmt.Errorf("the places for round() lie between -%d and %d", maxPlaces, maxPlaces)
	}
	return roundToPlaces(number, int(places.Int64()))
}

func roundToInt(number any) (any, error) {
	f, ok := number.(float64)
	if !ok {
		return number, nil
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("round() of %s is not possible", floatText(f))
	}
	i, _ := big.NewFloat(math.RoundToEven(f)).Int(nil)
	return i, nil
}

func roundToPlaces(number any, places int) (any, error) {
	i, ok := number.(*big.Int)
	if ok {
		if places >= 0 {
			return i, nil
		}
		return bounded(roundRat(new(big.Rat).SetInt(i), places).Num())
	}
	f := number.(float64)
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return f, nil
	}
	rounded, _ := roundRat(new(big.Rat).SetFloat64(f), places).Float64()
	if math.IsInf(rounded, 0) {
		return nil, errOverflow
	}
	return math.Copysign(rounded, f), nil
}

// roundRat rounds to the nearest multiple of 10**-places, a tie to the even one.
func roundRat(r *big.Rat, places int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(places, -places))), nil))
	if places < 0 {
		scale.Inv(scale)
	}
	scaled := new(big.Rat).Mul(r, scale)
	floor, _ := floorDivide(scaled.Num(), scaled.Denom())
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(floor))
	switch rest.Cmp(big.NewRat(1, 2)) {
	case 1:
		floor.Add(floor, big.NewInt(1))
	case 0:
		floor.Add(floor, new(big.Int).And(floor, big.NewInt(1)))
	}
	return new(big.Rat).Quo(new(big.Rat).SetInt(floor), scale)
}
