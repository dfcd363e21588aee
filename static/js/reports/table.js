// Table: what a chart draws, read from the cells of a table of figures.

// Of more rows than a chart has room for, the rest is added up as one bar.
function cut(rows, max, rest) {
  if (!max || rows.length <= max) return rows;
  const kept = rows.slice(0, max);
  const others = rows.slice(max);
  const add = (place) =>
    others.reduce((sum, row) => sum + (row.values[place] ?? 0), 0);
  kept.push({ label: rest, isRunning: false, values: kept[0].values.map((_, place) => add(place)) });
  return kept;
}

function read(row, labelPlace) {
  const cells = [...row.cells];
  const named = cells[labelPlace];
  return {
    label: named.dataset.short ?? named.dataset.value,
    isRunning: row.querySelector("[data-mark]") !== null,
    values: cells.map(({ dataset }) => (dataset.value === "" ? null : Number(dataset.value))),
  };
}

export function readTable(table, { label, rowsMax, rest, reversed }) {
  const keys = [...table.tHead.rows[0].cells].map(({ dataset }) => dataset.key);
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  let rows = [...table.tBodies[0].rows].map((row) => read(row, keys.indexOf(label)));
  rows = cut(rows, Number(rowsMax ?? 0), rest);
  if (reversed !== undefined) rows.reverse();
  return {
    labels: rows.map((row) => row.label),
    marks: rows.map((row) => row.isRunning),
    head: (key) => heads[keys.indexOf(key)],
    column: (key) => rows.map((row) => row.values[keys.indexOf(key)]),
  };
}
