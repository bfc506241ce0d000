import { tsImport } from 'tsx/esm/api';

const load = (file) => tsImport(file, import.meta.url);

/**
 * Runs once, before jest starts its workers, because several workers would call apt-get at the same time. Jest loads
 * this file without its transforms, so tsx loads the TypeScript.
 */
export default async function setUp() {
  const { installMissing } = await load('./programs/install-missing.ts');
  const { TEST_PROGRAMS } = await load('./programs/test-programs.ts');
  await installMissing(Object.values(TEST_PROGRAMS), { print: (text) => process.stderr.write(text) });
  const { beginRun } = await load('./test-run.ts');
  beginRun();
  const { SharedServers } = await load('./servers/shared-servers.ts');
  const servers = new SharedServers();
  await servers.listen();
  await servers.prepare();
  globalThis.sharedServers = servers;
}
