// Table: what a chart draws, read from the cells of a table of figures.

function read(row, labelPlace) {
  const cells = [...row.cells];
  const { short, value } = cells[labelPlace].dataset;
  return {
    label: short ?? value,
    isRunning: row.querySelector("[data-mark]") !== null,
    values: cells.map(({ dataset }) => (dataset.value === "" ? null : Number(dataset.value))),
  };
}

// The columns of ``series``, by row. Of more rows than ``rowsMax``, what the others come
// to is in ``rest``, by column.
export function readTable(table, { label, series, rowsMax, reversed }) {
  const heads = [...table.tHead.rows[0].cells];
  const keys = heads.map(({ dataset }) => dataset.key);
  let rows = [...table.tBodies[0].rows].map((row) => read(row, keys.indexOf(label)));
  const max = Number(rowsMax ?? 0) || rows.length;
  const others = rows.slice(max);
  rows = rows.slice(0, max);
  if (reversed !== undefined) rows.reverse();
  const column = (key) => rows.map((row) => row.values[keys.indexOf(key)]);
  const add = (key) => others.reduce((sum, row) => sum + (row.values[keys.indexOf(key)] ?? 0), 0);
  return {
    labels: rows.map((row) => row.label),
    marks: rows.map((row) => row.isRunning),
    head: (key) => heads[keys.indexOf(key)].textContent.trim(),
    column,
    rest: others.length ? series.trim().split(/\s+/).map(add) : undefined,
  };
}
