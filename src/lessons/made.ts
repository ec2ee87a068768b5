import type { Action, Lesson } from './lesson.ts';
import { parseWords } from './words.ts';

/** Something that a command line makes on a broker. Bindings go with what they bind. */
export interface Made {
  readonly kind: 'queue' | 'exchange';
  readonly name: string;
}

const DECLARES: Readonly<Record<string, Made['kind']>> = { 'declare-queue': 'queue', 'declare-exchange': 'exchange' };

/** Options of the declare commands, and of all commands, that take no value: what follows them is not theirs. */
const FLAGS = new Set(
  `--transient --exclusive --auto-delete --lazy --single-active-consumer --internal --passive
   --json --quiet -v --verbose --debug --no-color --ascii --yes --insecure --keep-going`.split(/\s+/),
);

/** What a command line makes, by its name: nothing where the broker chooses the name. The lines of a session make what each of them makes. */
export function madeBy(argv: readonly string[]): Made[] {
  const words = argv.filter((word, index) => !word.startsWith('-') && !takesNext(argv[index - 1]));
  if (words[0] !== 'session') return [declaredBy(argv)].flatMap((made) => made ?? []);
  return words.slice(1).flatMap((line) => {
    const parsed = parseWords(line.replace(/^\s*[\w.-]+:(?=\s|$)/, ''), { strict: false });
    return 'words' in parsed ? madeBy(parsed.words) : [];
  });
}

/** Whether the word is an option whose value is the next word. */
function takesNext(word: string | undefined): boolean {
  return word?.startsWith('-') === true && !FLAGS.has(word) && !word.includes('=');
}

function declaredBy(argv: readonly string[]): Made | undefined {
  let kind: Made['kind'] | undefined;
  let value = false;
  for (const [index, word] of argv.entries()) {
    if (word === '--passive') return undefined;
    if (value) {
      value = false;
    } else if (word === '--') {
      const name = argv[index + 1];
      return kind === undefined || name === undefined || name === '' ? undefined : { kind, name };
    } else if (word.startsWith('-')) {
      value = takesNext(word);
    } else if (kind === undefined) {
      kind = Object.hasOwn(DECLARES, word) ? DECLARES[word] : undefined;
      if (kind === undefined) return undefined;
    } else {
      return word === '' || argv.includes('--passive') ? undefined : { kind, name: word };
    }
  }
  return undefined;
}

/** All that a lesson makes when it goes as it is written, each once. */
export function madeByLesson(lesson: Lesson): Made[] {
  const all = lesson.steps.flatMap(({ action }) => argvsOf(action)).flatMap(madeBy);
  return all.filter((made, index) => all.findIndex((other) => other.kind === made.kind && other.name === made.name) === index);
}

function argvsOf(action: Action | undefined): (readonly string[])[] {
  if (action === undefined || action.kind === 'stop') return [];
  const groups = action.kind === 'check' ? action.solution : [action];
  return groups.flatMap(({ commands }) => commands.map(({ argv }) => argv));
}
