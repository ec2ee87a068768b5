import { connectAmqp } from './client/amqp.ts';
import type { Broker } from './client/broker.ts';
import { connectFirst } from './client/session.ts';
import type { BrokerAddress } from './client/target.ts';

/** Connects to the address whose turn it is, so that connections are spread over all; to the next one that answers when it does not. */
export async function connectTo(addresses: readonly BrokerAddress[], number: number, timeout: number): Promise<Broker> {
  const turn = number % addresses.length;
  const inOrder = [...addresses.slice(turn), ...addresses.slice(0, turn)];
  return await connectFirst(inOrder.map((address) => () => connectAmqp(address, { timeout, connectionName: 'rmq-lab bench' })));
}
