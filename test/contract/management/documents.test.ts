import { describeBrokers } from '../../support/brokers.ts';
import { ask } from '../../support/http-ask.ts';
import { setManagementStage } from '../../support/management-stage.ts';
import { eventually } from '../../support/polling.ts';
import { sharedVhost } from '../../support/shared-vhost.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { differencesOf, expectedOn } from '../differences.ts';
import { DOCUMENTS } from './shapes.ts';

describeBrokers('management/documents', (broker) => {
  let wire: WireClient;
  afterAll(() => wire.close());
  const vhost = sharedVhost(broker);
  beforeAll(async () => {
    wire = await setManagementStage(vhost());
  });

  // Some of what real servers answer is up to 5 s old.
  test.each(DOCUMENTS)('%s', async (name, path, shape) => {
    const promised = expectedOn(broker, `management/documents/${name}`, shape);
    const look = async () => {
      const { status, body } = await ask(broker.api, { path: path.replace('VHOST', vhost().vhost) });
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
