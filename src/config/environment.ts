import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { InvalidSettings } from './values/invalid-settings.js';

export type Environment = Record<string, string | undefined>;

/** The process environment, which overrides the `.env` file of the current directory if that exists. Throws InvalidSettings. */
export function readEnvironment(file = '.env'): Environment {
  return { ...readDotenv(file), ...process.env };
}

/** Whether NODE_ENV is `production`. Used before the settings are validated, to report invalid settings in the right format. */
export function isProductionNamed(): boolean {
  try {
    return readEnvironment().NODE_ENV === 'production';
  } catch {
    return process.env.NODE_ENV === 'production';
  }
}

function readDotenv(file: string): Environment {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new InvalidSettings([
      `${file} exists but cannot be read (${code ?? String(error)}); it must be a readable file.`,
    ]);
  }
}
