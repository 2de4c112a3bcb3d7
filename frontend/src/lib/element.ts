/** Elements live in the light DOM: one style sheet, simple to test, nothing hidden from readers. */

import { LitElement } from "lit";
import { sentence } from "../api/client";

export abstract class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  private cleanups: (() => void)[] = [];

  /** Undo this when the element leaves the page. */
  protected keep(cleanup: () => void): void {
    this.cleanups.push(cleanup);
  }

  /** Listen for as long as the element is in the page. */
  protected listen(target: EventTarget, name: string, handler: (event: Event) => void): void {
    target.addEventListener(name, handler);
    this.keep(() => target.removeEventListener(name, handler));
  }

  /** Call again and again for as long as the element is in the page. */
  protected every(milliseconds: number, action: () => void): void {
    const timer = setInterval(action, milliseconds);
    this.keep(() => clearInterval(timer));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanup of this.cleanups) cleanup();
    this.cleanups = [];
  }

  protected problem = "";
  protected busy = false;

  /** Run an action that a person asked for; its failure becomes a sentence beside the button. */
  protected async attempt(action: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.problem = "";
    this.requestUpdate();
    try {
      await action();
      return true;
    } catch (error) {
      this.problem = sentence(error);
      return false;
    } finally {
      this.busy = false;
      this.requestUpdate();
    }
  }
}
