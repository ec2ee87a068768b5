import amqplib, { type ConfirmChannel } from 'amqplib';
import { describeBrokers } from '../support/brokers.ts';
import { limitedUser, urlFor } from '../support/limited-user.ts';
import { eventually } from '../support/polling.ts';
import { sharedVhost } from '../support/shared-vhost.ts';
import { runCli } from '../support/spawn.ts';
import { numbers } from '../support/stage.ts';

describeBrokers('dlq replay without the right to write to an exchange', (broker) => {
  const vhost = sharedVhost(broker);
  const user = limitedUser(broker, vhost, {
    configure: '',
    write: '^amq[.](topic|default)$',
    read: '.*',
    topics: { exchange: 'amq.topic', write: '^yes', read: '.*' },
  });
  const set = async (channel: ConfirmChannel, sent: readonly (readonly [exchange: string, key: string])[]) => {
    await channel.assertExchange('dlx', 'fanout');
    await channel.assertQueue('dead');
    await channel.purgeQueue('dead');
    await channel.bindQueue('dead', 'dlx', '');
    await channel.assertQueue('to');
    await channel.purgeQueue('to');
    await channel.assertQueue('dying', { arguments: { 'x-dead-letter-exchange': 'dlx', 'x-message-ttl': 0 } });
    await channel.assertExchange('closed', 'topic');
    for (const exchange of ['amq.topic', 'closed']) {
      await channel.unbindQueue('to', exchange, '#');
      await channel.bindQueue('dying', exchange, '#');
    }
    for (const [index, [exchange, key]] of sent.entries()) {
      channel.publish(exchange, key, Buffer.from(`${exchange} ${key} ${index}`));
      await channel.waitForConfirms();
    }
    await eventually(async () => expect((await channel.checkQueue('dead')).messageCount).toBe(sent.length));
    for (const exchange of ['amq.topic', 'closed']) {
      await channel.unbindQueue('dying', exchange, '#');
      await channel.bindQueue('to', exchange, '#');
    }
  };
  const bodies = async (channel: ConfirmChannel, queue: string) => {
    const found: string[] = [];
    for (let got = await channel.get(queue, { noAck: true }); got !== false; got = await channel.get(queue, { noAck: true })) {
      found.push(got.content.toString());
    }
    return found;
  };
  const replay = (...argv: string[]) =>
    runCli(['dlq', 'replay', 'dead', '--json', ...argv], { env: { RMQ_LAB_URL: urlFor(vhost().url, user) } });
  const onChannel = async (use: (channel: ConfirmChannel) => Promise<void>) => {
    const connection = await amqplib.connect(vhost().url);
    try {
      await use(await connection.createConfirmChannel());
    } finally {
      await connection.close();
    }
  };

  test('what is refused stays, and the others go on, each once', () =>
    onChannel(async (channel) => {
      const sent = numbers(60).map((n) => [Number(n) % 3 === 0 ? 'closed' : 'amq.topic', 'yes'] as const);
      await set(channel, sent);
      const { exitCode, stdout } = await replay();
      const { failures, ...counts } = JSON.parse(stdout.toString());
      expect({ exitCode, ...counts }).toEqual({ exitCode: 3, replayed: 40, skipped: 0, failed: 20 });
      expect(Object.entries(failures)).toEqual([[expect.stringMatching(/^403 ACCESS_REFUSED .*closed/), 20]]);
      expect(await bodies(channel, 'to')).toEqual(
        sent.flatMap(([exchange, key], n) => (exchange === 'amq.topic' ? [`amq.topic ${key} ${n}`] : [])),
      );
      expect(await bodies(channel, 'dead')).toEqual(
        sent.flatMap(([exchange, key], n) => (exchange === 'closed' ? [`closed ${key} ${n}`] : [])),
      );
    }));

  test('or to a key: those that were in the air with it go once more, none is lost', () =>
    onChannel(async (channel) => {
      const sent = numbers(40).map((n) => ['amq.topic', ['1', '20', '30'].includes(n) ? 'no' : 'yes'] as const);
      await set(channel, sent);
      const { exitCode, stdout } = await replay();
      expect({ exitCode, ...JSON.parse(stdout.toString()) }).toMatchObject({ exitCode: 3, replayed: 37, failed: 3 });
      const taken = await bodies(channel, 'to');
      expect(new Set(taken).size).toBe(37);
      expect(await bodies(channel, 'dead')).toEqual(['amq.topic no 0', 'amq.topic no 19', 'amq.topic no 29']);
    }));

  test('where all go there it ends at once: exit 4', () =>
    onChannel(async (channel) => {
      await set(channel, [
        ['amq.topic', 'yes'],
        ['amq.topic', 'yes'],
      ]);
      const { exitCode, stdout } = await replay('--to', 'closed');
      expect({ exitCode, ...JSON.parse(stdout.toString()) }).toMatchObject({ exitCode: 4, replayed: 0 });
      expect(await bodies(channel, 'dead')).toEqual(['amq.topic yes 0', 'amq.topic yes 1']);
    }));
});
