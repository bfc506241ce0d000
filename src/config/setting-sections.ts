import { sectionsOf, Settings } from './settings.js';
import { headingOf } from './declarations/section.js';
import type { SectionHeading } from './declarations/section.js';
import { variablesOf } from './declarations/variable.js';
import type { Variable } from './declarations/variable.js';

/** A section of docs/settings.md and of .env.example. */
export interface SettingSection extends SectionHeading {
  readonly variables: readonly Variable[];
}

/** All variables by section, in the order of their declaration. */
export function settingSections(): SettingSection[] {
  return sectionsOf(new Settings()).map((section) => ({ ...headingOf(section), variables: variablesOf(section) }));
}
