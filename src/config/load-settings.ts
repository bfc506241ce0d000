import { validateSync } from 'class-validator';
import { crossChecks } from './cross-checks.js';
import { databaseLocation, dataFolder } from './values/database-location.js';
import type { Environment } from './environment.js';
import { InvalidSettings } from './values/invalid-settings.js';
import { developmentSecret } from './values/jwt-secret.js';
import { Settings } from './settings.js';
import { variablesOf } from './values/variable.js';
import type { Variable } from './values/variable.js';

/** Suffices for a mail catcher. In production, EMAIL_FROM is required. */
const DEVELOPMENT_SENDER = 'Tidings <tidings@localhost>';

/** Maximum number of characters of an invalid value that are shown. */
const MOST_SHOWN = 100;

/** Settings that may still lack values that depend on the environment as a whole. */
type Draft = { -readonly [K in keyof Settings]?: Settings[K] };

/**
 * Reads and validates all variables. An empty variable counts as not set. In development, a missing JWT_SECRET is generated and
 * stored. Throws InvalidSettings with all problems.
 */
export function loadSettings(environment: Environment): Settings {
  const variables = variablesOf(Settings);
  const isGiven = (name: string): boolean => (environment[name]?.trim() ?? '') !== '';
  const given = ({ name }: Variable): string | undefined => (isGiven(name) ? environment[name]?.trim() : undefined);
  const values: Record<string, unknown> = {};
  for (const variable of variables) {
    const text = given(variable) ?? variable.default;
    if (text !== undefined) values[variable.property] = variable.parse(text);
  }
  const draft = Object.assign(new Settings(), values);
  const wrong = new Set(validateSync(draft, { forbidUnknownValues: false }).map((error) => error.property));
  const problems = variables.filter(({ property }) => wrong.has(property)).map((each) => describe(each, given(each)));
  problems.push(...crossChecks(draft, isGiven));
  if (problems.length > 0) throw new InvalidSettings(problems);
  return complete(draft);
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
  settings.demoData = settings.nodeEnv !== 'production' && (settings.demoData ?? settings.nodeEnv === 'development');
  settings.publicUrl = settings.publicUrl?.replace(/\/+$/, '');
  if (settings.smtpUrl !== undefined) settings.emailFrom ??= DEVELOPMENT_SENDER;
  settings.realtimeUrl = settings.realtimeUrl?.replace(/\/+$/, '');
  if (settings.nodeEnv !== 'production') settings.jwtSecret ??= ownSecret(settings as Settings);
  return settings as Settings;
}

function ownSecret(settings: Settings): string {
  const location = databaseLocation(settings.databaseUrl);
  return developmentSecret(location === null ? null : dataFolder(location));
}
