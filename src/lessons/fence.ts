import type { FenceBlock } from './blocks.ts';
import type { Commands, LessonCommand } from './lesson.ts';
import { lessonError } from './lesson-error.ts';
import { isVersionCondition } from './version.ts';
import { parseWords } from './words.ts';

/** What the braces of a fence say. */
export interface FenceInfo {
  readonly kind: 'run' | 'stop' | 'predict' | 'check' | 'solution';
  /** The lane of `stop`, the check of `solution`. */
  readonly name?: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The attributes that each kind takes, and whether a name stands with the kind: `{stop NAME}`, `{solution=NAME}`. */
const KINDS: Readonly<Record<FenceInfo['kind'], { readonly attributes: readonly string[]; readonly named?: ' ' | '=' }>> = {
  run: { attributes: ['when', 'fails', 'exit', 'as'] },
  stop: { attributes: [], named: ' ' },
  predict: { attributes: ['when', 'fails', 'exit'] },
  check: { attributes: ['id', 'when'] },
  solution: { attributes: ['fails', 'exit', 'as'], named: '=' },
};

const NAME = /^[a-z][a-z0-9-]*$/;

/** The form that each attribute's value has. */
const FORMS: Readonly<Record<string, { readonly is: (value: string) => boolean; readonly form: string }>> = {
  when: { is: isVersionCondition, form: 'a condition on the version, as in when=">=4.0"' },
  fails: { is: (value) => /^[345]\d\d$/.test(value), form: 'an AMQP reply code, as in fails=406' },
  exit: { is: (value) => /^[1-9]\d{0,2}$/.test(value), form: 'an exit code other than 0, as in exit=3' },
  as: { is: (value) => NAME.test(value), form: 'a name of small letters, as in as=slow' },
  id: { is: (value) => NAME.test(value), form: 'a name of small letters, as in id=eu' },
};

/** Reads `sh {kind …}`; an unknown kind or attribute is an error. */
export function parseFenceInfo(file: string, fence: FenceBlock): FenceInfo {
  const bad = (message: string, hint?: string) => lessonError(file, fence.line, message, hint);
  const match = /^(\S*)\s*\{\s*([^{}]*?)\s*\}$/.exec(fence.info);
  if (match === null) throw bad(`'${fence.info}' is not of the form sh {kind attribute=value}`);
  const [, language = '', inside = ''] = match;
  if (language !== 'sh') throw bad(`an executable fence is written sh {…}, not ${language === '' ? 'without a language' : language}`);
  const parts = inside.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const [first = '', ...rest] = parts;
  const [kind, value] = splitPair(first);
  const shape = Object.hasOwn(KINDS, kind) ? KINDS[kind as FenceInfo['kind']] : undefined;
  if (shape === undefined) throw bad(`unknown kind of fence '${kind}'`, `the kinds are ${Object.keys(KINDS).join(', ')}`);
  const name = shape.named === ' ' ? rest.shift() : value;
  if (shape.named !== undefined && (name === undefined || !NAME.test(name))) {
    throw bad(`${kind} names what it belongs to: {${kind}${shape.named}NAME}`);
  }
  if (shape.named !== '=' && value !== undefined) throw bad(`${kind} takes no =`);
  return {
    kind: kind as FenceInfo['kind'],
    ...(shape.named === undefined ? {} : { name: name as string }),
    attributes: parseAttributes(rest, kind, shape.attributes, bad),
  };
}

function parseAttributes(
  parts: readonly string[],
  kind: string,
  known: readonly string[],
  bad: (message: string, hint?: string) => Error,
): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const [key, text = ''] = splitPair(part);
    if (!known.includes(key)) {
      const hint = known.length === 0 ? `${kind} takes none` : `${kind} takes ${known.join(', ')}`;
      throw bad(`unknown attribute '${key}' of ${kind}`, hint);
    }
    if (attributes.has(key)) throw bad(`'${key}' stands there twice`);
    const form = FORMS[key];
    if (form !== undefined && !form.is(text)) throw bad(`${key}='${text}' is not ${form.form}`);
    attributes.set(key, text);
  }
  if (attributes.has('fails') && attributes.has('exit')) throw bad('fails and exit exclude each other');
  return attributes;
}

/** The fence's commands with the way in which they must end. At least one; exactly one where it must fail or runs in the background. */
export function parseCommands(file: string, fence: FenceBlock, info: FenceInfo): Commands {
  const commands = parseCommandLines(file, fence.lines, fence.line + 1);
  const [fails, exit] = ['fails', 'exit'].map((key) => info.attributes.get(key));
  if (commands.length === 0) throw lessonError(file, fence.line, `the ${info.kind} fence has no command`);
  for (const key of ['fails', 'exit', 'as']) {
    if (info.attributes.has(key) && commands.length > 1)
      throw lessonError(file, fence.line, `a fence with ${key}= has exactly one command`);
  }
  return {
    line: fence.line,
    commands,
    ...(fails === undefined ? {} : { fails: Number(fails) }),
    ...(exit === undefined ? {} : { exit: Number(exit) }),
  };
}

/** Command lines, one or more, continued by a `\` at a line's end; blank lines and comments are left out. */
export function parseCommandLines(file: string, lines: readonly string[], line: number): LessonCommand[] {
  const commands: LessonCommand[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const start = at;
    let text = lines[at] as string;
    while (text.endsWith('\\') && at + 1 < lines.length) {
      at += 1;
      text = `${text.slice(0, -1).trimEnd()} ${(lines[at] as string).trim()}`;
    }
    const command = parseCommand(file, text.trim(), line + start);
    if (command !== undefined) commands.push(command);
  }
  return commands;
}

/** One command line that begins with `rmq-lab`; undefined for a blank line or a comment. */
export function parseCommand(file: string, text: string, line: number): LessonCommand | undefined {
  const parsed = parseWords(text, { strict: true });
  if ('problem' in parsed) throw lessonError(file, line, parsed.problem);
  const [program, ...argv] = parsed.words;
  if (program === undefined) return undefined;
  if (program !== 'rmq-lab') throw lessonError(file, line, `'${program}' is not rmq-lab: a lesson runs nothing else`);
  if (argv.length === 0) throw lessonError(file, line, 'rmq-lab stands without a command');
  return { line, text, argv };
}

function splitPair(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  if (at < 0) return [text, undefined];
  return [text.slice(0, at), text.slice(at + 1).replace(/^"(.*)"$/, '$1')];
}
