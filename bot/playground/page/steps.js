// The first-run strip: three steps that tick themselves off.
import { by, el, icon } from "./dom.js";
import { sendFiles } from "./composer.js";

const SAMPLE = "/sample/spring-sale-10000.csv";
const HIDDEN = "playground-steps-hidden";

export class Steps {
  constructor(app) {
    this.app = app;
    by("step-type").addEventListener("click", () => app.ask("/promo lists"));
    by("step-share").addEventListener("click", () => this.share());
    by("strip-close").addEventListener("click", () => { by("strip").hidden = true; sessionStorage.setItem(HIDDEN, "1"); });
    by("strip").hidden = sessionStorage.getItem(HIDDEN) === "1";
  }

  async share() {
    by("step-share").disabled = true;
    setTimeout(() => { by("step-share").disabled = false; }, 1500);
    const content = await fetch(SAMPLE).then((one) => one.blob());
    this.app.go(this.app.state.channels.find((one) => one.name === "promo")?.id ?? this.app.channel);
    await sendFiles(this.app, [new File([content], "spring-sale-10000.csv", { type: "text/csv" })], "");
  }

  // What a request tells about the steps.
  saw(entry) {
    if (entry.what.startsWith("command ")) this.done(0);
    if (entry.what.includes("file_shared")) this.done(1);
  }

  done(index) {
    const step = by("strip").querySelectorAll("li")[index];
    if (step.classList.contains("done")) return;
    step.classList.add("done");
    step.prepend(el("span", { class: "tick", role: "img", "aria-label": "Done" }, icon("check", 14)));
    by("step-next").hidden = Boolean(by("strip").querySelector("li:not(.done)"));
  }
}
