import { describeNewestBroker, withVhost } from '../support/brokers.ts';
import { runCli } from '../support/spawn.ts';

describeNewestBroker('a queue taken for an exchange, and the other way round', (broker) => {
  test.each([
    [['publish', 'mine', 'hello'], "'mine' is a queue: rmq-lab publish -q mine BODY"],
    [['bind', 'mine', 'news', 'k'], "'mine' is a queue"],
    [['consume', 'news', '-n', '1'], "'news' is an exchange"],
    [['purge', 'news', '--yes'], "'news' is an exchange"],
    [['publish', 'neither', 'k', 'v'], 'rmq-lab declare-exchange neither --type direct'],
    [['get', 'neither'], 'rmq-lab declare-queue neither'],
    [['publish', 'amq.default', 'k', 'v'], "rmq-lab publish '' QUEUE BODY"],
  ])('%j', (argv, hint) =>
    withVhost(broker, async ({ url, api }) => {
      const global = ['--url', url, '--api', api];
      await runCli([...global, 'declare-queue', 'mine']);
      await runCli([...global, 'declare-exchange', 'news', '--type', 'fanout']);
      const { exitCode, stderr } = await runCli([...global, ...argv]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 6, stderr: expect.stringContaining(hint) });
    }),
  );
});
