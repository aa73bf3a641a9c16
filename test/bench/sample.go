package main

import (
	"math"
	"slices"
)

// series are the measurements of one thing, one a round.
type series []float64

func (s series) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	if len(sorted)%2 == 1 {
		return sorted[len(sorted)/2]
	}
	return (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
}

// spread is how far the rounds lie apart, as a share of their median.
func (s series) spread() float64 {
	median := s.median()
	if median == 0 {
		return 0
	}
	return (slices.Max(s) - slices.Min(s)) / math.Abs(median)
}

// maxSpread is the spread above which a series says too little to be part of a ratio.
const maxSpread = 0.25

func (s series) isSteady() bool { return s.spread() <= maxSpread }

// over returns the ratio of each round; both were measured in turns.
func (s series) over(other series) series {
	ratios := make(series, len(s))
	for i := range s {
		ratios[i] = s[i] / other[i]
	}
	return ratios
}

// by divides by a constant.
func (s series) by(divisor float64) series {
	out := make(series, len(s))
	for i, x := range s {
		out[i] = x / divisor
	}
	return out
}

// plus adds the rounds of two things.
func (s series) plus(other series) series {
	out := make(series, len(s))
	for i := range s {
		out[i] = s[i] + other[i]
	}
	return out
}

// exponent fits y = c·x^e by least squares of the logarithms, and returns e: 1 is linear growth.
func exponent(x, y []float64) float64 {
	var meanX, meanY float64
	n := float64(len(x))
	for i := range x {
		meanX += math.Log(x[i]) / n
		meanY += math.Log(y[i]) / n
	}
	var covariance, variance float64
	for i := range x {
		dx := math.Log(x[i]) - meanX
		covariance += dx * (math.Log(y[i]) - meanY)
		variance += dx * dx
	}
	return covariance / variance
}
