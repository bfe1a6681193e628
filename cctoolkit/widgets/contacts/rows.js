// One page of contacts as a table: real cells, which screen readers read and a person can mark and copy. Each text is
// set as text. The kernel sends a page, and is told who is chosen (`chosen`: positions in all that was found) and what
// was asked for: the details of one, another order, another page. What is said of rows carries the number of the drawing
// that showed them: after a search or another order the same position is somebody else.

function element(name, words, attributes = {}) {
  const made = document.createElement(name);
  if (words !== undefined) made.textContent = words;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function heading(model, column, page) {
  const sorted = page.sorted === column;
  const head = element("th", undefined, { scope: "col" });
  if (sorted) head.setAttribute("aria-sort", page.descending ? "descending" : "ascending");
  const button = element("button", column, { type: "button", title: `Sort by ${column}` });
  button.append(element("span", sorted ? (page.descending ? " ▼" : " ▲") : "", { "aria-hidden": "true" }));
  button.dataset.column = column;
  button.addEventListener("click", () => model.send({ sort: column }));
  head.append(button);
  return head;
}

function line(texts, position) {
  const made = element("tr", undefined, { tabindex: "-1", "aria-rowindex": position + 2 });
  made.dataset.position = position;
  texts.forEach((words, at) => {
    const cell = at ? element("td") : element("th", undefined, { scope: "row" });
    cell.append(element("bdi", words));
    if (words.length > 24) cell.title = words;
    made.append(cell);
  });
  return made;
}

function render({ model, el }) {
  const box = element("div", undefined, { class: "cct-rows", role: "region", tabindex: "0" });
  el.append(box);
  let body = element("tbody");
  let shown = -1;
  // From where Shift extends the choice.
  let anchor = null;

  const position = (row) => Number(row.dataset.position);

  function mark() {
    const said = model.get("chosen");
    const chosen = new Set(said.drawn === model.get("page").drawn ? said.positions : []);
    for (const row of body.rows) row.setAttribute("aria-selected", chosen.has(position(row)));
  }

  function hold(row) {
    for (const each of body.rows) each.tabIndex = each === row ? 0 : -1;
  }

  function choose(row, event) {
    const at = position(row);
    const drawn = model.get("page").drawn;
    const said = model.get("chosen");
    const before = said.drawn === drawn ? said.positions : [];
    let chosen = [at];
    if (event.shiftKey && anchor !== null) {
      const [low, high] = [Math.min(anchor, at), Math.max(anchor, at)];
      chosen = Array.from({ length: high - low + 1 }, (_, step) => low + step);
    } else {
      anchor = at;
      if (event.ctrlKey || event.metaKey || event.key === " ")
        chosen = before.includes(at) ? before.filter((each) => each !== at) : [...before, at];
    }
    model.set("chosen", { drawn, positions: chosen.sort((one, other) => one - other) });
    model.save_changes();
    hold(row);
    mark();
    return chosen.length === 1 && chosen[0] === at;
  }

  const open = (row) => model.send({ open: position(row), drawn: model.get("page").drawn });

  function draw() {
    const page = model.get("page");
    const column = box.contains(document.activeElement) ? document.activeElement.dataset.column : undefined;
    const inside = body.contains(document.activeElement) && shown !== -1;
    const kept = inside ? [...body.rows].indexOf(document.activeElement.closest("tr")) : -1;
    const table = element("table", undefined, {
      class: "cct-table",
      role: "grid",
      "aria-multiselectable": "true",
      "aria-rowcount": page.count + 1,
    });
    table.append(element("caption", page.caption));
    const heads = element("tr", undefined, { "aria-rowindex": 1 });
    heads.append(...page.columns.map((column) => heading(model, column, page)));
    const head = element("thead");
    head.append(heads);
    body = element("tbody");
    body.append(...page.rows.map((texts, at) => line(texts, page.start + at)));
    table.append(head, body);
    box.setAttribute("aria-label", page.caption);
    box.replaceChildren(table);
    if (shown !== page.start) box.scrollTop = 0;
    shown = page.start;
    anchor = null;
    mark();
    const first = body.rows[Math.max(0, Math.min(kept, body.rows.length - 1))];
    if (first) hold(first);
    if (inside && first) first.focus();
    if (column) [...head.querySelectorAll("button")].find((button) => button.dataset.column === column)?.focus();
  }

  box.addEventListener("mousedown", (event) => {
    // With Shift a browser would mark the text in between.
    if (event.shiftKey && event.target.closest("tbody tr")) event.preventDefault();
  });

  box.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    const marked = window.getSelection();
    // Who marks a cell's text to copy it asks for nothing.
    if (!row || (!event.shiftKey && String(marked) && row.contains(marked.anchorNode))) return;
    row.focus();
    if (choose(row, event) && !event.ctrlKey && !event.metaKey) open(row);
  });

  box.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    // With other keys held it is JupyterLab's, or the browser's.
    if (!row || row !== event.target || event.altKey || event.metaKey || event.ctrlKey) return;
    const to = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: body.rows[0],
      End: body.rows[body.rows.length - 1],
    };
    if (event.key in to) {
      const next = to[event.key];
      if (next) {
        anchor = event.shiftKey ? (anchor ?? position(row)) : position(next);
        hold(next);
        next.focus();
        if (event.shiftKey) choose(next, event);
      }
    } else if (event.key === "Enter" && !event.shiftKey) {
      choose(row, {});
      open(row);
    } else if (event.key === " ") {
      choose(row, event);
    } else if (event.key === "PageDown" || event.key === "PageUp") {
      model.send({ turn: event.key === "PageDown" ? 1 : -1 });
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });

  draw();
  model.on("change:page", draw);
  model.on("change:chosen", mark);
  return () => {
    model.off("change:page", draw);
    model.off("change:chosen", mark);
  };
}

export default { render };
