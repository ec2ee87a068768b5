import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
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
  const { addresses, asked, reason } = await lab.target();
  const [address] = addresses;
  try {
    const management = await lab.management();
    if (!asked) lab.note(`broker: the one with its management API at ${management.address} (${reason})`);
    return await lab.waitFor('reading exchanges, queues and bindings', async () =>
      readTopology(await lab.management(), address?.vhost ?? '/'),
    );
  } catch (cause) {
    if (!(cause instanceof LabError) || (cause.kind !== 'access-refused' && cause.kind !== 'unreachable')) throw cause;
    throw new LabError(cause.kind, cause.message, {
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      detail:
        'AMQP has no way to list bindings, so this needs the management API. Without it:\n' +
        '  rmq-lab expect queue NAME          asks for one queue, its messages and consumers\n' +
        '  … --definitions FILE               reads what `rabbitmqctl export_definitions FILE` wrote',
    });
  }
}

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
