/** One line of time under the curves: hand-offs, take-overs, labels, checkpoints, changes. */

import { html, type TemplateResult } from "lit";
import { num, timeOfDay } from "../lib/format";
import { t, word } from "../lib/i18n";
import { LANES, type Lane, type RunEvent } from "../lib/run_events";
import { shape } from "../lib/shapes";
import { styled } from "../lib/styled";

const SHAPES: Record<Lane, string> = {
  hand_off: "rl",
  take_over: "human",
  label: "unlabelled",
  checkpoint: "checkpoint",
  change: "change",
};
const LISTED = 100;

export interface EventLineOptions {
  events: readonly RunEvent[];
  /** First and last moment, epoch seconds: those of the curves above. */
  window: readonly [number, number];
}

function place(at: number, [from, to]: readonly [number, number]): Record<string, string> {
  return { left: `${(((at - from) / Math.max(1, to - from)) * 100).toFixed(3)}%` };
}

function lane(name: Lane, events: readonly RunEvent[], window: readonly [number, number]) {
  return html`<div class="event-lane">
    <span class="event-lane-name" title="${word("event_lane", name)}">${shape(SHAPES[name])}</span>
    <div class="event-marks">
      ${events.map(
        (event) =>
          html`<span class="event-mark event-${event.mark}" title="${timeOfDay(event.at)} ${event.words}" ${styled(place(event.at, window))}>${shape(event.mark)}</span>`,
      )}
    </div>
  </div>`;
}

function row(event: RunEvent): TemplateResult {
  const words = html`${shape(event.mark)} ${event.words}`;
  return html`<li><span class="num">${timeOfDay(event.at)}</span>
    ${event.href ? html`<a href="${event.href}">${words}</a>` : html`<span>${words}</span>`}</li>`;
}

/** The line, and the same as a list for whoever cannot see or point. */
export function eventLine({ events, window }: EventLineOptions): TemplateResult {
  const seen = events.filter((event) => event.at >= window[0] && event.at <= window[1]);
  const of = (name: Lane) => seen.filter((event) => event.lane === name);
  const words = LANES.map((name) => `${word("event_lane", name)}: ${num(of(name).length)}`);
  const newest = seen.slice(-LISTED).toReversed();
  return html`<section class="panel event-line" aria-label="${t("event.title")}">
    <h2>${t("event.title")}</h2>
    <div role="img" aria-label="${words.join(", ")}">${LANES.map((name) => lane(name, of(name), window))}</div>
    ${
      newest.length === 0
        ? html`<p class="quiet small">${t("event.none")}</p>`
        : html`<details><summary>${t("event.list", { n: newest.length })}</summary>
            <ol class="event-list">${newest.map(row)}</ol></details>`
    }
    <p class="quiet small event-legend">${LANES.map((name) => html`<span>${shape(SHAPES[name])} ${word("event_lane", name)}</span> `)}</p>
  </section>`;
}
