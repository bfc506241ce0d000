/** Generates docs/settings.md and .env.example from the settings classes. */
import { settingSections } from '../src/config/setting-sections.js';
import type { SettingSection } from '../src/config/setting-sections.js';
import type { Variable } from '../src/config/declarations/variable.js';
import { settle } from './generated-files.js';

const NOTICE = 'Generated from src/config by `npm run generate`. Do not edit.';

const PAGE_HEAD = `<!-- ${NOTICE} -->

# Settings

The service is configured by environment variables. A file \`.env\` in the current directory is read too; a variable of the real
environment takes precedence. A variable with an empty value counts as not set. If a variable is missing or invalid, startup fails and
names every such variable and the value it requires. [\`.env.example\`](../.env.example) lists all variables with their defaults.
`;

const ENV_HEAD = `# ${NOTICE}
#
# Copy this file to .env and change what you need. A variable of the real environment takes precedence over .env, and an empty one
# counts as not set. \`#NAME=value\` shows the default; \`#NAME=\` has none. docs/settings.md has the same texts with links.
`;

const ENV_WIDTH = 118;

function meaning({ description, unit, zero, absent, secret }: Variable): string {
  return [
    description,
    unit && `Unit: ${unit}.`,
    zero && `0: ${zero}.`,
    absent && `Not set: ${absent}.`,
    secret && 'Never logged.',
  ]
    .filter(Boolean)
    .join(' ');
}

function page(sections: readonly SettingSection[]): string {
  const parts = sections.map(({ title, note, variables }) => {
    const rows = variables.map((variable) => {
      const shown = variable.default === undefined || variable.default === '' ? '' : `\`${variable.default}\``;
      const anchor = `<a id="${variable.name.toLowerCase()}"></a>`;
      return `| ${anchor}\`${variable.name}\` | ${shown} | ${meaning(variable).replaceAll('|', '\\|')} |`;
    });
    const table = ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
    return [`## ${title}`, note, table].filter(Boolean).join('\n\n');
  });
  return `${PAGE_HEAD}\n${parts.join('\n\n')}\n`;
}

function example(sections: readonly SettingSection[]): string {
  const parts = sections.map(({ title, note, variables }) => {
    const entries = variables.map(
      (variable) => `${comment(meaning(variable))}\n#${variable.name}=${variable.default ?? ''}`,
    );
    return [`# --- ${title} ${'-'.repeat(ENV_WIDTH - title.length - 7)}`, note && comment(note), ...entries]
      .filter(Boolean)
      .join('\n\n');
  });
  return `${ENV_HEAD}\n${parts.join('\n\n')}\n`;
}

/** Plain wrapped text. For links, keeps the text and drops the address. */
function comment(markdown: string): string {
  const words = markdown.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').split(' ');
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 3 > ENV_WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}

const sections = settingSections();
settle({ 'docs/settings.md': page(sections), '.env.example': example(sections) });
