/** A uPlot line chart that resizes, follows the theme, and says in words what it shows. */

import "uplot/dist/uPlot.min.css";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import uPlot from "uplot";
import { colour, onThemeChange } from "../lib/colours";
import { LightElement } from "../lib/element";
import { hourMinute, percent, plain, short } from "../lib/format";
import { t } from "../lib/i18n";

export interface ChartSeries {
  label: string;
  /** A colour token, such as `--rl`. */
  token: string;
  values: (number | null)[];
  dash?: number[];
  width?: number;
  /** Share of opacity filled below the line. */
  fill?: number;
  points?: boolean;
  stepped?: boolean;
  /** A bar from each x to the next one: counts and bins of the clock. */
  bars?: boolean;
  /** Nothing known means nothing drawn; without it the line goes on to the next value. */
  gaps?: boolean;
}

export interface ChartData {
  x: number[];
  series: ChartSeries[];
  /** Time in epoch seconds, or a plain count. */
  xKind: "time" | "count";
  /** Pairs of series (upper, lower; from 0) with the area between them filled. */
  bands?: { upper: number; lower: number; token: string }[];
  /** Horizontal reference lines. */
  lines?: { label: string; value: number; token: string }[];
  /** Moments worth a vertical line, such as a changed setting. */
  marks?: { at: number; label: string }[];
  /** First and last x, so that several charts share one line of time. */
  window?: [number, number];
  range?: [number, number];
  /** Decimals of the value axis are chosen by size unless given as percent. */
  percent?: boolean;
}

/** Of the value axis; `.event-lane-name` is as wide. */
const AXIS_WIDTH = 48;
const MINUTE = 60;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440].map((n) => n * MINUTE);

function withReferences(data: ChartData, low: number, high: number): [number, number] {
  const values = (data.lines ?? []).map((line) => line.value);
  const top = Math.max(high, ...values);
  const bottom = Math.min(low, ...values);
  const room = (top - bottom || Math.abs(top) || 1) * 0.08;
  // Amounts begin at nothing: a bar or curve cut off at the bottom shows a change that is not there.
  return [bottom >= 0 ? 0 : bottom - room, top + room];
}

function axisText(data: ChartData, value: number): string {
  return data.percent ? percent(value) : short(value);
}

/** Ticks need no more decimals than tell them apart. */
function tickText(data: ChartData, value: number): string {
  return data.percent ? axisText(data, value) : plain(value);
}

function axes(data: ChartData): uPlot.Axis[] {
  const grid = { stroke: colour("--line"), width: 1 };
  const look = { stroke: colour("--ink-2"), font: "11px system-ui", grid, ticks: { show: false } };
  const xValues = (_: uPlot, splits: number[]) =>
    splits.map((at) => (data.xKind === "time" ? hourMinute(at) : plain(at)));
  return [
    {
      ...look,
      grid: { show: false },
      size: 22,
      gap: 4,
      space: 56,
      values: xValues,
      ...(data.xKind === "time" ? { incrs: TIME_STEPS } : {}),
    },
    {
      ...look,
      size: AXIS_WIDTH,
      gap: 4,
      space: 26,
      values: (_: uPlot, splits: number[]) => splits.map((value) => tickText(data, value)),
    },
  ];
}

function seriesOf(series: ChartSeries): uPlot.Series {
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const bars = uPlot.paths.bars?.({ align: 1, size: [1, Number.POSITIVE_INFINITY] });
  return {
    label: series.label,
    stroke: colour(series.token),
    width: series.width ?? 1.75,
    spanGaps: !series.gaps,
    points: { show: series.points ?? false, size: 5, fill: colour(series.token) },
    ...(series.dash ? { dash: series.dash } : {}),
    ...(series.fill ? { fill: colour(series.token, series.fill) } : {}),
    ...(series.stepped && stepped ? { paths: stepped } : {}),
    ...(series.bars && bars ? { paths: bars } : {}),
  };
}

function drawLines(plot: uPlot, data: ChartData): void {
  const { ctx } = plot;
  const { left, width } = plot.bbox;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui`;
  ctx.textBaseline = "bottom";
  for (const [index, line] of (data.lines ?? []).entries()) {
    const y = Math.round(plot.valToPos(line.value, "y", true));
    ctx.strokeStyle = colour(line.token);
    ctx.fillStyle = colour(line.token);
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.textAlign = index % 2 === 0 ? "left" : "right";
    ctx.setLineDash([]);
    ctx.strokeStyle = colour("--panel");
    ctx.lineWidth = 3 * ratio;
    ctx.strokeText(
      line.label,
      index % 2 === 0 ? left + 4 * ratio : left + width - 4 * ratio,
      y - 1,
    );
    ctx.fillText(line.label, index % 2 === 0 ? left + 4 * ratio : left + width - 4 * ratio, y - 1);
  }
  ctx.restore();
}

function drawMarks(plot: uPlot, { marks = [] }: ChartData): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.strokeStyle = colour("--human-line");
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.at, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  }
  ctx.restore();
}

/** The last bar needs room after its x. */
function barWidth({ x, series }: ChartData): number {
  if (!series.some((one) => one.bars)) return 0;
  return (x.at(-1) ?? 0) - (x.at(-2) ?? 0);
}

/** What a chart looks like apart from its numbers; a change of it means building it anew. */
function lookOf(data: ChartData): string {
  const { x: _x, series, marks: _marks, window: _window, ...rest } = data;
  return JSON.stringify([rest, series.map(({ values: _values, ...look }) => look)]);
}

export class Chart extends LightElement {
  static override properties = {
    data: { attribute: false },
    height: { type: Number },
    label: { type: String },
  };

  declare data: ChartData | null;
  declare height: number;
  declare label: string;
  private plot: uPlot | null = null;
  private built = "";

  constructor() {
    super();
    this.data = null;
    this.height = 120;
    this.label = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.keep(onThemeChange(() => this.rebuild()));
    const observer = new ResizeObserver(() => this.fit());
    observer.observe(this);
    this.keep(() => observer.disconnect());
    this.keep(() => {
      this.plot?.destroy();
      this.plot = null;
    });
  }

  protected override render(): TemplateResult {
    return html`<div class="plot" role="img" aria-label="${this.summary()}"></div>
      ${this.isEmpty() ? html`<p class="plot-empty">${t("chart.empty")}</p>` : nothing}
      <div class="plot-readout num" aria-hidden="true"></div>`;
  }

  /** Axes without a single value would look like a zero. */
  private isEmpty(): boolean {
    return !this.data?.series.some(({ values }) => values.some((value) => value !== null));
  }

  private summary(): string {
    if (!this.data) return this.label;
    const parts = this.data.series.map((series) => {
      const last = series.values.findLast((value) => value !== null);
      return `${series.label} ${last === undefined ? "–" : axisText(this.data as ChartData, last ?? 0)}`;
    });
    return [this.label, ...parts].filter(Boolean).join(", ");
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("data") || !this.data) return;
    if (this.plot && this.built === lookOf(this.data)) this.plot.setData(this.table(this.data));
    else this.rebuild();
  }

  private table(data: ChartData): uPlot.AlignedData {
    return [data.x, ...data.series.map((series) => series.values)] as uPlot.AlignedData;
  }

  private fit(): void {
    if (this.plot && this.clientWidth > 0) {
      this.plot.setSize({ width: this.clientWidth, height: this.height });
    }
  }

  private rebuild(): void {
    const place = this.querySelector<HTMLElement>(".plot");
    if (!this.data || !place) return;
    this.plot?.destroy();
    this.built = lookOf(this.data);
    this.plot = new uPlot(this.options(this.data), this.table(this.data), place);
  }

  private options(data: ChartData): uPlot.Options {
    return {
      width: Math.max(80, this.clientWidth),
      height: this.height,
      legend: { show: false },
      padding: [6, 20, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: {
          time: false,
          range: (_, low, high) =>
            this.data?.window ?? [low ?? 0, (high ?? 1) + barWidth(this.data ?? data)],
        },
        y: { range: (_, low, high) => data.range ?? withReferences(data, low ?? 0, high ?? 1) },
      },
      axes: axes(data),
      series: [{}, ...data.series.map(seriesOf)],
      bands: (data.bands ?? []).map(({ upper, lower, token }) => ({
        series: [upper + 1, lower + 1],
        fill: colour(token, 0.16),
      })),
      hooks: {
        draw: [
          (plot) => drawLines(plot, this.data ?? data),
          (plot) => drawMarks(plot, this.data ?? data),
        ],
        setCursor: [(plot) => this.readout(plot)],
      },
    };
  }

  /** Values under the pointer, as text above the chart. */
  private readout(plot: uPlot): void {
    const place = this.querySelector(".plot-readout");
    const index = plot.cursor.idx;
    if (!place || !this.data) return;
    if (index === null || index === undefined || (plot.cursor.left ?? -1) < 0) {
      place.textContent = "";
      return;
    }
    const data = this.data;
    const at = data.x[index] ?? 0;
    const values = data.series.map((series) => {
      const value = series.values[index];
      return value === null || value === undefined
        ? ""
        : `${series.label} ${axisText(data, value)}`;
    });
    const where = data.xKind === "time" ? hourMinute(at) : short(at);
    place.textContent = [where, ...values.filter(Boolean)].join(" · ");
  }
}

customElements.define("rlt-chart", Chart);
