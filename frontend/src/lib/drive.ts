/**
 * Hold-to-move: what a person's hands ask of the robot, 50 times a second while held.
 *
 * Messages flow only while something is held; release sends one zero and then silence, which the
 * bridge takes as release too. A page that nobody looks at can never keep a robot moving.
 */

import { type Action, keyOf } from "./bindings";
import type { Twist } from "./live";

export const DRIVE_PERIOD_MS = 20;
/** Pictures older than this may not be driven by. */
export const BLIND_AFTER_MS = 1000;

type Motion = readonly [axis: number, sign: number];

/** Axis and direction of each motion: x y z, then rotation about x y z, base frame. */
export const MOTIONS = {
  "drive.forward": [0, 1],
  "drive.back": [0, -1],
  "drive.left": [1, 1],
  "drive.right": [1, -1],
  "drive.up": [2, 1],
  "drive.down": [2, -1],
  "drive.tilt_forward": [4, 1],
  "drive.tilt_back": [4, -1],
  "drive.turn_left": [5, 1],
  "drive.turn_right": [5, -1],
} as const satisfies Partial<Record<Action, Motion>>;

/** The motion that a key stands for, or nothing. */
export function motionOf(code: string): Motion | undefined {
  const found = Object.entries(MOTIONS).find(([action]) => keyOf(action as Action) === code);
  return found?.[1];
}

const ZERO: Twist = [0, 0, 0, 0, 0, 0];
const DEAD_ZONE = 0.12;

function axis(value: number | undefined): number {
  if (value === undefined || Math.abs(value) < DEAD_ZONE) return 0;
  return Math.sign(value) * ((Math.abs(value) - DEAD_ZONE) / (1 - DEAD_ZONE));
}

type Pad = Pick<Gamepad, "axes" | "buttons">;

/** How far what an action is bound to is pushed: -1 to 1, a button 0 to 1. */
function pushed(pad: Pad, action: Action): number {
  const [, kind, index, sign] = /^(Button|Axis)(\d+)([+-]?)$/.exec(keyOf(action)) ?? [];
  if (kind === "Button") return pad.buttons[Number(index)]?.value ?? 0;
  return (sign === "-" ? -1 : 1) * axis(pad.axes[Number(index)]) || 0;
}

/** The wish of a gamepad, or null while its hold button (right shoulder) is up. */
export function gamepadTwist(pad: Pad): Twist | null {
  const hold = /^Button(\d+)$/.exec(keyOf("pad.hold"));
  const held = hold ? pad.buttons[Number(hold[1])]?.pressed : pushed(pad, "pad.hold") > 0.5;
  if (!held) return null;
  const lift = pushed(pad, "pad.up") - pushed(pad, "pad.down");
  return [
    pushed(pad, "pad.forward"),
    pushed(pad, "pad.left"),
    lift,
    0,
    pushed(pad, "pad.tilt"),
    pushed(pad, "pad.turn"),
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
  /** The gamepad was let go of for its holder: it counts again once its hold button was up. */
  private padMustRest = false;

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
    if (motionOf(code)) this.keys.add(code);
  }

  release(code: string): void {
    this.keys.delete(code);
  }

  /** The take-over button or key: held without moving, it keeps the hand on the robot. */
  hold(held: boolean): void {
    this.clutch = held;
  }

  /**
   * Let go of everything at once: focus lost, page hidden, gamepad gone. The robot is told now,
   * since the timer of a hidden page beats once a second only.
   */
  releaseAll(): void {
    this.keys.clear();
    this.clutch = false;
    this.padMustRest = this.gamepad() !== null;
    if (this.wasActive) this.say(ZERO);
    this.wasActive = false;
  }

  /** One period of the drive loop. `allowed` is true while this person drives this robot. */
  tick(allowed: boolean): DriveState {
    const pad = this.heldPad();
    const held = this.clutch || this.keys.size > 0 || pad !== null;
    const blind = held && allowed && this.pictureAge() > BLIND_AFTER_MS;
    const active = held && allowed && !blind;
    const twist = active ? this.wish(pad) : ZERO;
    if (active || this.wasActive) this.say(twist);
    this.wasActive = active;
    return { active, twist, blind };
  }

  private say(twist: Twist): void {
    this.sequence += 1;
    this.send(this.sequence, twist);
  }

  private heldPad(): Twist | null {
    const pad = this.gamepad();
    if (pad === null) this.padMustRest = false;
    return this.padMustRest ? null : pad;
  }

  private wish(pad: Twist | null): Twist {
    const twist: Twist = pad ? [...pad] : [...ZERO];
    for (const code of this.keys) {
      const motion = motionOf(code);
      if (motion) twist[motion[0]] = (twist[motion[0]] ?? 0) + motion[1];
    }
    return twist.map((value) => Math.max(-1, Math.min(1, value)) * this.speed) as Twist;
  }
}
