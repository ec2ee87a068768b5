import type { Connection } from './connection.ts';
import type { Realm } from './entities/realm.ts';
import { hasPassword } from './entities/user.ts';
import { BrokerFault } from './faults.ts';
import { credentialsOf, isTuned, LIMITS, startMethod } from './greeting.ts';
import { type Frame, METHOD } from './wire/frames.ts';
import { decodeMethod, type MethodOf } from './wire/methods.ts';

const PROTOCOL_HEADER = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');
/** Old clients begin with this one, which means the same. */
const OLD_HEADER = Buffer.from('AMQP\x01\x01\x00\x09', 'latin1');
/** What RabbitMQ 4 answers to any other: the newest protocol that it speaks. */
const OFFERED_HEADER = Buffer.from('AMQP\x03\x01\x00\x00', 'latin1');

/** Class and method of connection.open. */
const OPEN = 0x000a_0028;

/** What a connection goes through before it is in a virtual host. Whoever steps out of line is told nothing. */
export class Handshake {
  readonly #connection: Connection;
  readonly #realm: Realm;
  #greeting: Buffer = Buffer.alloc(0);
  #expects: 'start-ok' | 'tune-ok' | 'open' = 'start-ok';

  constructor(connection: Connection, realm: Realm) {
    this.#connection = connection;
    this.#realm = realm;
  }

  /** Whether the broker may answer what is wrong with a connection.close: only to somebody who has logged in. */
  get trusted(): boolean {
    return this.#expects === 'open';
  }

  /** Takes the first octets, up to the end of the protocol header; answers what came after it, or undefined until it is whole. */
  greet(chunk: Buffer): Buffer | undefined {
    this.#greeting = Buffer.concat([this.#greeting, chunk]);
    if (this.#greeting.length < 8) return undefined;
    const header = this.#greeting.subarray(0, 8);
    if (!header.equals(PROTOCOL_HEADER) && !header.equals(OLD_HEADER)) {
      this.#connection.output.bytes(OFFERED_HEADER);
      this.#connection.leave();
      return undefined;
    }
    this.#connection.output.method(0, startMethod());
    return this.#greeting.subarray(8);
  }

  handle({ type, channel, payload }: Frame): void {
    const method = type === METHOD && channel === 0 ? decodeMethod(payload) : undefined;
    if (this.#expects === 'start-ok' && method?.name === 'connection.start-ok') this.#login(method);
    else if (this.#expects === 'tune-ok' && method?.name === 'connection.tune-ok') this.#tune(method);
    else if (this.#expects === 'open' && method?.name === 'connection.open') this.#open(method);
    else this.#connection.endSilently();
  }

  #login(method: MethodOf<'connection.start-ok'>): void {
    const connection = this.#connection;
    connection.clientProperties = method.clientProperties;
    connection.mechanism = method.mechanism;
    const credentials = credentialsOf(method);
    const user = credentials && this.#realm.users.get(credentials.user);
    if (user !== undefined && (credentials?.password === undefined || hasPassword(user, credentials.password))) {
      connection.user = user;
      this.#expects = 'tune-ok';
      connection.output.method(0, { name: 'connection.tune', ...LIMITS });
      return;
    }
    const fault = new BrokerFault('login-refused', { mechanism: method.mechanism });
    if (credentials !== undefined && connection.hasCapability('authentication_failure_close')) connection.sendClose(fault, 0);
    this.#realm.refuse(connection, credentials?.user ?? '', fault);
    connection.endSilently();
  }

  #tune(method: MethodOf<'connection.tune-ok'>): void {
    if (!isTuned(method)) {
      this.#connection.endSilently();
      return;
    }
    this.#expects = 'open';
    this.#connection.tune(method);
  }

  #open({ virtualHost }: MethodOf<'connection.open'>): void {
    const connection = this.#connection;
    const vhost = this.#realm.vhosts.get(virtualHost);
    const fault =
      vhost === undefined ? new BrokerFault('vhost-not-found', { vhost: virtualHost }) : this.#realm.admission(connection.user, vhost);
    if (vhost === undefined || fault !== undefined) connection.fail(fault as BrokerFault, OPEN);
    else connection.enter(vhost);
  }
}
