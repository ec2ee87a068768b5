import { encodeTable } from '../../../src/lab-broker/wire/table.ts';
import type { TestBroker } from '../../support/brokers.ts';
import { knock } from '../../support/knock.ts';
import { connection, type Outcome, ok, tcpClose } from '../../support/outcome.ts';
import { describeProbes, type Probe } from '../../support/probes.ts';
import { openVhost, type Tuning } from '../../support/provocations.ts';
import { tableOf } from '../../support/tables.ts';
import { openWire } from '../../support/wire-client.ts';

const CAPABILITIES = tableOf({
  capabilities: { type: 'table', value: tableOf({ authentication_failure_close: true }) },
});

/** Sends these octets in the place of a protocol header. */
function first(name: string, octets: string, expect: Outcome, slow = false): Probe {
  return { name, slow, observe: ({ broker }) => knock(broker.url, Buffer.from(octets, 'latin1')), expect };
}

interface Login {
  readonly mechanism?: string;
  readonly response: (credentials: { username: string; password: string }) => string;
  /** Whether the client wants to be told why. */
  readonly told?: boolean;
}

/** Answers `connection.start` like this. */
function login(name: string, { mechanism = 'PLAIN', response, told = true }: Login, expect: Outcome): Probe {
  return {
    name,
    slow: true,
    connect: ({ broker }) => openWire(broker.url, { upTo: 'start' }),
    provoke: ({ wire, broker }) =>
      wire.send({
        name: 'connection.start-ok',
        clientProperties: told ? CAPABILITIES : [],
        mechanism,
        response: Buffer.from(response(credentialsOf(broker))),
        locale: 'en_US',
      }),
    expect,
  };
}

/** Answers `connection.tune` like this, and opens the vhost. */
function tune(name: string, settings: Tuning, expect: Outcome): Probe {
  return {
    name,
    slow: true,
    connect: ({ vhost }) => openWire(vhost.url, { upTo: 'tune' }),
    provoke: ({ wire, vhost }) => openVhost(wire, vhost.vhost, settings),
    expect,
  };
}

function credentialsOf({ url }: TestBroker): { username: string; password: string } {
  const { username, password } = new URL(url);
  return { username: decodeURIComponent(username) || 'guest', password: decodeURIComponent(password) || 'guest' };
}

/** A table without its length. */
function amqplain(username: string, password: string): string {
  return encodeTable(tableOf({ LOGIN: username, PASSWORD: password })).toString('latin1', 4);
}

const refusedBy = (mechanism: string) =>
  connection(403, `ACCESS_REFUSED - Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`);

describeProbes('connection', [
  first('AMQP 0-9 header', 'AMQP\x01\x01\x00\x09', ok('connection.start', { versionMajor: 0, versionMinor: 9 })),
  first('HTTP to the AMQP port', 'GET / HT', { level: 'protocol header', octets: [3, 1, 0, 0] }),
  first('AMQP 0-8 header', 'AMQP\x01\x01\x08\x00', { level: 'protocol header', octets: [3, 1, 0, 0] }),
  first('AMQP 1.0 header', 'AMQP\x00\x01\x00\x00', { level: 'protocol header', octets: [3, 1, 0, 0] }),
  login('bad password', { response: ({ username }) => `\0${username}\0wrong` }, refusedBy('PLAIN')),
  login('bad password, old client', { response: ({ username }) => `\0${username}\0wrong`, told: false }, tcpClose(3)),
  login('unknown user', { response: () => '\0nobody\0x' }, refusedBy('PLAIN')),
  login('unknown mechanism', { mechanism: 'SCRAM-SHA-1', response: () => '' }, tcpClose(3)),
  login('malformed PLAIN response', { response: () => 'x' }, tcpClose(3)),
  login('AMQPLAIN with no table fields', { mechanism: 'AMQPLAIN', response: () => '' }, tcpClose(3)),
  login('AMQPLAIN', { mechanism: 'AMQPLAIN', response: ({ username, password }) => amqplain(username, password) }, ok('connection.tune')),
  login(
    'AMQPLAIN, bad password',
    { mechanism: 'AMQPLAIN', response: ({ username }) => amqplain(username, 'wrong') },
    refusedBy('AMQPLAIN'),
  ),
  login('PLAIN for another identity', { response: ({ username, password }) => `x\0${username}\0${password}` }, tcpClose(3)),
  {
    name: 'unknown vhost',
    slow: true,
    connect: ({ broker }) => openWire(broker.url, { upTo: 'tune' }),
    provoke: ({ wire }) => openVhost(wire, 'nope'),
    expect: connection(530, 'NOT_ALLOWED - vhost nope not found', 'connection.open'),
  },
  tune('frame_max 4096', { frameMax: 4096 }, tcpClose(3)),
  tune('frame_max 8192', { frameMax: 8192 }, ok('connection.open-ok')),
  tune('frame_max below 4096', { frameMax: 1000 }, tcpClose(3)),
  tune('frame_max above server', { frameMax: 200_000 }, tcpClose(3)),
  tune('frame_max 0', { frameMax: 0 }, tcpClose(3)),
  tune('channel_max above server', { channelMax: 4000 }, tcpClose(3)),
  tune('channel_max 0', { channelMax: 0 }, tcpClose(3)),
  {
    name: 'method before start-ok',
    slow: true,
    connect: ({ broker }) => openWire(broker.url, { upTo: 'start' }),
    provoke: ({ wire }) => wire.send({ name: 'queue.declare', queue: 'q' }),
    expect: tcpClose(3),
  },
  {
    name: 'start-ok twice',
    provoke: ({ wire }) => wire.send({ name: 'connection.start-ok', mechanism: 'PLAIN', locale: 'en_US' }, 0),
    expect: connection(504, 'CHANNEL_ERROR - unexpected method in connection state running', 'connection.start-ok'),
  },
  {
    name: 'connection.open twice',
    provoke: ({ wire, vhost }) => wire.send({ name: 'connection.open', virtualHost: vhost.vhost }, 0),
    expect: connection(504, 'CHANNEL_ERROR - unexpected method in connection state running', 'connection.open'),
  },
  {
    name: 'handshake timeout',
    slow: true,
    connect: ({ broker }) => openWire(broker.url, { upTo: 'start' }),
    provoke: () => undefined,
    expect: tcpClose(10),
  },
  first('silent TCP', '', tcpClose(10), true),
]);
