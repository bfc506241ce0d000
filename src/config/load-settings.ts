import { validateSync } from 'class-validator';
import { crossChecks } from './cross-checks.js';
import { databaseLocation, dataFolder } from './values/database-location.js';
import type { Environment } from './environment.js';
import { InvalidSettings } from './values/invalid-settings.js';
import { developmentSecret } from './values/jwt-secret.js';
import { sectionsOf, Settings } from './settings.js';
import { variablesOf } from './declarations/variable.js';
import type { Variable } from './declarations/variable.js';

/** Suffices for a mail catcher. In production, EMAIL_FROM is required. */
const DEVELOPMENT_SENDER = 'Tidings <tidings@localhost>';

/** Maximum number of characters of an invalid value that are shown. */
const MOST_SHOWN = 100;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** Settings that may still lack values that depend on the environment as a whole. */
type Draft = { readonly [S in keyof Settings]: Partial<Mutable<Settings[S]>> };

/**
 * Reads and validates all variables. An empty variable counts as not set. In development, a missing JWT_SECRET is generated and
 * stored. Throws InvalidSettings with all problems.
 */
export function loadSettings(environment: Environment): Settings {
  const given = (name: string): string | undefined => {
    const text = environment[name]?.trim();
    return text === '' ? undefined : text;
  };
  const settings = new Settings();
  const problems = sectionsOf(settings).flatMap((section) => fill(section, given));
  problems.push(...crossChecks(settings, (name) => given(name) !== undefined));
  if (problems.length > 0) throw new InvalidSettings(problems);
  return complete(settings);
}

/** Sets the values of a section. Returns the problems with them. */
function fill(section: object, given: (name: string) => string | undefined): string[] {
  const variables = variablesOf(section);
  for (const { property, name, default: fallback, parse } of variables) {
    const text = given(name) ?? fallback;
    if (text !== undefined) Object.assign(section, { [property]: parse(text) });
  }
  const wrong = new Set(validateSync(section, { forbidUnknownValues: false }).map((error) => error.property));
  return variables.filter(({ property }) => wrong.has(property)).map((each) => describe(each, given(each.name)));
}

function describe(variable: Variable, text: string | undefined): string {
  const wrong = variable.secret || mayHoldPassword(text) ? 'has an invalid value' : `is ${shown(text)}`;
  return `${variable.name} ${wrong}; it must be ${variable.mustBe}.`;
}

/** Whether the text may be a URL with user and password, in a variable that takes no password. */
function mayHoldPassword(text = ''): boolean {
  return /:[^/]*@/.test(text);
}

function shown(text = ''): string {
  return JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text);
}

function complete(settings: Draft): Settings {
  const { process, auth, providers } = settings;
  const { nodeEnv } = process;
  process.demoData = nodeEnv !== 'production' && (process.demoData ?? nodeEnv === 'development');
  process.publicUrl = process.publicUrl?.replace(/\/+$/, '');
  process.realtimeUrl = process.realtimeUrl?.replace(/\/+$/, '');
  if (providers.smtpUrl !== undefined) providers.emailFrom ??= DEVELOPMENT_SENDER;
  if (nodeEnv !== 'production') auth.jwtSecret ??= ownSecret(settings as Settings);
  return settings as Settings;
}

function ownSecret({ database }: Settings): string {
  const location = databaseLocation(database.databaseUrl);
  return developmentSecret(location === null ? null : dataFolder(location));
}
