/** Ties hands (keys, gamepad) to the drive loop of one cell, and lets go when nobody looks. */

import { DRIVE_PERIOD_MS, DriveController, type DriveState, gamepadTwist, motionOf } from "./drive";
import { isTyping } from "./keys";
import { live, type Twist } from "./live";
import { spaceMouse } from "./spacemouse";

/** Letters that drove the robot a moment ago must not judge it now. */
export const LETTER_GUARD_MS = 700;

function heldGamepad(): Twist | null {
  for (const pad of navigator.getGamepads?.() ?? []) {
    const twist = pad?.connected ? gamepadTwist(pad) : null;
    if (twist) return twist;
  }
  return null;
}

/** Hands on a device: a gamepad held, or the cap of a SpaceMouse off its rest. */
const heldDevice = (): Twist | null => heldGamepad() ?? spaceMouse.twist();

export interface DrivingSeat {
  robot: () => string;
  /** This person holds the lease and the phase is HUMAN. */
  allowed: () => boolean;
  pictureAge: () => number;
  /** The gamepad's hold button went down while somebody else drives. */
  wantsToTakeOver: () => void;
  changed: (state: DriveState) => void;
}

export class Driving {
  readonly controller: DriveController;
  private lastMotion = Number.NEGATIVE_INFINITY;
  private padHeld = false;
  private before = "";

  constructor(private readonly seat: DrivingSeat) {
    this.controller = new DriveController(
      (sequence, twist) => live.drive(seat.robot(), sequence, twist),
      heldDevice,
      seat.pictureAge,
    );
  }

  /** Start listening and beating; the answer stops all of it. */
  start(): () => void {
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const release = () => {
      this.controller.releaseAll();
      spaceMouse.release();
    };
    const unplug = spaceMouse.start();
    addEventListener("keydown", (event) => this.keyDown(event), { ...options, capture: true });
    addEventListener("keyup", (event) => this.controller.release(event.code), options);
    addEventListener("blur", release, options);
    addEventListener("pagehide", release, options);
    addEventListener("gamepaddisconnected", release, options);
    document.addEventListener("visibilitychange", release, options);
    const timer = setInterval(() => this.tick(), DRIVE_PERIOD_MS);
    return () => {
      abort.abort();
      unplug();
      clearInterval(timer);
      release();
    };
  }

  /** True just after driving, while a late press of S or D would be a mistake. */
  lettersLocked(): boolean {
    return performance.now() - this.lastMotion < LETTER_GUARD_MS;
  }

  private keyDown(event: KeyboardEvent): void {
    if (!motionOf(event.code) || !this.seat.allowed()) return;
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
      return;
    event.preventDefault();
    this.lastMotion = performance.now();
    if (!event.repeat) this.controller.press(event.code);
  }

  private tick(): void {
    // A cap that somebody only touches takes no robot; a button does.
    const pad = heldGamepad() !== null || spaceMouse.pressed;
    const allowed = this.seat.allowed();
    if (pad && !this.padHeld && !allowed) this.seat.wantsToTakeOver();
    this.padHeld = pad;
    const state = this.controller.tick(allowed);
    if (state.active) this.lastMotion = performance.now();
    const key = JSON.stringify(state);
    if (key !== this.before) this.seat.changed(state);
    this.before = key;
  }
}
