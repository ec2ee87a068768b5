import type { Delivery } from '../client/message.ts';
import { countsReturns } from '../client/rescue.ts';
import { LabError } from '../errors.ts';
import { type PeekReport, peekQueue } from '../messages/peek.ts';
import { peekNotes } from '../output/peek-view.ts';
import { readDeliveryLimit } from '../topology/delivery-limit.ts';
import type { Lab } from './lab.ts';

/** How looking went. */
export interface Look extends PeekReport {
  /** What to fail with, after what was seen is told: a message comes near its delivery limit, so the rest was left alone. */
  readonly refusal: LabError | undefined;
}

/** Shows up to `count` messages of a queue, gives them back once, and notes what that has changed. */
export async function lookAt(lab: Lab, queue: string, count: number, show: (delivery: Delivery) => Promise<void>): Promise<Look> {
  const [address] = (await lab.target()).addresses;
  return lab.withBroker(async (broker) => {
    const limit = await readDeliveryLimit(await lab.management(), address?.vhost ?? '/', queue, broker.server.version);
    const deliveryLimit = countsReturns(broker.server.version) ? limit.limit : Number.POSITIVE_INFINITY;
    const report =
      deliveryLimit === 0
        ? { peeked: 0, deliveryCount: 0, rescued: 0, refused: true }
        : await peekQueue(broker, { queue, count, deliveryLimit, show });
    for (const line of peekNotes(report, limit, broker.server.version)) lab.note(line);
    if (!report.refused) return { ...report, refusal: undefined };
    const refusal = new LabError(
      'refused',
      `a message in '${queue}' has been given back ${report.deliveryCount} times; after ${limit.limit} it is dropped`,
      { hint: `take it (rmq-lab get ${queue}) or move it (rmq-lab move ${queue} --to-queue OTHER)` },
    );
    return { ...report, refusal };
  });
}
