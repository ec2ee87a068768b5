import type { Broker } from '../client/broker.ts';
import { countsReturns } from '../client/rescue.ts';
import type { PublishReport } from '../messages/publish.ts';
import type { PumpContext } from '../messages/pump.ts';
import { escapeText } from '../output/escape.ts';
import { readDeliveryLimit } from '../topology/delivery-limit.ts';
import type { Lab } from './lab.ts';

/** What a pump needs, from the Lab. */
export function pumpContext(lab: Lab): PumpContext {
  return {
    connect: lab.connect,
    reconnectFor: lab.settings.reconnectFor,
    clock: lab.clock,
    interrupted: lab.interrupted,
    // names of queues and exchanges stand in it
    note: (line) => lab.note(escapeText(line)),
    deliveryLimit: (queue, broker) => returnLimit(lab, queue, broker),
  };
}

/** Returns after which a queue drops a message; Infinity where it never does, or where what a nack gives back does not count. */
export async function returnLimit(lab: Lab, queue: string, { server }: Broker): Promise<number> {
  if (!countsReturns(server.version)) return Number.POSITIVE_INFINITY;
  const [address] = (await lab.target()).addresses;
  const { limit } = await readDeliveryLimit(await lab.management(), address?.vhost ?? '/', queue, server.version);
  return limit;
}

/** A line on stderr that says how far publishing is: rewritten in place on a terminal, else a new one each second. */
export function createProgressLine(lab: Lab, wanted: boolean): { show(report: PublishReport): void; end(): void } {
  const { err, clock } = lab;
  const pause = err.isTerminal ? 100 : 1000;
  let last = clock.now();
  let shown = false;
  return {
    show(report) {
      if (!wanted || report.published % 64 !== 0 || clock.now() - last < pause) return;
      last = clock.now();
      shown = true;
      const line = `${report.published} sent, ${report.confirmed} confirmed`;
      err.stream.write(err.isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (shown && err.isTerminal) err.stream.write('\r\x1b[K');
    },
  };
}
