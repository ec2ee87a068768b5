import { madeBy, madeByLesson } from '../../../src/lessons/made.ts';
import { parseLesson } from '../../../src/lessons/parse.ts';
import { SAMPLE } from './lesson-text.ts';

test.each<[string, object | undefined]>([
  ['declare-queue q', { kind: 'queue', name: 'q' }],
  ['declare-exchange x --type fanout', { kind: 'exchange', name: 'x' }],
  ['declare-exchange --type fanout x', { kind: 'exchange', name: 'x' }],
  ['declare-exchange --type=fanout x', { kind: 'exchange', name: 'x' }],
  ['declare-queue --max-length 3 --lazy q', { kind: 'queue', name: 'q' }],
  ['--json declare-queue q', { kind: 'queue', name: 'q' }],
  ['--vhost v declare-queue q', { kind: 'queue', name: 'q' }],
  ['declare-queue --transient -- -q', { kind: 'queue', name: '-q' }],
  ['declare-queue -- ', undefined],
  ['declare-queue', undefined],
  ['declare-queue --passive q', undefined],
  ['declare-queue q --passive', undefined],
  ['bind x q', undefined],
  ['publish -q q x', undefined],
  ['get declare-queue', undefined],
  ['', undefined],
])('%j makes %j', (line, made) => expect(madeBy(line.split(' ').filter((word) => word !== ''))).toEqual(made === undefined ? [] : [made]));

test('a queue whose name the server chooses has none yet', () => expect(madeBy(['declare-queue', ''])).toEqual([]));

test('a session makes what its lines make', () => {
  const lines = ['a: declare-queue q --exclusive', 'b: publish "" q "declare-queue no"', 'declare-exchange x --type topic', "a: get 'q"];
  expect(madeBy(['session', '--keep-going', ...lines])).toEqual([
    { kind: 'queue', name: 'q' },
    { kind: 'exchange', name: 'x' },
  ]);
  expect(madeBy(['session'])).toEqual([]);
});

test('a lesson makes what its runs, predictions and solutions make, each once', () => {
  const text = SAMPLE.replace('rmq-lab publish -q q one', 'rmq-lab declare-exchange q --type topic\nrmq-lab declare-queue q');
  expect(madeByLesson(parseLesson('x.md', text))).toEqual([
    { kind: 'queue', name: 'q' },
    { kind: 'exchange', name: 'q' },
    { kind: 'queue', name: 'r' },
  ]);
});
