import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, discard } from '../../../../src/lab-broker/store/claim.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-claim-'));
  file = join(folder, 'broker.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lives = () => false;
const isStale = () => true;

describe('claim', () => {
  test('makes a file that only its owner may read, and leaves nothing else', async () => {
    expect(await claim(file, 'mine', lives)).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['broker.json']);
  });

  test('answers what stands there, as long as that is not stale', async () => {
    writeFileSync(file, 'theirs');
    expect(await claim(file, 'mine', lives)).toBe('theirs');
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(await claim(file, 'mine', isStale)).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['broker.json']);
  });

  test('one of those who try at once gets it', async () => {
    writeFileSync(file, 'stale');
    const all = Array.from({ length: 20 }, (_, n) =>
      claim(file, `number ${n}`, async (content) => {
        await null;
        return content === 'stale';
      }),
    );
    const answers = await Promise.all(all);
    const winners = answers.flatMap((answer, n) => (answer === undefined ? [`number ${n}`] : []));
    expect(winners).toEqual([readFileSync(file, 'utf8')]);
    expect(new Set(answers)).toEqual(new Set([undefined, winners[0]]));
  });

  test('leaves nothing behind when whoever judges it fails', async () => {
    writeFileSync(file, 'theirs');
    const judge = () => {
      throw new Error('cannot say');
    };
    await expect(claim(file, 'mine', judge)).rejects.toThrow('cannot say');
    expect(readdirSync(folder)).toEqual(['broker.json']);
  });
});

describe('discard', () => {
  test('removes what it was told of, and nothing else', () => {
    writeFileSync(file, 'theirs');
    discard(file, 'mine');
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    discard(file, 'theirs');
    expect(existsSync(file)).toBe(false);
    discard(file, 'theirs');
  });
});
