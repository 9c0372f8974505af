// All trials as a table of which only the rows in view exist, so that ten thousand stay quick.

const rowHeight = 30;

function trialColumns() {
  const columns = [
    { name: "trial", number: true, value: (i) => trials.number[i] },
    { name: "state", value: (i) => trials.state[i] },
  ];
  study.objectives.forEach(({ metric }, k) => columns.push({ name: metric, number: true, value: (i) => trials.values[k][i] }));
  columns.push({ name: "epochs", number: true, value: (i) => trials.epochs[i] }, { name: "seconds", number: true, value: (i) => trials.seconds[i] });
  for (const param of study.params) {
    const value = (i) => (param.labels && param.values[i] !== null ? param.labels[param.values[i]] : param.values[i]);
    columns.push({ name: param.name, number: !param.labels, value });
  }
  if (trials.errors.length > 0) columns.push({ name: "error", value: (i) => (trials.error[i] === null ? null : trials.errors[trials.error[i]]) });
  for (const column of columns) {
    column.text = (i) => (column.value(i) === null ? "" : short(column.value(i)));
    column.lower = remembered((i) => column.text(i).toLowerCase());
    const longest = thinned(all, 500).reduce((most, i) => Math.max(most, column.text(i).length), column.name.length + 2);
    column.width = Math.min(30, longest) + (column.name === "state" ? 5 : 3);
  }
  return columns;
}

const byText = new Intl.Collator("en", { numeric: true });

/** Nothing sorts last, whatever the order. */
function compared(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * byText.compare(String(a), String(b));
}

/** A test for one word of the filter: a condition on a column, or a part of any cell. */
function condition(word, columns) {
  const parts = word.match(/^(.+?)(<=|>=|=|<|>)(.+)$/);
  const column = parts && columns.find(({ name }) => name.toLowerCase() === parts[1]);
  if (!column) return (i) => columns.some(({ lower }) => lower(i).includes(word));
  const wanted = Number(parts[3]);
  if (parts[2] === "=") return (i) => column.lower(i) === parts[3] || (column.value(i) !== null && column.value(i) === wanted);
  const holds = { "<": (a) => a < wanted, ">": (a) => a > wanted, "<=": (a) => a <= wanted, ">=": (a) => a >= wanted }[parts[2]];
  return (i) => isNumber(column.value(i)) && holds(column.value(i));
}

class TrialTable {
  constructor(box, filter, found) {
    [this.box, this.filter, this.found] = [box, filter, found];
    this.columns = trialColumns();
    this.order = { column: null, sign: 1 };
    this.rows = all;
    this.build();
    this.box.addEventListener("scroll", () => requestAnimationFrame(() => this.show()), { passive: true });
    this.filter.addEventListener("input", () => this.choose());
    window.addEventListener("resize", () => this.show());
    this.choose();
  }

  build() {
    const table = element("table");
    table.style.width = `${this.columns.reduce((sum, { width }) => sum + width, 0)}ch`;
    const group = element("colgroup");
    const head = element("tr");
    for (const column of this.columns) {
      const col = element("col");
      col.style.width = `${column.width}ch`;
      group.append(col);
      column.head = element("th", "", { scope: "col", className: column.number ? "number" : "" });
      const button = element("button", column.name, { type: "button", title: column.name });
      button.addEventListener("click", () => this.sort(column));
      column.head.append(button);
      head.append(column.head);
    }
    const top = element("thead");
    top.append(head);
    this.body = element("tbody");
    this.table = table;
    table.append(group, top, this.body);
    this.box.append(table);
  }

  sort(column) {
    const sign = this.order.column === column ? -this.order.sign : 1;
    this.order = { column, sign };
    for (const { head } of this.columns) head.removeAttribute("aria-sort");
    column.head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    this.choose();
  }

  choose() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const tests = words.map((word) => condition(word, this.columns));
    this.rows = all.filter((i) => tests.every((test) => test(i)));
    const { column, sign } = this.order;
    if (column) this.rows.sort((a, b) => compared(column.value(a), column.value(b), sign) || a - b);
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    this.found.textContent = words.length > 0 ? `${counted(this.rows.length)} of ${many(count, "trial")}` : many(count, "trial");
    this.show();
  }

  /** Makes the rows around those in view, between two rows as high as the others together. */
  show(first = Math.floor(this.box.scrollTop / rowHeight) - 10, number = Math.ceil(this.box.clientHeight / rowHeight) + 20) {
    const from = Math.max(0, Math.min(first, this.rows.length - number));
    const to = Math.min(this.rows.length, from + number);
    const rows = [this.space(from)];
    for (let k = from; k < to; ++k) rows.push(this.row(k));
    rows.push(this.space(this.rows.length - to));
    this.body.replaceChildren(...rows.filter((row) => row !== null));
  }

  space(number) {
    if (number <= 0) return null;
    const row = element("tr", "", { className: "space", "aria-hidden": "true" });
    row.style.height = `${number * rowHeight}px`;
    row.append(element("td", "", { colSpan: this.columns.length }));
    return row;
  }

  row(k) {
    const i = this.rows[k];
    const row = element("tr", "", { "aria-rowindex": String(k + 2), className: i === best ? "best" : "" });
    for (const column of this.columns) {
      const text = column.text(i);
      const cell = element("td", text, { className: column.number ? "number" : "", title: text.length > 20 ? text : "" });
      if (column.name === "state" && column === this.columns[1]) cell.replaceChildren(element("span", text, { className: `state ${text}` }));
      row.append(cell);
    }
    return row;
  }
}
