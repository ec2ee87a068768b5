import { Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Vhost } from './entities/vhost.ts';
import { BrokerFault } from './faults.ts';
import { type Frame, METHOD } from './wire/frames.ts';
import { decodeMethod } from './wire/methods.ts';

/** The channel that a frame opens, which must be its channel.open. RabbitMQ counts channels, it does not mind their numbers. @throws BrokerFault */
export function openChannel(connection: Connection, { type, channel: number, payload }: Frame, maxMessageSize: number): Channel {
  if (type !== METHOD || decodeMethod(payload).name !== 'channel.open') throw new BrokerFault('expected-channel-open');
  const { channels, channelMax, vhost } = connection;
  if (channels.size >= channelMax) throw new BrokerFault('too-many-channels', { count: channels.size, limit: channelMax });
  connection.output.method(number, { name: 'channel.open-ok' });
  return new Channel(number, connection, vhost as Vhost, maxMessageSize);
}
