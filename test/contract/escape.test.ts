import { describeNewestBroker } from '../support/brokers.ts';
import { onStage } from '../support/stage.ts';

describeNewestBroker('control characters in names', (broker) => {
  test.each([
    ['a returned message', ['publish', '-q', 'no\x1b[2Jsuch', 'x'], 3],
    ['a missing queue', ['get', 'no\x1b[2Jsuch'], 6],
  ])('of %s are shown, not sent to the terminal', (_what, argv, code) =>
    onStage(broker, async (stage) => {
      const { exitCode, stderr } = await stage.run(argv);
      expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining('no\\x1b[2Jsuch') });
      expect(stderr).not.toContain('\x1b');
    }),
  );
});
