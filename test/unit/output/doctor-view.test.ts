import { type Check, doctorVerdict, doctorView } from '../../../src/output/doctor-view.ts';

const FINE: Check = { name: 'node', ok: true, detail: 'Node.js v20', fix: null };
const BAD: Check = { name: 'connection', ok: false, detail: 'nobody answers', fix: 'rmq-lab broker start' };
const OPEN: Check = { name: 'version', ok: false, unchecked: true, detail: 'not checked: no connection', fix: 'mend that first' };

test.each<[boolean, string[]]>([
  [
    false,
    [
      '✘ connection  nobody answers',
      '              fix: rmq-lab broker start',
      '– version     not checked: no connection',
      '✔ node        Node.js v20',
    ],
  ],
  [
    true,
    [
      'FAIL connection  nobody answers',
      '                 fix: rmq-lab broker start',
      '-    version     not checked: no connection',
      'ok   node        Node.js v20',
    ],
  ],
])('what failed has one sign, what was not looked at another (ASCII: %s)', (ascii, lines) => {
  expect(doctorView([BAD, OPEN, FINE], { color: false, ascii }).split('\n')).toEqual(lines);
});

test('as many failed as have the sign', () => {
  expect(doctorVerdict([BAD, OPEN, OPEN, FINE])).toBe('1 of 4 checks failed: connection (and 2 could not be made)');
  expect(doctorVerdict([BAD, FINE])).toBe('1 of 2 checks failed: connection');
  expect(doctorVerdict([FINE])).toBeUndefined();
});
