// The study, and what figures and tables ask of it. Trials are told by their place in the columns.

const study = JSON.parse(document.getElementById("data").textContent);
const trials = study.trials;
const count = trials.number.length;
const all = Array.from({ length: count }, (_, i) => i);
const objective = study.objectives[0];
const maximize = objective.direction === "maximize";
const placeOf = new Map(trials.number.map((number, i) => [number, i]));
const best = study.best === null ? -1 : placeOf.get(study.best);

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const inState = (...states) => all.filter((i) => states.includes(trials.state[i]));
const valueOf = (i, k = 0) => (isNumber(trials.values[k][i]) ? trials.values[k][i] : null);
const complete = inState("complete").filter((i) => valueOf(i) !== null);
const isBetter = (a, b) => (maximize ? a > b : a < b);

/** Five digits, as the command line shows numbers. */
function short(value) {
  if (!isNumber(value)) return value === null || value === undefined ? "–" : String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  if (Math.abs(value) < 1e-4) return value.toExponential(4).replace(/\.?0+e/, "e");
  return String(Number(value.toPrecision(5)));
}

const counted = (number) => number.toLocaleString("en");
const many = (number, one, several = `${one}s`) => `${counted(number)} ${number === 1 ? one : several}`;

function duration(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 60) return `${Number(seconds.toPrecision(seconds < 10 ? 2 : 3))} s`;
  if (seconds < 600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function range(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function quantile(sorted, part) {
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** The range in which values lie but for outliers on the bad side, or null where there are none. */
function rangeWithoutOutliers(values) {
  if (values.length < 8) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  if (spread === 0) return null;
  const far = maximize ? quantile(sorted, 0.25) - 3 * spread : quantile(sorted, 0.75) + 3 * spread;
  const inside = sorted.filter((value) => (maximize ? value >= far : value <= far));
  if (inside.length === sorted.length) return null;
  const [low, high] = [inside[0], inside[inside.length - 1]];
  const margin = 0.05 * (high - low);
  return { range: [low - margin, high + margin], outside: sorted.length - inside.length };
}

/** At most so many of the trials: the best fifth of that number, and others evenly. */
function thinned(places, most) {
  if (places.length <= most) return places;
  const ranked = [...places].sort((a, b) => (isBetter(valueOf(a) ?? NaN, valueOf(b) ?? NaN) ? -1 : 1));
  const kept = new Set(ranked.slice(0, Math.floor(most / 5)));
  const rest = places.filter((i) => !kept.has(i));
  const room = most - kept.size;
  for (let k = 0; k < room; ++k) kept.add(rest[Math.floor((k * rest.length) / room)]);
  return places.filter((i) => kept.has(i));
}

const thinnedText = (shown, total, what = "trials") =>
  shown < total ? `${counted(shown)} of ${counted(total)} ${what} are drawn: the best, and others evenly.` : "";

/** The value of a hyperparameter as a text. */
function paramText(param, i) {
  const value = param.values[i];
  if (value === null) return "–";
  return param.labels ? param.labels[value] : short(value);
}

/** A number between 0 and 1 that a trial always has: to part points that would lie on one another. */
function scatterOf(number) {
  const mixed = Math.imul(number + 1, 2654435761) >>> 0;
  return mixed / 4294967296;
}

/** Hyperparameters by importance, or, where that is not known, those that are active most often first. */
const ranked = (() => {
  const shares = new Map((study.importance?.importances ?? []).map(({ name, share }) => [name, share]));
  const active = (param) => complete.reduce((sum, i) => sum + (param.values[i] !== null), 0);
  const varies = (param) => new Set(complete.map((i) => param.values[i]).filter((value) => value !== null)).size > 1;
  return study.params
    .filter(varies)
    .map((param, place) => ({ param, place, share: shares.get(param.name) ?? 0, active: active(param) }))
    .sort((a, b) => b.share - a.share || b.active - a.active || a.place - b.place)
    .map(({ param }) => param);
})();

/** An element with its text, so that no name or message is read as HTML. */
function element(name, text = "", properties = {}) {
  const made = document.createElement(name);
  if (text !== "") made.textContent = text;
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  return made;
}
