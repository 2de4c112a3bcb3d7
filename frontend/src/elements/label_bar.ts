/** Judging an attempt while it runs or just after: outcome, reason, note, undo. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Label, Outcome, Task } from "../api/types";
import { signFor } from "../lib/bindings";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { t, word } from "../lib/i18n";
import { addHotkeys } from "../lib/keys";
import { giveLabel, giveOpinion, type Judgement, UNDO_SECONDS, undoLabel } from "../lib/labelling";
import { can, pageData } from "../lib/page";
import { outcomeMark } from "../lib/phase";
import { reasonsOf, reasonWords } from "../lib/reasons";
import { shape } from "../lib/shapes";
import { styled } from "../lib/styled";

const OUTCOMES: readonly Outcome[] = ["success", "failure", "discard"];
const REASONS = [1, 2, 3, 4, 5] as const;

export class LabelBar extends LightElement {
  static override properties = {
    episode: { type: String },
    number: { type: Number },
    current: { attribute: false },
    task: { attribute: false },
    step: { type: Number },
    shifted: { type: Boolean },
    locked: { attribute: false },
    second: { type: Boolean },
    noteAction: { attribute: false },
  };

  /** Id of the episode that a press judges; empty when there is none. */
  declare episode: string;
  declare number: number;
  declare current: Label | null;
  /** What was tried: it knows the reasons that people choose from. */
  declare task: Task | null;
  declare step: number;
  /** While a person drives, plain letters move the robot and labels want Shift. */
  declare shifted: boolean;
  declare locked: () => boolean;
  /** A second opinion: the label that counts is neither shown nor changed. */
  declare second: boolean;
  /** Whose key goes to the note: in a cell, N starts an attempt. */
  declare noteAction: "cell.note" | "queue.note";
  private given: Label | null = null;
  private givenAt = Number.NEGATIVE_INFINITY;
  private reason = "";

  constructor() {
    super();
    this.episode = "";
    this.number = 0;
    this.current = null;
    this.task = null;
    this.step = -1;
    this.shifted = false;
    this.locked = () => false;
    this.second = false;
    this.noteAction = "cell.note";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const free = () => !this.locked();
    const plain = () => !this.shifted && free();
    const outcomes = OUTCOMES.flatMap((outcome) => {
      const press = () => void this.judge(outcome);
      const both = { action: `label.${outcome}`, label: `outcome.${outcome}`, press } as const;
      return [
        { ...both, when: plain },
        { ...both, shift: true, when: free, unlisted: true },
      ];
    });
    const reasons = REASONS.map((number) => ({
      action: `label.reason_${number}` as const,
      label: `key_action.label.reason_${number}` as const,
      press: () => this.chooseReason(number - 1),
    }));
    const undo = {
      action: "label.undo" as const,
      label: "label.undo" as const,
      press: () => void this.undo(),
    };
    const note = {
      action: this.noteAction,
      label: "label.note_key" as const,
      press: () => this.noteField()?.focus(),
    };
    this.keep(addHotkeys([...outcomes, ...reasons, undo, note]));
    this.every(250, () => {
      if (this.freshSeconds() > -1) this.requestUpdate();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("episode") && changed.get("episode") !== undefined) this.reason = "";
  }

  private freshSeconds(): number {
    return UNDO_SECONDS - (performance.now() - this.givenAt) / 1000;
  }

  private chooseReason(index: number): void {
    const reason = reasonsOf(this.task)[index];
    if (!reason) return;
    this.reason = this.reason === reason ? "" : reason;
    this.requestUpdate();
    const known = this.given ?? this.current;
    if (known && known.episode_id === this.episode && known.outcome === "failure") {
      void this.judge("failure");
    }
  }

  /** The judgement that counts for this episode, as far as this page knows. */
  private standing(): Label | null {
    const fresh = this.given?.episode_id === this.episode ? this.given : null;
    const newest =
      !this.current || (fresh && fresh.version > this.current.version) ? fresh : this.current;
    return newest;
  }

  private noteField(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("[name=note]");
  }

  /** Enter ends the note: it joins the label that stands, or waits for the one to come. */
  private noteKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    this.noteField()?.blur();
    const standing = this.standing();
    if (event.key === "Enter" && standing && !standing.undone) void this.judge(standing.outcome);
  }

  private judgement(outcome: Outcome): Judgement {
    const note = this.noteField()?.value ?? "";
    const standing = this.standing();
    return {
      episode_id: this.episode,
      outcome,
      note,
      step: this.step,
      reason: outcome === "success" ? "" : this.reason,
      seen_version: standing?.version ?? 0,
    };
  }

  async judge(outcome: Outcome): Promise<void> {
    if (!this.episode || !can("label") || this.busy) return;
    await this.attempt(async () => {
      if (this.second) {
        await giveOpinion(this.judgement(outcome));
        this.reason = "";
        this.dispatchEvent(new CustomEvent("opined", { detail: this.episode, bubbles: true }));
        return;
      }
      this.given = await giveLabel(this.judgement(outcome));
      this.givenAt = performance.now();
      const note = this.noteField();
      if (note) note.value = "";
      this.dispatchEvent(new CustomEvent("labelled", { detail: this.given, bubbles: true }));
    });
  }

  /** The label just given here, else the person's own that stands. */
  private undoable(): Label | null {
    if (this.given) return this.given;
    const mine = this.current?.labeller.id === pageData.user?.id && !this.current?.undone;
    return mine ? this.current : null;
  }

  async undo(): Promise<void> {
    const last = this.undoable();
    if (!last || this.busy) return;
    await this.attempt(async () => {
      const restored = await undoLabel(last);
      this.given = null;
      this.givenAt = Number.NEGATIVE_INFINITY;
      this.dispatchEvent(new CustomEvent("labelled", { detail: restored, bubbles: true }));
    });
  }

  private choice(outcome: Outcome): TemplateResult {
    const letter = signFor(`label.${outcome}`);
    const off = !this.episode || !can("label");
    const standing = this.standing();
    const chosen = standing?.outcome === outcome && !standing.undone;
    return html`<button
      type="button"
      class="judge judge-${outcome}"
      aria-pressed="${chosen ? "true" : "false"}"
      aria-keyshortcuts="${this.shifted ? "Shift+" : ""}${letter}"
      ?disabled=${off}
      @click=${() => void this.judge(outcome)}
    >
      ${shape(outcome)}
      <span>${word("outcome", outcome)}</span>
      <kbd aria-hidden="true">${this.shifted ? "⇧" : ""}${letter}</kbd>
    </button>`;
  }

  private undoPart(): TemplateResult {
    const fresh = this.freshSeconds();
    const classes = fresh > 0 ? "undo fresh" : "undo";
    return html`<button
      type="button"
      class="${classes}"
      aria-keyshortcuts="${signFor("label.undo")}"
      ?disabled=${!this.undoable() || this.busy}
      @click=${() => void this.undo()}
    >
      <span>${t("label.undo")}</span> <kbd aria-hidden="true">${signFor("label.undo")}</kbd>
      ${fresh > 0 ? html`<span class="undo-time num" aria-hidden="true" ${styled({ "--left": String(fresh / UNDO_SECONDS) })}>${num(Math.ceil(fresh))} s</span>` : nothing}
    </button>`;
  }

  private reasonPart(): TemplateResult {
    const sign = (index: number) => signFor(`label.reason_${REASONS[index] ?? 1}`);
    return html`<div class="reasons" role="group" aria-label="${t("label.reasons")}">
      ${reasonsOf(this.task)
        .slice(0, REASONS.length)
        .map(
          (reason, index) => html`<button
          type="button"
          class="small"
          aria-pressed="${this.reason === reason ? "true" : "false"}"
          aria-keyshortcuts="${sign(index)}"
          @click=${() => this.chooseReason(index)}
        >
          <kbd aria-hidden="true">${sign(index)}</kbd> ${reason}
        </button>`,
        )}
    </div>`;
  }

  private heading(): string {
    if (this.number > 0) return t("label.episode", { n: this.number });
    return this.episode ? t("label.this") : t("label.title");
  }

  private status(): TemplateResult | string {
    if (this.problem) return html`<span class="problem">${this.problem}</span>`;
    if (!this.episode) return t("label.nothing");
    const standing = this.standing();
    if (!standing) return t("label.waiting");
    if (standing.undone) return `${t("label.undone")} · ${t("label.waiting")}`;
    return html`${outcomeMark(standing.outcome, standing.automatic)}
      <span class="quiet">${t("label.by", { name: standing.labeller.display_name || standing.labeller.name })}${standing.reason ? ` · ${reasonWords(standing.reason, [this.task])}` : ""}</span>`;
  }

  protected override render(): TemplateResult {
    return html`<section class="panel label-bar" aria-label="${t("label.title")}">
      <div class="label-head">
        <h2>${this.heading()}</h2>
        <p role="status">${this.status()}</p>
      </div>
      <div class="judges">${OUTCOMES.map((outcome) => this.choice(outcome))}${this.second ? nothing : this.undoPart()}</div>
      <label class="note"
        ><span class="sr">${t("label.note")}</span>
        <input name="note" maxlength="500" placeholder="${t("label.note")} [${signFor(this.noteAction)}]" aria-keyshortcuts="${signFor(this.noteAction)}" ?disabled=${!this.episode} @keydown=${(event: KeyboardEvent) => this.noteKey(event)}
      /></label>
      ${this.reasonPart()}
    </section>`;
  }
}

customElements.define("rlt-label-bar", LabelBar);
