/** Shapes of the JSON interface under the names that the pages use. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Robot = Schemas["RobotItem"];
export type RobotSpec = Schemas["RobotSpec"];
export type Telemetry = Schemas["TelemetryItem"];
export type Phase = Telemetry["phase"];
export type Lease = Schemas["LeaseItem"];
export type Waiting = Robot["waiting_for"];
export type CommandAnswer = Schemas["CommandAnswer"];
export type CommandKind = Schemas["CommandBody"]["kind"];

export type Label = Schemas["LabelItem"];
export type Outcome = Label["outcome"];
export type Episode = Schemas["EpisodeItem"];
export type EpisodeDetail = Schemas["EpisodeDetail"];
export type Segment = Schemas["SegmentItem"];
export type EpisodePage = Schemas["EpisodePage"];
export type LabelQueue = Schemas["LabelQueue"];

export type Agreement = Schemas["Agreement"];
export type Dispute = Schemas["Dispute"];

export type Task = Schemas["TaskItem"];
export type Run = Schemas["RunItem"];
export type Checkpoint = Schemas["CheckpointItem"];
export type Evaluation = Schemas["EvaluationItem"];
export type Evaluations = Schemas["Evaluations"];
export type NewEvaluation = Schemas["NewEvaluation"];
export type Suggestion = Schemas["SuggestionItem"];
export type Reliability = Schemas["ReliabilityRow"];
export type Said = Schemas["SaidFigures"];
export type Suggested = Schemas["SuggestedItem"];
export type Curves = Schemas["Curves"];
export type MetricPoint = Curves["series"][string][number];

export type Report = Schemas["Throughput"];
export type Row = Schemas["Row"];
export type Bin = Schemas["Bin"];
export type Reference = Schemas["Reference"];
export type References = Record<string, Reference>;

export type Account = Schemas["UserRow"];
export type Token = Schemas["TokenRow"];
export type TokenMade = Schemas["TokenMade"];
export type RobotMade = Schemas["RobotMade"];
export type AuditRow = Schemas["AuditRow"];
export type AuditPage = Schemas["AuditPage"];
export type AuditCheck = Schemas["AuditCheck"];

export interface ConfigProperty {
  type: "number" | "integer" | "boolean" | "string";
  description?: string;
  default?: number | boolean | string;
  minimum?: number;
  maximum?: number;
  enum?: string[];
  "x-unit"?: string;
}

export interface ConfigSchema {
  title: string;
  properties: Record<string, ConfigProperty>;
}
