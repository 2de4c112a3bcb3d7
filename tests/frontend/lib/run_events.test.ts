import type { AuditRow } from "@/api/types";
import { checkpointEvent, eventOf, type RunEvent, withEvent } from "@/lib/run_events";

function row(action: string, details: Record<string, unknown>): AuditRow {
  return {
    seq: 1,
    id: "row-1",
    at: "2026-01-01T00:00:10Z",
    recorded_at: "2026-01-01T00:00:10Z",
    actor: "ada",
    action,
    robot_id: null,
    episode_id: "episode-1",
    details,
    hash: "",
  };
}

it("says which setting changed from what to what", () => {
  const event = eventOf(
    row("run_tuned", {
      before: { beta: null, actor_frozen: null },
      after: { beta: 0.01, actor_frozen: true },
    }),
  );
  expect(event).toMatchObject({ lane: "change", at: Date.parse("2026-01-01T00:00:10Z") / 1000 });
  expect(event?.words).toBe("Pull β: as configured → 0.01, actor frozen: off → on, ada");
});

it.each([
  ["phase_changed", { to: "rl", why: "chunk boundary" }, "hand_off", "rl"],
  ["phase_changed", { to: "human", why: "take over" }, "take_over", "human"],
  ["label", { outcome: "failure" }, "label", "failure"],
  ["label_undone", { outcome: "discard" }, "label", "unlabelled"],
  ["checkpoint_promoted", { version: 12 }, "change", "back"],
])("gives %s %o its place and shape", (action, details, lane, mark) => {
  expect(eventOf(row(action, details))).toMatchObject({ lane, mark });
});

it.each([
  ["phase_changed", { to: "rl", why: "resume" }],
  ["phase_changed", { to: "base", why: "chunk boundary" }],
  ["armed", {}],
])("leaves %s %o out", (action, details) => {
  expect(eventOf(row(action, details))).toBeNull();
});

it("keeps events in order, each once", () => {
  const at = (id: string, seconds: number): RunEvent => ({
    id,
    at: seconds,
    lane: "label",
    mark: "success",
    words: "",
    href: "",
  });
  const events = [at("b", 20), at("a", 10), at("b", 20), null].reduce<RunEvent[]>(withEvent, []);
  expect(events.map(({ id }) => id)).toEqual(["a", "b"]);
});

it("marks a checkpoint with its version", () => {
  const event = checkpointEvent({
    id: "c",
    version: 7,
    updates: 1200,
    created_at: "2026-01-01T00:00:00Z",
  } as Parameters<typeof checkpointEvent>[0]);
  expect(event.words).toBe("checkpoint v7 after 1,200 updates");
});
