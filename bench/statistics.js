export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => sum(values) / values.length;
export const geometricMean = (values) => Math.exp(mean(values.map(Math.log)));

/** The power of x that y grows with: the slope of the least-squares line through the logarithms of [x, y]. */
export function growthExponent(points) {
  const logs = points.map((point) => point.map(Math.log));
  const [mx, my] = [0, 1].map((k) => mean(logs.map((point) => point[k])));
  const covariance = sum(logs.map(([x, y]) => (x - mx) * (y - my)));
  return covariance / sum(logs.map(([x]) => (x - mx) ** 2));
}

/** The power between each point and the next. */
export const localExponents = (points) => points.slice(1).map((point, i) => growthExponent([points[i], point]));
