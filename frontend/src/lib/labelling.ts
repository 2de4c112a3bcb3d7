/** Giving and taking back labels. Ids are made here, so a double press is one label. */

import { post } from "../api/client";
import type { Label, Outcome } from "../api/types";
import { newId } from "./ids";

export interface Judgement {
  episode_id: string;
  outcome: Outcome;
  reason?: string;
  note?: string;
  step?: number;
  seen_version?: number;
  end_episode?: boolean;
}

/** How long a fresh label offers its undo in large letters. */
export const UNDO_SECONDS = 3;

export async function giveLabel({ episode_id, ...rest }: Judgement): Promise<Label> {
  const body = { id: newId(), decided_at: new Date().toISOString(), ...rest };
  const answer = await post<{ label: Label }>(`/episodes/${episode_id}/labels`, body);
  return answer.label;
}

/** A second judgement beside the label that counts; it changes nothing but the comparison. */
export async function giveOpinion(judgement: Judgement): Promise<void> {
  const { episode_id, outcome, reason = "", note = "" } = judgement;
  await post("/opinions", { id: newId(), episode_id, outcome, reason, note });
}

export async function undoLabel(label: Label): Promise<Label> {
  const body = { id: newId(), label_id: label.id };
  const answer = await post<{ label: Label }>(`/episodes/${label.episode_id}/labels/undo`, body);
  return answer.label;
}
