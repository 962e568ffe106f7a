import type { Weights } from "../nn/parameters.ts";
import type { Device } from "../runtime/device.ts";
import type { PlacementEvent } from "./training-events.ts";

/** Looks at the first two steps on a device of its own: the first also copies the weights, the second is as all others. */
export class DeviceWatch {
  readonly #device: Device;
  readonly #weightBytes: number;
  #steps = 0;

  constructor(device: Device, weights: Weights) {
    this.#device = device;
    this.#weightBytes = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  }

  beginStep(): void {
    this.#device.memory?.takeBytes();
  }

  /** Returns the event of the second step, or of the first if there is no other. */
  endStep(isLast: boolean): PlacementEvent | undefined {
    const { name, placement, memory } = this.#device;
    this.#steps++;
    const isTime = this.#steps === 2 || (this.#steps === 1 && isLast);
    if (!placement || !memory || !isTime) return undefined;
    const { up, down } = memory.takeBytes();
    return {
      type: "placement",
      device: name,
      ...placement,
      bytesToDevice: up,
      bytesFromDevice: down,
      weightBytes: this.#weightBytes,
    };
  }
}
