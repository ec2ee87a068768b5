import type { Broker } from '../../src/client/broker.ts';
import type { Message } from '../../src/client/message.ts';
import { type PublishRequest, publish } from '../../src/messages/publish.ts';
import type { Source } from '../../src/messages/source.ts';
import { createPort, type Port } from './port.ts';
import type { PortOptions } from './port-state.ts';
import { createQuietClock } from './quiet-clock.ts';

/** A message to a queue. */
export const message = (body: string, routingKey = 'q'): Message => ({ exchange: '', routingKey, properties: {}, body: Buffer.from(body) });
/** As many messages: `0`, `1` … */
export const numbered = (count: number) => Array.from({ length: count }, (_, n) => message(String(n)));

interface Rig {
  readonly port: Port;
  readonly notes: string[];
  readonly rejected: string[];
  readonly interruption: AbortController;
  run(source: Source, request?: Partial<PublishRequest>): ReturnType<typeof publish>;
}

/** A publish pump on a broker in memory, with a queue `q` and a clock that waits for it. */
export function createRig(options: PortOptions = {}, connect?: (port: Port) => Promise<Broker>): Rig {
  const port = createPort({ queues: { q: [] }, ...options });
  const notes: string[] = [];
  const rejected: string[] = [];
  const interruption = new AbortController();
  return {
    port,
    notes,
    rejected,
    interruption,
    run: (source, request = {}) =>
      publish(
        source,
        {
          window: 10,
          mandatory: true,
          onRejected: ({ body }, outcome) => void rejected.push(`${outcome} ${body}`),
          ...request,
        },
        {
          connect: () => connect?.(port) ?? port.connect(),
          reconnectFor: 60_000,
          clock: createQuietClock(() => port.isBusy),
          interrupted: interruption.signal,
          note: (line) => void notes.push(line),
        },
      ),
  };
}
