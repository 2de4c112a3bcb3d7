/** Accounts, tokens, robots and the audit chain. */

import { html, nothing, type TemplateResult } from "lit";
import { call, get, post } from "../api/client";
import type {
  Account,
  AuditCheck,
  AuditPage,
  AuditRow,
  Robot,
  RobotMade,
  Task,
  Token,
  TokenMade,
} from "../api/types";
import { LightElement } from "../lib/element";
import { ago, moment, num } from "../lib/format";
import { language, t, word } from "../lib/i18n";
import { automaticMark } from "../lib/phase";
import { allTasks } from "../lib/tasks";
import { limitList } from "./limit_list";

const ROLES = ["viewer", "labeller", "operator", "manager", "admin"];
/** By their own names. */
const LANGUAGES = { en: "English", zh: "中文" };
const AUDIT_PAGE = 100;
const BACKUPS = "/audit?action=backup_made&limit=5";

export class Admin extends LightElement {
  private users: Account[] = [];
  private tokens: Token[] = [];
  private robots: Robot[] = [];
  private tasks: Task[] = [];
  private audit: AuditRow[] = [];
  private backups: AuditRow[] = [];
  private nextBefore: number | null = null;
  private secret = "";
  private verdict = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(() => this.load());
  }

  private async load(): Promise<void> {
    const audit = get<AuditPage>(`/audit?limit=${AUDIT_PAGE}`);
    const backups = get<AuditPage>(BACKUPS);
    [this.users, this.tokens, this.robots, this.tasks] = await Promise.all([
      get<Account[]>("/users"),
      get<Token[]>("/tokens"),
      get<Robot[]>("/robots"),
      allTasks(),
    ]);
    this.take(await audit, []);
    this.backups = (await backups).items;
  }

  /** Do it, then show the truth again. */
  private change(action: () => Promise<unknown>, form?: HTMLFormElement): void {
    void this.attempt(async () => {
      await action();
      form?.reset();
      await this.load();
    });
  }

  private onForm(event: SubmitEvent, action: (data: FormData) => Promise<unknown>): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    this.change(() => action(data), form);
  }

  private userRow(user: Account): TemplateResult {
    const patch = (body: object) => this.change(() => call("PATCH", `/users/${user.id}`, body));
    return html`<tr class="${user.active ? "" : "superseded"}">
      <th scope="row">${user.name}</th>
      <td>${user.display_name} ${user.kind === "automatic" ? automaticMark() : nothing}</td>
      <td><select aria-label="${t("admin.role_of", { name: user.name })}" @change=${(event: Event) => patch({ role: (event.target as HTMLSelectElement).value })}>
        ${ROLES.map((role) => html`<option value="${role}" ?selected=${role === user.role}>${word("role", role)}</option>`)}</select></td>
      <td>${moment(user.created_at)}</td>
      <td><button type="button" class="small" @click=${() => patch({ active: !user.active })}>${user.active ? t("admin.deactivate") : t("admin.activate")}</button></td>
    </tr>`;
  }

  private people(): TemplateResult {
    const add = (data: FormData) =>
      post("/users", {
        name: data.get("name"),
        display_name: data.get("display_name"),
        role: data.get("role"),
        language: data.get("language"),
        password: data.get("password"),
      });
    return html`<section class="panel" id="people"><h2>${t("admin.people")}</h2>
      <div class="table-scroll" role="region" aria-label="${t("admin.people")}" tabindex="0"><table><thead><tr><th scope="col">${t("admin.name")}</th><th scope="col">${t("admin.display_name")}</th><th scope="col">${t("admin.role")}</th><th scope="col">${t("runs.created")}</th><th scope="col"><span class="sr">${t("admin.deactivate")}</span></th></tr></thead>
      <tbody>${this.users.map((user) => this.userRow(user))}</tbody></table></div>
      <form class="form-row" @submit=${(event: SubmitEvent) => this.onForm(event, add)}>
        <label>${t("admin.name")} <input name="name" required maxlength="80" autocomplete="off" autocapitalize="none" /></label>
        <label>${t("admin.display_name")} <input name="display_name" required maxlength="80" autocomplete="off" /></label>
        <label>${t("admin.role")} <select name="role">${ROLES.map((role) => html`<option value="${role}">${word("role", role)}</option>`)}</select></label>
        <label>${t("nav.language")} <select name="language">${Object.entries(LANGUAGES).map(([code, name]) => html`<option value="${code}" lang="${code}" ?selected=${code === language}>${name}</option>`)}</select></label>
        <label>${t("admin.password")} <input name="password" type="password" minlength="12" required autocomplete="new-password" /></label>
        <button type="submit">${t("admin.add_person")}</button>
      </form></section>`;
  }

  private robotList(): TemplateResult {
    const add = async (data: FormData) => {
      const made = await post<RobotMade>("/robots", {
        name: data.get("name"),
        title: data.get("title"),
        kind: data.get("kind"),
      });
      this.secret = made.token;
    };
    return html`<section class="panel" id="robots"><h2>${t("admin.robots")}</h2>
      <div class="table-scroll" role="region" aria-label="${t("admin.robots")}" tabindex="0"><table><thead><tr><th scope="col">${t("admin.name")}</th><th scope="col">${t("admin.title")}</th><th scope="col">${t("admin.kind")}</th><th scope="col">${t("admin.seen")}</th></tr></thead>
      <tbody>${this.robots.map((robot) => html`<tr><th scope="row"><a href="/robots/${robot.id}">${robot.name}</a></th><td>${robot.title}</td><td>${word("kind", robot.kind)}</td><td>${robot.connected ? t("live.on") : ago(robot.last_seen_at)}</td></tr>`)}</tbody></table></div>
      <form class="form-row" @submit=${(event: SubmitEvent) => this.onForm(event, add)}>
        <label>${t("admin.name")} <input name="name" required maxlength="80" autocomplete="off" /></label>
        <label>${t("admin.title")} <input name="title" maxlength="80" autocomplete="off" /></label>
        <label>${t("admin.kind")} <select name="kind"><option value="simulated">${word("kind", "simulated")}</option><option value="real">${word("kind", "real")}</option></select></label>
        <button type="submit">${t("admin.add_robot")}</button>
      </form></section>`;
  }

  private tokenList(): TemplateResult {
    const add = async (data: FormData) => {
      const owner = data.get("owner");
      const made = await post<TokenMade>("/tokens", {
        name: data.get("name"),
        [String(owner).startsWith("robot:") ? "robot_id" : "user_id"]: String(owner).replace(
          /^.*:/,
          "",
        ),
      });
      this.secret = made.secret;
    };
    const revoke = (token: Token) => this.change(() => call("DELETE", `/tokens/${token.id}`));
    return html`<section class="panel" id="tokens"><h2>${t("admin.tokens")}</h2>
      <div class="table-scroll" role="region" aria-label="${t("admin.tokens")}" tabindex="0"><table><thead><tr><th scope="col">${t("admin.name")}</th><th scope="col">${t("admin.owner")}</th><th scope="col">${t("runs.created")}</th><th scope="col">${t("admin.used")}</th><th scope="col"><span class="sr">${t("admin.revoke")}</span></th></tr></thead>
      <tbody>${this.tokens.map((token) => html`<tr class="${token.revoked_at ? "superseded" : ""}"><th scope="row">${token.name}</th><td>${this.ownerName(token)}</td><td>${moment(token.created_at)}</td><td>${ago(token.last_used_at)}</td><td>${token.revoked_at ? t("admin.revoked") : html`<button type="button" class="small" @click=${() => revoke(token)}>${t("admin.revoke")}</button>`}</td></tr>`)}</tbody></table></div>
      <form class="form-row" @submit=${(event: SubmitEvent) => this.onForm(event, add)}>
        <label>${t("admin.name")} <input name="name" required maxlength="80" autocomplete="off" /></label>
        <label>${t("admin.owner")} <select name="owner">
          ${this.users.map((user) => html`<option value="user:${user.id}">${user.name}</option>`)}
          ${this.robots.map((robot) => html`<option value="robot:${robot.id}">${robot.name} (${t("episode.robot")})</option>`)}
        </select></label>
        <button type="submit">${t("admin.add_token")}</button>
      </form></section>`;
  }

  private backupList(): TemplateResult {
    const size = (row: AuditRow) => `${num(Number(row.details.bytes) / 1e6, 1)} ${t("unit.mb")}`;
    const table = html`<div class="table-scroll" role="region" aria-label="${t("admin.backups")}" tabindex="0"><table><thead><tr><th scope="col">${t("audit.at")}</th><th scope="col">${t("admin.backup_file")}</th><th scope="col">${t("admin.backup_size")}</th><th scope="col">SHA-256</th></tr></thead>
      <tbody>${this.backups.map((row) => html`<tr><th scope="row" class="num">${moment(row.at)}</th><td>${row.details.file}</td><td class="num">${size(row)}</td><td class="details"><code>${row.details.sha256}</code></td></tr>`)}</tbody></table></div>`;
    return html`<section class="panel" id="backups"><h2>${t("admin.backups")}</h2>
      ${this.backups.length > 0 ? table : html`<p>${t("admin.backup_none")}</p>`}
      <p class="quiet small">${t("admin.backup_how")}</p>
    </section>`;
  }

  private async verify(): Promise<void> {
    await this.attempt(async () => {
      const answer = await get<AuditCheck>("/audit/verify");
      this.verdict = answer.ok
        ? t("audit.intact", { n: num(answer.checked) })
        : t("audit.broken", { n: answer.first_bad ?? 0 });
    });
  }

  private older(): void {
    const path = `/audit?limit=${AUDIT_PAGE}&before=${this.nextBefore}`;
    void this.attempt(async () => this.take(await get<AuditPage>(path), this.audit));
  }

  private take(page: AuditPage, known: AuditRow[]): void {
    this.audit = [...known, ...page.items];
    this.nextBefore = page.next_before;
  }

  private ownerName(token: Token): string {
    const user = this.users.find((known) => known.id === token.user_id);
    return user?.name ?? this.robotName(token.robot_id);
  }

  private robotName(id: string | null): string {
    return this.robots.find((robot) => robot.id === id)?.name ?? "";
  }

  private auditList(): TemplateResult {
    return html`<section class="panel" id="audit">
      <div class="panel-head"><h2>${t("audit.title")}</h2>
        <span class="end" role="status">${this.verdict}</span>
        <button type="button" class="small" @click=${() => void this.verify()}>${t("audit.verify")}</button></div>
      <div class="table-scroll tall" role="region" aria-label="${t("audit.title")}" tabindex="0"><table><thead><tr><th scope="col">#</th><th scope="col">${t("audit.at")}</th><th scope="col">${t("audit.actor")}</th><th scope="col">${t("audit.action")}</th><th scope="col">${t("episode.robot")}</th><th scope="col">${t("audit.details")}</th></tr></thead>
      <tbody>${this.audit.map((row) => html`<tr><th scope="row" class="num">${row.seq}</th><td class="num">${moment(row.at)}</td><td>${row.actor}</td><td>${word("audit", row.action)}</td><td>${this.robotName(row.robot_id)}</td><td class="details"><code>${JSON.stringify(row.details)}</code>${row.episode_id ? html` <a href="/episodes/${row.episode_id}">${t("audit.episode")}</a>` : nothing}</td></tr>`)}</tbody></table></div>
      ${this.nextBefore !== null ? html`<button type="button" class="small" @click=${() => this.older()}>${t("episodes.more")}</button>` : nothing}
    </section>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="page-head"><h1>${t("admin.page")}</h1></div>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      ${this.secret ? html`<p class="notice" role="alert">${t("admin.secret")} <code class="secret">${this.secret}</code></p>` : nothing}
      <div class="columns"><div>${this.people()}${limitList(this.robots, this.tasks)}</div><div>${this.robotList()}${this.tokenList()}${this.backupList()}</div></div>
      ${this.auditList()}`;
  }
}

customElements.define("rlt-admin", Admin);
