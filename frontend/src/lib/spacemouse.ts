/** A SpaceMouse through WebHID: its cap moves the robot while a person drives. */

import type { Twist } from "./live";

/** What 3Dconnexion's devices say of themselves; the older ones came from Logitech. */
const VENDORS = [0x256f, 0x046d];
/** Generic desktop, multi-axis controller. */
const USAGE = { usagePage: 0x01, usage: 0x08 };
const FULL = 350;
const DEAD_ZONE = 0.12;

/** The part of WebHID that is used here; browsers without it have no `navigator.hid`. */
export interface HidDevice extends EventTarget {
  opened: boolean;
  productName: string;
  vendorId: number;
  open(): Promise<void>;
}

export interface Hid extends EventTarget {
  getDevices(): Promise<HidDevice[]>;
  requestDevice(options: { filters: object[] }): Promise<HidDevice[]>;
}

interface InputReport extends Event {
  reportId: number;
  data: DataView;
}

export const hid = (): Hid | null => (navigator as { hid?: Hid }).hid ?? null;

const isMouse = (device: HidDevice) => VENDORS.includes(device.vendorId);

/** Beyond the dead zone, as a share of the way. */
function share(raw: number): number {
  const value = Math.max(-1, Math.min(1, raw / FULL));
  if (Math.abs(value) < DEAD_ZONE) return 0;
  return Math.sign(value) * ((Math.abs(value) - DEAD_ZONE) / (1 - DEAD_ZONE));
}

export class SpaceMouse {
  /** Name of the device; empty while there is none. */
  name = "";
  /** Raw: right, towards the person, down; then about these axes. */
  private raw = [0, 0, 0, 0, 0, 0];
  private buttons = 0;
  /** Let go by the page: nothing moves until the cap was at rest and the buttons up. */
  private spent = false;

  /** One report: 1 translation (newer devices: rotation too), 2 rotation, 3 buttons. */
  report(id: number, data: DataView): void {
    const read = (from: number) => {
      for (let index = 0; index < 3 && 2 * index + 1 < data.byteLength; index += 1)
        this.raw[from + index] = data.getInt16(2 * index, true);
    };
    if (id === 1) {
      read(0);
      for (let index = 3; index < 6 && 2 * index + 1 < data.byteLength; index += 1)
        this.raw[index] = data.getInt16(2 * index, true);
    }
    if (id === 2) read(3);
    if (id === 3 && data.byteLength > 0) this.buttons = data.getUint8(0);
    if (this.atRest()) this.spent = false;
  }

  private atRest(): boolean {
    return this.buttons === 0 && this.raw.every((value) => share(value) === 0);
  }

  /** A button is down: hands on, as the hold button of a gamepad says. */
  get pressed(): boolean {
    return this.buttons !== 0 && !this.spent;
  }

  /** The wish of the hand, or null while nobody touches it. */
  twist(): Twist | null {
    if (this.spent || this.atRest()) return null;
    const [right = 0, near = 0, down = 0, pitch = 0, , yaw = 0] = this.raw.map(share);
    // "0 -" rather than a sign: no negative zeros.
    return [0 - near, 0 - right, 0 - down, 0, 0 - pitch, 0 - yaw];
  }

  /** Focus lost, page hidden: the hand must come to rest before it counts again. */
  release(): void {
    this.spent = !this.atRest();
  }

  /** The device is gone. */
  private lost(): void {
    this.name = "";
    this.raw = [0, 0, 0, 0, 0, 0];
    this.buttons = 0;
  }

  private async open(device: HidDevice): Promise<void> {
    if (!device.opened) await device.open();
    device.addEventListener("inputreport", (event) => {
      const { reportId, data } = event as InputReport;
      this.report(reportId, data);
    });
    this.name = device.productName || "SpaceMouse";
  }

  /** Take up a device that was allowed before; the answer stops watching for its loss. */
  start(): () => void {
    const devices = hid();
    if (!devices) return () => undefined;
    void devices.getDevices().then((known) => {
      const mouse = known.find(isMouse);
      if (mouse && !this.name) void this.open(mouse);
    });
    const gone = (event: Event) => {
      const device = (event as Event & { device: HidDevice }).device;
      if (isMouse(device)) this.lost();
    };
    devices.addEventListener("disconnect", gone);
    return () => devices.removeEventListener("disconnect", gone);
  }

  /** Ask the person which device; wants a click. */
  async connect(): Promise<void> {
    const filters = VENDORS.map((vendorId) => ({ vendorId, ...USAGE }));
    const [mouse] = (await hid()?.requestDevice({ filters })) ?? [];
    if (mouse) await this.open(mouse);
  }
}

/** The one of this page. */
export const spaceMouse = new SpaceMouse();
