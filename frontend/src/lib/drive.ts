/**
 * Hold-to-move: what a person's hands ask of the robot, 50 times a second while held.
 *
 * Messages flow only while something is held; release sends one zero and then silence, which the
 * bridge takes as release too. A page that nobody looks at can never keep a robot moving.
 */

import type { Twist } from "./live";

export const DRIVE_PERIOD_MS = 20;
/** Pictures older than this may not be driven by. */
export const BLIND_AFTER_MS = 1000;

/** Axis and direction of each motion key: x y z, then rotation about x y z, base frame. */
export const MOTION_KEYS: Record<string, readonly [axis: number, sign: number]> = {
  KeyW: [0, 1],
  KeyS: [0, -1],
  KeyA: [1, 1],
  KeyD: [1, -1],
  KeyQ: [2, 1],
  KeyE: [2, -1],
  ArrowUp: [4, 1],
  ArrowDown: [4, -1],
  ArrowLeft: [5, 1],
  ArrowRight: [5, -1],
};

const ZERO: Twist = [0, 0, 0, 0, 0, 0];
const DEAD_ZONE = 0.12;
export const GAMEPAD_HOLD_BUTTON = 5;

function axis(value: number | undefined): number {
  if (value === undefined || Math.abs(value) < DEAD_ZONE) return 0;
  return Math.sign(value) * ((Math.abs(value) - DEAD_ZONE) / (1 - DEAD_ZONE));
}

/** The wish of a standard-layout gamepad, or null while its hold button (right shoulder) is up. */
export function gamepadTwist(pad: Pick<Gamepad, "axes" | "buttons">): Twist | null {
  if (!pad.buttons[GAMEPAD_HOLD_BUTTON]?.pressed) return null;
  const lift = (pad.buttons[7]?.value ?? 0) - (pad.buttons[6]?.value ?? 0);
  return [
    -axis(pad.axes[1]) || 0,
    -axis(pad.axes[0]) || 0,
    lift,
    0,
    -axis(pad.axes[3]) || 0,
    -axis(pad.axes[2]) || 0,
  ];
}

export interface DriveState {
  /** Something is held and the robot follows. */
  active: boolean;
  twist: Twist;
  /** Held, but the picture is too old to drive by. */
  blind: boolean;
}

export class DriveController {
  speed = 0.5;
  private keys = new Set<string>();
  private clutch = false;
  private sequence = 0;
  private wasActive = false;

  /**
   * @param send one sample to the robot
   * @param gamepad the held gamepad's wish, or null
   * @param pictureAge milliseconds since the newest painted picture was taken
   */
  constructor(
    private readonly send: (sequence: number, twist: Twist) => void,
    private readonly gamepad: () => Twist | null,
    private readonly pictureAge: () => number,
  ) {}

  press(code: string): void {
    if (code in MOTION_KEYS) this.keys.add(code);
  }

  release(code: string): void {
    this.keys.delete(code);
  }

  /** The take-over button or key: held without moving, it keeps the hand on the robot. */
  hold(held: boolean): void {
    this.clutch = held;
  }

  /** Let go of everything at once: focus lost, page hidden, gamepad gone. */
  releaseAll(): void {
    this.keys.clear();
    this.clutch = false;
  }

  /** One period of the drive loop. `allowed` is true while this person drives this robot. */
  tick(allowed: boolean): DriveState {
    const pad = this.gamepad();
    const held = this.clutch || this.keys.size > 0 || pad !== null;
    const blind = held && allowed && this.pictureAge() > BLIND_AFTER_MS;
    const active = held && allowed && !blind;
    const twist = active ? this.wish(pad) : ZERO;
    if (active || this.wasActive) {
      this.sequence += 1;
      this.send(this.sequence, twist);
    }
    this.wasActive = active;
    return { active, twist, blind };
  }

  private wish(pad: Twist | null): Twist {
    const twist: Twist = pad ? [...pad] : [...ZERO];
    for (const code of this.keys) {
      const motion = MOTION_KEYS[code];
      if (motion) twist[motion[0]] = (twist[motion[0]] ?? 0) + motion[1];
    }
    return twist.map((value) => Math.max(-1, Math.min(1, value)) * this.speed) as Twist;
  }
}
