// Loaded before a program (`node --require`): reports the CPU seconds of its process as the last line of stderr.
process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(`\n${JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 })}\n`);
});
