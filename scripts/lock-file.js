/**
 * `node scripts/lock-file.js` checks package-lock.json; with `--fix` it corrects what it can.
 *
 * - No registry addresses, because everyone installs from their own registry.
 * - The optional packages of all platforms are present. npm leaves out packages whose version is missing in the current registry,
 *   and then `npm ci` rejects the file. To fix this, pin the parent to a complete version (as for @swc/core and unrs-resolver).
 * - TypeScript is only a development package. @nestjs/swagger names it as an optional peer, for its compiler plugin; that alone
 *   would add 24 MB to every production install.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const swagger = lock.packages['node_modules/@nestjs/swagger'];

if (process.argv.includes('--fix')) {
  delete swagger.peerDependencies.typescript;
  delete swagger.peerDependenciesMeta.typescript;
  const typescript = lock.packages['node_modules/typescript'];
  delete typescript.devOptional;
  typescript.dev = true;
  for (const entry of Object.values(lock.packages)) if (!entry.link) delete entry.resolved;
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}

const problems = [];
if (swagger.peerDependencies.typescript) problems.push('typescript is a production package (run with --fix)');
for (const [path, entry] of Object.entries(lock.packages)) {
  if (entry.resolved && !entry.link) problems.push(`${path} names a registry (run with --fix)`);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const found = lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`];
    if (!found) problems.push(`${path} ${entry.version} lacks its optional ${name}: pin a complete version`);
  }
}
for (const problem of problems) console.error(`package-lock.json: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
