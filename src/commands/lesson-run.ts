import type { Namespace } from '../lessons/namespace.ts';
import type { Ran } from '../lessons/request.ts';

/** The options that make `consume` end by itself. */
const ENDS = ['-n', '--count', '--limit', '--until-empty', '--idle-timeout', '--timeout'];

/** How long `consume` waits for a further message when it stands at a lesson's prompt. */
const PATIENCE = '2s';

/** Commands that go on until they are stopped: for a second terminal. */
const ENDLESS = ['tap', 'watch', 'serve', 'session', 'broker'];

/** Runs a command line in the lesson's namespace. One that would not end is made to, or not run; `refused` asks for the reply code. */
export async function runInLesson(namespace: Namespace, argv: readonly string[], refused: boolean): Promise<Ran> {
  const [command = ''] = argv;
  if (ENDLESS.includes(command)) {
    return { exitCode: 2, stdout: '', stderr: `error: ${command} goes on until it is stopped\ntry: type it in a second terminal\n` };
  }
  if (command === 'consume' && !argv.some((word) => ENDS.includes(word.split('=')[0] as string) || word === '--help')) {
    const ran = await namespace.run([...argv, '--idle-timeout', PATIENCE]);
    return { ...ran, stderr: `${ran.stderr}(stopped after ${PATIENCE} without a message; in a second terminal it goes on)\n` };
  }
  return refused ? refusalOf(await namespace.run(['--json', ...argv])) : namespace.run(argv);
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
