import { BODY, FrameReader, HEADER, HEARTBEAT, METHOD } from '../../src/lab-broker/wire/frames.ts';
import type { MethodRow } from '../../src/lab-broker/wire/method-row.ts';
import { METHODS } from '../../src/lab-broker/wire/method-table.ts';
import { decodeMethod, type Method } from '../../src/lab-broker/wire/methods.ts';
import { decodeProperties, type Properties, scanContentHeader } from '../../src/lab-broker/wire/properties.ts';
import type { Received } from './wire-client.ts';

/** A method whose content is on its way. */
interface Unfinished {
  readonly method: Method;
  properties?: Properties;
  /** Octets of the body. */
  missing: number;
  readonly bodies: Buffer[];
}

const rows: readonly MethodRow[] = METHODS;
const WITH_CONTENT = new Set(rows.filter(({ content }) => content).map(({ name }) => name));

/** Makes methods with their content of what comes from a broker. Strict: what no broker should send is an error. */
export class WireInput {
  readonly #reader = new FrameReader(0);
  readonly #unfinished = new Map<number, Unfinished>();
  readonly #deliver: (received: Received) => void;

  constructor(deliver: (received: Received) => void) {
    this.#deliver = deliver;
  }

  /** Takes in octets. @throws Error for what is not AMQP, or not in its place */
  push(chunk: Buffer): void {
    this.#reader.push(chunk);
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next())
      this.#take(frame.type, frame.channel, frame.payload);
  }

  #take(type: number, channel: number, payload: Buffer): void {
    const unfinished = this.#unfinished.get(channel);
    if (type === HEARTBEAT && channel === 0 && payload.length === 0)
      this.#deliver({ channel, method: { name: 'heartbeat' } as unknown as Method, heartbeat: true });
    else if (type === METHOD && unfinished === undefined) this.#begin(channel, decodeMethod(payload));
    else if (type === HEADER && unfinished !== undefined && unfinished.properties === undefined) {
      unfinished.properties = decodeProperties(payload);
      unfinished.missing = scanContentHeader(payload).bodySize;
      this.#finish(channel, unfinished);
    } else if (type === BODY && unfinished?.properties !== undefined && payload.length <= unfinished.missing) {
      unfinished.missing -= payload.length;
      unfinished.bodies.push(Buffer.from(payload));
      this.#finish(channel, unfinished);
    } else throw new Error(`the broker sent a frame of type ${type} on channel ${channel} out of place`);
  }

  #begin(channel: number, method: Method): void {
    if (WITH_CONTENT.has(method.name)) this.#unfinished.set(channel, { method, missing: 0, bodies: [] });
    else this.#deliver({ channel, method });
  }

  #finish(channel: number, { method, properties = {}, missing, bodies }: Unfinished): void {
    if (missing > 0) return;
    this.#unfinished.delete(channel);
    this.#deliver({ channel, method, properties, body: Buffer.concat(bodies) });
  }
}
