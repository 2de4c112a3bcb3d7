import type { Robot, Telemetry } from "@/api/types";

/** Telemetry of a cell in the middle of an attempt. */
export function telemetry(changes: Partial<Telemetry> = {}): Telemetry {
  return {
    sent_ns: 0,
    step: 40,
    phase: "base",
    activity: "episode",
    armed: true,
    stop_reason: "",
    stop_cleared: false,
    hand_off: "operator",
    pending: "",
    task: "ethernet",
    regime: "critical",
    episode_id: "episode-1",
    run_id: null,
    episode_seconds: 0.8,
    hand_off_step: -1,
    state: [],
    policy_connected: true,
    policy_trouble: "",
    policy_version: 3,
    chunk_latency_ms: 20,
    chunk_stages_ms: { vla: 8, actor: 2 },
    held_steps: 0,
    ticks: 100,
    late_ticks: 0,
    lateness_p99_ms: 1,
    peak_force: 2,
    journal_pending: 0,
    auto_end: false,
    truth: null,
    ...changes,
  };
}

/** A connected cell; pass telemetry null for one that never spoke. */
export function robot(changes: Partial<Robot> = {}): Robot {
  return {
    id: "robot-1",
    name: "cell-a",
    title: "Cell A",
    kind: "simulated",
    task_id: "ethernet",
    run_id: null,
    spec: {} as Robot["spec"],
    connected: true,
    telemetry: telemetry(),
    lease: { holder: null, asking: null, epoch: 1 },
    waiting_for: "",
    last_seen_at: null,
    ...changes,
  };
}
