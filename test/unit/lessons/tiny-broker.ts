import type { Ran } from '../../../src/lessons/request.ts';

/** A broker of queues with counts, reached by command lines: enough for lessons to be played on. */
export interface TinyBroker {
  readonly queues: Map<string, number>;
  run(argv: readonly string[]): Ran;
}

/** An empty one. Understands declare-queue, delete-queue, publish -q, get, expect queue; `declare-queue Q --max-length N` of an existing queue is a 406. */
export function createTinyBroker(): TinyBroker {
  const queues = new Map<string, number>();
  const commands: Record<string, (args: readonly string[]) => Ran> = {
    'declare-queue': ([name = '', ...options]) => {
      if (options.length > 0 && queues.has(name)) return { ...failed(6, 'PRECONDITION_FAILED'), replyCode: 406 };
      queues.set(name, queues.get(name) ?? 0);
      return ok(`queue ${name}`);
    },
    'delete-queue': (args) => {
      const name = args.at(-1) ?? '';
      queues.delete(name);
      return ok(`deleted ${name}`);
    },
    publish: ([, name = '']) => {
      const count = queues.get(name);
      if (count === undefined) return failed(3, `no queue ${name}`);
      queues.set(name, count + 1);
      return ok('published 1');
    },
    get: ([name = '']) => {
      const count = queues.get(name) ?? 0;
      if (count === 0) return failed(3, `queue ${name} is empty`);
      queues.set(name, count - 1);
      return ok('a message');
    },
    expect: (args) => {
      const name = args.at(args.includes('--') ? -1 : 1) ?? '';
      const count = queues.get(name);
      if (args.includes('--absent')) return count === undefined ? ok('') : failed(7, `there is a queue ${name}`);
      const ready = args[args.indexOf('--ready') + 1];
      return args.includes('--ready') && String(count) !== ready ? failed(7, `expected ${ready}, found ${count}`) : ok('');
    },
  };
  return {
    queues,
    run: ([command = '', ...args]) =>
      (Object.hasOwn(commands, command) ? commands[command]?.(args) : undefined) ?? failed(2, `unknown command ${command}`),
  };
}

function ok(stdout: string): Ran {
  return { exitCode: 0, stdout, stderr: '' };
}

function failed(exitCode: number, message: string): Ran {
  return { exitCode, stdout: '', stderr: `error: ${message}\n` };
}
