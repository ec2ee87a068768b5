import { Command } from 'commander';
import { showAddress } from '../client/target.ts';
import { findAllRunning } from '../engines/state-file.ts';
import type { LabError } from '../errors.ts';
import { stateFolder } from '../lessons/state-folder.ts';
import { type BrokerStatus, statusView } from '../output/status-view.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab status`. */
export function status(act: Act): Command {
  return new Command('status')
    .description(
      'Shows the broker that commands would talk to, where that was said, and what it is. Exit 0 when it lets us in; 5 when it does not ' +
        'answer, 4 when it refuses login or vhost. The management API may be missing: that is shown, and no failure.',
    )
    .addHelpText(
      'after',
      examples([
        ['rmq-lab status', 'flags, environment, profile or default?'],
        ['rmq-lab status --json | jq -r .version', 'the version of the broker'],
        ['rmq-lab status --quiet >/dev/null || rmq-lab doctor', 'in a script'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab): Promise<void> {
  // one after the other: the API is that of the address that answers
  const { broker, failure } = await askBroker(lab);
  const api = await askApi(lab);
  const { addresses, reason, asked, embedded = false } = await lab.target();
  const shown = addresses.map(showAddress);
  const address = addresses.find((candidate) => showAddress(candidate) === broker?.address) ?? addresses[0];
  const found: BrokerStatus = {
    url: broker?.address ?? shown[0] ?? '',
    addresses: shown,
    reason,
    asked,
    embedded,
    answers: broker !== undefined,
    ...broker?.server,
    running: await findRunning(lab),
    tls: address?.secure ?? false,
    vhost: address?.vhost ?? '/',
    user: address?.username ?? '',
    api,
  };
  await lab.print(found, () => statusView(found));
  if (failure !== undefined) throw failure;
}

/** What is up on this machine, without what is kept of it between runs. */
async function findRunning({ env, host }: Lab): Promise<BrokerStatus['running']> {
  return (await findAllRunning(stateFolder(env), host)).map(({ engine, url, api, pid, version, lesson }) => ({
    ...{ engine, url, api, pid, version },
    ...(lesson === undefined ? {} : { lesson }),
  }));
}

async function askBroker(lab: Lab) {
  try {
    return { broker: await lab.withBroker(async ({ server, address }) => ({ server, address })) };
  } catch (cause) {
    return { failure: cause as LabError };
  }
}

async function askApi(lab: Lab): Promise<BrokerStatus['api']> {
  let { api: url } = await lab.target();
  try {
    const management = await lab.management();
    url = management.address;
    const overview = await management.get<{ readonly rabbitmq_version?: string }>('/api/overview');
    const version = overview?.rabbitmq_version;
    return { url, answers: true, ...(version === undefined ? {} : { version }) };
  } catch (cause) {
    return { url, answers: false, error: (cause as LabError).message };
  }
}
