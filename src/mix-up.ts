import type { Channel } from './client/broker.ts';
import { withChannel } from './client/session.ts';
import type { Lab } from './commands/lab.ts';
import { LabError } from './errors.ts';

/**
 * A 404 for a queue that is an exchange, or the other way round, with a hint that says so; any other failure as it is. It asks the
 * broker once more, so it is for failures only.
 */
export async function explainMixUp(lab: Lab, cause: unknown): Promise<unknown> {
  if (!(cause instanceof LabError) || cause.replyCode !== 404 || lab.interrupted.aborted) return cause;
  const [, missing, name] = /no (queue|exchange) '(.+)' in vhost/.exec(cause.message) ?? [];
  if (missing === undefined || name === undefined) return cause;
  const look = (channel: Channel): Promise<unknown> => (missing === 'exchange' ? channel.checkQueue(name) : channel.checkExchange(name));
  const isOther = await lab
    .withBroker((broker) => withChannel(broker, look))
    .then(
      () => true,
      () => false,
    );
  if (!isOther) return cause;
  const hint =
    missing === 'exchange'
      ? `'${name}' is a queue: rmq-lab publish -q ${name} BODY, rmq-lab bind EXCHANGE ${name} KEY`
      : `'${name}' is an exchange, in which no message waits: rmq-lab publish ${name} KEY BODY, rmq-lab bind ${name} QUEUE KEY`;
  return new LabError(cause.kind, cause.message, { cause, hint, replyCode: 404 });
}
