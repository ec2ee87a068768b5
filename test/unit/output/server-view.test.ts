import { serverView } from '../../../src/output/server-view.ts';

test.each([
  [{ product: 'RabbitMQ', version: '4.0.5', lab: false }, 'RabbitMQ 4.0.5'],
  [{ product: 'RabbitMQ', version: '4.3.6', lab: true }, 'lab broker (as RabbitMQ 4.3.6)'],
])('%j is %s', (server, text) => expect(serverView(server)).toBe(text));
