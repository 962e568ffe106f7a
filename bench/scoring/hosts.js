// Hosts for the workers: network namespaces on a bridge, if this user may make them; else plain processes.
import { spawnSync } from "node:child_process";

const bridge = "relata-br";
const addressOf = (i) => `10.213.7.${i + 2}`;
const ip = (...args) => spawnSync("ip", args, { encoding: "utf8" });

/** Makes so many hosts. Each has `command`, which puts a command line into it. */
export function makeHosts(count) {
  removeHosts(count);
  const steps = [
    ["link", "add", bridge, "type", "bridge"],
    ["addr", "add", "10.213.7.1/24", "dev", bridge],
    ["link", "set", bridge, "up"],
    ...Array.from({ length: count }, (_, i) => hostSteps(i)).flat(),
  ];
  if (steps.some((step) => ip(...step).status !== 0)) {
    removeHosts(count);
    const hosts = Array.from({ length: count }, () => ({ command: (args) => args }));
    return { kind: "processes", address: "127.0.0.1", hosts, remove: () => {} };
  }
  const hosts = Array.from({ length: count }, (_, i) => ({
    command: (args) => ["ip", "netns", "exec", `relata-${i}`, ...args],
  }));
  return { kind: "network namespaces", address: "10.213.7.1", hosts, remove: () => removeHosts(count) };
}

const hostSteps = (i) => {
  const inside = (...args) => ["-n", `relata-${i}`, ...args];
  return [
    ["netns", "add", `relata-${i}`],
    ["link", "add", `relata-v${i}`, "type", "veth", "peer", "name", "eth0", "netns", `relata-${i}`],
    ["link", "set", `relata-v${i}`, "master", bridge],
    ["link", "set", `relata-v${i}`, "up"],
    inside("addr", "add", `${addressOf(i)}/24`, "dev", "eth0"),
    inside("link", "set", "eth0", "up"),
    inside("link", "set", "lo", "up"),
  ];
};

function removeHosts(count) {
  for (let i = 0; i < count; i++) ip("netns", "del", `relata-${i}`);
  ip("link", "del", bridge);
}
