// plan and task_card: what an app has done, does now, and has still to do.
import { el } from "./dom.js";
import { sign } from "./marks.js";
import { link, rich } from "./text.js";

const STATES = new Map([["complete", ["white_check_mark", "Done"]], ["in_progress", ["hourglass_flowing_sand", "In progress"]], ["error", ["x", "Failed"]]]);

export function task(block) {
  const [name, label] = STATES.get(block.status) ?? ["", "Waiting"];
  return el("div", { class: "b-task" }, el("span", { class: "state" }, name ? sign(name) : el("i", { role: "img", "aria-label": label })),
    el("div", { class: "grow" }, el("b", {}, block.title), " ", el("span", { class: "soft" }, label), block.details && rich(block.details), block.output && rich(block.output),
      block.sources?.length > 0 && el("div", { class: "soft" }, block.sources.map((one) => el("span", { class: "source" }, link(one.url ?? "", one.text))))));
}

export const plan = (block) => el("div", { class: "b-container", role: "group", "aria-label": block.title }, el("b", {}, block.title), (block.tasks ?? []).map(task));
