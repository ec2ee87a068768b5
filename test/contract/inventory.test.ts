import amqplib from 'amqplib';
import { readInventory } from '../../src/topology/inventory.ts';
import { describeBrokers, managementOf, withVhost } from '../support/brokers.ts';

describeBrokers('the inventory', (broker) => {
  test('counts what was published a moment ago', async () => {
    await withVhost(broker, async ({ vhost, url }) => {
      const connection = await amqplib.connect(url);
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('q', { arguments: { 'x-max-length': 5 } });
      await channel.assertExchange('x', 'headers', { durable: true });
      await channel.bindQueue('q', 'x', '', { 'x-match': 'any', n: 1 });
      for (let n = 1; n <= 5; n += 1) {
        channel.sendToQueue('q', Buffer.from('x'));
        await channel.waitForConfirms();
        const { queues } = await readInventory(managementOf(broker), vhost);
        expect(queues).toMatchObject([
          { name: 'q', type: 'classic', durable: true, messages: n, ready: n, unacked: 0, arguments: { 'x-max-length': 5 } },
        ]);
      }
      await channel.get('q');
      const { queues, exchanges, bindings, counts } = await readInventory(managementOf(broker), vhost);
      expect(queues).toMatchObject([{ messages: 5, ready: 4, unacked: 1 }]);
      expect(exchanges.find(({ name }) => name === 'x')).toMatchObject({ type: 'headers', durable: true, internal: false });
      expect(bindings).toEqual(
        expect.arrayContaining([
          { source: '', destination: 'q', destinationType: 'queue', routingKey: 'q', arguments: {} },
          { source: 'x', destination: 'q', destinationType: 'queue', routingKey: '', arguments: { 'x-match': 'any', n: 1 } },
        ]),
      );
      expect(counts).toBe('current');
      await connection.close();
    });
  });
});
