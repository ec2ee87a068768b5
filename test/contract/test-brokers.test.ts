import amqplib from 'amqplib';
import { describeBrokersAtOnce, managementOf, withVhost } from '../support/brokers.ts';

describeBrokersAtOnce('withVhost', (broker, test) => {
  const exists = async (vhost: string) => (await managementOf(broker).get(`/api/vhosts/${vhost}`)) !== undefined;

  test('gives a vhost to use, and takes it away', async () => {
    const name = await withVhost(broker, async ({ url, vhost }) => {
      const connection = await amqplib.connect(url);
      await (await connection.createChannel()).assertQueue('q');
      await connection.close();
      return vhost;
    });
    expect(await exists(name)).toBe(false);
  });

  test('fails on a connection that is left open, and takes the vhost away all the same', async () => {
    let name = '';
    const leak = withVhost(broker, async ({ url, vhost }) => {
      name = vhost;
      (await amqplib.connect(url)).on('error', () => {});
    });
    await expect(leak).rejects.toThrow(/left connections open in its vhost/);
    expect(await exists(name)).toBe(false);
  });

  test('fails with what the test failed with', async () => {
    await expect(withVhost(broker, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  });
});
