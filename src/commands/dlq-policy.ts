import type { Management } from '../client/management.ts';
import { LabError } from '../errors.ts';
import { type DeadLetterPlan, policyOf } from '../topology/dead-letter-plan.ts';
import { setPolicyCommand } from '../topology/policy-command.ts';

interface QueueAnswer {
  /** Named in the list of queues only: alone, a queue of 3.10 is told without it. */
  readonly name: string;
  readonly policy?: string | null;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * Refuses where a policy would do nothing, or undo another: of several policies one only counts, and what a queue was declared with
 * (a dead-letter exchange or key) counts before any policy.
 */
export async function refuseVainPolicy(management: Management, vhost: string, plan: DeadLetterPlan): Promise<void> {
  const { queue } = plan.work;
  const path = `/api/queues/${encodeURIComponent(vhost)}?disable_stats=true&enable_queue_totals=true`;
  const answer = ((await management.get<readonly QueueAnswer[]>(path)) ?? []).find(({ name }) => name === queue);
  const { name, body } = policyOf(plan);
  const { policy, arguments: table = {} } = answer ?? {};
  if (typeof policy === 'string' && policy !== '' && policy !== name) {
    throw new LabError('refused', `queue '${queue}' has the policy '${policy}' already, and of several policies one only counts`, {
      hint: `add to its definition: ${JSON.stringify(body.definition)}`,
    });
  }
  const { 'x-dead-letter-exchange': dlx, 'x-dead-letter-routing-key': key } = table;
  if (dlx !== undefined && dlx !== plan.request.deadLetterExchange) {
    throw new LabError('refused', `queue '${queue}' was declared with the dead-letter exchange '${dlx}', which counts before any policy`, {
      hint: `set that one up: --dlx ${dlx === '' ? "''" : dlx}; or delete the queue and declare it anew`,
    });
  }
  if (key !== undefined && plan.rungs.length > 0) {
    throw new LabError(
      'refused',
      `queue '${queue}' was declared with the dead-letter key '${key}', with which no ladder of retries works`,
      {
        hint: `delete the queue and declare it anew: rmq-lab delete-queue ${queue}`,
      },
    );
  }
}

/** Sets the policy, and answers its name. */
export async function setPolicy(management: Management, vhost: string, plan: DeadLetterPlan): Promise<string> {
  const { name, body } = policyOf(plan);
  await management.put(`/api/policies/${encodeURIComponent(vhost)}/${encodeURIComponent(name)}`, body);
  return name;
}

/** The same to type, or to send, by hand. */
export function policyCommands(plan: DeadLetterPlan, vhost: string): string {
  const { name, body } = policyOf(plan);
  return [
    'A policy does it without touching the arguments:',
    `  ${setPolicyCommand(vhost, name, String(body.pattern), body.definition)}`,
    `  PUT /api/policies/${encodeURIComponent(vhost)}/${encodeURIComponent(name)} ${JSON.stringify(body)}`,
  ].join('\n');
}
