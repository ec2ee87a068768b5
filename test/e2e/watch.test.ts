import { describeNewestBroker } from '../support/brokers.ts';
import { fill, onGround } from '../support/ground.ts';
import { eventually } from '../support/polling.ts';
import { openTerminal } from '../support/terminal.ts';

describeNewestBroker('watch', (broker) => {
  test('redraws on a terminal, follows its size, and leaves it as it was', () =>
    onGround(broker, async ({ amqp, url, api }) => {
      await amqp(async (channel) => {
        await channel.assertQueue('orders');
        await channel.assertQueue('payments');
        const terminal = openTerminal(['watch', '--url', url, '--api', api, '--interval', '100ms'], { cols: 100, rows: 20 });
        try {
          await terminal.waitFor(/orders +classic +0 +0 +0/);
          await fill(channel, 'orders', ['a', 'b', 'c']);
          await terminal.waitFor(/orders +classic +3 +0 +0 .*█\n/);
          // what was there before does not pile up
          expect(terminal.screen().match(/orders/g)).toHaveLength(1);
          terminal.resize(60, 4);
          await terminal.waitFor(/2 more|1 more/);
          terminal.resize(100, 20);
          await terminal.waitFor(/payments/);
          terminal.press('ctrl-c');
          expect(await terminal.exited).toMatchObject({ exitCode: 130 });
          expect(terminal.screen()).toMatch(/orders +classic +3/);
        } finally {
          await terminal.close();
        }
      });
    }));

  test('q ends it, with exit 0', () =>
    onGround(broker, async ({ url, api }) => {
      const terminal = openTerminal(['watch', '--url', url, '--api', api]);
      try {
        await terminal.waitFor(/no queues/);
        terminal.type('q');
        expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      } finally {
        await terminal.close();
      }
    }));

  test('prints once where stdout is no terminal: people a table, scripts JSON', () =>
    onGround(broker, async ({ amqp, run, json }) => {
      await amqp(async (channel) => {
        await channel.assertQueue('orders');
        await fill(channel, 'orders', ['a', 'b']);
        expect((await run('watch')).stdout).toMatch(
          /^queues of virtual host \S+ at http\S+\nqueue .*out\/s\norders +classic +2 +0 +0 +\d+\S* +0\n$/,
        );
        const queue = { name: 'orders', type: 'classic', ready: 2, unacked: 0, consumers: 0 };
        expect(await json('watch', '--prefix', 'o')).toMatchObject({ queues: [queue] });
        expect(await json('watch', '--prefix', 'x')).toMatchObject({ queues: [] });
      });
    }));

  test(
    'tells how fast messages come and go',
    () =>
      onGround(broker, async ({ amqp, json }) => {
        await amqp(async (channel) => {
          await channel.assertQueue('orders');
          await channel.consume('orders', () => undefined, { noAck: true });
          let going = true;
          const load = (async () => {
            while (going) await fill(channel, 'orders', ['x', 'x', 'x']);
          })();
          try {
            await eventually(
              async () => {
                const { queues } = await json<{ queues: { in: number; out: number }[] }>('watch');
                expect(Math.min(queues[0]?.in ?? 0, queues[0]?.out ?? 0)).toBeGreaterThan(0);
              },
              { within: 20_000 },
            );
          } finally {
            going = false;
            await load;
          }
        });
      }),
    30_000,
  );
});
