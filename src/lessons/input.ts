import { parseWords } from './words.ts';

/** What a line typed at the prompt means. */
export type Input =
  | { readonly kind: 'go' | 'hint' | 'skip' | 'solution' | 'list' | 'quit' | 'keys' }
  | { readonly kind: 'guess'; readonly key: string }
  /** `background`: it is not waited for. */
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly background?: true }
  | { readonly kind: 'problem'; readonly message: string };

/** The keys, and the words that mean the same; the list is also what `?` shows. */
export const KEYS = [
  { key: 'Enter', words: [''], kind: 'go', meaning: 'go on' },
  { key: 'h', words: ['h', 'hint'], kind: 'hint', meaning: 'a hint, each stronger than the last' },
  { key: 's', words: ['s', 'skip'], kind: 'skip', meaning: 'skip this step; the broker still gets what the rest of the lesson needs' },
  { key: 'x', words: ['x', 'solution'], kind: 'solution', meaning: 'show the solution' },
  { key: 'l', words: ['l', 'list'], kind: 'list', meaning: 'list the lessons' },
  { key: 'q', words: ['q', 'quit', 'exit'], kind: 'quit', meaning: 'leave; `rmq-lab lesson resume` comes back to this step' },
  { key: '?', words: ['?', 'help'], kind: 'keys', meaning: 'show these keys' },
] as const;

/**
 * Reads a line. All that is no key is a command, with or without `rmq-lab`; with `&` at its end it runs in the background. `options` are the keys of the answers, where a guess is
 * asked for: there a number counts them, and any other single character is as good as Enter.
 */
export function parseInput(line: string, options: readonly string[]): Input {
  const typed = line.trim();
  const key = KEYS.find(({ words }) => (words as readonly string[]).includes(typed.toLowerCase()));
  if (key !== undefined) return { kind: key.kind };
  if (options.includes(typed.toLowerCase())) return { kind: 'guess', key: typed.toLowerCase() };
  if (options.length > 0 && [...typed].length === 1) {
    // many count the answers; and a slip of the finger is no command
    const counted = /[1-9]/.test(typed) ? options[Number(typed) - 1] : undefined;
    return counted === undefined ? { kind: 'go' } : { kind: 'guess', key: counted };
  }
  const [, front] = /^(.*[^\s\\&])\s*&$/.exec(typed) ?? [];
  const parsed = parseWords(front ?? typed, { strict: false });
  if ('problem' in parsed) return { kind: 'problem', message: parsed.problem };
  const argv = parsed.words[0] === 'rmq-lab' ? parsed.words.slice(1) : parsed.words;
  if (argv.length === 0) return { kind: parsed.words.length === 0 ? 'go' : 'keys' };
  if (argv[0] === 'lesson') return { kind: 'problem', message: 'a lesson is running here already; q leaves it' };
  if (front === undefined) return { kind: 'command', argv };
  if (argv[0] === 'broker') return { kind: 'problem', message: 'a broker is here already; another one is for a second terminal' };
  return { kind: 'command', argv, background: true };
}
