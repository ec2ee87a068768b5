import { Command } from 'commander';
import { LabError } from '../errors.ts';
import { checkApi } from './doctor-api-checks.ts';
import { checkBroker } from './doctor-checks.ts';
import { checkMachine } from './doctor-machine-checks.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab doctor`. */
export function doctor(act: Act): Command {
  return new Command('doctor')
    .description(
      'Checks what commands and lessons need: the connection, the version, whether a queue can be declared and a message sent, the ' +
        'management API and the rights on it, alarms, the terminal. It leaves nothing behind. Exit 0 when all is well, 7 when not.',
    )
    .addHelpText(
      'after',
      examples([
        ['rmq-lab doctor', 'of the broker that commands would use'],
        ['rmq-lab doctor --url amqps://user:secret@mq.example.com', 'of another'],
        ["rmq-lab doctor --json | jq '.checks[] | select(.ok | not)'", 'what is wrong'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab): Promise<void> {
  const machine = await checkMachine(lab);
  const { checks: broker, version } = await checkBroker(lab);
  const checks = [...broker, ...(await checkApi(lab, version)), ...machine];
  const { doctorVerdict, doctorView } = await import('../output/doctor-view.ts');
  await lab.print({ checks }, () => doctorView(checks, { color: lab.out.color, ascii: lab.settings.ascii }));
  const verdict = doctorVerdict(checks);
  if (verdict !== undefined) throw new LabError('condition', verdict, { hint: checks.find(({ ok }) => !ok)?.fix ?? '' });
}
