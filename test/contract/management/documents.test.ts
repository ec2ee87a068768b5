import { describeBrokersAtOnce } from '../../support/brokers.ts';
import { ask } from '../../support/http-ask.ts';
import { setManagementStage } from '../../support/management-stage.ts';
import { eventually } from '../../support/polling.ts';
import { sharedVhost } from '../../support/shared-vhost.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { differencesOf, expectedOn } from '../differences.ts';
import { DOCUMENTS } from './documents.ts';

describeBrokersAtOnce('management/documents', (broker, test) => {
  let wire: WireClient;
  afterAll(() => wire.close());
  const vhost = sharedVhost(broker);
  beforeAll(async () => {
    const { vhost: name } = vhost();
    const put = (path: string, body: unknown) => ask(broker.api, { method: 'PUT', path, body });
    wire = await setManagementStage(vhost());
    await put(`/api/policies/${name}/p`, { pattern: '^no queue$', definition: { expires: 60_000 } });
    await put(`/api/operator-policies/${name}/op`, { pattern: '^no queue$', definition: { expires: 60_000 }, 'apply-to': 'queues' });
    await put(`/api/vhost-limits/${name}/max-queues`, { value: 100 });
  });

  /** A path with the names that its capitals stand for. */
  async function placed(path: string): Promise<string> {
    const { vhost: name } = vhost();
    const named = async (list: string) => ((await ask(broker.api, { path: list })).body as [{ name: string }])[0];
    const places: Readonly<Record<string, () => Promise<string>>> = {
      CONNECTION: async () => encodeURIComponent((await named(`/api/vhosts/${name}/connections`)).name),
      CHANNEL: async () => encodeURIComponent((await named(`/api/vhosts/${name}/channels`)).name),
      NODE: async () => (await named('/api/nodes')).name,
      PORT: async () => new URL(broker.url).port,
      VHOST: async () => name,
    };
    const [place = ''] = /[A-Z]+/.exec(path) ?? [];
    return path.replace(place, (await places[place]?.()) ?? '');
  }

  // Some of what real servers answer is up to 5 s old.
  test.each(DOCUMENTS)('%s', async (name, path, shape) => {
    const promised = expectedOn(broker, `management/documents/${name}`, shape);
    const look = async () => {
      const { status, body } = await ask(broker.api, { path: await placed(path) });
      expect(status).toBe(200);
      const documents = Array.isArray(body) ? body : [body];
      expect(documents).not.toHaveLength(0);
      for (const document of documents) expect(shapeOf(document as object, Object.keys(promised))).toEqual(promised);
    };
    await eventually(look, { within: 12_000, every: 100 });
  });
});

function shapeOf(document: object, keys: readonly string[]): Record<string, string> {
  const types = Object.entries(document).map(([key, value]) => [
    key,
    Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value,
  ]);
  return Object.fromEntries(types.filter(([key = '']) => keys.includes(key)));
}

test('management/documents: no name twice, no difference without a test', () => {
  const names = DOCUMENTS.map(([name]) => `management/documents/${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining([...differencesOf('management/documents')]));
});
