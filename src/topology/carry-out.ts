import type { Broker, ExchangeDeclaration, QueueDeclaration } from '../client/broker.ts';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';
import type { DeadLetterPlan } from './dead-letter-plan.ts';

/** Names of what a plan made anew, in the order in which it did. */
export interface CarriedOut {
  readonly exchanges: readonly string[];
  readonly queues: readonly string[];
}

/** How to carry a plan out. */
export interface CarryOutOptions {
  /** The failure to throw for a declaration that the broker refused. */
  readonly onRefused: (declaration: QueueDeclaration | ExchangeDeclaration, cause: unknown) => Promise<unknown>;
  /** Leave the queue as it is when it is there, and declare it without arguments of dead-lettering when not: a policy sets them. */
  readonly byPolicy: boolean;
}

/**
 * Declares and binds what a plan says; a second time it changes nothing. A queue that exists otherwise is refused before anything
 * else is made; a new one is made last, when the way out of it is there.
 */
export async function carryOut(broker: Broker, plan: DeadLetterPlan, options: CarryOutOptions): Promise<CarriedOut> {
  const { work } = plan;
  const made = { exchanges: [] as string[], queues: [] as string[] };
  const type = work.arguments['x-queue-type'];
  const declared = options.byPolicy ? { ...work, arguments: type === undefined ? {} : { 'x-queue-type': type } } : work;
  const declare = async (declaration: QueueDeclaration | ExchangeDeclaration): Promise<void> => {
    const isNew = !(await exists(broker, declaration));
    try {
      await withChannel<unknown>(broker, (channel) =>
        'queue' in declaration ? channel.declareQueue(declaration) : channel.declareExchange(declaration),
      );
    } catch (cause) {
      throw await options.onRefused(declaration, cause);
    }
    if (!isNew) return;
    if ('queue' in declaration) made.queues.push(declaration.queue);
    else made.exchanges.push(declaration.exchange);
  };

  const isThere = await exists(broker, work);
  if (isThere && !options.byPolicy) await declare(declared);
  for (const exchange of plan.exchanges) await declare(exchange);
  for (const queue of plan.queues) await declare(queue);
  if (!isThere) await declare(declared);
  await withChannel(broker, async (channel) => {
    for (const binding of plan.stale) await channel.unbind(binding);
    for (const binding of plan.bindings) await channel.bind(binding);
  });
  return made;
}

/** On a channel of its own: where it is not there the broker closes it. */
async function exists(broker: Broker, declaration: QueueDeclaration | ExchangeDeclaration): Promise<boolean> {
  try {
    await withChannel<unknown>(broker, (channel) =>
      'queue' in declaration ? channel.checkQueue(declaration.queue) : channel.checkExchange(declaration.exchange),
    );
    return true;
  } catch (cause) {
    if (cause instanceof LabError && cause.replyCode === 404) return false;
    throw cause;
  }
}
