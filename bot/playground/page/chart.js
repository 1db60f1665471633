// data_visualization: bars, lines, areas and pies, with the numbers as text for those who cannot see them.
import { el, number, svg } from "./dom.js";

const COLORS = ["#1f7a5a", "#3c6fb0", "#b7791f", "#8a4f9e", "#b4453c", "#5b6472"];
const [WIDE, HIGH, LEFT, BOTTOM, TOP] = [520, 190, 52, 24, 10];
const short = (value) => Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);

export function chart(block) {
  const { chart: data } = block;
  const drawn = data.type === "pie" ? pie(data) : plot(data);
  const names = data.type === "pie" ? data.segments.map((one) => `${one.label} ${number(one.value)}`) : data.series.map((one) => one.name);
  const axes = [data.axis_config?.y_label, data.axis_config?.x_label && `by ${data.axis_config.x_label}`].filter(Boolean).join(" ");
  const legend = names.length > 1 && el("div", { class: "legend" }, names.map((name, index) => el("span", {}, el("i", { style: `background:${COLORS[index % 6]}` }), name)));
  return el("figure", { class: "chart" }, el("figcaption", {}, block.title), axes && el("div", { class: "soft axes" }, axes), drawn, legend);
}

function plot(data) {
  const { categories } = data.axis_config;
  const values = data.series.map((one) => categories.map((name) => one.data.find((point) => point.label === name)?.value));
  const known = values.flat().filter((value) => value !== undefined);
  const top = Math.max(1, ...known);
  const low = Math.min(0, ...known);
  const step = (WIDE - LEFT) / categories.length;
  const y = (value) => TOP + (HIGH - TOP - BOTTOM) * (1 - (value - low) / (top - low));
  const x = (index) => LEFT + step * (index + 0.5);
  const made = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": told(data, categories, values) });
  for (const part of [0, 0.5, 1]) {
    const value = low + (top - low) * part;
    made.append(svg("line", { x1: LEFT, x2: WIDE, y1: y(value), y2: y(value), class: "grid" }), svg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)));
  }
  const every = Math.ceil(categories.length / 8);
  // Names are wider than a step, and must not stick out at the right.
  const from = (categories.length - 1) % every;
  const anchor = (index) => (index === categories.length - 1 && categories.length > 2 ? "end" : "middle");
  categories.forEach((name, index) => index % every === from && made.append(svg("text", { x: anchor(index) === "end" ? WIDE : x(index), y: HIGH - 6, "text-anchor": anchor(index) }, name)));
  values.forEach((row, turn) => {
    const color = COLORS[turn % 6];
    if (data.type === "bar") {
      const wide = Math.max(2, (step * 0.7) / values.length);
      row.forEach((value, index) => value !== undefined && made.append(svg("rect", { x: x(index) - step * 0.35 + turn * wide, y: Math.min(y(value), y(0)), width: wide - 1, height: Math.abs(y(0) - y(value)), rx: 2, fill: color })));
      return;
    }
    // A series says nothing of the moments it has no value for: a forecast begins where the course ends.
    const there = row.map((value, index) => [x(index), value]).filter(([, value]) => value !== undefined).map(([at, value]) => [at, y(value)]);
    if (there.length === 1) made.append(svg("circle", { cx: there[0][0], cy: there[0][1], r: 3.5, fill: color }));
    if (!there.length) return;
    const points = there.map((point) => point.join());
    if (data.type === "area") made.append(svg("polygon", { points: [`${there[0][0]},${y(0)}`, ...points, `${there.at(-1)[0]},${y(0)}`].join(" "), fill: color, opacity: 0.15 }));
    made.append(svg("polyline", { points: points.join(" "), fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": turn ? "5 4" : undefined }));
  });
  return made;
}

function pie(data) {
  const total = data.segments.reduce((sum, one) => sum + one.value, 0) || 1;
  const around = 2 * Math.PI * 50;
  let turned = 0;
  const rings = data.segments.map((one, index) => {
    const long = (around * one.value) / total;
    const ring = svg("circle", { cx: 100, cy: 95, r: 50, fill: "none", stroke: COLORS[index % 6], "stroke-width": 40, "stroke-dasharray": `${long} ${around - long}`, "stroke-dashoffset": -turned });
    turned += long;
    return ring;
  });
  return svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": data.segments.map((one) => `${one.label} ${one.value}`).join(", ") }, rings);
}

const told = (data, categories, values) => data.series.map((one, turn) => `${one.name}: ${categories.map((name, index) => values[turn][index] === undefined ? "" : `${name} ${number(values[turn][index])}`).filter(Boolean).join(", ")}`).join(". ");
