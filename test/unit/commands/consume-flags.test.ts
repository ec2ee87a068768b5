import { Typed } from '../../../src/client/message.ts';
import { consume } from '../../../src/commands/consume.ts';
import { type ConsumeFlags, parseConsumeFlags } from '../../../src/commands/consume-flags.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

const flagsOf = async (...argv: string[]) => (await parsed(consume, ['q', ...argv]))[1] as ConsumeFlags;
const parse = async (...argv: string[]) => parseConsumeFlags('q', await flagsOf(...argv));

const plain = { queue: 'q', prefetch: 100, noAck: false, exclusive: false, untilEmpty: false, arguments: {} };

test.each<[string[], object, string]>([
  [[], {}, 'ack'],
  [['-n', '10'], { count: 10 }, 'ack'],
  [['--count', '10'], { count: 10 }, 'ack'],
  [['--limit', '10'], { count: 10 }, 'ack'],
  [['--until-empty', '--exclusive'], { untilEmpty: true, exclusive: true }, 'ack'],
  [['--idle-timeout', '5s', '--timeout', '1m'], { idleTimeout: 5_000, timeout: 60_000 }, 'ack'],
  [['--prefetch', '1'], { prefetch: 1 }, 'ack'],
  [['--prefetch', '65535'], { prefetch: 65_535 }, 'ack'],
  [['--ack-mode', 'reject'], {}, 'reject'],
  [['--ack-mode', 'none'], { noAck: true }, 'none'],
  [['--no-ack'], { noAck: true }, 'none'],
  [['--ack-mode', 'requeue', '-n', '500'], { count: 500, prefetch: 500 }, 'requeue'],
  [['--requeue', '-n', '5'], { count: 5, prefetch: 5 }, 'requeue'],
  [['--requeue', '-n', '65535'], { count: 65_535, prefetch: 65_535 }, 'requeue'],
  [['--hold'], {}, 'ack'],
  [['--hold', '--prefetch', '5'], { prefetch: 5 }, 'ack'],
  [['--hold', '-n', '500'], { count: 500, prefetch: 500 }, 'ack'],
  [['--priority', '-5'], { arguments: { 'x-priority': -5 } }, 'ack'],
  [['--crash-after', '3'], { crashAfter: 3 }, 'ack'],
  [['--exec', 'true', '--on-fail', 'reject', '--parallel', '4'], {}, 'ack'],
  [['--offset', 'first'], { arguments: { 'x-stream-offset': 'first' } }, 'ack'],
  [['--offset', '7D'], { arguments: { 'x-stream-offset': '7D' } }, 'ack'],
  [['--offset', '0'], { arguments: { 'x-stream-offset': 0 } }, 'ack'],
  [['--offset', '2024-01-31'], { arguments: { 'x-stream-offset': new Typed('timestamp', 1_706_659_200) } }, 'ack'],
  [['--offset', '2024-01-31T12:00:00.9+01:00'], { arguments: { 'x-stream-offset': new Typed('timestamp', 1_706_698_800) } }, 'ack'],
])('%j', async (argv, difference, mode) => {
  expect(await parse(...argv)).toStrictEqual({ mode, request: { ...plain, ...difference } });
});

test.each<[string[], RegExp]>([
  [['-n', '0'], /^--count: '0'/],
  [['-n', 'ten'], /^--count: 'ten'/],
  [['--limit', '-1'], /^--count: '-1'/],
  [['--idle-timeout', '5'], /^--idle-timeout: '5' is not a duration/],
  [['--timeout', 'soon'], /^--timeout: 'soon' is not a duration/],
  [['--prefetch', '0'], /^--prefetch: '0'/],
  [['--prefetch', '65536'], /^--prefetch: '65536'/],
  [['--priority', 'high'], /^--priority: 'high'/],
  [['--priority', '2147483648'], /^--priority: '2147483648'/],
  [['--crash-after', '0'], /^--crash-after: '0'/],
  [['--ack-mode', 'rejct'], /^--ack-mode: 'rejct' .*did you mean reject\?/],
  [['--ack-mode', 'requeue'], /needs --count/],
  [['--requeue', '-n', '65536'], /at most 65535/],
  [['--requeue', '-n', '10', '--prefetch', '5'], /^10 messages cannot be held with --prefetch 5/],
  [['--hold', '-n', '10', '--prefetch', '5'], /^10 messages cannot be held with --prefetch 5/],
  [['--hold', '-n', '70000'], /^70000 messages cannot be held with --prefetch 65535/],
  [['--exec', 'true', '--ack-mode', 'reject'], /^--exec and --ack-mode exclude each other/],
  [['--exec', 'true', '--no-ack'], /^--exec and --ack-mode exclude each other/],
  [['--exec', 'true', '--raw'], /^--exec and --raw, --format exclude/],
  [['--exec', 'true', '--format', '{{body}}'], /^--exec and --raw, --format exclude/],
  [['--hold', '--ack-mode', 'none'], /^--hold and --ack-mode exclude/],
  [['--hold', '--until-empty'], /^--hold and --until-empty exclude/],
  [['--offset', 'first', '--until-empty'], /^--offset and --until-empty exclude/],
  [['--offset', 'first', '--ack-mode', 'none'], /^--offset and --ack-mode none exclude/],
  [['--on-fail', 'reject'], /^--on-fail goes with --exec/],
  [['--parallel', '2'], /^--parallel goes with --exec/],
  ...['', 'frist', 'first 1', '-1', '1.5', '5x', 'march 5', '2024-13-01', '2024-01-31T12:00', '1969-12-31'].map(
    (offset): [string[], RegExp] => [[`--offset=${offset}`], /^--offset: '.*' is not an offset/],
  ),
])('%j is refused', async (argv, message) => {
  const flags = await flagsOf(...argv);
  const error = refusal(() => parseConsumeFlags('q', flags));
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
});
