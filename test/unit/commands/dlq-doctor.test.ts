import { dlqDoctor } from '../../../src/commands/dlq-doctor.ts';
import { parsed } from '../../support/parsed.ts';

test.each<[string[], string | undefined, object]>([
  [[], undefined, {}],
  [['orders'], 'orders', {}],
  [['orders', '--sample', '5', '--definitions', 'f.json'], 'orders', { sample: '5', definitions: 'f.json' }],
])('%j', async (argv, queue, options) => expect((await parsed(dlqDoctor, argv)).slice(0, 2)).toEqual([queue, options]));
