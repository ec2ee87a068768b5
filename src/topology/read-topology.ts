import { parseExactJson } from '../client/exact-json.ts';
import type { Management } from '../client/management.ts';
import { LabError } from '../errors.ts';
import { type ApiBinding, type ApiExchange, type ApiQueue, bindingFacts, exchangeFacts, queueFacts } from './inventory.ts';
import type { Policy } from './policies.ts';
import { createTopology, type Topology } from './topology.ts';

/** A policy as the management API and its definitions tell it. */
export interface ApiPolicy {
  readonly name: string;
  readonly pattern: string;
  readonly 'apply-to': string;
  readonly priority: number;
  readonly definition: Readonly<Record<string, unknown>>;
}

interface ApiConsumer {
  readonly queue: { readonly name: string };
}

/**
 * Reads a virtual host from the management API: its counts are those of this moment, not the statistics. Policies need the tag
 * `policymaker`; without it they are a gap of the topology. Throws LabError: unreachable (5), access refused (4), no such vhost (6).
 */
export async function readTopology(management: Management, vhost: string): Promise<Topology> {
  const name = encodeURIComponent(vhost);
  const [overview, exchanges, queues, bindings, consumers, policies, operatorPolicies] = await Promise.all([
    management.get<{ readonly rabbitmq_version?: string }>('/api/overview?disable_stats=true'),
    management.get<readonly ApiExchange[]>(`/api/exchanges/${name}`),
    management.get<readonly (ApiQueue & { readonly policy?: string | null })[]>(
      `/api/queues/${name}?disable_stats=true&enable_queue_totals=true`,
    ),
    management.get<readonly ApiBinding[]>(`/api/bindings/${name}`, parseExactJson),
    management.get<readonly ApiConsumer[]>(`/api/consumers/${name}`),
    allowed(management.get<readonly ApiPolicy[]>(`/api/policies/${name}`)),
    allowed(management.get<readonly ApiPolicy[]>(`/api/operator-policies/${name}`)),
  ]);
  if (exchanges === undefined) {
    throw new LabError('refused', `there is no virtual host '${vhost}' on ${management.address}`, {
      replyCode: 404,
      hint: 'name another with --vhost',
    });
  }
  const consuming = new Map<string, number>();
  for (const { queue } of consumers ?? []) consuming.set(queue.name, (consuming.get(queue.name) ?? 0) + 1);
  const mayRead = policies !== 'refused' && operatorPolicies !== 'refused';
  return createTopology({
    vhost,
    version: overview?.rabbitmq_version,
    exchanges: exchanges.map(exchangeFacts),
    queues: (queues ?? []).map((queue) => ({
      ...queueFacts(queue),
      consumers: consuming.get(queue.name) ?? 0,
      policyName: typeof queue.policy === 'string' && queue.policy !== '' ? queue.policy : undefined,
    })),
    bindings: (bindings ?? []).map(bindingFacts),
    policies: mayRead ? (policies ?? []).map(policyFacts) : [],
    operatorPolicies: mayRead ? (operatorPolicies ?? []).map(policyFacts) : [],
    counted: true,
    gaps: mayRead
      ? []
      : ['policies are not shown: to read them, the user needs the tag policymaker (rabbitmqctl set_user_tags USER policymaker)'],
  });
}

/** Of a policy, what counts here. */
export function policyFacts({ name, pattern, 'apply-to': applyTo, priority, definition }: ApiPolicy): Policy {
  return { name, pattern, applyTo, priority, definition };
}

async function allowed<T>(answer: Promise<T>): Promise<T | 'refused'> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof LabError && cause.kind === 'access-refused') return 'refused';
    throw cause;
  }
}
