import { tsImport } from 'tsx/esm/api';

const load = (file) => tsImport(file, import.meta.url);

export default async function tearDown() {
  const { endWorker } = await load('./worker-end.ts');
  await endWorker();
  await globalThis.sharedServers?.stop();
  const { endRun } = await load('./test-run.ts');
  await endRun();
}
