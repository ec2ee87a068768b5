import type { Connection } from '../connection.ts';
import { BrokerFault } from '../faults.ts';
import { type Frame, METHOD } from '../wire/frames.ts';
import { decodeMethod } from '../wire/methods.ts';

/** connection.* on a connection that is open: the frames of channel 0. @throws BrokerFault, WireFault */
export function handleConnectionMethod(connection: Connection, { type, payload }: Frame): void {
  if (type !== METHOD) throw new BrokerFault('unexpected-frame', { reason: 'expected method frame, got non method frame instead' });
  const { name } = decodeMethod(payload);
  if (name === 'connection.close') connection.bye();
  else if (name === 'connection.update-secret') connection.output.method(0, { name: 'connection.update-secret-ok' });
  else throw new BrokerFault('unexpected-method');
}
