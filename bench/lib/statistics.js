export function median(values) {
  return percentile(values, 50);
}

/** Interpolates linearly between the two nearest values. */
export function percentile(values, percent) {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const place = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** The spread of repetitions: half the distance between the quartiles, divided by the median. */
export function spread(values) {
  return (percentile(values, 75) - percentile(values, 25)) / 2 / median(values);
}
