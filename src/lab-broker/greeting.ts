import { findField, longstr, type Table, textOf } from './wire/field.ts';
import type { MethodInput, MethodOf } from './wire/methods.ts';
import { decodeTable } from './wire/table.ts';

/** The RabbitMQ whose behaviour the lab broker shows. Clients that look at the version do what suits it. */
export const REFERENCE_VERSION = '4.3.6';

/** What a connection offers, and takes at most. */
export const LIMITS = { channelMax: 2_047, frameMax: 131_072, heartbeat: 60 } as const;

/** The smallest frame that a client may ask for, in octets. */
const SMALLEST_FRAME = 8_192;

const CAPABILITIES = [
  'publisher_confirms',
  'exchange_exchange_bindings',
  'basic.nack',
  'consumer_cancel_notify',
  'connection.blocked',
  'consumer_priorities',
  'authentication_failure_close',
  'per_consumer_qos',
  'direct_reply_to',
];

/**
 * The broker's first word. It calls itself what it behaves as, since clients choose their ways by that; who wants to know better looks at
 * the platform.
 */
export function startMethod(): MethodInput {
  const capabilities: Table = CAPABILITIES.map((name) => [name, { type: 'bool', value: true }]);
  return {
    name: 'connection.start',
    versionMajor: 0,
    versionMinor: 9,
    serverProperties: [
      ['capabilities', { type: 'table', value: capabilities }],
      ['cluster_name', longstr('rmq-lab')],
      ['information', longstr(`A small broker for learning and tests; behaves as RabbitMQ ${REFERENCE_VERSION}`)],
      ['platform', longstr('rmq-lab on Node.js')],
      ['product', longstr('RabbitMQ')],
      ['version', longstr(REFERENCE_VERSION)],
    ],
    mechanisms: Buffer.from('ANONYMOUS PLAIN AMQPLAIN'),
    locales: Buffer.from('en_US'),
  };
}

export interface Credentials {
  readonly user: string;
  /** Undefined where none is asked for. */
  readonly password: string | undefined;
}

/** Who comes without a name is this user. */
const ANONYMOUS: Credentials = { user: 'guest', password: undefined };

/** Who wants to log in, by the answer to connection.start; undefined when it cannot be understood. */
export function credentialsOf({ mechanism, response }: MethodOf<'connection.start-ok'>): Credentials | undefined {
  if (mechanism === 'PLAIN') {
    // an identity beside that of the user, which would stand first, is not to be had
    const [identity, user, password, rest] = response.toString().split('\0');
    return identity !== '' || user === undefined || password === undefined || rest !== undefined ? undefined : { user, password };
  }
  if (mechanism === 'ANONYMOUS') return ANONYMOUS;
  return mechanism === 'AMQPLAIN' ? amqplain(response) : undefined;
}

/** AMQPLAIN is a table whose length is that of the long string around it. */
function amqplain(response: Buffer): Credentials | undefined {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(response.length);
  const { table } = decodeTable(Buffer.concat([length, response]), 0);
  const [user, password] = [textOf(findField(table, 'LOGIN')), textOf(findField(table, 'PASSWORD'))];
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** Whether what the client settled for is within what was offered. */
export function isTuned({ channelMax, frameMax }: MethodOf<'connection.tune-ok'>): boolean {
  return channelMax > 0 && channelMax <= LIMITS.channelMax && frameMax >= SMALLEST_FRAME && frameMax <= LIMITS.frameMax;
}

/** Whether a client says in its properties that it can do this. */
export function hasCapability(clientProperties: Table, name: string): boolean {
  const capabilities = findField(clientProperties, 'capabilities');
  const field = capabilities?.type === 'table' ? findField(capabilities.value, name) : undefined;
  return field?.type === 'bool' && field.value;
}
