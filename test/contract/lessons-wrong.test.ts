import { describeFewBrokersAtOnce } from '../support/brokers.ts';
import { expectNothingLeft, LESSONS, playText } from '../support/lesson-run.ts';

/** The lesson with little patience: what is to fail need not be waited for. */
function impatient(text: string): string {
  return text.replace(/(- `rmq-lab expect [^`]+)`/g, '$1 --within 200ms`').replace(/^(rmq-lab expect .+)$/gm, '$1 --within 200ms');
}

/** The lesson with the key of its n-th prediction (from 0) replaced by another one. */
function withWrongKey(text: string, n: number): string {
  let count = -1;
  return text.replace(/(<summary>Answer<\/summary>\n\n\*\*)([a-g])/g, (found, before: string, key: string) => {
    count += 1;
    return count === n ? before + (key === 'a' ? 'b' : 'a') : found;
  });
}

const predictions = LESSONS.flatMap(([id, text]) =>
  [...text.matchAll(/<summary>Answer<\/summary>/g)].map((_, n) => [id, n + 1, impatient(withWrongKey(text, n))] as const),
);
const checks = LESSONS.flatMap(([id, text]) => {
  // what holds on any broker, before anything was done
  const changed = text.replace(/(```sh \{check id=[a-z]+\}\n)[^`]+/, '$1rmq-lab expect exchange amq.direct\n');
  const insufficient = text.replace(/(```sh \{solution=[a-z]+)[^}]*(\}\n)[^`]+/g, '$1$2rmq-lab declare-queue beside-the-point\n');
  return [[id, impatient(changed), impatient(insufficient)] as const];
});

// that the machinery finds what is wrong does not depend on the broker
describeFewBrokersAtOnce('lab', 'a lesson that is wrong', (broker, test) => {
  test.each(predictions)('%s fails with a wrong answer to prediction %d', async (_, _n, text) => {
    const played = await playText(broker, text);
    expect(played).toMatchObject({
      exitCode: 7,
      stderr: expect.stringMatching(/changed\.md:\d+: the answer is said to be [ab], but the broker did/),
    });
    await expectNothingLeft(broker, played.text);
  });

  test.each(checks)('%s fails with a check that passes before its solution, and with one that fails after it', async (_, before, after) => {
    expect(await playText(broker, before)).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/passes before anything was done/) });
    expect(await playText(broker, after)).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/fails after its solution/) });
  });

  test('fails where a command succeeds that is to be refused', async () => {
    const text = LESSONS.find(([id]) => id === 'declare')?.[1].replace(
      'rmq-lab declare-queue stock --max-length 1\n',
      'rmq-lab declare-queue stock --max-length 3\n',
    );
    expect(await playText(broker, text ?? '')).toMatchObject({
      exitCode: 7,
      stderr: expect.stringMatching(/was to be refused with 406, and succeeded/),
    });
  });
});
