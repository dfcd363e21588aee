// Charts: drawn from the table beside them, and from nothing else.
import { readTable } from "./table.js";

const { Chart } = globalThis;
const charts = new Map();
const dark = matchMedia("(prefers-color-scheme: dark)");
const SERIES = ["--data-1", "--data-2", "--data-3"];
// Bars of a chart that lies on its side, with the room between them.
const BAR_HEIGHT = 26;
const BAR_MAX = 44;
// Of a chart that lies on its side, for the figures beyond its bars.
const SIDE_ROOM = 64;

// A colour as the canvas takes it; light-dark() is only worked out where it is used.
function makePalette(figure) {
  const probe = document.createElement("span");
  probe.hidden = true;
  figure.append(probe);
  const read = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const names = [...SERIES, "--data-before", "--line", "--line-strong", "--ink", "--ink-3"];
  const palette = Object.fromEntries(names.map((name) => [name, read(name)]));
  probe.remove();
  return palette;
}

function fade(color, share) {
  return color.replace(/^rgb\((.*)\)$/, (_, parts) => `rgb(${parts.replaceAll(",", " ")} / ${share})`);
}

// The largest bar has its figure above it.
const labels = {
  id: "labels",
  afterDatasetsDraw(chart) {
    const { ctx, data, options } = chart;
    const { palette, isSideways, isStacked } = options.plugins.labels;
    ctx.save();
    ctx.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
    ctx.fillStyle = palette["--ink"];
    const shown = data.datasets.findIndex((dataset) => !dataset.isBefore);
    const values = data.datasets[shown].data;
    const whole = (index) =>
      isStacked ? data.datasets.reduce((sum, { data: own }) => sum + Math.max(own[index] ?? 0, 0), 0) : values[index];
    const best = values.reduce((top, value, index) => ((value ?? 0) > (values[top] ?? 0) ? index : top), 0);
    const meta = chart.getDatasetMeta(isStacked ? data.datasets.length - 1 : shown);
    meta.data.forEach((bar, index) => {
      if (!isSideways && index !== best) return;
      const value = whole(index);
      if (!(value > 0) || isCovered(data.datasets, index, value)) return;
      const text = write(value);
      if (isSideways) {
        ctx.textBaseline = "middle";
        ctx.fillText(text, Math.max(bar.x, bar.base) + 8, bar.y);
      } else {
        ctx.textAlign = "center";
        ctx.fillText(text, bar.x, bar.y - 6);
      }
    });
    ctx.restore();
  },
};

// Whether the bar of before is higher, and lies where the figure would be.
function isCovered(datasets, index, value) {
  return datasets.some(({ isBefore, data }) => isBefore && data[index] > value);
}

// At axes and bars, where there is room for whole units.
function write(value) {
  return new Intl.NumberFormat("en-SG", { maximumFractionDigits: 0 }).format(value);
}

// A name that is longer than half of the chart ends with an ellipsis.
function shorten(scale, name) {
  const room = (scale.chart.width - SIDE_ROOM) / 2 - 12;
  const fits = (text) => scale.ctx.measureText(text).width <= room;
  if (fits(name)) return name;
  let end = name.length - 1;
  while (end > 1 && !fits(`${name.slice(0, end).trimEnd()}…`)) end -= 1;
  return `${name.slice(0, end).trimEnd()}…`;
}

// Few bars are beside each other, however wide the chart is.
function findWidth(figure, table, count) {
  const room = figure.clientWidth / Math.max(table.labels.length, 1);
  return Math.min(0.76, (count * (BAR_MAX + 2)) / room);
}

function makeDatasets(figure, table, palette, { isSideways, isStacked }) {
  const keys = figure.dataset.series.trim().split(/\s+/);
  const count = keys.length + (figure.dataset.before ? 1 : 0);
  const shared = {
    borderRadius: 3,
    borderSkipped: false,
    maxBarThickness: BAR_MAX,
    categoryPercentage: isSideways ? 0.76 : findWidth(figure, table, count),
    barPercentage: isStacked ? 0.9 : 0.94,
  };
  const series = keys.map((key, place) => {
    const color = palette[SERIES[place % SERIES.length]];
    // The parts of a bar differ by their fill, not by hue alone.
    const fills = [palette["--data-before"], palette["--data-1"], "transparent"];
    const isOutlined = isStacked && place !== 1;
    return {
      ...shared,
      label: table.head(key),
      data: table.column(key),
      texts: table.texts(key),
      // What still runs is lighter.
      backgroundColor: isStacked ? fills[place] : table.marks.map((isRunning) => (isRunning ? fade(color, 0.45) : color)),
      borderColor: palette["--line-strong"],
      borderWidth: isOutlined ? 1 : 0,
      stack: isStacked ? "all" : undefined,
    };
  });
  const { before } = figure.dataset;
  if (!before) return series;
  const behind = {
    ...shared,
    isBefore: true,
    label: table.head(before),
    data: table.column(before),
    texts: table.texts(before),
    backgroundColor: palette["--data-before"],
    borderColor: palette["--line-strong"],
    borderWidth: 1,
  };
  return [behind, ...series];
}

function makeOptions(palette, { isSideways, isStacked, ratio }) {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12, weight: 500 };
  const ticks = { color: palette["--ink-3"], font };
  const values = {
    beginAtZero: true,
    stacked: isStacked,
    border: { display: false },
    grid: { color: palette["--line"], drawTicks: false },
    ticks: { ...ticks, padding: 8, maxTicksLimit: 6, callback: write },
    display: !isSideways,
  };
  const names = {
    stacked: isStacked,
    border: { display: false },
    grid: { display: false },
    ticks: { ...ticks, color: isSideways ? palette["--ink"] : palette["--ink-3"], autoSkip: !isSideways, maxRotation: 0 },
  };
  if (isSideways) {
    names.ticks.callback = function write(place) {
      this.ctx.font = `500 12px ${font.family}`;
      return shorten(this, this.getLabelForValue(place));
    };
  }
  return {
    animation: false,
    maintainAspectRatio: false,
    devicePixelRatio: ratio,
    indexAxis: isSideways ? "y" : "x",
    layout: { padding: isSideways ? { right: SIDE_ROOM } : { top: 20 } },
    scales: isSideways ? { x: values, y: names } : { x: names, y: values },
    plugins: {
      legend: { display: false },
      labels: { palette, isSideways, isStacked },
      tooltip: { displayColors: false, callbacks: { label: ({ dataset, dataIndex }) => `${dataset.label}: ${dataset.texts[dataIndex]}` } },
    },
  };
}

function draw(figure, ratio) {
  const canvas = figure.querySelector("canvas");
  charts.get(canvas)?.destroy();
  const isStacked = figure.dataset.chart === "stacked";
  const isSideways = isStacked || figure.dataset.chart === "sideways";
  const source = document.getElementById(figure.dataset.of);
  const table = readTable(source, figure.dataset);
  // As a bar the rest would make all others small: it is said below them.
  const captionHeight = figure.querySelector("figcaption") ? 24 : 0;
  if (isSideways) figure.style.height = `${table.labels.length * BAR_HEIGHT + 16 + captionHeight}px`;
  const palette = makePalette(figure);
  const config = {
    type: "bar",
    data: { labels: table.labels, datasets: makeDatasets(figure, table, palette, { isSideways, isStacked }) },
    options: makeOptions(palette, { isSideways, isStacked, ratio }),
    plugins: [labels],
  };
  charts.set(canvas, new Chart(canvas, config));
}

export function drawCharts(ratio) {
  if (!Chart) return;
  for (const [canvas, chart] of charts) {
    if (canvas.isConnected) continue;
    chart.destroy();
    charts.delete(canvas);
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    draw(figure, typeof ratio === "number" ? ratio : undefined);
  }
}

// Drawn again when the colours are others: by choice, with the evening, and on paper.
new MutationObserver(() => drawCharts()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
dark.addEventListener("change", () => drawCharts());
let theme;
addEventListener("beforeprint", () => {
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  drawCharts(2);
});
addEventListener("afterprint", () => {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  drawCharts();
});
