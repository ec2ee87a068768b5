import amqplib from 'amqplib';
import { readInventory } from '../../src/topology/inventory.ts';
import { describeFewBrokersAtOnce, managementOf, withVhost } from '../support/brokers.ts';
import { LESSONS, play } from '../support/lesson-run.ts';

// what a lesson does in a vhost of its own, it does on every broker: see lessons.test.ts
describeFewBrokersAtOnce('newest', 'a lesson in a vhost that others use', (broker, test) => {
  test.each(LESSONS)('%s is true, too, and leaves nothing of its own', async (id) => {
    await withVhost(broker, async ({ vhost, url, api }) => {
      const connection = await amqplib.connect(url);
      await (await connection.createChannel()).assertQueue('theirs');
      await connection.close();
      const { exitCode, stderr } = await play({ url, api }, id, '--here');
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const { exchanges, queues } = await readInventory(managementOf(broker), vhost);
      expect(queues.map(({ name }) => name)).toEqual(['theirs']);
      expect(exchanges.map(({ name }) => name).filter((name) => name !== '' && !name.startsWith('amq.'))).toEqual([]);
    });
  });
});
