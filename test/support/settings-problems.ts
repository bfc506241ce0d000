import type { Environment } from '../../src/config/environment.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { InvalidSettings } from '../../src/config/values/invalid-settings.js';

/** What `loadSettings` reports about these variables, one text for each problem; empty if it accepts them. */
export function problemsOf(environment: Environment): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  return [];
}
