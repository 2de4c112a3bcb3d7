/** Orders to one robot, with the picture their giver had seen. */

import { post } from "../api/client";
import { t } from "./i18n";
import { newId } from "./ids";

export type CommandKind =
  | "start_episode"
  | "hand_off"
  | "back_to_base"
  | "take_over"
  | "give_back"
  | "pause"
  | "resume"
  | "end_episode"
  | "stop"
  | "clear_stop"
  | "arm"
  | "set_task"
  | "set_auto_end";

export interface CommandAnswer {
  id: string;
  ok: boolean;
  error: string;
  step: number;
  episode_id: string | null;
}

/** Give an order; a refusal by the robot is an error with its sentence. */
export async function command(
  robot: string,
  kind: CommandKind,
  frameSeen: number,
  args: Record<string, unknown> = {},
): Promise<CommandAnswer> {
  const body = { id: newId(), kind, args, frame_seen: frameSeen };
  const answer = await post<CommandAnswer>(`/robots/${robot}/commands`, body);
  if (!answer.ok) throw new Error(answer.error || t("do.refused"));
  return answer;
}
