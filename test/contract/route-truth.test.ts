import type { ConfirmChannel } from 'amqplib';
import fc from 'fast-check';
import { fatesOf } from '../../src/topology/fates.ts';
import { readTopology } from '../../src/topology/read-topology.ts';
import { keysOf, routeMessage } from '../../src/topology/route.ts';
import type { Topology } from '../../src/topology/topology.ts';
import { describeBrokers, managementOf } from '../support/brokers.ts';
import { onGround } from '../support/ground.ts';
import { declareTopology, fullQueue, type RandomMessage, randomTopology, whereItLands } from '../support/random-topology.ts';

describeBrokers('where a message goes', (broker) => {
  const onTopologies = (body: (topology: Topology, channel: ConfirmChannel, message: RandomMessage) => Promise<void>, numRuns: number) =>
    fc.assert(
      fc.asyncProperty(randomTopology, (random) =>
        onGround(broker, ({ amqp, vhost }) =>
          amqp(async (channel) => {
            await declareTopology(channel as ConfirmChannel, random);
            const topology = await readTopology(managementOf(broker), vhost);
            for (const message of random.messages) await body(topology, channel as ConfirmChannel, message);
          }),
        ),
      ),
      { numRuns, endOnFailure: true },
    );

  test(
    'is what the model says, for any topology, key and headers',
    () =>
      onTopologies(async (topology, channel, message) => {
        const { queues = [] } = routeMessage(topology, { ...message, keys: keysOf(message.key, message.headers) }) ?? {};
        expect([message, await whereItLands(channel, message, { expected: queues.length })]).toEqual([message, queues]);
      }, 15),
    160_000,
  );

  test(
    'is what the model says of one that expires',
    () =>
      onTopologies(async (topology, channel, message) => {
        const keys = keysOf(message.key, message.headers);
        const { queues = [] } = routeMessage(topology, { ...message, keys }) ?? {};
        const lying = { keys: keysOf(message.key, message.headers), headers: message.headers };
        const expected = topology.queues
          .filter(({ name }) => queues.includes(name))
          .flatMap((queue) => fatesOf(topology, queue, lying).find(({ reason }) => reason === 'expired')?.queues ?? []);
        const found = await whereItLands(channel, message, { expected: expected.length, expiration: '0' });
        expect([message, found]).toEqual([message, expected.sort()]);
      }, 15),
    160_000,
  );

  test(
    'is what the model says of one that is rejected',
    () =>
      onTopologies(async (topology, channel, message) => {
        const keys = keysOf(message.key, message.headers);
        const { queues = [] } = routeMessage(topology, { ...message, keys }) ?? {};
        for (const queue of topology.queues.filter(({ name }) => queues.includes(name)).slice(0, 1)) {
          const fate = fatesOf(topology, queue, { keys, headers: message.headers }).find(({ reason }) => reason === 'rejected');
          const found = await whereItLands(channel, message, { expected: fate?.queues.length ?? 0, rejectIn: queue.name });
          expect([message, queue.name, found]).toEqual([message, queue.name, fate?.queues]);
        }
      }, 15),
    60_000,
  );

  test(
    'is what the model says of one that meets a full queue',
    () =>
      fc.assert(
        fc.asyncProperty(randomTopology, fullQueue, (random, full) =>
          onGround(broker, ({ amqp, vhost }) =>
            amqp(async (channel) => {
              await declareTopology(channel as ConfirmChannel, random, full);
              const topology = await readTopology(managementOf(broker), vhost);
              // most go there straight: of those sent at random few meet it
              const sent = random.messages.map((message, n) => (n % 3 === 0 ? message : { ...message, exchange: '', key: full.queue }));
              for (const message of sent) {
                const keys = keysOf(message.key, message.headers);
                const { queues = [] } = routeMessage(topology, { ...message, keys }) ?? {};
                const expected = topology.queues
                  .filter(({ name }) => queues.includes(name))
                  .flatMap((queue) => {
                    if (queue.name !== full.queue) return [queue.name];
                    return (
                      fatesOf(topology, queue, { keys, headers: message.headers }).find(({ reason }) => reason === 'maxlen')?.queues ?? []
                    );
                  });
                const found = await whereItLands(channel as ConfirmChannel, message, { expected: expected.length });
                expect([message, full, found]).toEqual([message, full, expected.sort()]);
              }
            }),
          ),
        ),
        { numRuns: 40, endOnFailure: true },
      ),
    160_000,
  );
});
