import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES } from '../../../src/lab-broker/events.ts';
import { FAULTS, REPLY_NAMES } from '../../../src/lab-broker/faults.ts';
import { DIFFERENCES } from '../../contract/differences.ts';

const file = join(import.meta.dirname, '../../../docs/lab-broker.md');

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

function faults(): string {
  const rows = Object.values(FAULTS).map(({ code, closes, text }) => [String(code), REPLY_NAMES[code], closes, codeSpan(text)]);
  return table(
    ['Code', 'Name', 'Closes the', 'Text after the name'],
    rows.sort(([a = ''], [b = '']) => a.localeCompare(b)),
  );
}

/** As code, whatever backquotes are in it. */
function codeSpan(text: string): string {
  if (text === '') return '';
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A row for each sentence: many tests may show the same. */
function differences(): string {
  const byReason = new Map<string, { readonly on: Set<string>; readonly tests: string[] }>();
  for (const { why, on, test } of DIFFERENCES) {
    const known = byReason.get(why) ?? { on: new Set(), tests: [] };
    byReason.set(why, known);
    for (const broker of on) known.on.add(broker);
    known.tests.push(test);
  }
  const rows = [...byReason].map(([why, { on, tests }]) => [
    why,
    [...on].sort().join(', '),
    `${tests[0]}${tests.length > 1 ? ` and ${tests.length - 1} more` : ''}`,
  ]);
  return table(['What is different', 'On', 'Shown by'], rows);
}

/** The document with what stands between a section's markers made anew. */
function fill(text: string, section: string, content: string): string {
  const [start, end] = [`<!-- ${section}: made by npm run docs -->`, `<!-- end of ${section} -->`];
  const [before = '', rest] = text.split(start, 2);
  const after = rest?.split(end, 2)[1];
  if (after === undefined) throw new Error(`docs/lab-broker.md has no section ${section}`);
  return `${before}${start}\n\n${content}\n\n${end}${after}`;
}

test('docs/lab-broker.md says what the tables say (npm run docs makes it so)', () => {
  const text = readFileSync(file, 'utf8');
  const current = fill(fill(text, 'faults', faults()), 'differences', differences());
  if (process.env.RMQ_LAB_WRITE_DOCS === '1') writeFileSync(file, current);
  else expect(text).toBe(current);
});

test('each event has its row', () => {
  const documented = [...readFileSync(file, 'utf8').matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|/gm)].flatMap(([, names = '']) =>
    names.split(', '),
  );
  expect(documented.sort()).toEqual(EVENT_TYPES.map((type) => `\`${type}\``).sort());
});
