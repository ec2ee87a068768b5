import { describeBrokers, managementOf } from '../support/brokers.ts';
import { onGround } from '../support/ground.ts';
import { runCli } from '../support/spawn.ts';

describeBrokers('asking', (broker) => {
  const named = broker.lab ? `lab broker (as RabbitMQ ${broker.serverVersion})` : `RabbitMQ ${broker.serverVersion}`;

  describe('status', () => {
    test('which broker, why, and what it is', () =>
      onGround(broker, async ({ run, json, url, api, vhost }) => {
        const { host } = new URL(url);
        const shown = `amqp://guest@${host}/${vhost}`;
        expect(await json('status')).toEqual({
          url: shown,
          addresses: [shown],
          reason: '--url',
          asked: true,
          embedded: false,
          answers: true,
          product: 'RabbitMQ',
          version: broker.serverVersion,
          lab: broker.lab,
          tls: false,
          vhost,
          user: 'guest',
          running: expect.any(Array),
          api: { url: api, answers: true, version: broker.serverVersion },
        });
        expect((await run('status')).stdout).toContain(`broker:     ${shown}: ${named}\nchosen by:  --url\n`);
        const byEnvironment = await runCli(['status', '--json'], { env: { RMQ_LAB_URL: `${url.replace(/:\d+\//, ':1/')},${url}` } });
        expect(byEnvironment.exitCode).toBe(0);
        const found = JSON.parse(byEnvironment.stdout.toString());
        expect(found).toMatchObject({ url: shown, reason: 'RMQ_LAB_URL', answers: true });
        expect(found.addresses).toHaveLength(2);
      }));
  });

  describe('doctor', () => {
    const names = ['connection', 'version', 'declare', 'round trip', 'management', 'rights', 'alarms', 'plugins'];
    type Document = { checks: { name: string; ok: boolean; detail: string; fix: string | null }[] };

    test('all is well', () =>
      onGround(broker, async ({ run, json }) => {
        const { checks } = await json<Document>('doctor');
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining([...names, 'terminal', 'state folder']));
        expect(checks.every(({ fix }) => fix === null)).toBe(true);
        expect(checks.find(({ name }) => name === 'version')?.detail).toBe(named);
        expect((await run('doctor')).stdout).toMatch(/^✔ version +(lab broker \(as )?RabbitMQ \d/m);
      }));

    test('without rights to declare, and without a management API', () =>
      onGround(broker, async ({ url, vhost }) => {
        const admin = managementOf(broker);
        const user = `${vhost}-user`;
        await admin.put(`/api/users/${user}`, { password: 'sesame', tags: '' });
        try {
          await admin.put(`/api/permissions/${vhost}/${user}`, { configure: '^$', write: '.*', read: '.*' });
          const own = url.replace('guest:guest', `${user}:sesame`);
          const refused = await runCli(['--url', own, '--api', broker.api, '--json', 'doctor']);
          expect(refused.exitCode).toBe(7);
          const { checks } = JSON.parse(refused.stdout.toString()) as Document;
          const states = Object.fromEntries(checks.map(({ name, ok }) => [name, ok]));
          expect(states).toMatchObject({ connection: true, version: true, declare: false, 'round trip': false, management: false });
          expect(checks.find(({ name }) => name === 'declare')?.fix).toContain('set_permissions');
          expect(checks.find(({ name }) => name === 'round trip')?.detail).toBe('not checked: no queue to send to');
          expect(checks.find(({ name }) => name === 'management')?.fix).toContain('set_user_tags');
          expect(refused.stderr).toContain('checks failed: declare, management');
          expect(refused.stdout + refused.stderr).not.toContain('sesame');
        } finally {
          await admin.delete(`/api/users/${user}`);
        }
        const alone = await runCli(['--url', url, '--api', 'http://127.0.0.1:1', 'doctor']);
        expect(alone.exitCode).toBe(7);
        expect(alone.stdout.toString()).toMatch(/✘ management +no management API at http:\/\/127\.0\.0\.1:1.*\n +fix: .*--api/);
      }));
  });
});
