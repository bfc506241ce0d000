/**
 * Preloaded into every Node process under test (`--import`). Reports the CPU time and memory of the process over the
 * IPC channel, so that the service needs no code for the measurement.
 */
process.on('message', async (request) => {
  if (request?.probe === undefined) return;
  if (request.collect) {
    for (let round = 0; round < 4; round += 1) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send({ probe: request.probe, cpuMicros: user + system, system, rss, heapUsed, external, arrayBuffers });
});
process.channel?.unref();
