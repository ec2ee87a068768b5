import type { Channel } from '../channel.ts';
import type { Connection } from '../connection.ts';
import type { Realm } from '../entities/realm.ts';
import type { User } from '../entities/user.ts';
import { NODE } from './node-name.ts';
import { plainTable } from './plain-value.ts';

/** The connections that a user may see: whoever monitors sees all, others their own. */
export function visibleConnections({ connections }: Realm, user: User): Connection[] {
  const all = [...connections];
  return user.tags.some((tag) => tag === 'administrator' || tag === 'monitoring') ? all : all.filter((one) => one.user === user);
}

/** A connection as JSON. */
export function connectionView(connection: Connection) {
  const { socket, user, vhost, name, clientProperties, channels, mechanism, output, connectedAt, heartbeat, channelMax } = connection;
  return {
    name,
    vhost: vhost?.name ?? '',
    user: user.name,
    user_who_performed_action: user.name,
    node: NODE,
    type: 'network',
    protocol: 'AMQP 0-9-1',
    state: connection.blocked ? 'blocked' : 'running',
    auth_mechanism: mechanism,
    client_properties: plainTable(clientProperties),
    channels: channels.size,
    channel_max: channelMax,
    frame_max: output.frameMax,
    timeout: heartbeat,
    connected_at: connectedAt,
    host: socket.localAddress ?? '',
    port: socket.localPort ?? 0,
    peer_host: socket.remoteAddress ?? '',
    peer_port: socket.remotePort ?? 0,
    recv_oct: socket.bytesRead,
    send_oct: socket.bytesWritten,
    send_pend: output.waiting,
    ...NO_TLS,
  };
}

const NO_TLS = {
  ssl: false,
  ssl_cipher: null,
  ssl_hash: null,
  ssl_key_exchange: null,
  ssl_protocol: null,
  peer_cert_issuer: null,
  peer_cert_subject: null,
  peer_cert_validity: null,
};

/** The channels of a connection as JSON. */
export function channelViews({ channels }: Connection) {
  return [...channels.values()].map(channelView);
}

function channelView(channel: Channel) {
  const { connection, number, vhost } = channel;
  return {
    name: `${connection.name} (${number})`,
    number,
    vhost: vhost.name,
    user: connection.user.name,
    user_who_performed_action: connection.user.name,
    node: NODE,
    state: 'running',
    connection_details: peerOf(connection),
    confirm: channel.confirms !== undefined,
    transactional: channel.transaction !== undefined,
    consumer_count: channel.consumers.size,
    messages_unacknowledged: channel.unacked.size,
    messages_unconfirmed: 0,
    messages_uncommitted: 0,
    acks_uncommitted: 0,
    prefetch_count: channel.prefetch,
  };
}

/** A connection as it stands in what belongs to it. */
export function peerOf({ name, socket }: Connection) {
  return { name, peer_host: socket.remoteAddress ?? '', peer_port: socket.remotePort ?? 0 };
}
