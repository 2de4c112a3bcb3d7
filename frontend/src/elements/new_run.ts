/** A new run: task, regime, algorithm, and every setting from the algorithm's own schema for that task. */

import { html, nothing, type TemplateResult } from "lit";
import { get, post, query } from "../api/client";
import type { ConfigProperty, ConfigSchema, Robot, Run, Task } from "../api/types";
import { changedConfig, rangeOf, stepOf } from "../lib/config_form";
import { LightElement } from "../lib/element";
import { type Key, localised, t, word } from "../lib/i18n";
import { pageData } from "../lib/page";
import { allRobots, robotTitle } from "../lib/robots";
import { fill, runFile } from "../lib/run_file";

const ALGORITHMS = (pageData.page.algorithms ?? ["rlt"]) as string[];
/** The settings most runs change; the others are a click away. */
const COMMON = new Set([
  "reference_speed",
  "beta",
  "updates_per_transition",
  "warmup_episodes",
  "exploration_chunk",
  "chunk",
]);

export class NewRun extends LightElement {
  static override properties = { tasks: { attribute: false } };

  declare tasks: Task[];
  private schema: ConfigSchema | null = null;
  private algorithm = ALGORITHMS[0] ?? "rlt";
  private task = "";
  private robots: Robot[] = [];
  private choices = 0;

  constructor() {
    super();
    this.tasks = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(async () => {
      this.robots = await allRobots();
      await this.choose(this.robot()?.task_id ?? this.tasks[0]?.id ?? "", this.algorithm);
    });
  }

  /** The robot that the run is for unless somebody says otherwise: the one asked about, or the only one. */
  private robot(): Robot | undefined {
    const asked = new URLSearchParams(location.search).get("robot");
    const only = this.robots.length === 1 ? this.robots[0] : undefined;
    return this.robots.find(({ id }) => id === asked) ?? only;
  }

  /** A file of a run's settings fills the form; what it does not name stays as it is. */
  private readFile(event: Event): void {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) return;
    void this.attempt(async () => {
      const plan = runFile(await file.text());
      await this.choose(plan.task_id ?? this.task, plan.algorithm ?? this.algorithm);
      this.requestUpdate();
      await this.updateComplete;
      const unknown = fill(this.querySelector("form") as HTMLFormElement, plan);
      if (unknown.length > 0) throw new Error(t("new_run.unknown", { names: unknown.join(", ") }));
    });
  }

  private chooseAlgorithm(event: Event): void {
    const chosen = (event.target as HTMLSelectElement).value;
    void this.attempt(() => this.choose(this.task, chosen));
  }

  private chooseTask(event: Event): void {
    const chosen = (event.target as HTMLSelectElement).value;
    void this.attempt(() => this.choose(chosen, this.algorithm));
  }

  /** What nobody has touched yet becomes the default of this task. The last choice counts, whichever is answered last. */
  private async choose(task: string, algorithm: string): Promise<void> {
    this.choices += 1;
    const mine = this.choices;
    const schema = await get<ConfigSchema>(`/runs/schema/${algorithm}${query({ task })}`);
    if (mine !== this.choices) return;
    [this.task, this.algorithm, this.schema] = [task, algorithm, schema];
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const read = (name: string) => data.get(name) as string | null;
    await this.attempt(async () => {
      const run = await post<Run>("/runs", {
        name: read("run-name") ?? "",
        task_id: read("run-task"),
        regime: read("run-regime"),
        algorithm: this.algorithm,
        seed: Number(read("run-seed")),
        config: this.schema ? changedConfig(this.schema, read) : {},
        robot_ids: data.getAll("run-robot"),
      });
      location.assign(`/runs/${run.id}`);
    });
  }

  private setting(name: string, property: ConfigProperty): TemplateResult {
    const unit = property["x-unit"];
    const id = `setting-${name}`;
    const field = property.enum
      ? html`<select id="${id}" name="${name}" aria-describedby="${id}-help">${property.enum.map((one) => html`<option value="${one}" ?selected=${one === property.default}>${word(name, one)}</option>`)}</select>`
      : property.type === "boolean"
        ? html`<input id="${id}" type="checkbox" name="${name}" ?checked=${property.default === true} />`
        : html`<input id="${id}" type="number" name="${name}" required min="${property.minimum ?? ""}" max="${property.maximum ?? ""}" step="${stepOf(property)}" value="${property.default ?? ""}" aria-describedby="${id}-help" />`;
    return html`<div class="setting">
      <label for="${id}"><code>${name}</code>${unit ? html` <span class="quiet">${unit}</span>` : nothing}</label>
      ${field}
      <p id="${id}-help" class="quiet small">${word("setting", name) === name ? (property.description ?? "") : word("setting", name)} <span class="num">${rangeOf(property)}</span></p>
    </div>`;
  }

  private settings(schema: ConfigSchema): TemplateResult {
    const all = Object.entries(schema.properties);
    const common = all.filter(([name]) => COMMON.has(name));
    const rest = all.filter(([name]) => !COMMON.has(name));
    return html`<fieldset class="settings"><legend>${t("new_run.common")}</legend>
        ${common.map(([name, property]) => this.setting(name, property))}</fieldset>
      <details><summary>${t("new_run.all", { n: rest.length })}</summary>
        <fieldset class="settings"><legend class="sr">${t("new_run.all", { n: rest.length })}</legend>
        ${rest.map(([name, property]) => this.setting(name, property))}</fieldset></details>`;
  }

  private robotChoice(): TemplateResult {
    return html`<fieldset class="choices"><legend>${t("new_run.robots")}</legend>
      ${this.robots.map((robot) => html`<label class="check"><input type="checkbox" name="run-robot" value="${robot.id}" ?checked=${robot === this.robot()} /> ${robotTitle(robot)}</label>`)}
      ${this.robots.length === 0 ? html`<p class="quiet">${t("fleet.empty_title")}</p>` : nothing}
    </fieldset>`;
  }

  private regimes(): TemplateResult {
    return html`<select name="run-regime">${["critical", "full"].map((regime) => html`<option value="${regime}">${t(`regime.${regime}` as Key)}</option>`)}</select>`;
  }

  protected override render(): TemplateResult {
    return html`<form class="panel new-run" @submit=${(event: SubmitEvent) => void this.submit(event)}>
      <h2>${t("runs.new")}</h2>
      <div class="form-row">
        <label>${t("new_run.name")} <input name="run-name" maxlength="80" placeholder="${t("new_run.name_example")}" /></label>
        <label>${t("episode.task")} <select name="run-task" @change=${(event: Event) => this.chooseTask(event)}>${this.tasks.map((task) => html`<option value="${task.id}" ?selected=${task.id === this.task}>${localised(task.title) || task.id}</option>`)}</select></label>
        <label>${t("episode.regime")} ${this.regimes()}</label>
        <label>${t("runs.algorithm")} <select name="run-algorithm" @change=${(event: Event) => this.chooseAlgorithm(event)}>${ALGORITHMS.map((name) => html`<option value="${name}" ?selected=${name === this.algorithm}>${word("algorithm", name)}</option>`)}</select></label>
        <label>${t("new_run.file")} <input type="file" accept="application/json,.json" title="${t("new_run.file_help")}" @change=${(event: Event) => this.readFile(event)} /></label>
        <label>${t("new_run.seed")} <input name="run-seed" type="number" min="0" step="1" value="0" required /></label>
      </div>
      ${this.robotChoice()} ${this.schema ? this.settings(this.schema) : nothing}
      <p class="problem" role="alert">${this.problem}</p>
      <p><button type="submit" class="primary" ?disabled=${this.busy || !this.schema}>${t("new_run.do")}</button></p>
    </form>`;
  }
}

customElements.define("rlt-new-run", NewRun);
