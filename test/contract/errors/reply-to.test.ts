import { channel, connection, ok } from '../../support/outcome.ts';
import { describeProbes } from '../../support/probes.ts';
import { declare, send } from '../../support/provocations.ts';

const queue = 'amq.rabbitmq.reply-to';
const refused = (text: string, by: 'basic.consume' | 'basic.publish') => channel(406, `PRECONDITION_FAILED - ${text}`, by);

describeProbes('reply-to', [
  {
    name: 'consume with ack',
    provoke: send({ name: 'basic.consume', queue }),
    expect: refused('reply consumer cannot acknowledge', 'basic.consume'),
  },
  {
    name: 'second consumer',
    provoke: async ({ wire }) => {
      await wire.call({ name: 'basic.consume', queue, noAck: true }, 'basic.consume-ok');
      wire.send({ name: 'basic.consume', queue, noAck: true });
    },
    expect: refused('reply consumer already set', 'basic.consume'),
  },
  {
    name: 'request without a consumer',
    provoke: ({ wire }) => wire.publish({ routingKey: 'nosuch', properties: { replyTo: queue }, body: 'x' }),
    expect: refused('fast reply consumer does not exist', 'basic.publish'),
  },
  {
    name: 'declare a dead reply-to',
    provoke: send(declare(`${queue}.xxx`, { passive: true })),
    expect: connection(541, 'INTERNAL_ERROR'),
  },
  {
    name: 'declare amq.rabbitmq.reply-to',
    provoke: send(declare(queue)),
    expect: ok('queue.declare-ok', { queue, messageCount: 0, consumerCount: 1 }),
  },
]);
