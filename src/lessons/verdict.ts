import type { Commands, LessonCommand, PredictAction, PredictOption } from './lesson.ts';
import { type Difference, type Play, type Proved, type Ran, run } from './request.ts';

/** What the broker says of a prediction: the proofs of every option, the right one first; a difference when the key is wrong. */
export interface Judged {
  readonly proved: readonly Proved[];
  readonly difference?: Difference;
}

/** Lets the broker decide: the keyed option's proofs are waited for, and then every other option must fail as things stand. */
export function* judge(action: PredictAction): Play<Judged> {
  const keyed = action.options.filter((option) => option.key === action.answer);
  const others = action.options.filter((option) => option.key !== action.answer);
  const proved: Proved[] = [];
  for (const option of [...keyed, ...others])
    proved.push(yield* prove(option, action.exit ?? 0, option.key === action.answer ? 'written' : 'now'));
  const holding = proved.filter(({ holds }) => holds).map(({ option }) => option.key);
  if (holding.length === 1 && holding[0] === action.answer) return { proved };
  const found = holding.length === 0 ? 'none of the options is what the broker did' : `the broker did ${holding.join(' and ')}`;
  const why = proved[0]?.complaint === undefined ? '' : ` (${proved[0].complaint})`;
  return { proved, difference: { line: action.line, message: `the answer is said to be ${action.answer}, but ${found}${why}` } };
}

/** `exit`: what the run, which went as the lesson says, has ended with. */
function* prove(option: PredictOption, exit: number, patience: Patience): Play<Proved> {
  for (const proof of option.proofs) {
    if ('exit' in proof) {
      if (proof.exit !== exit) return { option, holds: false, complaint: `the exit code was ${exit}` };
      continue;
    }
    const ran = yield* run(withPatience(proof.argv, patience));
    if (ran.exitCode !== 0) return { option, holds: false, complaint: complaintOf(ran) };
  }
  return { option, holds: true };
}

/** How what a command gave differs from what the lesson says of it, if it does. */
export function differenceOf(expected: Commands, command: LessonCommand, ran: Ran): Difference | undefined {
  const bad = (message: string): Difference => ({ line: command.line, message: `'${command.text}' ${message}` });
  if (expected.fails !== undefined) {
    if (ran.exitCode === 0) return bad(`was to be refused with ${expected.fails}, and succeeded`);
    if (ran.replyCode === expected.fails) return undefined;
    return bad(`was to be refused with ${expected.fails}, and failed otherwise: ${complaintOf(ran)}`);
  }
  const wanted = expected.exit ?? 0;
  if (ran.exitCode === wanted) return undefined;
  if (ran.exitCode === 0) return bad(`was to exit with ${wanted}, and succeeded`);
  return bad(`was to ${wanted === 0 ? 'succeed' : `exit with ${wanted}`}, and exited with ${ran.exitCode}: ${complaintOf(ran)}`);
}

/** Of what a complaint lists, so much is passed on. */
const LISTED = 3;

/** What a command that failed says is wrong, without its `error: `, and what it lists after a colon; what it said first, when it names no error. */
export function complaintOf(ran: Ran): string {
  const lines = [...ran.stderr.split('\n'), ...ran.stdout.split('\n')].map((line) => line.trim()).filter((line) => line !== '');
  const at = Math.max(
    lines.findIndex((text) => text.startsWith('error: ')),
    0,
  );
  const line = lines[at];
  if (line === undefined) return `exit code ${ran.exitCode}`;
  const said = line.replace(/^error: /, '');
  const after = lines.slice(at + 1);
  const end = after.findIndex((text) => text.startsWith('try: '));
  const listed = after.slice(0, end < 0 ? after.length : end);
  if (!said.endsWith(':') || listed.length === 0) return said;
  const more = listed.length > LISTED ? `; and ${listed.length - LISTED} more` : '';
  return `${said} ${listed.slice(0, LISTED).join('; ')}${more}`;
}

/** How long a check is waited for: as it says itself, a moment (somebody is looking on), or not at all. */
export type Patience = 'written' | 'soon' | 'now';

/** The command line with its `--within` replaced where it is not to wait as it says. Only `expect` waits. */
export function withPatience(argv: readonly string[], patience: Patience): readonly string[] {
  if (argv[0] !== 'expect' || patience === 'written') return argv;
  const at = argv.indexOf('--within');
  const rest = argv.filter((word, index) => !word.startsWith('--within=') && (at < 0 || (index !== at && index !== at + 1)));
  return [...rest, '--within', patience === 'soon' ? '1s' : '0'];
}
