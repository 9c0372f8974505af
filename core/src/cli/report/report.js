// Puts the page together: what applies is shown, then plotly.js is read, and figures are drawn one after the other, those
// in view first.

const byId = (id) => document.getElementById(id);
const part = (id, selector) => byId(id).querySelector(selector);
const reveal = (id) => { byId(id).hidden = false; };

/** What goes wrong stands on the page, and where a test can read it. */
const troubles = [];
function trouble(text, shown = `Something on this page failed: ${text}`) {
  if (troubles.length === 0) byId("trouble").textContent = shown;
  troubles.push(String(text));
  document.documentElement.dataset.troubles = troubles.join("\n");
  byId("trouble").hidden = false;
}
window.addEventListener("error", (event) => trouble(event.message ?? event));
window.addEventListener("unhandledrejection", (event) => trouble(event.reason));
for (const level of ["error", "warn"]) {
  const say = console[level].bind(console);
  console[level] = (...words) => {
    if (level === "error") trouble(words.join(" "));
    say(...words);
  };
}

/** Buttons are named one by one: plotly.js has some that would send the data away. */
const buttons = (traces) => traces[0]?.type === "parcoords" ? [["toImage"]] : [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]];
const config = (traces, box) => ({
  responsive: true, displaylogo: false, displayModeBar: box.clientHeight > 250 ? "hover" : false, modeBarButtons: buttons(traces),
});

/** A place of the page with the function that makes its figure. */
class Figure {
  constructor(box, make, caption = null) {
    [this.box, this.make, this.caption, this.drawn] = [box, make, caption, false];
  }

  draw() {
    const { traces, layout: shape, caption } = this.make();
    this.drawn = true;
    if (document.body.classList.contains("printing")) Object.assign(shape, { width: this.box.clientWidth, height: this.box.clientHeight });
    if (this.caption && caption !== undefined) this.caption.textContent = caption.trim();
    return Plotly.react(this.box, traces, shape, config(traces, this.box));
  }
}

const figures = [];
const captionOf = (id) => part(id, ".caption");
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function figure(id, make, box = part(id, ".plot")) {
  const made = new Figure(box, make, captionOf(id));
  reveal(id);
  figures.push(made);
  return made;
}

function choice(text, names, chosen, change) {
  const made = element("label", `${text} `);
  const select = element("select");
  names.forEach((name, k) => select.append(element("option", cut(name, 60), { value: String(k), selected: k === chosen })));
  select.addEventListener("change", () => change(Number(select.value)));
  made.append(select);
  return made;
}

function table(head, rows, numbers = []) {
  const made = element("table");
  const top = element("tr");
  head.forEach((text, k) => top.append(element("th", text, { scope: "col", className: numbers.includes(k) ? "number" : "" })));
  made.append(element("thead"), element("tbody"));
  made.tHead.append(top);
  for (const cells of rows) {
    const row = element("tr");
    cells.forEach((cell, k) => {
      const shown = cell instanceof Node ? cell : element(k === 0 ? "th" : "td", cell);
      if (k === 0 && shown.tagName === "TH") shown.scope = "row";
      if (numbers.includes(k)) shown.classList.add("number");
      row.append(shown);
    });
    made.tBodies[0].append(row);
  }
  return made;
}

function card(name, value, notes = [], lead = false) {
  const made = element("dl", "", { className: lead ? "card lead" : "card" });
  made.append(element("dt", name), element("dd", value));
  for (const note of notes.filter((text) => text !== "")) made.append(element("dd", note, { className: "note" }));
  byId("cards").append(made);
}

/** First start, last end, and the time that trials took together. */
function times() {
  const ends = trials.ended.filter((time) => time !== null);
  const busy = trials.seconds.filter(isNumber).reduce((sum, time) => sum + time, 0);
  return { whole: ends.length > 0 ? range(ends)[1] : null, busy };
}

function referenceText() {
  const { trial, count: first } = study.reference;
  return trial === null ? `the median of the first ${many(first, "complete trial")}` : `the defaults (trial ${trial})`;
}

function showSummary() {
  const { definition, versions } = study;
  const maker = definition ? `${definition.model?.name ? `model ${definition.model.name}` : "made by pegbox"}` : "made by another program";
  const data = definition?.data?.name ? `, data ${definition.data.name}` : "";
  const strategy = definition?.strategy?.name ? `, strategy ${definition.strategy.name}` : "";
  const begin = trials.begin ? `, begun ${trials.begin.slice(0, 16).replace("T", " ")} UTC` : "";
  const runs = study.host ? `, being run by ${study.host}` : "";
  byId("subtitle").textContent = `Study in ${study.storage}: ${maker}${data}${strategy}${begin}${runs}. Report by pegbox ${versions.pegbox}.`;
  if (best >= 0) {
    card(`best ${objective.metric}`, short(trials.values[0][best]), [`trial ${study.best}, ${objective.direction}d`], true);
    const { value, gain, margin } = study.reference;
    const isReference = study.reference.trial === study.best;
    const margins = margin === null ? "" : ` ± ${short(Number(Number(margin).toPrecision(2)))} (95 %, by its fits)`;
    const sign = isNumber(gain) && gain > 0 ? "+" : "";
    if (isReference) card("better by", "–", ["the best so far are the defaults"]);
    else card("better by", `${sign}${short(isNumber(gain) ? Number(gain.toPrecision(4)) : gain)}`, [`${margins} than ${referenceText()}: ${short(value)}`.trim()]);
  }
  const states = ["complete", "pruned", "failed", "running", "paused", "waiting"].map((state) => [state, inState(state).length]);
  const limit = definition?.trials ? `of ${counted(definition.trials)} at most` : "";
  card("trials", counted(count), [states.filter(([, number]) => number > 0).map(([state, number]) => `${counted(number)} ${state}`).join(", "), limit]);
  const { whole, busy } = times();
  card("duration", duration(whole), [busy > 0 ? `${duration(busy)} of training` : ""]);
  const epochs = trials.epochs.reduce((sum, number) => sum + number, 0);
  if (epochs > count) card("epochs trained", counted(epochs), [definition?.epochs ? `up to ${definition.epochs} a trial` : ""]);
  if (study.objectives.length > 1) {
    card("objectives", counted(study.objectives.length), [study.objectives.map(({ metric, direction }) => `${direction} ${metric}`).join(", ")]);
  }
}

function showFindings() {
  if (study.findings.length === 0) return;
  reveal("findings");
  part("findings", "ul").append(...study.findings.map((text) => element("li", text.charAt(0).toUpperCase() + text.slice(1))));
}

function rangeText(param) {
  if (param.labels) return param.labels.join(", ");
  return param.low === undefined ? "" : `${short(param.low)} … ${short(param.high)}${param.log ? ", log" : ""}`;
}

function whenText(param) {
  const conditions = Object.entries(study.definition?.space?.[param.name]?.when ?? {});
  const said = (wanted) => Array.isArray(wanted) ? `is ${wanted.join(" or ")}`
    : [wanted.low === undefined ? "" : `≥ ${wanted.low}`, wanted.high === undefined ? "" : `≤ ${wanted.high}`].filter((text) => text !== "").join(" and ");
  return conditions.map(([name, wanted]) => `${name} ${said(wanted)}`).join(", ");
}

function showBest() {
  if (best < 0 || study.params.length === 0) return;
  reveal("best");
  const rows = study.params.filter((param) => param.values[best] !== null || param.default !== undefined).map((param) => {
    const [value, usual] = [paramText(param, best), param.default === undefined ? "–" : short(param.default)];
    return [param.name, element("td", value, { className: value !== usual && value !== "–" ? "differs" : "" }), usual, rangeText(param), whenText(param)];
  });
  const conditional = rows.some((cells) => cells[4] !== "");
  const head = ["hyperparameter", `trial ${study.best}`, "default", "range", ...(conditional ? ["where"] : [])];
  part("best", ".wide").append(table(head, rows.map((cells) => cells.slice(0, head.length))));
}

function showSlices() {
  if (complete.length < 2 || ranked.length === 0) return;
  for (const param of sliced()) {
    const box = element("div", "", { className: "plot" });
    part("slices", ".plots").append(box);
    figure("slices", () => slice(param), box).caption = null;
  }
  captionOf("slices").textContent = slicesCaption().trim();
}

/** The two hyperparameters whose picture comes first: the strongest pair where it is known. */
function firstPair() {
  const pair = study.importance?.pairs?.[0];
  const places = pair ? pair.names.map((name) => ranked.findIndex((param) => param.name === name)) : [0, 1];
  return places.includes(-1) ? [0, 1] : places;
}

function showContour() {
  if (complete.length < 4 || ranked.length < 2) return;
  const chosen = firstPair();
  const made = figure("contour", () => contour(ranked[chosen[0]], ranked[chosen[1]]));
  const names = ranked.map(({ name }) => name);
  const change = (axis) => (place) => { chosen[axis] = place; made.draw(); };
  part("contour", ".controls").append(choice("across", names, chosen[0], change(0)), choice("upwards", names, chosen[1], change(1)));
}

function showFront() {
  if (study.objectives.length < 2 || complete.length === 0) return;
  const chosen = [0, 1];
  const made = figure("front", () => front(...chosen));
  if (study.objectives.length === 2) return;
  const names = study.objectives.map(({ metric }) => metric);
  const change = (axis) => (place) => { chosen[axis] = place; made.draw(); };
  part("front", ".controls").append(choice("across", names, 0, change(0)), choice("upwards", names, 1, change(1)));
}

function canDrawLines() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

function showFigures() {
  if (inState("complete", "pruned", "running", "paused").some((i) => valueOf(i) !== null)) figure("history", history);
  if (study.curves.curves.some(({ epochs }) => epochs.length > 1)) figure("curves", curves);
  if (study.importance) {
    const boxes = byId("importance").querySelectorAll(".plot");
    figure("importance", importanceAlone, boxes[0]);
    if (strongPairs().length > 0) figure("importance", importanceOfPairs, boxes[1]);
    else boxes[1].hidden = true;
    part("importance", ".trust").textContent = sentence(study.trust);
  }
  showSlices();
  if (complete.length > 1 && ranked.length > 1) {
    if (canDrawLines()) {
      figure("parallel", parallel);
    } else {
      reveal("parallel");
      part("parallel", ".plot").hidden = true;
      captionOf("parallel").textContent = "This browser has no WebGL, which these lines are drawn with.";
    }
  }
  showContour();
  showFront();
  if (reached.length > 1) {
    const boxes = byId("rungs").querySelectorAll(".plot");
    figure("rungs", rungs, boxes[0]);
    boxes[1].hidden = brackets.length < 2 || reached.length > 24;
    if (!boxes[1].hidden) figure("rungs", bracketTable, boxes[1]);
  }
  if (timed.length > 1) figure("timeline", timeline);
}

function showFailures() {
  const groups = new Map();
  for (const i of inState("failed")) {
    const text = trials.error[i] === null ? "no reason was given" : trials.errors[trials.error[i]];
    const key = text.replace(/\d+/g, "0");
    if (!groups.has(key)) groups.set(key, { text, numbers: [] });
    groups.get(key).numbers.push(trials.number[i]);
  }
  if (groups.size === 0) return;
  reveal("failures");
  const shown = [...groups.values()].sort((a, b) => b.numbers.length - a.numbers.length);
  const numbersText = (numbers) => numbers.slice(0, 12).join(", ") + (numbers.length > 12 ? ", …" : "");
  const rows = shown.slice(0, 50).map(({ text, numbers }) => [counted(numbers.length), element("td", cut(text, 2000), { className: "text" }), numbersText(numbers)]);
  part("failures", ".wide").append(table(["trials", "reason", "numbers"], rows, [0]));
  if (shown.length > 50) part("failures", ".how").append(` 50 of ${counted(shown.length)} reasons are shown.`);
}

function showDefinition() {
  const { definition, versions } = study;
  part("definition", ".how").textContent = definition
    ? "What makes this study the study that it is, as its storage keeps it, and what made this report."
    : "Another program made this study, so that its model, data and space are not known. What made this report:";
  if (definition) {
    part("definition", "details").hidden = false;
    part("definition", "pre").textContent = JSON.stringify(definition, null, 2);
  }
  part("definition", ".wide").append(table(["", "version"], Object.entries(versions)));
}

function showContents() {
  byId("contents").replaceChildren();
  for (const section of document.querySelectorAll("main section:not([hidden])")) {
    byId("contents").append(element("a", section.querySelector("h2").textContent, { href: `#${section.id}` }));
  }
  const mark = (entries) => {
    const top = entries.filter((entry) => entry.isIntersecting).at(-1);
    if (!top) return;
    for (const link of byId("contents").children) {
      if (link.hash === `#${top.target.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "-15% 0px -75% 0px" });
  for (const section of document.querySelectorAll("main section:not([hidden])")) observer.observe(section);
}

/** Remembered where the browser lets a file do so. */
const storedTheme = { get: () => { try { return localStorage.getItem("pegbox-theme"); } catch { return null; } }, set: (name) => { try { localStorage.setItem("pegbox-theme", name); } catch { /* only this page */ } } };

const isDark = () => document.documentElement.dataset.theme === "dark";

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").textContent = name === "dark" ? "Light" : "Dark";
  for (const made of figures) if (made.drawn) made.draw();
}

function showTheme() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  setTheme(storedTheme.get() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => { if (!storedTheme.get()) setTheme(dark.matches ? "dark" : "light"); });
  byId("theme").addEventListener("click", () => {
    setTheme(isDark() ? "light" : "dark");
    storedTheme.set(isDark() ? "dark" : "light");
  });
}

/** All at once, as paper and tests want them. */
function drawAll() {
  if (typeof Plotly === "undefined") return;
  for (const made of figures) if (!made.drawn) made.draw();
  document.documentElement.dataset.drawn = figures.length;
}

/** When nothing else is to be done. */
const later = (work) => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 500 }) : setTimeout(work, 20));

/** The first at once, those that come into view next, the others one by one. */
function drawFigures() {
  const begun = performance.now();
  if (figures.length > 0) {
    figures[0].draw();
    document.documentElement.dataset.firstFigure = Math.round(performance.now());
    document.documentElement.dataset.firstFigureAlone = Math.round(performance.now() - begun);
  }
  later(showTrials);
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const made = figures.find(({ box }) => box === target);
      if (isIntersecting && !made.drawn) made.draw();
    }
  }, { rootMargin: "300px" });
  for (const { box } of figures) near.observe(box);
  const next = () => {
    const made = figures.find(({ drawn }) => !drawn);
    if (!made) return drawAll();
    made.draw();
    return later(next);
  };
  later(next);
}

/** After the next frame; where the page is not in view there is none. */
function afterPaint(work) {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    work();
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 300);
}

/**
 * plotly.js comes last in the page, as a text that is run when the words of the page stand, or as an address. A browser
 * takes a good part of the time to the first figure to read it.
 */
function loadPlotly() {
  const text = byId("plotly");
  if (text.src || typeof Plotly !== "undefined") return;
  const script = element("script");
  script.textContent = text.textContent;
  document.head.append(script);
  begin();
}

function begin() {
  if (typeof Plotly === "undefined") noPlotly();
  else drawFigures();
}

function noPlotly() {
  for (const { box } of figures) box.closest("section").hidden = true;
  figures.length = 0;
  showContents();
  later(showTrials);
  document.documentElement.dataset.drawn = 0;
  trouble("plotly.js could not be loaded", "The plots are missing: plotly.js could not be loaded from the network. Open this page where there is one, or make a report without --cdn, which holds all that it needs.");
}

const printedRows = 40;

/** Paper is white and narrow. */
function printWell() {
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = isDark() ? "dark" : "light";
    document.body.classList.add("printing");
    loadPlotly();
    drawAll();
    setTheme("light");
    showTrials();
    trialTable?.show(0, printedRows);
    part("trials", ".caption").textContent = count > printedRows ? `The first ${printedRows} are printed.` : "";
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    setTheme(before);
    for (const { box, drawn } of figures) if (drawn) Plotly.Plots.resize(box);
    trialTable?.show();
    if (count > 0) part("trials", ".caption").textContent = "";
  });
}

// Events of the script of plotly.js, which is not there yet.
for (const [name, then] of [["load", begin], ["error", noPlotly]]) {
  document.addEventListener(name, ({ target }) => { if (target.id === "plotly") then(); }, { capture: true });
}

let trialTable = null;
function showTrials() {
  if (count > 0) trialTable ??= new TrialTable(part("trials", ".rows"), byId("filter"), byId("found"));
}

showTheme();
showSummary();
showFindings();
showBest();
showFigures();
showFailures();
if (count > 0) reveal("trials");
showDefinition();
showContents();
printWell();
document.addEventListener("DOMContentLoaded", () => afterPaint(loadPlotly));
