/** What this cell does, and giving it another task without a restart. */

import { html, type TemplateResult } from "lit";
import type { Robot, Task } from "../api/types";
import { command } from "../lib/command";
import { doable } from "../lib/doable";
import { LightElement } from "../lib/element";
import { localised, t } from "../lib/i18n";
import { can } from "../lib/page";
import { allTasks } from "../lib/tasks";

export class TaskSwitch extends LightElement {
  static override properties = { robot: { attribute: false } };

  declare robot: Robot | null;
  private tasks: Task[] = [];
  /** Ordered, and not yet told by the robot. */
  private wanted = "";

  constructor() {
    super();
    this.robot = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(async () => {
      this.tasks = await allTasks();
    });
  }

  protected override willUpdate(): void {
    if (this.wanted && this.robot?.telemetry?.task === this.wanted) this.wanted = "";
  }

  private titleOf(id: string): string {
    return localised(this.tasks.find((task) => task.id === id)?.title) || id;
  }

  private async choose(event: Event): Promise<void> {
    const select = event.target as HTMLSelectElement;
    this.wanted = select.value;
    const done = await this.attempt(async () => {
      await command(this.robot?.id ?? "", "set_task", -1, { task: this.wanted });
    });
    if (done) return;
    this.wanted = "";
    select.value = this.robot?.task_id ?? "";
  }

  protected override render(): TemplateResult | string {
    const robot = this.robot;
    const now = robot?.task_id ?? "";
    const known = robot?.spec.tasks ?? [];
    if (!now) return t("cell.no_task");
    if (known.length < 2 || !can("drive")) return this.titleOf(now);
    const verdict = doable("set_task", robot, true);
    const words = verdict === "ok" ? t("task.switch_help") : t(verdict);
    return html`<label class="task-switch" title="${words}"
        ><span class="sr">${t("task.switch")}</span>
        <select ?disabled=${verdict !== "ok" || this.wanted !== ""} @change=${(event: Event) => void this.choose(event)}>
          ${known.map((id) => html`<option value="${id}" ?selected=${id === (this.wanted || now)}>${this.titleOf(id)}</option>`)}
        </select></label
      >
      <span class="quiet" role="status">${this.wanted ? t("task.switching") : ""}</span>
      <span class="problem" role="alert">${this.problem}</span>`;
  }
}

customElements.define("rlt-task", TaskSwitch);
