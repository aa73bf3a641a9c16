package main

import (
	"math"
	"slices"
	"testing"
)

func TestMedianAndSpread(t *testing.T) {
	for _, tt := range []struct {
		s              series
		median, spread float64
	}{
		{series{4}, 4, 0},
		{series{3, 1, 2}, 2, 1},
		{series{4, 1, 2, 3}, 2.5, 1.2},
		{series{-2, -1, -3}, -2, 1},
		{series{0, 0}, 0, 0},
	} {
		if got := tt.s.median(); got != tt.median {
			t.Errorf("median of %v is %v, want %v", tt.s, got, tt.median)
		}
		if got := tt.s.spread(); math.Abs(got-tt.spread) > 1e-12 {
			t.Errorf("spread of %v is %v, want %v", tt.s, got, tt.spread)
		}
	}
	rounds := series{3, 1, 2}
	rounds.median()
	if !slices.Equal(rounds, series{3, 1, 2}) {
		t.Errorf("the rounds were put in another order: %v", rounds)
	}
}

func TestArithmeticIsByRound(t *testing.T) {
	a, b := series{10, 30}, series{5, 10}
	for name, tt := range map[string]struct{ got, want series }{
		"over": {a.over(b), series{2, 3}},
		"plus": {a.plus(b), series{15, 40}},
		"by":   {a.by(10), series{1, 3}},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s gives %v, want %v", name, tt.got, tt.want)
		}
	}
}

func TestExponent(t *testing.T) {
	x := []float64{1_000, 10_000, 100_000}
	for _, want := range []float64{0, 0.5, 1, 1.1, 2} {
		y := make([]float64, len(x))
		for i := range x {
			y[i] = 7 * math.Pow(x[i], want)
		}
		if got := exponent(x, y); math.Abs(got-want) > 1e-9 {
			t.Errorf("the exponent of 7·x^%v comes to %v", want, got)
		}
	}
	if got := exponent(x, []float64{1, 12, 90}); got < 0.9 || got > 1.1 {
		t.Errorf("nearly linear growth comes to %v", got)
	}
}
