import { readFileSync } from 'node:fs';
import { InvalidSettings } from '../../config/values/invalid-settings.js';
import type { NotificationType } from './notification-type.js';
import type { Problem } from '../templates/template-reader.js';
import { readTypes } from './type-reader.js';

type Types = ReadonlyMap<string, NotificationType>;

/** Applies the types of NOTIFICATION_TYPES_FILE to `base`. Throws InvalidSettings with one line per problem. */
export function readTypesFile(file: string, base: Types): Types {
  const problems: Problem[] = [];
  const types = readTypes(readJson(file), base, problems);
  if (problems.length > 0) {
    throw new InvalidSettings(problems.map(({ path, detail }) => line(file, `${path.join('.')} ${detail}`.trim())));
  }
  return types;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidSettings([line(file, `is not JSON (${error.message})`)]);
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidSettings([line(file, `cannot be read (${code ?? String(error)})`)]);
  }
}

/** Removes line breaks, because JSON's error messages quote the source. */
function line(file: string, text: string): string {
  return `NOTIFICATION_TYPES_FILE ${file}: ${text.replace(/\s+/g, ' ')}.`;
}
