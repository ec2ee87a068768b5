import type { Management } from '../client/management.ts';
import { LabError } from '../errors.ts';
import type { Check } from '../output/doctor-view.ts';
import { attempt, notChecked } from './doctor-checks.ts';
import type { Lab } from './lab.ts';

/** Tags with which a user may look at things through the management API. */
const LOOKING = ['administrator', 'monitoring', 'policymaker', 'management'];

interface Overview {
  readonly rabbitmq_version?: string;
}

interface WhoAmI {
  readonly name: string;
  /** A comma-separated string on old servers. */
  readonly tags: string | readonly string[];
}

interface Node {
  readonly enabled_plugins?: readonly string[];
}

/** What is found out over the management API; `version` is that of the broker behind `--url`, to see that both are the same. */
export async function checkApi(lab: Lab, version: string | undefined): Promise<Check[]> {
  let api: Management | undefined;
  const reached = await attempt('management', async () => {
    const management = await lab.management();
    const own = (await management.get<Overview>('/api/overview'))?.rabbitmq_version ?? 'of unknown version';
    if (version !== undefined && own !== version) {
      throw new LabError('condition', `the management API at ${management.address} is of RabbitMQ ${own}, the broker is ${version}`, {
        hint: 'give the address of the same broker: --api http://host:15672',
      });
    }
    api = management;
    return `${management.address} answers for RabbitMQ ${own}`;
  });
  if (api === undefined) return [reached, ...notChecked(['rights', 'alarms', 'plugins'], 'no management API')];
  const management = api;
  return [
    reached,
    await attempt('rights', async () => judgeTags(await management.get<WhoAmI>('/api/whoami'))),
    await attempt('alarms', () => checkAlarms(management)),
    await attempt('plugins', () => listPlugins(management)),
  ];
}

/** What a user with these tags may do. Throws a LabError when they allow nothing. */
export function judgeTags(who: WhoAmI | undefined): string {
  const tags = typeof who?.tags === 'string' ? who.tags.split(',') : (who?.tags ?? []);
  const name = who?.name ?? 'the user';
  if (tags.includes('administrator')) return `${name} is administrator: lessons get a vhost of their own`;
  const tag = LOOKING.find((candidate) => tags.includes(candidate));
  if (tag !== undefined) return `${name} has the tag ${tag}: may look, but not make vhosts, so lessons need --here`;
  throw new LabError('access-refused', `${name} has no tag that lets it look at things`, {
    hint: `rabbitmqctl set_user_tags ${name} management`,
  });
}

async function checkAlarms(api: Management): Promise<string> {
  try {
    await api.get('/api/health/checks/alarms');
    return 'no memory or disk alarm';
  } catch (cause) {
    if (!(cause instanceof LabError) || !cause.message.includes('HTTP 503')) throw cause;
    throw new LabError('condition', 'the broker has a memory or disk alarm and takes no messages', {
      cause,
      hint: 'rabbitmq-diagnostics alarms names it; free memory or disk, or raise the limit',
    });
  }
}

/** Which plugins run; a user without the right to know is no failure. */
async function listPlugins(api: Management): Promise<string> {
  try {
    const nodes = (await api.get<readonly Node[]>('/api/nodes')) ?? [];
    const plugins = new Set(nodes.flatMap(({ enabled_plugins: enabled }) => enabled ?? []));
    return [...plugins].sort().join(', ') || 'none';
  } catch (cause) {
    if (cause instanceof LabError && cause.kind === 'access-refused') return 'not shown to users without the tag monitoring';
    throw cause;
  }
}
