/** `<rlt-phase phase="rl">`: shape and word of a phase, for pages drawn by the server. */

import type { TemplateResult } from "lit";
import type { Phase } from "../api/types";
import { LightElement } from "../lib/element";
import { phaseMark } from "../lib/phase";

export class PhaseWord extends LightElement {
  static override properties = { phase: { type: String } };

  declare phase: Phase;

  constructor() {
    super();
    this.phase = "base";
  }

  protected override render(): TemplateResult {
    return phaseMark(this.phase);
  }
}

customElements.define("rlt-phase", PhaseWord);
