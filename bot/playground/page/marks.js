// Slack's :shortcodes: as small drawn marks: no font of pictures is needed, and they stay calm.
import { svg } from "./dom.js";

const [GOOD, WARN, BAD, CALM, INFO] = ["#1a6b50", "#a86100", "#b3261e", "#5a636e", "#1a5dab"];
const DISC = "M10 3.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z";
const RING = "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z";
const line = (label, color, path) => ({ label, color, path, fill: "none" });
const MARKS = new Map(Object.entries({
  white_check_mark: line("Done", GOOD, "M4 10.500l4 4 8-9"),
  heavy_check_mark: line("Done", GOOD, "M4 10.500l4 4 8-9"),
  warning: line("Warning", WARN, "M10 3.500L17.500 16.500h-15zM10 8.500v3.800M10 14.400v.1"),
  x: line("Failed", BAD, "M5 5l10 10M15 5L5 15"),
  hourglass_flowing_sand: line("Waiting", CALM, "M5 3.500h10M5 16.500h10M6.500 3.500c0 4 3.500 4.500 3.500 6.500s-3.500 2.500-3.500 6.500M13.500 3.500c0 4-3.500 4.500-3.500 6.500s3.500 2.500 3.500 6.500"),
  large_green_circle: { label: "Green", color: "#2b8a63", path: DISC, fill: "currentColor" },
  large_yellow_circle: { label: "Yellow", color: "#dca11d", path: DISC, fill: "currentColor" },
  red_circle: { label: "Red", color: "#c5362d", path: DISC, fill: "currentColor" },
  no_entry: line("Not allowed", BAD, `${RING}M6.500 10h7`),
  leftwards_arrow_with_hook: line("Taken back", CALM, "M7.500 4.500L3.500 8.500l4 4M4 8.500h8.500a4 4 0 0 1 0 8H9"),
  arrows_counterclockwise: line("Again", CALM, "M15.800 8.500a6 6 0 0 0-11-1.700M4.200 11.500a6 6 0 0 0 11 1.700M4.600 3.500v3.500H8M15.400 16.500V13H12"),
  package: line("Package", CALM, "M10 2.800l6.500 3.500v7.400L10 17.200l-6.500-3.500V6.300zM3.500 6.300L10 9.800l6.500-3.500M10 9.800v7.400"),
  bar_chart: line("Chart", CALM, "M3.500 16.500h13M6 16v-5M10 16V5M14 16V8.500"),
  mag: line("Search", CALM, "M8.500 3.500a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12.200 12.200l4.300 4.300"),
  lock: line("Locked", CALM, "M5 9h10v7.500H5zM7 9V6.500a3 3 0 0 1 6 0V9"),
  information_source: line("Note", INFO, `${RING}M10 9.200V14M10 6.200v.1`),
}));

// The mark of a shortcode, or undefined for one that is not drawn here.
export function sign(name) {
  const one = MARKS.get(name);
  return one && svg("svg", { viewBox: "0 0 20 20", width: "1.050em", height: "1.050em", class: "icon sign", role: "img", "aria-label": one.label, style: `color:${one.color}` },
    svg("title", {}, one.label), svg("path", { d: one.path, fill: one.fill }));
}
