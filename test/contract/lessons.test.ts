import { describeBrokersAtOnce, describeFewBrokersAtOnce } from '../support/brokers.ts';
import { expectNothingLeft, LESSONS, play, TRANSLATED } from '../support/lesson-run.ts';

describeBrokersAtOnce('a lesson', (broker, test) => {
  test.each(LESSONS)('%s is true, from its commands to its answers, and leaves nothing', async (id) => {
    const { exitCode, stderr, text } = await play(broker, id);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(text).toContain(broker.serverVersion);
    await expectNothingLeft(broker, text);
  });
});

// what a lesson does is the same in every language
describeFewBrokersAtOnce('lab', 'a translated lesson', (broker, test) => {
  test.each(TRANSLATED)('%s is true, and leaves nothing', async (id, title) => {
    const { exitCode, stderr, text } = await play(broker, id, '--lang', 'pt-BR');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(text).toContain(title);
    await expectNothingLeft(broker, text);
  });
});
