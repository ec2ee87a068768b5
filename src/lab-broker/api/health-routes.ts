import { type Answer, badRequest, deleted, found } from './answer.ts';
import { NODE } from './node-name.ts';
import { type ApiRequest, get, type Route, seenVhosts } from './request.ts';

/** Whether the broker is well. `ports` are those that it listens on. */
export function healthRoutes(ports: { readonly amqp: number; readonly api: number }): readonly Route[] {
  const check = (name: string, handle: Route['handle']) => get(`/api/health/checks/${name}`, 'management', handle);
  return [
    check('alarms', alarms),
    check('local-alarms', alarms),
    ...ALWAYS_WELL.map((name) => check(name, well)),
    check('node-is-quorum-critical', () => found({ status: 'ok', reason: 'single node cluster' })),
    check('port-listener/:port', ({ params }) => portListener(params.port ?? '', [ports.amqp, ports.api])),
    check('protocol-listener/:protocol', ({ params }) => protocolListener(params.protocol ?? '')),
    get('/api/aliveness-test/:vhost', 'management', (request) => (seenVhosts(request) === undefined ? deleted(false) : well())),
  ];
}

/** What cannot be otherwise while the broker answers. */
const ALWAYS_WELL = [
  'virtual-hosts',
  'certificate-expiration/:within/:unit',
  'ready-to-serve-clients',
  'is-in-service',
  'below-node-connection-limit',
  'metadata-store/initialized',
  'metadata-store/initialized/with-data',
  'quorum-queues-without-elected-leaders/vhost/:vhost/pattern/:pattern',
  'quorum-queues-without-elected-leaders/all-vhosts/pattern/:pattern',
];

const PROTOCOLS = ['amqp', 'http'];

/** Other names of protocols. */
const SYNONYMS: Readonly<Record<string, string>> = { amqp091: 'amqp', 'amqp0.9.1': 'amqp', 'amqp0-9-1': 'amqp', management: 'http' };

function well(): Answer {
  return found({ status: 'ok' });
}

function ill(reason: string, more: Readonly<Record<string, unknown>>): Answer {
  return { status: 503, body: { status: 'failed', reason, ...more } };
}

function alarms({ realm }: ApiRequest): Answer {
  if (!realm.blocked) return well();
  return ill('There are alarms in effect in the cluster', { alarms: [{ node: NODE, resource: 'memory' }] });
}

function portListener(text: string, ports: readonly number[]): Answer {
  const port = Number(text);
  if (!/^\d+$/.test(text)) return badRequest('Invalid port');
  return ports.includes(port) ? found({ status: 'ok', port }) : ill('No active listener', { missing: port, ports });
}

function protocolListener(protocol: string): Answer {
  const known = PROTOCOLS.includes(SYNONYMS[protocol] ?? protocol);
  return known ? found({ status: 'ok', protocols: PROTOCOLS }) : ill('No active listener', { missing: [protocol], protocols: PROTOCOLS });
}
