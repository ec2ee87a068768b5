import { Command } from 'commander';
import { benchParameters, type LoadFlags, withLoadOptions } from '../../../src/commands/bench-flags.ts';
import { variantsOf } from '../../../src/commands/bench-vary.ts';

/** The flags of a command line. */
function flagsOf(line: string): LoadFlags {
  const command = withLoadOptions(new Command('bench'));
  command.parse(line.split(' ').filter(Boolean), { from: 'user' });
  return command.opts<LoadFlags>();
}

const parametersOf = (line: string, cpus = 4) => benchParameters(flagsOf(line), cpus);

describe('the load that a bench makes', () => {
  test('what nothing is said about', () => {
    expect(parametersOf('')).toEqual({
      ...{ producers: 1, consumers: 1, producerChannels: 1, consumerChannels: 1, sizes: [100], sizeSteps: [], rates: [] },
      ...{ count: Number.POSITIVE_INFINITY, confirm: 500, persistent: true, mandatory: false, prefetch: 500, ack: true, multiAck: 1 },
      ...{ consumerDelay: 0, queueType: 'classic', queues: 1, arguments: { 'x-queue-type': 'classic' }, exchange: undefined },
      ...{ routingKeys: 0, duration: 10, warmup: 2, drain: 30, threads: 2 },
    });
  });

  test.each<[string, object]>([
    ['-x 2 -y 3 -X 4 -Y 5', { producers: 2, consumers: 3, producerChannels: 4, consumerChannels: 5 }],
    ['-s 100,1kB', { sizes: [100, 1_000] }],
    [
      '--variable-size 1kB:10s --variable-size 32:500ms',
      {
        sizeSteps: [
          { size: 1_000, seconds: 10 },
          { size: 32, seconds: 0.5 },
        ],
      },
    ],
    ['--rate 500', { rates: [{ rate: 500, seconds: 1 }] }],
    [
      '--variable-rate 500:10s --variable-rate 0:2s',
      {
        rates: [
          { rate: 500, seconds: 10 },
          { rate: 0, seconds: 2 },
        ],
      },
    ],
    ['-z 30s --warmup 0', { duration: 30, warmup: 0 }],
    ['-C 10', { count: 10, duration: undefined, warmup: 0 }],
    ['-C 10 --warmup 1s', { count: 10, warmup: 1 }],
    ['-c 1', { confirm: 1 }],
    ['--no-confirm', { confirm: 0 }],
    ['--transient --mandatory --ack-mode none', { persistent: false, mandatory: true, ack: false }],
    [
      '--ttl 5s --max-length 10 --arg x-overflow=reject-publish',
      { arguments: expect.objectContaining({ 'x-message-ttl': 5_000, 'x-max-length': 10, 'x-overflow': 'reject-publish' }) },
    ],
    ['--queue-type quorum', { queueType: 'quorum', arguments: { 'x-queue-type': 'quorum' } }],
    ['--exchange topic --routing-keys 7', { exchange: 'topic', routingKeys: 7 }],
    ['--threads 0', { threads: 0 }],
  ])('%s', (line, expected) => {
    expect(parametersOf(line)).toMatchObject(expected);
  });

  test('threads are no more than connections, and leave a core to the broker; on one core there are none', () => {
    expect([parametersOf('-x 9 -y 9', 4).threads, parametersOf('-y 0', 4).threads, parametersOf('', 1).threads]).toEqual([3, 1, 0]);
  });

  test.each<[string, RegExp]>([
    ['-C 5 -z 5s', /exclude each other/],
    ['-x 0 -y 0', /nobody to measure/],
    ['-x 0', /nothing would come/],
    ['-s 31', /31 bytes cannot be measured/],
    ['-s 100,,200', /not a size/],
    ['-z 5', /has no unit/],
    ['-z 10ms', /too short/],
    ['--rate 0', /--rate: '0'/],
    ['--rate 5 --variable-rate 5:1s', /exclude each other/],
    ['--variable-rate 5', /not VALUE:DURATION/],
    ['--variable-rate 0:1s', /nothing is ever sent/],
    ['--ack-mode requeue', /--ack-mode: 'requeue'/],
    ['--queue-type mirrored', /--queue-type: 'mirrored'/],
    ['--queue-type stream --ack-mode none', /a stream is read with/],
    ['--routing-keys 5', /names of queues/],
    ['--exchange fanout --routing-keys 5', /looks at no key/],
    ['--multi-ack 10 --prefetch 5', /never be reached/],
    ['--max-length many', /--max-length/],
  ])('%s is refused', (line, message) => {
    expect(() => parametersOf(line)).toThrow(message);
  });
});

describe('what is compared', () => {
  const labels = (...vary: string[]) => variantsOf(vary, flagsOf('')).map((variant) => Object.values(variant.labels).join(' '));

  test('all combinations, the first one of the first values', () => {
    expect(labels('persistence', 'confirm=1,100')).toEqual(['persistent 1', 'persistent 100', 'transient 1', 'transient 100']);
    expect(labels('persistence,queue-type')).toEqual(['persistent classic', 'persistent quorum', 'transient classic', 'transient quorum']);
  });

  test('a combination is the options that it stands for, over those that are given', () => {
    const [first, second] = variantsOf(['confirm=none,1', 'channels=1,4'], flagsOf('-s 1kB -x 2')).map(({ flags }) =>
      benchParameters(flags, 4),
    );
    expect(first).toMatchObject({ confirm: 0, producerChannels: 1, sizes: [1_000], producers: 2 });
    expect(second).toMatchObject({ confirm: 0, producerChannels: 4, consumerChannels: 4 });
  });

  test.each<[readonly string[], RegExp, RegExp]>([
    [[], /nothing to compare/, /persistence/],
    [['persistance'], /'persistance' cannot be varied/, /--vary persistence/],
    [['size,confirm=1,2'], /mixes names and values/, /^--vary size --vary confirm=1,2$/],
    [['xyz'], /cannot be varied/, /queue-type/],
    [['confirm=1'], /nothing to compare it with/, /two values/],
    [['confirm=1,1'], /given twice/, /once/],
    [['confirm', 'confirm=1,2'], /given twice/, /at once/],
    [['persistence=maybe,transient'], /'maybe' is no value/, /persistent,transient/],
    [['size', 'prefetch', 'confirm', 'queue-type'], /54 combinations/, /fewer/],
  ])('%j is refused', (vary, message, hint) => {
    const refused = () => variantsOf(vary, flagsOf(''));
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) }));
  });
});
