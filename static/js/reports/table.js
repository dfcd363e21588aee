// Table: what a chart draws, read from the cells of a table of figures.

function read(row, labelPlace) {
  const cells = [...row.cells];
  const { short, value } = cells[labelPlace].dataset;
  return {
    label: short ?? value,
    isRunning: row.querySelector("[data-mark]") !== null,
    values: cells.map(({ dataset }) => (dataset.value === "" ? null : Number(dataset.value))),
    texts: cells.map((cell) => cell.textContent.trim()),
  };
}

// The first ``rowsMax`` rows, by column.
export function readTable(table, { label, rowsMax, reversed }) {
  const heads = [...table.tHead.rows[0].cells];
  const keys = heads.map(({ dataset }) => dataset.key);
  let rows = [...table.tBodies[0].rows].map((row) => read(row, keys.indexOf(label)));
  rows = rows.slice(0, Number(rowsMax ?? 0) || rows.length);
  if (reversed !== undefined) rows.reverse();
  return {
    labels: rows.map((row) => row.label),
    marks: rows.map((row) => row.isRunning),
    head: (key) => heads[keys.indexOf(key)].textContent.trim(),
    column: (key) => rows.map((row) => row.values[keys.indexOf(key)]),
    texts: (key) => rows.map((row) => row.texts[keys.indexOf(key)]),
  };
}
