import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Management } from '../client/management.ts';
import { LabError, UsageError } from '../errors.ts';
import { parseDefinitions } from '../topology/definitions.ts';
import { readTopology } from '../topology/read-topology.ts';
import type { Topology } from '../topology/topology.ts';
import type { Lab } from './lab.ts';

/** From where a topology is taken. */
export interface TopologySourceOptions {
  readonly definitions?: string;
}

/** The option that names a file in place of a broker. */
export function withTopologySource(command: Command): Command {
  return command.option('--definitions <file>', 'a file of definitions, in place of a broker');
}

/** The topology of the broker's virtual host, or that of a file; says on stderr what could not be found out. */
export async function loadTopology(lab: Lab, { definitions }: TopologySourceOptions): Promise<Topology> {
  const topology = definitions === undefined ? await fromBroker(lab) : await fromFile(lab, definitions);
  for (const gap of topology.gaps) lab.note(gap);
  return topology;
}

async function fromBroker(lab: Lab): Promise<Topology> {
  return withApi(lab, (management, vhost) => lab.waitFor('reading exchanges, queues and bindings', () => readTopology(management, vhost)));
}

/**
 * Uses the management API of the broker, of which it says on stderr which it is when nobody named one. Where there is none, or no right to
 * use it, the error tells what can be seen without.
 */
export async function withApi<T>(lab: Lab, use: (management: Management, vhost: string) => Promise<T>): Promise<T> {
  const { addresses, asked, reason } = await lab.target();
  const management = await lab.management();
  if (!asked) lab.note(`broker: the one with its management API at ${management.address} (${reason})`);
  try {
    return await use(management, addresses[0]?.vhost ?? '/');
  } catch (cause) {
    if (!(cause instanceof LabError) || (cause.kind !== 'access-refused' && cause.kind !== 'unreachable')) throw cause;
    const hint =
      asked || cause.kind === 'access-refused' ? cause.hint : 'start a broker of your own: rmq-lab broker start; or name one with --url';
    throw new LabError(cause.kind, cause.message, { cause, detail: WITHOUT_API, ...(hint === undefined ? {} : { hint }) });
  }
}

const WITHOUT_API =
  'AMQP has no way to list bindings or queues, so this needs the management API. Without it:\n' +
  '  rmq-lab expect queue NAME               asks for one queue, its messages and consumers\n' +
  '  rmq-lab topology --definitions FILE     reads what `rabbitmqctl export_definitions FILE` wrote (route, too)';

async function fromFile(lab: Lab, file: string): Promise<Topology> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UsageError(`--definitions: cannot read '${file}': ${code ?? message}`, {
      cause,
      hint: 'give the path of a file that `rabbitmqctl export_definitions FILE` wrote',
    });
  }
  return parseDefinitions(text, lab.settings.vhost, file);
}
