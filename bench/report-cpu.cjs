// Loaded before a program (`node --require`): tells the CPU seconds of its process on stderr's last line.
process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(`\n${JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 })}\n`);
});
