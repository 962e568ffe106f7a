// Charts as SVG, both axes logarithmic.
export const chartSize = { width: 640, height: 360 };
const [left, right, top, bottom] = [70, 620, 20, 310];

/**
 * One chart: `series` of { name, color, points: [x, y][] } over the same x, of which each is marked; y by powers of ten.
 * @returns its elements
 */
export function logLogChart({ series, unit = "", caption }) {
  const xs = series[0].points.map(([x]) => x);
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const decades = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const across = ([from, to], [start, end], value) =>
    start + ((end - start) * Math.log(value / from)) / Math.log(to / from);
  const x = (value) => across([xs[0], xs.at(-1)], [left, right], value);
  const y = (value) =>
    across(
      decades.map((decade) => 10 ** decade),
      [bottom, top],
      value,
    );
  const ticks = Array.from({ length: decades[1] - decades[0] + 1 }, (_, i) => Number(`1e${decades[0] + i}`));
  return [
    ...ticks.map((tick) => `<path d="M${left} ${y(tick).toFixed(1)}H${right}" stroke="#e3e3e3"/>`),
    ...ticks.map((tick) => text([left - 8, y(tick) + 4], `${tick}${unit}`, "end")),
    ...xs.map((value) => text([x(value), bottom + 20], String(value))),
    text([(left + right) / 2, chartSize.height - 8], caption),
    ...series.flatMap(({ name, color, points }, at) => {
      const places = points.map((point) => [x(point[0]).toFixed(1), y(point[1]).toFixed(1)]);
      const path = places.map((place, i) => `${i ? "L" : "M"}${place.join(" ")}`).join("");
      const [lastX, lastY] = points.at(-1);
      return [
        `<path d="${path}" fill="none" stroke="${color}" stroke-width="2.5"/>`,
        ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`),
        text([x(lastX) - 8, y(lastY) + (at % 2 === 0 ? 22 : -10)], name, "end", color),
      ];
    }),
  ];
}

/**
 * One chart with even axes: `series` of { name, color, points: [x, y][], ranges: [x, low, high][] } over the same x.
 * @returns its elements
 */
export function lineChart({ series, caption }) {
  const xs = series[0].points.map(([x]) => x);
  const values = series.flatMap(({ ranges }) => ranges.flatMap(([, low, high]) => [low, high]));
  const [low, high] = [Math.floor(Math.min(...values) * 10) / 10, Math.ceil(Math.max(...values) * 10) / 10];
  const x = (value) => left + 20 + ((right - left - 40) * (value - xs[0])) / (xs.at(-1) - xs[0]);
  const y = (value) => bottom - ((bottom - top) * (value - low)) / (high - low);
  const ticks = Array.from({ length: Math.round((high - low) * 10) + 1 }, (_, i) => low + i / 10);
  return [
    ...ticks.map((tick) => `<path d="M${left} ${y(tick).toFixed(1)}H${right}" stroke="#e3e3e3"/>`),
    ...ticks.map((tick) => text([left - 8, y(tick) + 4], tick.toFixed(1), "end")),
    ...xs.map((value) => text([x(value), bottom + 20], String(value))),
    text([(left + right) / 2, chartSize.height - 8], caption),
    ...series.flatMap(({ name, color, points, ranges }, at) => {
      // Ranges of several series stand beside each other.
      const beside = (value) => x(value) + (at - (series.length - 1) / 2) * 8;
      const places = points.map(([value, score]) => [beside(value).toFixed(1), y(score).toFixed(1)]);
      const path = places.map((place, i) => `${i ? "L" : "M"}${place.join(" ")}`).join("");
      return [
        ...ranges.map(
          ([value, least, most]) =>
            `<path d="M${beside(value).toFixed(1)} ${y(least).toFixed(1)}V${y(most).toFixed(1)}" stroke="${color}" stroke-opacity="0.4" stroke-width="5"/>`,
        ),
        `<path d="${path}" fill="none" stroke="${color}" stroke-width="2.5"/>`,
        ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`),
        text([left + 30, top + 16 + 20 * at], name, "start", color),
      ];
    }),
  ];
}

const text = ([x, y], label, anchor = "middle", color = "#555") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${label}</text>`;

/** Writes an SVG file of charts, several in a row. */
export function svg(charts, columns = 1) {
  const [width, height] = [chartSize.width * columns, chartSize.height * Math.ceil(charts.length / columns)];
  const placed =
    charts.length === 1
      ? charts[0]
      : charts.flatMap((chart, i) => [
          `<g transform="translate(${(i % columns) * chartSize.width} ${Math.floor(i / columns) * chartSize.height})">`,
          ...chart,
          "</g>",
        ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...placed,
    "</svg>\n",
  ].join("\n");
}
