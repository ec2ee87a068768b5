import type { Command } from 'commander';
import type { Act } from '../../src/commands/lab.ts';

/** What the handler of a command is called with for this command line, after the Lab: its arguments, options and commander's command. */
export async function parsed(make: (act: Act) => Command, argv: readonly string[]): Promise<unknown[]> {
  const calls: unknown[][] = [];
  const act: Act =
    () =>
    async (...args) =>
      void calls.push(args);
  await make(act)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync([...argv], { from: 'user' });
  const [args] = calls;
  if (args === undefined) throw new Error('the command did not run');
  return args;
}
