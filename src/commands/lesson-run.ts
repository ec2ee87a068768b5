import type { Namespace } from '../lessons/namespace.ts';
import type { Ran } from '../lessons/request.ts';

/** The options that make `consume` end by itself. */
const ENDS = ['-n', '--count', '--limit', '--until-empty', '--idle-timeout', '--timeout'];

/** How long `consume` waits for a further message when it stands at a lesson's prompt. */
const PATIENCE = '2s';

/** Commands that go on until they are stopped: for a second terminal. */
const ENDLESS = ['tap', 'watch', 'serve', 'session', 'broker'];

/** How a command line is to be run. */
export interface RunHow {
  /** Ask for the reply code. */
  readonly refused: boolean;
  /** Told what is waited for. */
  readonly say?: (line: string) => Promise<void>;
  /** Ends the command, in place of Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** Runs a command line in the lesson's namespace. One that would not end is made to, or not run. */
export async function runInLesson(namespace: Namespace, argv: readonly string[], { refused, say, signal }: RunHow): Promise<Ran> {
  const [command = ''] = argv;
  if (ENDLESS.includes(command) && !isScript(argv)) {
    const more =
      command === 'session' ? ", or give it its lines: session 'a: get q' 'b: get q'" : `, or with & behind it: ${argv.join(' ')} &`;
    return { exitCode: 2, stdout: '', stderr: `error: ${command} goes on until it is stopped\ntry: type it in a second terminal${more}\n` };
  }
  if (command === 'consume' && !argv.some((word) => ENDS.includes(word.split('=')[0] as string) || word === '--help')) {
    await say?.('(waiting for messages; it stops after 2 s without one, or by Ctrl-C)');
    const ran = await namespace.run([...argv, '--idle-timeout', PATIENCE], signal);
    if (ran.exitCode !== 0 || argv.some((word) => word.split('=')[0] === '--crash-after')) return ran;
    return {
      ...ran,
      stderr: `${ran.stderr}(stopped after 2 s without a message; in a second terminal, or with & behind it, it goes on)\n`,
    };
  }
  return refused ? refusalOf(await namespace.run(['--json', ...argv], signal)) : namespace.run(argv, signal);
}

/** Whether it is a session that ends after the lines that stand behind it. */
function isScript([command, ...rest]: readonly string[]): boolean {
  return command === 'session' && rest.some((word) => !word.startsWith('-'));
}

/** So long nothing need be said, in milliseconds: a check that the learner asks for takes a second. */
const SLOW = 1_500;

/** Says what is waited for, when it takes longer than one can wait without a word. */
export async function sayWhenSlow<T>(wait: Promise<T>, say: () => Promise<void>): Promise<T> {
  let said: Promise<void> | undefined;
  const timer = setTimeout(() => {
    said = say().catch(() => undefined);
  }, SLOW);
  try {
    return await wait;
  } finally {
    clearTimeout(timer);
    await said;
  }
}

/** A run with `--json` as it reads without, and the reply code that only JSON tells. */
function refusalOf(ran: Ran): Ran {
  for (const line of ran.stderr.split('\n')) {
    const error = errorIn(line);
    if (error === undefined) continue;
    const { message = '', replyCode, hint, detail } = error;
    const lines = [`error: ${message}`, ...(detail === undefined ? [] : [detail]), ...(hint === undefined ? [] : [`try: ${hint}`])];
    return { exitCode: ran.exitCode, stdout: '', stderr: `${lines.join('\n')}\n`, ...(replyCode === undefined ? {} : { replyCode }) };
  }
  return ran;
}

function errorIn(line: string): { message?: string; replyCode?: number; hint?: string; detail?: string } | undefined {
  if (!line.startsWith('{"error"')) return undefined;
  try {
    return (JSON.parse(line) as { error?: object }).error;
  } catch {
    return undefined;
  }
}
