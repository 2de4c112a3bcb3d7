/** The facts of one attempt, as a list. */

import { html, type TemplateResult } from "lit";
import type { Episode } from "../api/types";
import { dayAndTime, num } from "../lib/format";
import { t, word } from "../lib/i18n";

export function episodeFacts(episode: Episode, taskTitle: string): TemplateResult {
  const run = episode.run;
  const facts: [string, TemplateResult | string][] = [
    [t("episode.task"), taskTitle],
    [t("episode.robot"), html`<a href="/robots/${episode.robot.id}">${episode.robot.name}</a>`],
    [
      t("episode.run"),
      run
        ? html`<a href="/runs/${run.id}">${t("run.number", { n: run.number })} · ${run.name}</a>`
        : "–",
    ],
    [t("episode.regime"), word("regime", episode.regime)],
    [
      t("episode.started"),
      html`<time datetime="${episode.started_at}">${dayAndTime(episode.started_at)}</time>`,
    ],
    [
      t("episode.steps"),
      `${num(episode.steps)} (${num(episode.active_seconds, 1)} s ${t("episode.active")})`,
    ],
    [
      t("episode.hand_off"),
      episode.hand_off_step < 0
        ? t("episode.never")
        : t("episode.at_step", { n: episode.hand_off_step }),
    ],
    [t("episode.interventions"), num(episode.interventions)],
    [
      t("episode.policy"),
      episode.policy_version ? t("vital.version", { n: episode.policy_version }) : t("phase.base"),
    ],
    [t("episode.force"), `${num(episode.peak_force, 1)} N`],
    [
      t("episode.ended_by"),
      word("ending", episode.ended_by) + (episode.truncated ? ` · ${t("episode.truncated")}` : ""),
    ],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="num">${value}</dd></div>`)}</dl>`;
}
