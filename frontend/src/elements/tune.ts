/** Live tuning: what may change while a run goes on, what holds now, and who may change it. */

import { html, noChange, nothing, type PropertyValues, type TemplateResult } from "lit";
import { call, get } from "../api/client";
import type { ConfigProperty, ConfigSchema, Run } from "../api/types";
import { rangeOf } from "../lib/config_form";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { type Key, t, word } from "../lib/i18n";
import { can } from "../lib/page";

type Setting = "beta" | "exploration_chunk" | "exploration_step";
type Switch = "learning_paused" | "actor_frozen";

const LOOK_MS = 500;

const SETTINGS: readonly Setting[] = ["beta", "exploration_chunk", "exploration_step"];
const HELP = {
  beta: "setting.beta",
  exploration_chunk: "setting.exploration_chunk",
  exploration_step: "setting.exploration_step",
} as const satisfies Record<Setting, Key>;
const SWITCHES: readonly { name: Switch; on: Key; off: Key; help: Key }[] = [
  {
    name: "learning_paused",
    on: "tune.resume_learning",
    off: "tune.pause_learning",
    help: "tune.pause_learning_help",
  },
  {
    name: "actor_frozen",
    on: "tune.unfreeze_actor",
    off: "tune.freeze_actor",
    help: "tune.freeze_actor_help",
  },
];

/** Whether the learner says that it follows what was asked; null before it said anything. */
export function follows(run: Run, inForce: (name: string) => number | null): boolean | null {
  const asked = [
    ...SETTINGS.map((name) => [name, run.tuning[name]] as const),
    ...SWITCHES.map(({ name }) => [name, Number(run.tuning[name])] as const),
  ];
  const known = asked.filter(([name, value]) => value !== null && inForce(name) !== null);
  if (known.length === 0) return null;
  return known.every(([name, value]) => inForce(name) === value);
}

export class TunePanel extends LightElement {
  static override properties = { run: { attribute: false }, inForce: { attribute: false } };

  declare run: Run | null;
  /** The learner's own word: the newest point of a setting's curve. */
  declare inForce: (name: string) => number | null;
  private schema: ConfigSchema | null = null;
  private asked = "";

  constructor() {
    super();
    this.run = null;
    this.inForce = () => null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // The learner answers by points of its curves, which change nothing that is given to this one.
    this.every(LOOK_MS, () => this.requestUpdate());
  }

  protected override willUpdate(changed: PropertyValues): void {
    const algorithm = this.run?.algorithm ?? "";
    if (!changed.has("run") || !algorithm || this.asked === algorithm) return;
    this.asked = algorithm;
    void this.attempt(async () => {
      this.schema = await get<ConfigSchema>(`/runs/schema/${algorithm}`);
    });
  }

  private async change(changes: Partial<Record<Setting | Switch, number | boolean | null>>) {
    const run = this.run;
    if (!run) return;
    await this.attempt(async () => {
      this.run = await call<Run>("PATCH", `/runs/${run.id}/tuning`, changes);
      this.dispatchEvent(new CustomEvent("tuned", { detail: this.run, bubbles: true }));
    });
  }

  private submit(event: SubmitEvent, name: Setting): void {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get(name) ?? "");
    void this.change({ [name]: Number(text) });
  }

  private setting(run: Run, name: Setting, property: ConfigProperty): TemplateResult {
    const chosen = run.tuning[name];
    const id = `tune-${name}`;
    const live = this.inForce(name);
    const value = chosen ?? live ?? Number(run.config[name]);
    const typing = document.activeElement?.id === id;
    return html`<form class="tune-row" @submit=${(event: SubmitEvent) => this.submit(event, name)}>
      <label for="${id}" title="${t(HELP[name])}">${word("tune", name)} <span class="quiet">${property["x-unit"] ?? ""}</span></label>
      <input id="${id}" name="${name}" type="number" required step="any"
        min="${property.minimum ?? ""}" max="${property.maximum ?? ""}" .value=${typing ? noChange : String(value)}
        aria-describedby="${id}-help" ?disabled=${!can("run") || this.busy} />
      ${can("run") ? html`<button type="submit" class="small" ?disabled=${this.busy}>${t("tune.set")}</button>` : nothing}
      ${can("run") && chosen !== null ? html`<button type="button" class="small plain" ?disabled=${this.busy} @click=${() => void this.change({ [name]: null })}>${t("tune.reset")}</button>` : nothing}
      <p id="${id}-help" class="quiet small num">${t("tune.now", { value: live === null ? "–" : String(live), range: rangeOf(property) })}${chosen === null ? ` · ${t("tune.configured")}` : ""}</p>
    </form>`;
  }

  private toggle(run: Run, { name, on, off, help }: (typeof SWITCHES)[number]): TemplateResult {
    const pressed = run.tuning[name];
    return html`<button type="button" aria-pressed="${pressed ? "true" : "false"}" title="${t(help)}"
      ?disabled=${!can("run") || this.busy} @click=${() => void this.change({ [name]: !pressed })}>
      ${pressed ? t(on) : t(off)}</button>`;
  }

  private status(run: Run): string {
    const state = follows(run, this.inForce);
    if (state === null) return t("tune.unheard");
    return state ? t("tune.follows", { n: num(this.inForce("updates_total")) }) : t("tune.waiting");
  }

  protected override render(): TemplateResult | typeof nothing {
    const { run, schema } = this;
    if (!run || !schema || run.kind !== "training") return nothing;
    if (run.state !== "running" && run.state !== "paused") return nothing;
    return html`<section class="panel tune" aria-label="${t("tune.title")}">
      <h2>${t("tune.title")}</h2>
      <div class="tune-rows">
        ${SETTINGS.map((name) => {
          const property = schema.properties[name];
          return property ? this.setting(run, name, property) : nothing;
        })}
        <div class="actions">${SWITCHES.map((one) => this.toggle(run, one))}</div>
      </div>
      <p class="${this.problem ? "problem" : "quiet small"}" role="status">${this.problem || this.status(run)}</p>
      ${can("run") ? nothing : html`<p class="quiet small">${t("tune.role")}</p>`}
    </section>`;
  }
}

customElements.define("rlt-tune", TunePanel);
