/** A tiny trend without axes, for cards and lists. */

import { html, nothing, svg, type TemplateResult } from "lit";

const WIDTH = 120;
const HEIGHT = 28;

/** Points of a polyline through the known values, scaled from zero to the largest. */
export function sparkPoints(values: readonly (number | null)[]): string {
  const top = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length - 1);
  return values
    .map((value, index) =>
      value === null
        ? ""
        : `${(index * step).toFixed(1)},${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`,
    )
    .filter(Boolean)
    .join(" ");
}

export function sparkline(
  values: readonly (number | null)[],
  label: string,
): TemplateResult | typeof nothing {
  if (values.filter((value) => value !== null).length < 2) return nothing;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}" preserveAspectRatio="none">
    ${svg`<polyline points="${sparkPoints(values)}" vector-effect="non-scaling-stroke" />`}
  </svg>`;
}
