import type { ExchangeDeclaration, QueueDeclaration, QueueState } from '../client/broker.ts';
import { escapeLine } from './escape.ts';

/** What declare-queue answers: the bare name when the server chose it (for `q=$(…)`), else the queue's state in a line. */
export function declaredQueueView(state: QueueState, declaration: QueueDeclaration): string {
  if (declaration.queue === '') return state.queue;
  const { durable, exclusive, autoDelete, arguments: table } = declaration;
  const type = table['x-queue-type'];
  const traits = [
    ...(typeof type === 'string' ? [type] : []),
    durable ? 'durable' : 'transient',
    ...(exclusive ? ['exclusive'] : []),
    ...(autoDelete ? ['auto-delete'] : []),
  ];
  return `queue ${escapeLine(state.queue)} (${traits.join(', ')}): ${countsView(state)}`;
}

/** What is known of a queue that was only asked for. */
export function queueStateView(state: QueueState): string {
  return `queue ${escapeLine(state.queue)}: ${countsView(state)}`;
}

/** `3 ready, 1 consumer`. */
export function countsView({ messages, consumers }: Pick<QueueState, 'messages' | 'consumers'>): string {
  return `${messages} ready, ${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`;
}

/** `3 messages`. */
export function messagesText(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

/** What delete-queue did. */
export function deletedQueueView(queue: string, messages: number): string {
  return `deleted queue ${escapeLine(queue)}${messages === 0 ? '' : ` and ${messagesText(messages)} in it`}`;
}

/** What purge did. */
export function purgedView(queue: string, messages: number): string {
  return `purged ${messagesText(messages)} from queue ${escapeLine(queue)}`;
}

/** What declare-exchange did. */
export function declaredExchangeView({ exchange, type, durable, autoDelete, internal }: ExchangeDeclaration): string {
  const traits = [type, durable ? 'durable' : 'transient', ...(autoDelete ? ['auto-delete'] : []), ...(internal ? ['internal'] : [])];
  return `exchange ${escapeLine(exchange)} (${traits.join(', ')})`;
}

/** That an exchange exists. */
export function existingExchangeView(exchange: string): string {
  return `exchange ${escapeLine(exchange)} exists`;
}

/** What delete-exchange did. */
export function deletedExchangeView(exchange: string): string {
  return `deleted exchange ${escapeLine(exchange)}`;
}
