import { tsImport } from 'tsx/esm/api';

/** Jest loads its global set-up without its transforms, so TypeScript has to come in by tsx. */
export default async function setUp() {
  const { SharedServers } = await tsImport('./shared-servers.ts', import.meta.url);
  const servers = new SharedServers();
  await servers.listen();
  globalThis.sharedServers = servers;
}
