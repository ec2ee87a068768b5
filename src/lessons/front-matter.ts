import type { LessonHead, Need } from './lesson.ts';
import { lessonError } from './lesson-error.ts';
import { isVersionCondition } from './version.ts';

type Value = string | readonly string[];

const NEEDS: readonly Need[] = ['restart', 'quorum', 'stream', 'management', 'cluster'];
const KEYS = ['id', 'order', 'title', 'minutes', 'introduces', 'uses', 'requires', 'needs', 'translates'];

/** The head of a lesson file, the line (from 1) on which its body begins, and the lines from there. */
export interface FrontMatter {
  readonly head: LessonHead;
  readonly bodyLine: number;
  readonly body: readonly string[];
}

/** Reads the block between the two `---` lines: `key: value` and `key: [a, b]`, nothing else. */
export function parseFrontMatter(file: string, lines: readonly string[]): FrontMatter {
  if (lines[0] !== '---') throw lessonError(file, 1, 'a lesson begins with a line ---, then key: value lines, then ---');
  const end = lines.indexOf('---', 1);
  if (end < 0) throw lessonError(file, 1, 'the front matter is not closed by a line ---');
  const values = new Map<string, { value: Value; line: number }>();
  for (const [index, line] of lines.slice(1, end).entries()) {
    const at = index + 2;
    if (line.trim() === '') continue;
    const match = /^([a-z]+):\s*(.*?)\s*$/.exec(line);
    if (match === null) throw lessonError(file, at, `'${line}' is not key: value`);
    const [, key = '', text = ''] = match;
    if (!KEYS.includes(key)) throw lessonError(file, at, `unknown key '${key}'`, `the keys are ${KEYS.join(', ')}`);
    if (values.has(key)) throw lessonError(file, at, `'${key}' stands there twice`);
    values.set(key, { value: parseValue(file, at, text), line: at });
  }
  return { head: headOf(file, values), bodyLine: end + 2, body: lines.slice(end + 1) };
}

function headOf(file: string, values: ReadonlyMap<string, { value: Value; line: number }>): LessonHead {
  const lineOf = (key: string) => values.get(key)?.line ?? 1;
  const text = (key: string): string => {
    const entry = values.get(key);
    if (entry === undefined) throw lessonError(file, 1, `the front matter lacks '${key}'`);
    if (typeof entry.value !== 'string' || entry.value === '') throw lessonError(file, entry.line, `'${key}' needs one value`);
    return entry.value;
  };
  const number = (key: string): number => {
    const value = text(key);
    if (!/^[1-9]\d*$/.test(value)) throw lessonError(file, lineOf(key), `'${key}' is '${value}', and must be a whole number from 1 up`);
    return Number(value);
  };
  const list = (key: string): readonly string[] => {
    const entry = values.get(key);
    if (entry === undefined) return [];
    if (typeof entry.value === 'string') throw lessonError(file, entry.line, `'${key}' needs a list: ${key}: [a, b]`);
    return entry.value;
  };

  const id = text('id');
  if (!/^[a-z][a-z0-9-]*$/.test(id)) throw lessonError(file, lineOf('id'), `the id '${id}' is not of small letters, digits and hyphens`);
  const unknown = list('needs').find((need) => !NEEDS.includes(need as Need));
  if (unknown !== undefined) throw lessonError(file, lineOf('needs'), `unknown need '${unknown}'`, `the needs are ${NEEDS.join(', ')}`);
  const requires = values.has('requires') ? text('requires') : undefined;
  if (requires !== undefined && !isVersionCondition(requires)) {
    throw lessonError(file, lineOf('requires'), `'${requires}' is not a condition on a version`, 'write requires: ">=3.10"');
  }
  return {
    id,
    order: number('order'),
    title: text('title'),
    minutes: number('minutes'),
    introduces: list('introduces'),
    uses: list('uses'),
    ...(requires === undefined ? {} : { requires }),
    needs: list('needs') as readonly Need[],
    ...(values.has('translates') ? { translates: text('translates') } : {}),
  };
}

function parseValue(file: string, line: number, text: string): Value {
  if (!text.startsWith('[')) return parseScalar(file, line, text);
  if (!text.endsWith(']')) throw lessonError(file, line, 'a list is opened with [ and not closed with ]');
  const inside = text.slice(1, -1).trim();
  if (inside === '') return [];
  return inside.split(',').map((part) => {
    const item = parseScalar(file, line, part.trim());
    if (item === '') throw lessonError(file, line, 'a list has an empty entry');
    return item;
  });
}

function parseScalar(file: string, line: number, text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  if (text.length < 2 || !text.endsWith(quote)) throw lessonError(file, line, `a ${quote} is opened and not closed`);
  return text.slice(1, -1);
}
