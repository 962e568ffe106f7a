import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";
import { eventRecord, type EventRecord } from "./event-record.ts";
import { EventFile } from "./tensorboard.ts";

// Made by scripts/oracle/tensorboard_events.py.
const stored = JSON.parse(readFileSync(new URL("../../../test/oracle/tensorboard.json", import.meta.url), "utf8")) as {
  readonly events: readonly EventRecord[];
  readonly file: string;
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "relata-events-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("records are those that TensorBoard itself writes, to the byte", () => {
  expect(Buffer.concat(stored.events.map(eventRecord)).toString("base64")).toBe(stored.file);
});

test("the checksum of RFC 3720's examples", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("a number beyond float32 is infinite there, and no error", () => {
  expect(eventRecord({ wallTime: 1, scalars: { "train/loss": 1e300 } }).length).toBeGreaterThan(16);
});

const point = { step: 7, time: 1_700_000_000_500, values: { "train/loss": 0.5 } };
const start = (step: number) => [
  eventRecord({ wallTime: 1_700_000_000.5, fileVersion: "brain.Event:2" }),
  eventRecord({ wallTime: 1_700_000_000.5, step, isStart: true }),
];
const record = eventRecord({ wallTime: 1_700_000_000.5, step: 7, scalars: point.values });

test("a run has one file, which goes on in the folder of the model, without those of a former one", async () => {
  writeFileSync(join(folder, "events.out.tfevents.1.former.1.0"), "");
  writeFileSync(join(folder, "notes.txt"), "");
  const file = new EventFile(folder, undefined);
  await file.write([point]);
  await file.end({ status: "finished", folder }, [point]);
  const [name, notes, ...others] = readdirSync(folder);
  expect([notes, others]).toEqual(["notes.txt", []]);
  expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.[^/]+\.\d+\.0$/);
  expect(readFileSync(join(folder, name!))).toEqual(Buffer.concat([...start(0), record, record]));
});

test("a run that is resumed keeps its former file, and says from which step on it holds no longer", async () => {
  writeFileSync(join(folder, "events.out.tfevents.1.former.1.0"), "");
  await new EventFile(folder, 6).write([point]);
  const [former, name] = readdirSync(folder);
  expect(former).toBe("events.out.tfevents.1.former.1.0");
  expect(readFileSync(join(folder, name!))).toEqual(Buffer.concat([...start(7), record]));
});
