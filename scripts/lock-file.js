/**
 * `node scripts/lock-file.js` checks package-lock.json; with `--fix` it mends what can be mended in place.
 *
 * - No address of a registry: everybody installs from their own.
 * - Every platform's optional package is there. npm leaves out those whose version the registry at hand does not have, and
 *   `npm ci` then refuses the file. Mend: pin the parent to a version that is complete (as @swc/core and unrs-resolver are).
 * - TypeScript is a development package only. @nestjs/swagger names it as an optional peer, for its compiler plugin, and
 *   that alone would put 24 MB into every production install.
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
