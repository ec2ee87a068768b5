import type { TestBroker } from './brokers.ts';
import { type BrokerProxy, startProxy } from './proxy.ts';
import { onStage, type Stage } from './stage.ts';

/** A stage whose commands reach the broker through a proxy when they are given `env`; what the test itself does, goes straight there. */
export async function behindProxy(
  broker: TestBroker,
  use: (stage: Stage, proxy: BrokerProxy, env: Record<string, string>) => Promise<void>,
): Promise<void> {
  await onStage(broker, async (stage) => {
    const { hostname, port } = new URL(broker.url);
    const proxy = await startProxy({ host: hostname, port: Number(port) });
    try {
      await use(stage, proxy, { RMQ_LAB_URL: proxy.url(stage.url) });
    } finally {
      await proxy.close();
    }
  });
}

/** What is in `got` for each of `expected`: none may be missing, and nothing else may be there. */
export function expectAtLeastOnce(got: readonly string[], expected: readonly string[]): void {
  expect([...new Set(got)].sort()).toEqual([...expected].sort());
}
