import type { TestBroker, TestVhost } from '../../support/brokers.ts';
import { ask, type HttpAnswer, type Question } from '../../support/http-ask.ts';
import { own } from '../../support/names.ts';
import { describeObservations } from '../../support/observations.ts';

const of = (exchange: string) => ({ exchange, write: 'a', read: 'b' });

describeObservations('management/topic-permissions', (observe) => {
  observe('the first one is new, whatever the exchange', [201, 204, 204], ({ broker, actor }) =>
    withUser(broker, actor.home, async ({ statuses, give }) => statuses(give('amq.topic'), give('amq.direct'), give('amq.topic'))),
  );

  observe('an exchange that is not there', [400, { error: 'bad_request', reason: ['no_such_exchange', 'nosuch'] }], ({ broker, actor }) =>
    withUser(broker, actor.home, async ({ say, give }) => {
      const { status, body } = await say(give('nosuch'));
      return [status, body];
    }),
  );

  observe(
    'deleting those of one exchange, and of another that has none',
    [204, 204, [of('amq.topic')], 204, 404, 404],
    ({ broker, actor }) =>
      withUser(broker, actor.home, async ({ say, statuses, give, take, left }) => {
        await say(give('amq.topic'));
        await say(give('amq.direct'));
        const some = await statuses(take('/amq.direct'), take('/nosuch'));
        return [...some, await left(), ...(await statuses(take('/amq.topic'), take('/amq.topic'), { path: take('').path }))];
      }),
  );

  observe('they go with the vhost’s others when none is named', [[of('amq.direct'), of('amq.topic')], 204, 404], ({ broker, actor }) =>
    withUser(broker, actor.home, async ({ say, statuses, give, take, left }) => {
      await say(give('amq.topic'));
      await say(give('amq.direct'));
      return [await left(), ...(await statuses(take(''), take('')))];
    }),
  );
});

interface Say {
  say(question: Question): Promise<HttpAnswer>;
  statuses(...questions: readonly Question[]): Promise<number[]>;
  give(exchange: string): Question;
  /** Deletes those of an exchange (`/NAME`), or all. */
  take(exchange: string): Question;
  /** What the user still has, by exchange: some brokers list them in an order of their own. */
  left(): Promise<object[]>;
}

async function withUser<T>({ api }: TestBroker, { vhost }: TestVhost, use: (say: Say) => Promise<T>): Promise<T> {
  const user = encodeURIComponent(own('user'));
  const path = `/api/topic-permissions/${vhost}/${user}`;
  const say = (question: Question) => ask(api, question);
  const statuses = async (...questions: readonly Question[]) => {
    const found: number[] = [];
    for (const question of questions) found.push((await say(question)).status);
    return found;
  };
  const left = async () => {
    const { body } = await say({ path });
    const rows = (body as { exchange: string; write: string; read: string }[]).map(({ exchange, write, read }) => ({
      exchange,
      write,
      read,
    }));
    return rows.sort((one, other) => (one.exchange < other.exchange ? -1 : 1));
  };
  await say({ method: 'PUT', path: `/api/users/${user}`, body: { password: 'p', tags: '' } });
  try {
    const give = (exchange: string): Question => ({ method: 'PUT', path, body: of(exchange) });
    return await use({ say, statuses, give, take: (exchange) => ({ method: 'DELETE', path: path + exchange }), left });
  } finally {
    await say({ method: 'DELETE', path: `/api/users/${user}` });
  }
}
