import { DoPanel } from "@/elements/do_panel";
import { pageData } from "@/lib/page";
import { robot, telemetry } from "../lib/robot_fixture";

let orders: { kind: string; frame_seen: number }[];
let panel: DoPanel;

async function show(cell: ReturnType<typeof robot>): Promise<void> {
  panel.robot = cell;
  await panel.updateComplete;
}

beforeEach(async () => {
  orders = [];
  pageData.user = {
    id: "u",
    name: "u",
    display_name: "U",
    role: "operator",
    permissions: ["drive"],
  };
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    orders.push(JSON.parse(String(init.body)));
    return Response.json({ id: "x", ok: false, error: "Too far.", step: 1, episode_id: null });
  });
  panel = new DoPanel();
  panel.frameSeen = () => 77;
  document.body.replaceChildren(panel);
  await show(robot());
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const press = (code: string) =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));
const told = () => panel.querySelector("[role=status]")?.textContent;

it("hands off by its key and says which picture was seen", async () => {
  press("KeyH");
  await vi.waitFor(() => expect(orders).toHaveLength(1));
  expect(orders[0]).toMatchObject({ kind: "hand_off", frame_seen: 77 });
});

it("shows the robot's own refusal", async () => {
  press("KeyH");
  await vi.waitFor(() => expect(told()).toBe("Too far."));
});

it("says why an order makes no sense now, and sends none", async () => {
  press("KeyB");
  await panel.updateComplete;
  expect(told()).toBe("RL is not driving.");
  expect(orders).toEqual([]);
});

it("offers only the two steps out while stopped", async () => {
  await show(robot({ telemetry: telemetry({ phase: "stopped", activity: "idle" }) }));
  const buttons = [...panel.querySelectorAll("button")].map((button) => [
    button.textContent?.trim(),
    button.getAttribute("aria-disabled"),
  ]);
  expect(buttons).toEqual([
    ["Clear stop", "false"],
    ["Arm", "true"],
  ]);
});

it("takes over when the key goes down and tells the drive loop of both edges", async () => {
  const edges: boolean[] = [];
  panel.addEventListener("clutch", (event) => edges.push((event as CustomEvent<boolean>).detail));
  press("KeyT");
  dispatchEvent(new KeyboardEvent("keyup", { code: "KeyT" }));
  await vi.waitFor(() => expect(orders[0]?.kind).toBe("take_over"));
  expect(edges).toEqual([true, false]);
});

it("says that a hand-off is suggested while the base policy drives, and orders nothing", async () => {
  await show(robot({ telemetry: telemetry({ hand_off: "now" }) }));
  expect(told()).toBe("A hand-off is suggested now.");
  await show(robot({ telemetry: telemetry({ hand_off: "now", phase: "rl" }) }));
  expect(told()).toBe("");
  await show(robot({ telemetry: telemetry({ hand_off: "wait" }) }));
  expect(told()).toBe("");
  expect(orders).toEqual([]);
});
