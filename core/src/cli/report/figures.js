// What is drawn: for each section the traces and the layout of its figures.

const mostPoints = 2000;
const mostPanels = 40;
const symbols = { complete: "circle", pruned: "triangle-down", running: "diamond", paused: "square", failed: "x", waiting: "circle-open" };

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const scale = () => [[0, colour("pale")], [0.5, colour("middle")], [1, colour("strong")]];
/** From bad to good. */
const goodness = () => (maximize ? scale() : scale().map(([at]) => [at, scale()[2 - at * 2][1]]));

/** Of a number that a list of trials asks for again and again. */
function remembered(make) {
  const made = new Map();
  return (i) => {
    if (!made.has(i)) made.set(i, make(i));
    return made.get(i);
  };
}

/** Plotly reads some HTML in its texts; a name is to stay as it is. */
const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const cut = (text, most = 28) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const label = (text, most) => plain(cut(String(text), most));

function layout(changes = {}) {
  const axis = {
    gridcolor: colour("grid"), linecolor: colour("line"), zeroline: false, automargin: true, ticks: "outside",
    tickcolor: colour("line"), ticklen: 4, exponentformat: "e", tickfont: { color: colour("quiet") },
  };
  const made = {
    font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: colour("ink") },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 50, r: 16, t: 28, b: 44 }, hovermode: "closest", dragmode: "zoom",
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("waiting"), activecolor: colour("accent") },
    hoverlabel: { bgcolor: colour("paper"), bordercolor: colour("line"), font: { color: colour("ink") } },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
    ...changes,
  };
  made.xaxis = { ...axis, ...changes.xaxis };
  made.yaxis = { ...axis, ...changes.yaxis };
  return made;
}

/** Letters of a title that fit along an axis of a large plot. */
const titleRoom = () => (document.body.clientWidth < 700 ? 24 : 45);
const titled = (text, most = titleRoom()) => ({ text: label(text, most), standoff: 8, font: { size: 13, color: colour("ink") } });

/** Of a few trials or epochs each has its tick, and none lies between two. */
const wholeTicks = (most) => (most <= 12 ? { dtick: 1 } : { tickformat: ",d" });

/** What is shown of a trial where the pointer is. */
const hover = remembered((i) => {
  const lines = [`<b>trial ${trials.number[i]}</b> ${trials.state[i]}`];
  study.objectives.forEach(({ metric }, k) => lines.push(`${label(metric)} ${short(trials.values[k][i])}`));
  if (trials.epochs[i] > 1) lines.push(`${trials.epochs[i]} epochs`);
  for (const param of ranked.slice(0, 8)) {
    if (param.values[i] !== null) lines.push(`${label(param.name)} ${label(paramText(param, i), 40)}`);
  }
  return lines.join("<br>");
});

const points = (places, changes) => ({
  type: "scatter", mode: "markers", text: places.map(hover), hovertemplate: "%{text}<extra></extra>", ...changes,
});

function star(x, y) {
  return {
    ...points([best], { x: [x], y: [y], name: `best, trial ${study.best}` }),
    marker: { symbol: "star", size: 15, color: colour("best"), line: { color: colour("paper"), width: 1.5 } },
  };
}

/** The best value so far where it changes, as steps that go on to the last trial. */
function bestSoFar() {
  const [x, y] = [[], []];
  for (const i of complete) {
    if (y.length > 0 && !isBetter(valueOf(i), y[y.length - 1])) continue;
    x.push(trials.number[i]);
    y.push(valueOf(i));
  }
  x.push(trials.number[count - 1]);
  y.push(y[y.length - 1]);
  return { x, y };
}

function history() {
  const measured = inState("complete", "pruned", "running", "paused").filter((i) => valueOf(i) !== null);
  const shown = thinned(measured, mostPoints);
  const size = shown.length > 500 ? 4 : 7;
  const traces = ["pruned", "running", "paused", "complete"].flatMap((state) => {
    const places = shown.filter((i) => trials.state[i] === state);
    if (places.length === 0) return [];
    const marker = { symbol: symbols[state], size, color: colour(state), opacity: state === "complete" ? 0.8 : 0.55 };
    return [points(places, { name: state, marker, x: places.map((i) => trials.number[i]), y: places.map((i) => valueOf(i)) })];
  });
  if (best >= 0) {
    traces.push({ ...bestSoFar(), mode: "lines", name: "best so far", line: { shape: "hv", color: colour("best"), width: 2 }, hoverinfo: "skip" });
    traces.push({ ...star(study.best, valueOf(best)), showlegend: false });
  }
  const outliers = rangeWithoutOutliers(measured.map((i) => valueOf(i)));
  const yaxis = { title: titled(objective.metric), ...(outliers ? { range: outliers.range } : {}) };
  const caption = [
    thinnedText(shown.length, measured.length),
    outliers ? `${many(outliers.outside, "trial")} far off ${outliers.outside === 1 ? "is" : "are"} outside the view; a double click shows all.` : "",
  ];
  return { traces, layout: layout({ xaxis: { title: titled("trial"), ...wholeTicks(count) }, yaxis }), caption: caption.join(" ") };
}

function curveLines(curves, changes) {
  const [x, y, text] = [[], [], []];
  for (const { trial, epochs, values } of curves) {
    x.push(...epochs, null);
    y.push(...values, null);
    text.push(...epochs.map(() => hover(placeOf.get(trial))), "");
  }
  return { type: "scatter", mode: "lines", x, y, text, hovertemplate: "epoch %{x}: %{y}<br>%{text}<extra></extra>", ...changes };
}

function curves() {
  const { of, curves: shown } = study.curves;
  const stateOf = (curve) => trials.state[placeOf.get(curve.trial)];
  const drawn = shown.filter((curve) => curve.epochs.length > 0);
  const others = drawn.filter((curve) => stateOf(curve) !== "pruned" && curve.trial !== study.best);
  const pruned = drawn.filter((curve) => stateOf(curve) === "pruned");
  const opacity = drawn.length > 60 ? 0.3 : 0.55;
  const traces = [];
  if (others.length > 0) traces.push(curveLines(others, { name: "not pruned", opacity, line: { color: colour("complete"), width: 1.3 } }));
  if (pruned.length > 0) {
    traces.push(curveLines(pruned, { name: "pruned", opacity, line: { color: colour("pruned"), width: 1.3 } }));
    const ends = { x: pruned.map((curve) => curve.epochs.at(-1)), y: pruned.map((curve) => curve.values.at(-1)) };
    traces.push(points(pruned.map((curve) => placeOf.get(curve.trial)), { ...ends, name: "where pruned", marker: { symbol: "x", size: 7, color: colour("pruned") } }));
  }
  const top = drawn.filter((curve) => curve.trial === study.best);
  if (top.length > 0) traces.push(curveLines(top, { name: `best, trial ${study.best}`, line: { color: colour("best"), width: 3.5 } }));
  const outliers = rangeWithoutOutliers(drawn.flatMap((curve) => curve.values));
  const last = Math.max(...drawn.map((curve) => curve.epochs.at(-1)));
  const yaxis = { title: titled(objective.metric), ...(outliers ? { range: outliers.range } : {}) };
  const caption = [
    drawn.length < of ? `${counted(drawn.length)} of ${counted(of)} trials are drawn: the best 50, and others evenly.` : "",
    outliers ? "What is far off is outside the view; a double click shows all." : "",
  ];
  return { traces, layout: layout({ xaxis: { title: titled("epoch"), ...wholeTicks(last) }, yaxis, showlegend: true }), caption: caption.join(" ") };
}

const shareText = (share) => (share < 0.001 ? "< 0.1 %" : `${short(100 * Number(share.toPrecision(2)))} %`);

function bars(entries) {
  const shown = entries.slice(0, 15).reverse();
  const trace = {
    type: "bar", orientation: "h", x: shown.map(({ share }) => 100 * Math.max(share, 1e-5)), y: shown.map((_, k) => k), width: 0.7,
    text: shown.map(({ share }) => shareText(share)), textposition: "auto", insidetextanchor: "end", marker: { color: colour("complete") },
    hovertext: shown.map(({ name }) => plain(name)), hovertemplate: "%{hovertext}: %{text}<extra></extra>",
  };
  const yaxis = { tickvals: shown.map((_, k) => k), ticktext: shown.map(({ name }) => label(name, 30)), gridcolor: "rgba(0,0,0,0)", ticks: "", range: [-0.6, Math.max(shown.length, 4) - 0.4].map((at) => at - Math.max(0, 4 - shown.length)), tickfont: { color: colour("ink") } };
  const xaxis = { title: titled("share of the variation, %"), rangemode: "tozero", nticks: 6 };
  return { traces: [trace], layout: layout({ xaxis, yaxis, showlegend: false, margin: { l: 50, r: 16, t: 8, b: 44 } }) };
}

/** A pair with less than this share is not worth a look. */
const weakest = 0.005;
const importanceAlone = () => bars(study.importance.importances);
const strongPairs = () => study.importance.pairs.filter(({ share }) => share >= weakest);
const importanceOfPairs = () => bars(strongPairs().map(({ names, share }) => ({ name: names.map((name) => cut(name, 14)).join(" × "), share })));

/** Where a trial stands on the axis of a hyperparameter; choices are spread a little, so that points part. */
function along(param, i, spread = 0.5) {
  const value = param.values[i];
  return steps(param) ? value + spread * (scatterOf(trials.number[i]) - 0.5) : value;
}

/** The values of a hyperparameter that has few of them, as numbers on its axis. */
const steps = remembered((param) => {
  if (param.labels) return param.labels.map((_, k) => k);
  const isWhole = param.type === "int" || (param.type === undefined && param.values.every((value) => Number.isInteger(value ?? 0)));
  const [low, high] = param.low === undefined ? rangeOf(param) : [param.low, param.high];
  return isWhole && !param.log && high - low <= 12 ? Array.from({ length: high - low + 1 }, (_, k) => low + k) : null;
});

/** Decades, with as many round numbers between them as there is room for. */
function logTicks(low, high, most) {
  const step = Math.max(1, Math.ceil(Math.log10(high / low) / (most - 1)));
  const ticksBy = (factors, apart) => {
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1e-9; power += apart) {
      ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)));
    }
    return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  };
  const finer = step > 1 ? [] : [[1, 3], [1, 2, 5], [1, 2, 3, 4, 6, 8], [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]];
  const fitting = [[1], ...finer].map((factors) => ticksBy(factors, step)).filter((ticks) => ticks.length <= most);
  const enough = [fitting.at(-1) ?? [], ticksBy([1], 1), [low, high]];
  return enough.find((ticks) => ticks.length > 1);
}

/** About so many round numbers in the range. */
function evenTicks(low, high, most = 5, whole = false) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
  if (whole) step = Math.max(1, Math.round(step));
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/** 0.0001 to 10000 in full, what is beyond as a power of ten. */
function tickText(value) {
  const power = Math.log10(Math.abs(value));
  if (value === 0 || (power >= -4.001 && power < 5)) return short(value);
  const [factor, exponent] = value.toExponential().split("e");
  const tens = `10<sup>${exponent.replace("+", "").replace("-", "−")}</sup>`;
  return factor === "1" ? tens : `${short(Number(factor))}·${tens}`;
}

/** The range of a hyperparameter in complete trials. */
const rangeOf = (param) => range(complete.filter((i) => param.values[i] !== null).map((i) => param.values[i]));

function logAxis(param, most) {
  const tickvals = logTicks(...(param.low === undefined ? rangeOf(param) : [param.low, param.high]), most);
  return { type: "log", tickvals, ticktext: tickvals.map(tickText) };
}

function axisOf(param, most = 14, title = titleRoom(), ticks = 8) {
  const named = { title: titled(param.name, title) };
  const at = steps(param);
  if (!param.labels && at) return { ...named, dtick: 1, range: [at[0] - 0.6, at.at(-1) + 0.6] };
  if (!param.labels) return { ...named, ...(param.log ? logAxis(param, ticks) : { nticks: ticks }) };
  const ticktext = param.labels.map((text) => label(text, most));
  return { ...named, tickvals: at, ticktext, range: [-0.6, param.labels.length - 0.4] };
}

const sliced = () => ranked.slice(0, mostPanels);

function slice(param) {
  const places = complete.filter((i) => param.values[i] !== null);
  const shown = thinned(places, 700);
  const marker = { size: shown.length > 200 ? 4 : 6, opacity: 0.85, color: shown.map((i) => trials.number[i]), colorscale: scale(), cmin: 0, cmax: count };
  const traces = [points(shown, { marker, x: shown.map((i) => along(param, i)), y: shown.map((i) => valueOf(i)) })];
  if (best >= 0 && param.values[best] !== null) traces.push(star(along(param, best), valueOf(best)));
  const outliers = rangeWithoutOutliers(complete.map((i) => valueOf(i)));
  const yaxis = { title: titled(objective.metric, 24), nticks: 5, ...(outliers ? { range: outliers.range } : {}) };
  return { traces, layout: layout({ xaxis: axisOf(param, 10, 32, 4), yaxis, showlegend: false, margin: { l: 44, r: 8, t: 8, b: 40 } }) };
}

function slicesCaption() {
  const most = Math.max(0, ...sliced().map((param) => complete.filter((i) => param.values[i] !== null).length));
  return [
    most > 700 ? `Of more than 700 trials the best and others evenly are drawn.` : "",
    ranked.length > mostPanels ? `${mostPanels} of ${ranked.length} hyperparameters are drawn.` : "",
  ].join(" ");
}

/** Places and texts along an axis of the parallel coordinates, where SVG takes no markup. */
function ticksOf(param, low, high) {
  if (param.labels) return param.labels.map((text, k) => [k, label(text, 12)]);
  if (param.log) return logTicks(10 ** low, 10 ** high, 9).map((value) => [Math.log10(value), short(value)]);
  return evenTicks(low, high, 5, param.type === "int").map((value) => [value, short(value)]);
}

/** An axis of the parallel coordinates; trials without a value pass below the rest. */
function dimension(param, places) {
  const log = param.log && !param.labels;
  const values = places.map((i) => (param.values[i] === null ? null : log ? Math.log10(param.values[i]) : param.values[i]));
  const known = values.filter((value) => value !== null);
  let [low, high] = range(known);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const none = low - 0.12 * (high - low);
  const made = { label: label(param.name, 18), values: values.map((value) => value ?? none) };
  const ticks = ticksOf(param, low, high);
  if (known.length < values.length) {
    ticks.unshift([none, "–"]);
    low = none;
  }
  return { ...made, range: param.labels ? [Math.min(low, 0), Math.max(high, param.labels.length - 1)] : [low, high], tickvals: ticks.map(([at]) => at), ticktext: ticks.map(([, text]) => text) };
}

function parallel() {
  const shown = thinned(complete, 1000);
  const values = shown.map((i) => valueOf(i));
  const view = rangeWithoutOutliers(values)?.range ?? range(values);
  const params = ranked.slice(0, 11);
  const line = { color: values, colorscale: goodness(), cmin: view[0], cmax: view[1] };
  const dimensions = [...params.map((param) => dimension(param, shown)), { label: label(objective.metric, 18), values, range: view }];
  const crowded = dimensions.some((one) => one.label.length * 8 > (part("parallel", ".plot").clientWidth - 150) / params.length);
  const trace = {
    type: "parcoords", line, dimensions, labelangle: crowded ? -20 : 0, labelfont: { size: 13, color: colour("ink") }, tickfont: { size: 11, color: colour("quiet") }, rangefont: { size: 1, color: "rgba(0,0,0,0)" },
  };
  const caption = [thinnedText(shown.length, complete.length), params.length < ranked.length ? `${params.length} of ${ranked.length} hyperparameters are drawn.` : ""];
  return { traces: [trace], layout: layout({ margin: { l: 88, r: 64, t: crowded ? 84 : 64, b: 24 } }), caption: caption.join(" ") };
}

/** Places in [0, 1] along an axis. */
function unit(param) {
  const forward = param.log && !param.labels ? Math.log : (value) => value;
  const back = param.log && !param.labels ? Math.exp : (value) => value;
  const [low, high] = range(complete.filter((i) => param.values[i] !== null).map((i) => forward(param.values[i])));
  const width = high - low || 1;
  return { to: (value) => (forward(value) - low) / width, from: (place) => back(low + place * width) };
}

/** Cells of the smoothed picture along an axis, as places in [0, 1] and as values. */
function cells(param, to) {
  const places = steps(param)?.map((value) => to.to(value)) ?? Array.from({ length: 41 }, (_, k) => k / 40);
  return places.map((place) => ({ place, value: to.from(place) }));
}

/** The mean of the trials around a place, weighted by a Gaussian of their distance; null where none is near. */
function smoothed(x, y, data, widths) {
  let [sum, weights] = [0, 0];
  for (const point of data) {
    const distance = ((point.x - x) / widths[0]) ** 2 + ((point.y - y) / widths[1]) ** 2;
    if (distance > 9) continue;
    const weight = Math.exp(-distance / 2);
    sum += weight * point.value;
    weights += weight;
  }
  return weights > 0.15 ? sum / weights : null;
}

/** The range but for what is far off on the bad side, so that colours tell good from better. */
function usual([low, high], values) {
  const view = rangeWithoutOutliers(values)?.range ?? [low, high];
  return maximize ? [Math.min(Math.max(low, view[0]), high), high] : [low, Math.max(Math.min(high, view[1]), low)];
}

function contour(first, second) {
  const both = complete.filter((i) => first.values[i] !== null && second.values[i] !== null);
  const shown = thinned(both, mostPoints);
  const [unitX, unitY] = [unit(first), unit(second)];
  const data = shown.map((i) => ({ x: unitX.to(first.values[i]), y: unitY.to(second.values[i]), value: valueOf(i) }));
  const width = Math.min(0.15, Math.max(0.04, 0.35 * shown.length ** (-1 / 6)));
  const widthOf = (param) => (steps(param) ? 0.25 / Math.max(1, steps(param).length - 1) : width);
  const [columns, rows] = [cells(first, unitX), cells(second, unitY)];
  const z = rows.map((row) => columns.map((column) => smoothed(column.place, row.place, data, [widthOf(first), widthOf(second)])));
  const known = z.flat().filter((value) => value !== null);
  const [low, high] = usual(range(known), shown.map((i) => valueOf(i)));
  const levels = high > low ? evenTicks(low, high, 8) : [low];
  const mixed = steps(first) || steps(second);
  const surface = {
    type: mixed ? "heatmap" : "contour", x: columns.map(({ value }) => value), y: rows.map(({ value }) => value), z, colorscale: goodness(),
    zmin: low, zmax: high, hoverinfo: "skip", colorbar: { title: { text: label(objective.metric, 20), side: "right", font: { size: 13 } }, thickness: 14, outlinewidth: 0, exponentformat: "e", tickfont: { color: colour("quiet") } },
    ...(mixed ? { xgap: steps(first) ? 1 : 0, ygap: steps(second) ? 1 : 0 } : { contours: { coloring: "heatmap", showlines: true, start: levels[0], end: levels.at(-1), size: levels[1] - levels[0] || 1 }, line: { width: 0.6, color: colour("paper") }, connectgaps: false }),
  };
  const dots = points(shown, {
    x: shown.map((i) => along(first, i)), y: shown.map((i) => along(second, i)), showlegend: false,
    marker: { size: shown.length > 300 ? 3 : 6, color: colour("paper"), opacity: 0.8, line: { color: colour("ink"), width: 0.8 } },
  });
  const traces = [surface, dots];
  if (best >= 0 && both.includes(best)) traces.push({ ...star(along(first, best), along(second, best)), showlegend: false });
  return { traces, layout: layout({ xaxis: axisOf(first), yaxis: axisOf(second), showlegend: false }), caption: thinnedText(shown.length, both.length) };
}

function front(a, b) {
  const finite = complete.filter((i) => valueOf(i, a) !== null && valueOf(i, b) !== null);
  const onFront = new Set(study.front.map((number) => placeOf.get(number)));
  const others = thinned(finite.filter((i) => !onFront.has(i)), mostPoints);
  const members = finite.filter((i) => onFront.has(i)).sort((i, j) => valueOf(i, a) - valueOf(j, a));
  const at = (places) => ({ x: places.map((i) => valueOf(i, a)), y: places.map((i) => valueOf(i, b)) });
  const traces = [points(others, { ...at(others), name: "beaten", marker: { size: 6, color: colour("paused"), opacity: 0.5 } })];
  const line = study.objectives.length === 2 ? { mode: "lines+markers", line: { color: colour("best"), width: 1.5 } } : {};
  traces.push({ ...points(members, { ...at(members), name: "front", marker: { size: 9, color: colour("best") } }), ...line });
  const axis = (k) => ({ title: titled(`${study.objectives[k].metric} (${study.objectives[k].direction})`) });
  const caption = `${many(members.length, "trial")} on the front. ${thinnedText(others.length + members.length, finite.length)}`;
  return { traces, layout: layout({ xaxis: axis(a), yaxis: axis(b) }), caption };
}

const ended = inState("complete", "pruned", "paused").filter((i) => trials.epochs[i] > 0);
const reached = [...new Set(ended.map((i) => trials.epochs[i]))].sort((a, b) => a - b);
const bracketOf = (i) => trials.until[i]?.[0] ?? null;
const brackets = [...new Set(ended.map(bracketOf).filter((bracket) => bracket !== null))].sort((a, b) => a - b);

function rungs() {
  const few = reached.length <= 24;
  const traces = ["complete", "paused", "pruned"].flatMap((state) => {
    const places = ended.filter((i) => trials.state[i] === state);
    if (places.length === 0) return [];
    const marker = { color: colour(state) };
    if (!few) return [{ type: "histogram", x: places.map((i) => trials.epochs[i]), name: state, marker }];
    const numbers = reached.map((epochs) => places.filter((i) => trials.epochs[i] === epochs).length);
    const text = numbers.map((number) => (number > 0 ? counted(number) : ""));
    return [{ type: "bar", x: reached.map(String), y: numbers, text, name: state, marker, hovertemplate: `%{y} ${state} at %{x} epochs<extra></extra>` }];
  });
  const xaxis = { title: titled("epochs reached"), ...(few ? { type: "category" } : {}) };
  return { traces, layout: layout({ barmode: "stack", xaxis, yaxis: { title: titled("trials") } }) };
}

function bracketTable() {
  const z = brackets.map((bracket) => reached.map((epochs) => ended.filter((i) => bracketOf(i) === bracket && trials.epochs[i] >= epochs).length || null));
  const trace = {
    type: "heatmap", z, x: reached.map(String), y: brackets.map((bracket) => `from ${bracket}`), colorscale: scale(), showscale: false, xgap: 2, ygap: 2,
    hovertemplate: "%{z} trials %{y} reached %{x} epochs<extra></extra>",
  };
  const most = Math.max(...z.flat());
  const annotations = z.flatMap((row, r) => row.map((number, c) => ({
    x: c, y: r, text: number === null ? "" : counted(number), showarrow: false, font: { color: (number ?? 0) > 0.65 * most ? colour("paper") : colour("ink") },
  })));
  const axes = { xaxis: { type: "category", title: titled("epochs reached, or more") }, yaxis: { type: "category", title: titled("bracket: first budget") } };
  return { traces: [trace], layout: layout({ ...axes, annotations }) };
}

/** Trials in rows such that those of one row do not overlap. */
function lanes(places) {
  const ends = [];
  const lane = new Map();
  for (const i of [...places].sort((a, b) => trials.started[a] - trials.started[b])) {
    let row = ends.findIndex((end) => end <= trials.started[i] + 1e-3);
    if (row < 0) row = ends.push(0) - 1;
    ends[row] = trials.ended[i] ?? Infinity;
    lane.set(i, row);
  }
  return lane;
}

const timed = all.filter((i) => trials.started[i] !== null && (trials.ended[i] !== null || trials.state[i] === "running"));

function timeline() {
  const now = Math.max(...timed.map((i) => trials.ended[i] ?? trials.started[i]));
  const lane = lanes(timed);
  const rows = Math.max(...lane.values()) + 1;
  const date = (seconds) => new Date(Date.parse(trials.begin) + 1000 * seconds).toISOString();
  const width = Math.max(2, Math.min(18, 260 / rows));
  const traces = ["complete", "pruned", "failed", "paused", "running"].flatMap((state) => {
    const places = timed.filter((i) => trials.state[i] === state);
    if (places.length === 0) return [];
    const endOf = (i) => Math.max(trials.started[i], trials.ended[i] ?? now);
    const gapOf = (i) => Math.min(0.0008 * now, 0.15 * (endOf(i) - trials.started[i]));
    const x = places.flatMap((i) => [date(trials.started[i]), date(endOf(i) - gapOf(i)), null]);
    const y = places.flatMap((i) => [lane.get(i), lane.get(i), null]);
    const named = timed.length > mostPoints ? { hoverinfo: "skip" }
      : { text: places.flatMap((i) => [hover(i), hover(i), ""]), hovertemplate: "%{text}<extra></extra>" };
    return [{ type: "scatter", mode: "lines", x, y, ...named, name: state, line: { color: colour(state), width, simplify: false } }];
  });
  const yaxis = { title: titled("at the same time"), tickvals: rows > 12 ? undefined : all.slice(0, rows), ticktext: rows > 12 ? undefined : all.slice(0, rows).map((k) => String(k + 1)), range: [-0.7, rows - 0.3] };
  const caption = brackets.length > 1 || inState("paused").length > 0 ? "A trial that paused between two budgets keeps its bar, so there may be more rows than workers. Times are UTC." : "Times are UTC.";
  return { traces, layout: layout({ xaxis: { type: "date", tickangle: 0, nticks: document.body.clientWidth < 700 ? 3 : 8 }, yaxis }), caption };
}
