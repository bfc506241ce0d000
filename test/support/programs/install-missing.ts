import { hasContainerEngine } from '../servers/container-engine.js';
import { installPackages } from './apt-get.js';
import type { AptGetOptions } from './apt-get.js';
import { isPresent } from './test-program.js';
import type { TestProgram } from './test-program.js';

/**
 * Finds or installs the programs before the first test runs. Prints once which programs are still missing and the
 * command that installs them. Returns those programs; the tests that need them fail.
 */
export async function installMissing(
  programs: readonly TestProgram[],
  options: AptGetOptions,
): Promise<readonly TestProgram[]> {
  const absent = programs.filter((program) => !isPresent(program) && !hasSubstitute(program));
  if (absent.length === 0) return [];
  options.print(`The tests need programs that are not on this machine: ${names(absent)}.\n`);
  options.print('Installing them with apt-get. This can take some minutes.\n');
  await installPackages(packagesOf(absent), options);
  const missing = absent.filter((program) => !isPresent(program));
  const engine = missing.some(({ containerised }) => containerised === true) && hasContainerEngine();
  const lost = missing.filter(({ containerised }) => !(containerised === true && engine));
  if (lost.length > 0) options.print(advice(lost));
  return lost;
}

function advice(lost: readonly TestProgram[]): string {
  const command = `apt-get install --no-install-recommends ${packagesOf(lost).join(' ')}`;
  const rule = '!'.repeat(80);
  return [
    '',
    rule,
    `Missing, and apt-get could not install them: ${names(lost)}.`,
    'The tests that need them will fail. On Debian this command installs them:',
    `  ${command}`,
    rule,
    '',
  ].join('\n');
}

function hasSubstitute({ substitute }: TestProgram): boolean {
  return substitute !== undefined && (process.env[substitute] ?? '') !== '';
}

function names(programs: readonly TestProgram[]): string {
  return programs.map(({ name }) => name).join(', ');
}

function packagesOf(programs: readonly TestProgram[]): string[] {
  return [...new Set(programs.flatMap(({ debianPackages }) => debianPackages))];
}
