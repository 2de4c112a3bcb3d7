import { Driving, LETTER_GUARD_MS } from "@/lib/driving";
import { live } from "@/lib/live";

function sit(allowed = true) {
  const drives = vi.spyOn(live, "drive").mockImplementation(() => undefined);
  const driving = new Driving({
    robot: () => "cell-a",
    allowed: () => allowed,
    pictureAge: () => 10,
    wantsToTakeOver: () => undefined,
    changed: () => undefined,
  });
  return { driving, drives, leave: driving.start() };
}

const press = (code: string) =>
  dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("sends fifty samples a second while held", () => {
  const { drives, leave } = sit();
  press("KeyW");
  vi.advanceTimersByTime(1000);
  expect(drives).toHaveBeenCalledTimes(50);
  leave();
});

it.each(["blur", "pagehide", "gamepaddisconnected"])("lets go on %s", (name) => {
  const { drives, leave } = sit();
  press("KeyW");
  vi.advanceTimersByTime(100);
  dispatchEvent(new Event(name));
  vi.advanceTimersByTime(20);
  expect(drives.mock.lastCall?.[2]).toEqual([0, 0, 0, 0, 0, 0]);
  const calls = drives.mock.calls.length;
  vi.advanceTimersByTime(500);
  expect(drives).toHaveBeenCalledTimes(calls);
  leave();
});

it("lets go when the page is hidden", () => {
  const { drives, leave } = sit();
  press("KeyW");
  vi.advanceTimersByTime(40);
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(200);
  expect(drives).toHaveBeenCalledTimes(3);
  leave();
});

it("keeps labels locked for a moment after the last motion", () => {
  const { driving, leave } = sit();
  expect(driving.lettersLocked()).toBe(false);
  press("KeyS");
  vi.advanceTimersByTime(20);
  dispatchEvent(new KeyboardEvent("keyup", { code: "KeyS" }));
  vi.advanceTimersByTime(LETTER_GUARD_MS / 2);
  expect(driving.lettersLocked()).toBe(true);
  vi.advanceTimersByTime(LETTER_GUARD_MS);
  expect(driving.lettersLocked()).toBe(false);
  leave();
});

it("takes no letter while somebody else drives", () => {
  const { drives, leave } = sit(false);
  press("KeyW");
  vi.advanceTimersByTime(200);
  expect(drives).not.toHaveBeenCalled();
  leave();
});
