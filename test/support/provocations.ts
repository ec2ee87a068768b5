import type { MethodInput, MethodOf } from '../../src/lab-broker/wire/methods.ts';
import type { Provocation, Stage } from './probes.ts';
import { tableOf, type Values } from './tables.ts';
import type { WireClient } from './wire-client.ts';

/** What is said of a queue beside its name. */
export type Declaration = Partial<Omit<MethodOf<'queue.declare'>, 'name' | 'queue' | 'arguments'>> & { readonly arguments?: Values };

/** `queue.declare`, without flags unless said. */
export function declare(queue: string, { arguments: values = {}, ...flags }: Declaration = {}): MethodInput {
  return { name: 'queue.declare', queue, ...flags, arguments: tableOf(values) };
}

/** Only sends this. */
export function send(method: MethodInput): Provocation['provoke'] {
  return ({ wire }) => wire.send(method);
}

/** Declares a queue of the probe's own, durable unless said, then sends what is in question. */
export function withQueue(method: (queue: string) => MethodInput, declaration: Declaration = { durable: true }): Provocation['provoke'] {
  return async (stage) => {
    const queue = await declareQueue(stage, declaration);
    stage.wire.send(method(queue));
  };
}

/** Declares a queue `q` of the probe's own, durable unless said, and answers its name. */
export async function declareQueue({ wire, own }: Stage, declaration: Declaration = { durable: true }): Promise<string> {
  const { method } = await wire.call(declare(own('q'), declaration), 'queue.declare-ok');
  return method.queue;
}

/** Declares a queue with one message in it, and answers its name. */
export async function fillQueue(stage: Stage, declaration?: Declaration): Promise<string> {
  const queue = await declareQueue(stage, declaration);
  const other = await stage.join();
  await other.call({ name: 'confirm.select' }, 'confirm.select-ok');
  other.publish({ routingKey: queue, body: 'x' });
  await other.expect('basic.ack');
  return queue;
}

/** What a client answers to `connection.tune`. */
export interface Tuning {
  readonly channelMax?: number;
  /** In octets. */
  readonly frameMax?: number;
}

/** The rest of a handshake after `connection.tune`. */
export function openVhost(wire: WireClient, virtualHost: string, tuning: Tuning = {}): void {
  wire.send({ name: 'connection.tune-ok', channelMax: 2_047, frameMax: 131_072, heartbeat: 0, ...tuning });
  wire.send({ name: 'connection.open', virtualHost });
}
